import numpy as np
import polars as pl

from riskengine.decision.frames import ratings_frame
from riskengine.decision.warnings import WARNING_SCHEMA, warnings_frame, warnings_of
from support.decisions import AS_OF, SOUND, columns, random_facts, rate_columns, rate_one


def test_types_do_not_depend_on_who_is_rated():
    some = ratings_frame(rate_columns(random_facts(3, 50), np.full(50, 0.02)))
    for frame in (ratings_frame(rate_one()), ratings_frame(rate_columns(random_facts(3, 0), []))):
        assert frame.schema == some.schema
    assert some.schema["limit"] == pl.Float64
    assert some.schema["actions"] == pl.List(pl.String)
    assert warnings_frame(rate_one()).schema == pl.Schema(WARNING_SCHEMA)


def test_no_number_stands_for_a_missing_one():
    frame = ratings_frame(rate_columns(random_facts(3, 200), np.full(200, 0.02)))
    for name in frame.columns:
        if frame[name].dtype == pl.Float64:
            assert not frame[name].is_nan().any(), name
            assert not frame[name].is_infinite().any(), name
    assert ratings_frame(rate_one())["rule_limit_cap"].to_list() == [None]


def test_reviews_fall_due_by_grade():
    months = {0.0005: 12, 0.01: 6, 0.05: 3, 0.1: 1}
    for pd_12m, after in months.items():
        due = ratings_frame(rate_one(pd_12m))["review_on"][0]
        assert (due.year - AS_OF.year) * 12 + due.month - AS_OF.month == after
    assert ratings_frame(rate_one(sig_insolvency_filing_count_all=1))["review_on"][0] is None


def test_grades_as_people_write_them():
    both = columns(SOUND, {**SOUND, "sig_insolvency_filing_count_all": 1})
    frame = ratings_frame(rate_columns(both, [0.004, 0.004]))
    assert frame["grade"].to_list() == ["3", "D"]
    assert frame["final_grade"].to_list() == [3, 9]


def test_rules_and_actions_of_each_customer_are_its_own():
    ratings = rate_columns(random_facts(5, 120), np.full(120, 0.05))
    frame = ratings_frame(ratings)
    for row in range(0, 120, 7):
        assert tuple(frame["rules_applied"][row]) == ratings.effects.applied_to(row)
        assert tuple(frame["actions"][row]) == ratings.effects.actions_of(row)


def test_a_customers_warnings_are_those_of_the_portfolio():
    ratings = rate_columns(random_facts(5, 120), np.full(120, 0.05))
    every = warnings_frame(ratings)
    assert every["rule_id"].n_unique() > 15
    for row in range(0, 120, 7):
        mine = every.filter(pl.col("customer_id") == ratings.customer_ids[row])
        assert [w["rule_id"] for w in warnings_of(ratings, row)] == mine["rule_id"].to_list()
        assert [w["evidence_zh"] for w in warnings_of(ratings, row)] == mine["evidence_zh"].to_list()
