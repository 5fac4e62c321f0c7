"""Standing warnings, naive rules, certainty and budgets: vectors, properties, bad input."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskengine.early_warning.quality.budget import capacities, work_through
from riskengine.early_warning.quality.certainty import (
    Drawn,
    Verdict,
    judge_lift,
    lift_interval,
    share_interval,
    wilson,
)
from riskengine.early_warning.quality.evaluation import evaluate_warnings
from riskengine.early_warning.quality.groups import Kind, customer_cases, with_outcomes
from riskengine.early_warning.quality.naive import NaiveRule, list_largest, threshold_for, warn_from
from riskengine.early_warning.quality.population import judge_population
from riskengine.early_warning.quality.standing import customer_standing, fold_findings
from riskengine.terms.decision import Severity
from riskengine.terms.errors import InputError, UsageError
from support.warning_history import (
    COSTS,
    CUSTOMERS,
    DAYS,
    FINDINGS,
    HORIZON,
    RED,
    WATCH,
    aftermath,
    findings,
    population,
    scores,
    standing,
    who,
)

RULE = NaiveRule.OVERDUE_30
tellings = st.lists(
    st.tuples(
        st.sampled_from(CUSTOMERS),
        st.sampled_from(("late", "limit")),
        st.sampled_from(DAYS),
        st.integers(WATCH, RED),
    ),
    max_size=40,
)


def test_a_warning_keeps_its_severity_and_opens_anew_after_a_gap():
    told = [("a", "late", day, severity) for day, severity in ((100, 1), (130, 3), (160, 2), (220, 1))]
    rows = standing(told).select("as_of", "severity", "opened_on", "is_opening", "is_raised").rows()
    assert rows == [
        (100, 1, 100, True, True),
        (130, 3, 100, False, True),
        (160, 3, 100, False, False),
        (220, 1, 220, True, True),
    ]


def test_a_finding_of_another_day_is_refused():
    with pytest.raises(InputError, match="not evaluated"):
        fold_findings(findings([("a", "late", 101, 1)]), DAYS)


@given(tellings, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(told, random):
    shuffled = list(told)
    random.shuffle(shuffled)
    assert_frame_equal(standing(told), standing(shuffled + told))


@given(tellings)
def test_a_customer_is_under_warning_while_any_of_them_stands(told):
    stands = standing(told)
    for level in Severity:
        found = customer_standing(stands, DAYS, at_least=int(level), name="x").select("as_of", "customer_id")
        wanted = stands.filter(pl.col("severity") >= int(level)).select("as_of", "customer_id").unique()
        assert_frame_equal(found, wanted.sort("as_of", "customer_id"))


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_customers_does_not_matter(random):
    def shuffled(frame):
        rows = frame.rows()
        random.shuffle(rows)
        return pl.DataFrame(rows, schema=frame.schema, orient="row")

    def evaluated(mix):
        held = judge_population(mix(who()), mix(aftermath()), DAYS, HORIZON, COSTS)
        found = evaluate_warnings(mix(standing()), held, mix(scores(lambda c, d: float(len(c) * d))), per_week=1.0)
        return found.figures, found.curve, found.budget.cases.rows(), [e.customer_id for e in found.examples]

    assert evaluated(shuffled) == evaluated(lambda frame: frame)


def test_every_new_warning_is_counted_once():
    found = evaluate_warnings(standing(), population(), scores())
    for figure in found.figures:
        c = figure.counts
        assert c.new == c.in_default + c.censored + c.ripe
        assert c.defaulted <= c.troubled <= c.ripe
        d = figure.defaults
        assert d.count == d.stood + d.ended + d.unwarned
    indicators = found.of_kind(Kind.INDICATOR)
    assert sum(f.counts.new for f in indicators) == found.of_kind(Kind.ALL)[0].counts.new


def test_a_warning_of_a_customer_in_default_is_neither_right_nor_wrong():
    told = [*FINDINGS, ("caught", "bankrupt", 220, RED)]
    found = evaluate_warnings(standing(told), population(), scores())
    figure = next(f for f in found.of_kind(Kind.INDICATOR) if f.name == "bankrupt")
    assert (figure.counts.new, figure.counts.in_default, figure.counts.ripe) == (1, 1, 0)
    assert figure.verdict is Verdict.AFTER_DEFAULT


def test_no_warnings_at_all_is_an_answer():
    found = evaluate_warnings(standing([]), population(), scores(), indicators=("late",), per_week=1.0)
    together = found.of_kind(Kind.ALL)[0]
    assert (together.counts.new, together.precision, together.lift, together.defaults.unwarned) == (0, None, None, 3)
    assert (found.budget.worked, found.budget.precision, found.budget.recall) == (0, None, 0.0)
    assert [f.verdict for f in found.of_kind(Kind.INDICATOR)] == [Verdict.SILENT]


def test_warnings_of_strangers_are_refused():
    with pytest.raises(InputError, match="not known on their date"):
        with_outcomes(standing([("nobody", "late", 130, 1)]), population())


@pytest.mark.parametrize(
    ("days", "message"),
    [((100,), "single date"), ((190, 220), "known outcome")],
)
def test_a_period_that_cannot_be_judged_is_refused(days, message):
    with pytest.raises(UsageError, match=message):
        judge_population(who(days=days), aftermath(days=days), days, HORIZON, COSTS)


def test_a_customer_twice_or_without_outcome_is_refused():
    with pytest.raises(InputError, match="twice"):
        judge_population(pl.concat([who(), who()]), aftermath(), DAYS, HORIZON, COSTS)
    with pytest.raises(InputError, match="no aftermath"):
        judge_population(who(), aftermath(customers=CUSTOMERS[1:]), DAYS, HORIZON, COSTS)


# certainty


def drawn(part, whole, customers, base=(100, 1000), part_draws=None):
    draws = np.array(part_draws if part_draws is not None else [part] * 4, dtype=np.float64)
    same = np.full(len(draws), float(whole))
    return Drawn(part, whole, customers, draws, same, *base, *(np.full(len(draws), float(b)) for b in base))


def test_wilson_of_one_in_ten():
    low, high = wilson(1, 10)
    assert (round(low, 4), round(high, 4)) == (0.0179, 0.4042)  # Wilson 1927, as in Newcombe 1998


def test_all_or_none_leave_doubt_by_the_number_of_customers():
    """Ten customers with thirty warnings are ten observations."""
    none, every = share_interval(drawn(0, 30, 10)), share_interval(drawn(30, 30, 10))
    assert (none.value, none.low, round(none.high, 4)) == (0.0, 0.0, 0.2775)
    assert (every.value, round(every.low, 4), every.high) == (1.0, 0.7225, 1.0)
    assert lift_interval(drawn(0, 30, 10)).high == pytest.approx(2.7754, abs=1e-4)


def test_lift_is_the_share_over_the_base_rate():
    found = lift_interval(drawn(30, 100, 50, part_draws=[20, 30, 30, 40]))
    assert found.value == pytest.approx(3.0)
    assert 2.0 <= found.low < 3.0 < found.high <= 4.0
    assert lift_interval(drawn(1, 10, 5, base=(0, 100))) is None
    assert share_interval(drawn(0, 0, 0)) is None


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (drawn(30, 100, 50, part_draws=[25, 30, 30, 35]), Verdict.HAS_LIFT),
        (drawn(30, 100, 9, part_draws=[25, 30, 30, 35]), Verdict.NO_LIFT),  # of nine customers, not believed
        (drawn(10, 100, 50, part_draws=[5, 10, 10, 15]), Verdict.NO_LIFT),
        (drawn(0, 50, 40), Verdict.NO_LIFT),  # five would have come by chance, none did
        (drawn(0, 49, 40), Verdict.TOO_FEW),
        (drawn(3, 10, 10, part_draws=[0, 3, 3, 5]), Verdict.TOO_FEW),
    ],
)
def test_the_rule_that_names_candidates_to_retire(one, verdict):
    assert judge_lift(one.whole, 0, one, lift_interval(one)) is verdict


# naive rules


def naive_rows(lateness):
    rows = scores(lateness)
    beside = population().rows.select("as_of", "customer_id", "was_in_default", "exposure")
    return rows.join(beside, on=["as_of", "customer_id"])


def openings(rows, threshold):
    found = warn_from(rows, RULE, threshold, DAYS)
    return int((found["is_opening"] & (found["as_of"] > DAYS[0])).sum())


values = st.lists(st.one_of(st.none(), st.integers(-3, 9).map(float)), min_size=30, max_size=30)


@settings(max_examples=60, deadline=None)
@given(values, st.integers(0, 12))
def test_the_threshold_for_a_volume_is_the_one_a_search_finds(told, wanted):
    """Coming down from the highest value, the last threshold before there are too many new warnings."""
    keys = [(c, d) for d in DAYS for c in CUSTOMERS]
    rows = naive_rows(lambda c, d: told[keys.index((c, d))])
    found = threshold_for(rows, RULE, wanted, DAYS)
    best = None
    candidates = sorted({v for v in told if v is not None and v > 0}, reverse=True)
    counts = [openings(rows, threshold) for threshold in candidates]
    for threshold, count in zip(candidates, counts, strict=True):
        if count > wanted:
            break
        best = threshold
    if found is None:
        assert best is None or openings(rows, best) < 0.9 * wanted or openings(rows, best) == 0
    else:
        # between the two lie only values of those who stood before: lower still, fewer are new
        assert best <= found
        assert openings(rows, best) <= openings(rows, found) <= wanted


def test_a_list_takes_the_largest_of_each_date():
    order = {customer: float(place) for place, customer in enumerate(CUSTOMERS)}
    rows = naive_rows(lambda c, _d: order[c])
    found = list_largest(rows, RULE, {100: 2, 130: 1}, DAYS)
    assert found.select("as_of", "customer_id").rows() == [(100, "slow"), (100, "young"), (130, "young")]


def test_naive_rules_look_at_nobody_without_a_value_or_in_default():
    rows = naive_rows(lambda c, _d: {"caught": 50.0, "false": 0.0}.get(c))
    found = warn_from(rows, RULE, -1.0, DAYS)
    assert set(found["customer_id"]) == {"caught"}
    assert found["as_of"].max() == 190  # in default from day 200 on


# budgets


@given(st.floats(0.01, 200.0), st.integers(2, 12))
def test_no_capacity_is_lost_by_rounding(per_week, dates):
    days = [7 * number for number in range(dates)]
    found = capacities(days, per_week)
    assert all(room >= 0 for room in found)
    assert abs(sum(found) - per_week * dates) < 1.0 + 1e-6


@settings(max_examples=20, deadline=None)
@given(tellings, st.floats(0.01, 3.0))
def test_a_larger_budget_catches_no_less(told, per_week):
    held = population()
    cases = customer_cases(standing(told), held)[Severity.WATCH]
    small, large = work_through(cases, held, per_week), work_through(cases, held, None)
    assert small.worked + small.left_out == small.cases.height == large.worked
    assert small.caught <= large.caught
