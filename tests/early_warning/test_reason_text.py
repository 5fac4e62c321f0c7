"""Why a warning was told, from what was noted when it was."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from riskengine.decision.reasons import rule_text
from riskengine.early_warning.finding import Evidence, Named
from riskengine.early_warning.observation import observe
from riskengine.early_warning.reason_text import ReasonTexts
from riskengine.policy.condition import leaves
from riskengine.policy.reason import facts_named
from riskengine.terms.decision import Stage
from riskengine.terms.text import Text
from support.decisions import random_facts, rate_columns, shipped_policy


@pytest.fixture(scope="module")
def rules():
    return {rule.id: rule for rule in shipped_policy().all_rules if rule.then.severity is not None}


def asked_of(rule, value):
    """What was noted of a rule before its sentence was: only what it asked."""
    return [Evidence(rule.base_id, leaf, value) for leaf in dict.fromkeys(leaves(rule.when))]


def noted_of(rule, value):
    return [*asked_of(rule, value), *(Evidence(rule.base_id, Named(fact), value) for fact in facts_named(rule.reason))]


def test_what_a_warning_says_later_is_what_it_said_then():
    ratings = rate_columns(random_facts(11, 200), [0.002, 0.03, 0.08, 0.2] * 50)
    rows = {str(customer): row for row, customer in enumerate(ratings.customer_ids)}
    texts, by_id = ReasonTexts(ratings.policy), {rule.id: rule for rule in ratings.policy.all_rules}
    told = [
        (by_id[rule_id], rows[found.customer_id], text)
        for found in observe(ratings)
        for rule_id, text in texts.of(found.evidence)
        if found.customer_id in rows and rule_id in by_id
    ]
    assert len({rule.id for rule, _, _ in told}) > 30
    assert all(text == rule_text(rule, ratings, row) for rule, row, text in told)


def test_the_sentence_has_the_numbers_that_were_known(rules):
    ((rule_id, text),) = ReasonTexts(shipped_policy()).of(noted_of(rules["EWS-RAT-004"], 0.0736))
    assert rule_id == "EWS-RAT-004"
    assert "7.4%" in text.en
    assert "7.4%" in text.zh


def test_every_rule_that_warns_has_its_sentence_in_both_languages(rules):
    texts = ReasonTexts(shipped_policy())
    for rule in rules.values():
        for value in (1.0, None):
            ((_, text),) = texts.of(noted_of(rule, value))
            assert text.en
            assert text.zh
            assert "{" not in text.en + text.zh
            assert not text.en.startswith(f"{rule.name.en} (")


def test_a_sentence_that_names_more_than_was_noted_gives_way_to_the_name(rules):
    rule = rules["EWS-EXP-001"]
    assert "cus_current_limit" in facts_named(rule.reason)
    ((_, text),) = ReasonTexts(shipped_policy()).of(asked_of(rule, None))
    assert text == rule.name
    changed = replace(rule, reason=Text("{cus_exposure} owed in {cus_region}", "{cus_region}欠款{cus_exposure}"))
    policy = replace(shipped_policy(), rules=MappingProxyType({**shipped_policy().rules, Stage.WARNINGS: (changed,)}))
    ((_, text),) = ReasonTexts(policy).of(noted_of(rule, 60.0))
    assert text.en.startswith(f"{rule.name.en} (")
    assert text.zh.startswith(f"{rule.name.zh}（")


def test_a_rule_that_is_no_more_is_called_by_its_id(rules):
    gone = Evidence("EWS-OLD-001", next(iter(leaves(rules["EWS-RAT-004"].when))), 1.0)
    ((_, text),) = ReasonTexts(shipped_policy()).of([gone])
    assert text.en == text.zh == "EWS-OLD-001"
