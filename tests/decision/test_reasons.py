import re

import numpy as np
import pytest

from riskengine.decision.reasons import ReasonKind, explain, rule_text
from riskengine.decision.replay import model_matrix
from riskengine.decision.words import write_value
from riskengine.policy.rule import base_id_of
from riskengine.terms.errors import InputError
from support.decisions import SOUND, TransparentModel, columns, random_facts, rate_columns, rate_one

MODEL = TransparentModel()


def test_a_rule_speaks_with_the_customers_own_numbers():
    ratings = rate_one(
        pay_overdue_90_amount=1_234_567.5, pay_overdue_90_ratio=0.4567, pay_dpd_max=120, pay_overdue_amount=2e6
    )
    first = explain(ratings, 0)[0]
    assert (first.kind, first.code) == (ReasonKind.RULE, "HST-DEF-001")
    assert first.text.en == (
        "1,234,568 is past due by 90 days or more (45.7% of the open amount), over the material amount of 5,000"
    )
    assert "1,234,568" in first.text.zh
    assert "45.7%" in first.text.zh


def test_a_rule_that_refers_because_it_knows_too_little_says_so():
    ratings = rate_one(sig_enforcement_count_365d=1.0)
    referred = [r for r in explain(ratings, 0) if r.kind is ReasonKind.UNKNOWN_TO_RULE]
    assert [r.code for r in referred] == ["HST-LAW-003"]
    assert "not fully known" in referred[0].text.en


def test_the_unrated_are_told_why():
    ratings = rate_columns(columns({}), [np.nan], unrated=np.array([0], np.int8))
    first = explain(ratings, 0)[0]
    assert (first.kind, first.code) == (ReasonKind.UNRATED, "no_information")


def test_a_cap_far_above_the_limit_explains_nothing():
    def codes(**changes):
        return [r.code for r in explain(rate_one(0.004, cus_relationship_days=10, **changes), 0)]

    assert codes(fin_statement_age_days=None) == []
    assert codes(cus_age_days=400.0) == ["GRD-CTX-001"]  # the cap of 500,000 does not bind
    assert codes(cus_age_days=400.0, req_amount=900_000.0) == ["GRD-CTX-001", "LIM-AGE-001", "CND-AUT-003"]


def test_longer_terms_are_a_reason_only_where_they_are_longer():
    def relation(pd_12m, **changes):
        reasons = explain(rate_one(pd_12m, **changes), 0)
        return [r.code for r in reasons if r.code.startswith("TRM-REL")]

    assert relation(0.004, cus_current_terms_days=100) == ["TRM-REL-001", "TRM-REL-002"]  # 75 days instead of 60
    assert relation(0.01, cus_current_terms_days=50) == ["TRM-REL-001"]  # 50 instead of 45
    assert relation(0.01, cus_current_terms_days=60) == ["TRM-REL-001"]  # 52, the step a week beyond 45
    assert relation(0.01, cus_current_terms_days=45) == []


def test_a_cap_on_terms_that_the_grade_makes_shorter_explains_nothing():
    def new_customer(pd_12m):
        facts = {"pay_settled_count_all": 12, "cus_relationship_days": 100, "cus_current_terms_days": 60}
        ratings = rate_one(pd_12m, **facts)
        return "TRM-NEW-001" in {base_id_of(r.code) for r in explain(ratings, 0)}

    assert new_customer(0.004)  # 45 days instead of 60
    assert not new_customer(0.01)  # the grade allows 45 anyway
    unrated = rate_columns(columns({"cus_current_terms_days": 60.0}), [np.nan], unrated=np.array([0], np.int8))
    assert "TRM-NEW-001" not in {base_id_of(r.code) for r in explain(unrated, 0)}


def test_features_of_one_cause_are_one_reason():
    ratings = rate_one(pay_late_days_wmean_365d=12.0, pay_late_days_mean_90d=9.0, fin_equity_ratio=0.55)
    contributions = MODEL.contributions(model_matrix(MODEL.features, ratings.facts))[0]
    reasons = explain(ratings, 0, features=MODEL.features, contributions=contributions)
    model = [r for r in reasons if r.kind is ReasonKind.MODEL]
    assert [r.code for r in model] == ["lateness", "leverage"]
    assert model[0].weight == pytest.approx(2.1)
    assert model[0].text.en == (
        "Paying beyond terms (Mean days beyond terms in the last 365 days, weighted by amount: 12; Mean days beyond "
        "terms in the last 90 days: 9); this multiplies the odds of default by 8.17"
    )
    assert model[1].text.en.endswith("55%); this divides the odds of default by 3")
    assert model[0].text.zh.startswith("付款逾期情况（")
    assert "违约几率提高至8.17倍" in model[0].text.zh


def test_contributions_of_another_model_are_refused():
    with pytest.raises(InputError, match="2 contributions for 3 features"):
        explain(rate_one(), 0, features=MODEL.features, contributions=np.zeros(2))


def test_every_shipped_reason_reads_well_on_random_customers():
    facts = random_facts(7, 300)
    ratings = rate_columns(facts, np.full(300, 0.03))
    seen = 0
    for rule in ratings.policy.all_rules:
        for row in np.flatnonzero(ratings.effects.applied[rule.id])[:5]:
            text = rule_text(rule, ratings, int(row))
            seen += 1
            for sentence in (text.en, text.zh):
                assert not re.search(r"[{}]|nan|inf|np\.|None|e[+-]\d", sentence), sentence
    assert seen > 150


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("pay_overdue_amount", 0.4, "0"),
        ("pay_overdue_amount", -1234.5, "-1,234"),
        ("pay_overdue_ratio", 1.0, "100%"),
        ("pd_12m", 0.0003, "0.03%"),
        ("pd_12m", 0.00003, "0.003%"),
        ("pay_dpd_max", 95.0, "95"),
        ("pay_late_days_mean_90d", 12.3456, "12.3"),
        ("fin_interest_cover", 0.456, "0.46"),
        ("fin_qualified_flag", 1.0, "yes"),
        ("grade", 9.0, "D"),
        ("cus_country", "NO", "NO"),
        ("fin_equity", None, "not known"),
        ("fin_equity", float("nan"), "not known"),
    ],
)
def test_numbers_as_people_write_them(name, value, written):
    assert write_value(name, value, "en") == written


def test_nothing_to_say_is_said_by_an_empty_list():
    quiet = {**SOUND, "cus_relationship_days": 10}
    assert explain(rate_columns(columns(quiet), [0.004]), 0) == ()
