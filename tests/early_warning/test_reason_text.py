"""Why a warning was told, from what was noted when it was."""

import pytest

from riskengine.early_warning.finding import Evidence
from riskengine.early_warning.reason_text import ReasonTexts
from riskengine.policy.condition import leaves
from support.decisions import shipped_policy


@pytest.fixture(scope="module")
def rules():
    return {rule.id: rule for rule in shipped_policy().all_rules if rule.then.severity is not None}


def evidence(rule, value):
    return [Evidence(rule.base_id, leaf, value) for leaf in dict.fromkeys(leaves(rule.when))]


def test_the_sentence_has_the_numbers_that_were_known(rules):
    ((rule_id, text),) = ReasonTexts(shipped_policy()).of(evidence(rules["EWS-RAT-004"], 0.0736))
    assert rule_id == "EWS-RAT-004"
    assert "7.4%" in text.en
    assert "7.4%" in text.zh


def test_a_sentence_that_needs_more_is_told_by_name_and_what_was_asked(rules):
    rule = rules["EWS-EVT-001"]
    ((_, text),) = ReasonTexts(shipped_policy()).of(evidence(rule, 1.0))
    assert text.en.startswith(rule.name.en)
    assert text.zh.startswith(rule.name.zh)


def test_every_rule_that_warns_has_words_in_both_languages(rules):
    texts = ReasonTexts(shipped_policy())
    for rule in rules.values():
        for value in (1.0, None):
            ((_, text),) = texts.of(evidence(rule, value))
            assert text.en
            assert text.zh
            assert "{" not in text.en + text.zh


def test_a_rule_that_is_no_more_is_called_by_its_id(rules):
    gone = Evidence("EWS-OLD-001", next(iter(leaves(rules["EWS-RAT-004"].when))), 1.0)
    ((_, text),) = ReasonTexts(shipped_policy()).of([gone])
    assert text.en == text.zh == "EWS-OLD-001"
