"""The sentences of rules: placeholders, forms of what is counted, and how the shipped ones read."""

import re

import pytest

from riskengine.decision.words import reason_words
from riskengine.policy.reason import counted, facts_named, fill, placeholders
from riskengine.policy.window_reader import known_in
from riskengine.terms.decision import Stage
from riskengine.terms.errors import InputError
from riskengine.terms.text import LANGUAGES
from support.decisions import shipped_policy

RULES = {rule.base_id: rule for stage in Stage for rule in shipped_policy().rules[stage]}
# "1 days", "1 payments", but not "1 times that of the last rating" and the like
ONE_OF_MANY = re.compile(
    r"\b1 (days|months|payments|invoices|customers|promises|items|listings|lawsuits|changes|kinds|notches|points)\b"
)


def said(rule, value, language):
    """The sentence of a rule where every number is `value`."""
    template, vocabulary = rule.reason.in_language(language), known_in(shipped_policy())
    facts = {name: "C1" if vocabulary[name].is_text else value for name in facts_named(rule.reason)}
    parameters = {**shipped_policy().parameters, **dict(rule.own_values)}
    return fill(template, reason_words(placeholders(template), facts, parameters, language))


@pytest.mark.parametrize("value", [0.0, 1.0, 2.0, 1.5, -1.0, None])
def test_every_shipped_sentence_can_be_read(value):
    for rule in RULES.values():
        for language in LANGUAGES:
            sentence = said(rule, value, language)
            assert ONE_OF_MANY.search(sentence) is None, (rule.id, sentence)
            assert not set("{}|") & set(sentence), (rule.id, sentence)
            assert "  " not in sentence, (rule.id, sentence)


def test_no_number_of_something_stands_without_its_forms():
    plain = re.compile(r"\{\w+(_days|_count_\w+|_months_\w+)\} [a-z]+s\b")
    for rule in RULES.values():
        assert plain.search(rule.reason.en) is None, (rule.id, rule.reason.en)
        assert not counted(rule.reason.zh), (rule.id, "Chinese has one form")


def test_a_difference_of_shares_is_told_in_points():
    assert "rose by 1 percentage point in 90 days" in said(RULES["EWS-PAY-003"], 0.01, "en")
    assert "上升12.3个百分点" in said(RULES["EWS-PAY-003"], 0.123, "zh")


@pytest.mark.parametrize("template", ["{dpd:day}", "{dpd:a|b|c}", "{dpd:|days}", "{dpd:{x}|days}", "{dpd!r}", "{a.b}"])
def test_other_forms_are_refused(template):
    with pytest.raises(InputError):
        placeholders(template)
