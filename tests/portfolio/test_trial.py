"""Two policies side by side: money, defaults, swap set, differences."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.portfolio.trial.decided import Credit
from riskengine.portfolio.trial.detection import default_events, detect
from riskengine.portfolio.trial.resampling import resample_sums
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.swap_set import swap_cells
from riskengine.portfolio.trial.trial_figures import DIFFERENCES, figures_by, per_customer, sure_differences
from riskengine.portfolio.trial.trial_money import MONEY, with_money
from support.trial_cases import COSTS, REFUSED, UNKNOWN, UNSET, case, cases, default

POLICY, CHALLENGER = Side


def money(told, side=POLICY, costs=COSTS):
    """One row's money of a side, in units."""
    row = cases(told, costs=costs).row(0, named=True)
    return {name: row[f"{name}_cents_{side}"] / 100 for name in MONEY}


def events(frame):
    return {side: default_events(frame, side) for side in Side}


# money


def test_what_a_limit_allows_is_its_share_of_the_highest_balance():
    assert money(case(policy={"limit": 200.0}))["sales_granted"] == 100.0
    assert money(case(policy={"limit": 50.0}))["sales_granted"] == 25.0
    assert money(case(policy={"limit": 1e9}))["sales_granted"] == 100.0
    assert money(case(then={"peak_balance": 0.0}))["sales_granted"] == 100.0
    assert money(case(policy=REFUSED))["sales_granted"] == 0.0
    assert money(case(policy=UNSET))["sales_granted"] == 100.0
    assert money(case(policy=REFUSED | {"limit": 500.0}))["sales_granted"] == 0.0  # prepayment


def test_margin_is_on_what_was_paid_for_and_loss_on_what_was_not():
    lost = default(100, 150, sold_and_lost=40.0)
    allowed = money(case(then=lost))
    assert allowed["margin"] == pytest.approx(0.1 * 60)
    assert allowed["loss"] == pytest.approx(0.5 * 40)
    assert allowed["result"] == pytest.approx(6 - 20)
    refused = money(case(policy=REFUSED, then=lost))
    assert (refused["margin"], refused["loss"], refused["lost_granted"]) == (0.0, 0.0, 0.0)


def test_guarantees_and_insurance_cover_a_part_of_the_loss():
    lost = default(100, 150, sold_and_lost=40.0, exposure_at_default=400.0)
    assert money(case(then=lost, guarantee=200.0))["loss"] == pytest.approx(0.5 * 40 * (1 - 100 / 400))
    assert money(case(then=lost, insured=100.0))["loss"] == pytest.approx(0.5 * 40 * (1 - 100 / 400))
    assert money(case(then=lost, insured=9000.0))["loss"] == 0.0


def test_refused_sales_that_are_prepaid_keep_their_margin_and_lose_nothing():
    kept = COSTS.__class__("EUR", 0.5, 0.1, 10.0, 20.0, 0.25, 0.5, 1.0)
    told = case(policy=REFUSED, then=default(100, 150, sold_and_lost=40.0))
    assert money(told, costs=kept)["margin"] == pytest.approx(0.1 * 0.25 * 60)
    assert money(told, costs=kept)["loss"] == 0.0


def test_work_is_what_was_opened():
    assert money(case(policy={"warnings_opened": 3, "reviews_opened": 1}))["handling"] == 50.0


def test_only_good_sales_count_as_good_sales_refused():
    assert money(case(policy=REFUSED))["sales_good_refused"] == 100.0
    assert money(case(policy=REFUSED, then={"severe_delay": True}))["sales_good_refused"] == 0.0
    assert money(case(policy=REFUSED, then=default(100, 150)))["sales_good_refused"] == 0.0


def test_nobody_knows_the_money_of_a_date_without_outcome():
    row = cases(case(then=UNKNOWN)).row(0, named=True)
    assert all(row[f"{name}_cents_{side}"] is None for name in MONEY for side in Side)
    assert (row["is_good"], row["is_bad"]) == (None, None)


# defaults and good customers


def test_a_default_counts_once_however_many_dates_look_forward_to_it():
    frame = cases(*(case(day=day, then=default(day, 200)) for day in (100, 130, 160)))
    found = detect(frame, default_events(frame, POLICY), POLICY)
    assert (found.defaults, found.refused, found.warned, found.missed) == (1, 0, 0, 1)
    assert found.exposure_missed == 500.0


@pytest.mark.parametrize(
    ("refused_on", "lead"),
    [((100, 130, 160), 100), ((130, 160), 70), ((160,), 40), ((100, 160), 40), ((100, 130), None), ((), None)],
)
def test_a_refusal_must_stand_at_the_end_and_leads_from_when_it_has_stood_unbroken(refused_on, lead):
    told = [case(day=d, policy=REFUSED if d in refused_on else None, then=default(d, 200)) for d in (100, 130, 160)]
    event = default_events(cases(*told), POLICY).row(0, named=True)
    assert event["refusal_lead_days"] == lead
    assert event["caught"] == ("missed" if lead is None else "refused")


def test_a_warning_without_refusal_is_only_a_warning():
    frame = cases(case(challenger={"severity": 1}, then=default(100, 150)))
    assert default_events(frame, CHALLENGER)["caught"].to_list() == ["warned"]
    assert default_events(frame, POLICY)["caught"].to_list() == ["missed"]


def test_who_was_in_default_already_is_neither_caught_nor_missed_nor_good():
    frame = cases(case(then=default(100, 150) | {"was_in_default": True}))
    found = detect(frame, default_events(frame, POLICY), POLICY)
    assert (found.defaults, found.good_customers) == (0, 0)


def test_dates_without_outcome_say_nothing_of_anybody():
    frame = cases(case(policy=REFUSED, then=UNKNOWN))
    found = detect(frame, default_events(frame, POLICY), POLICY)
    assert (found.defaults, found.good_customers, found.hurt_customers) == (0, 0, 0)


def test_good_customers_are_hurt_where_they_were_refused_before_they_bought():
    frame = cases(
        case("A", policy=REFUSED),
        case("B", policy=REFUSED, then={"sales_horizon": 0.0}),  # bought nothing
        case("C", policy=REFUSED, then={"severe_delay": True}),
        case("D"),
        case("E", 100, policy=REFUSED),  # good on one date, in default after the next
        case("E", 130, then=default(130, 500)),
    )
    found = detect(frame, default_events(frame, POLICY), POLICY)
    assert (found.good_customers, found.hurt_customers) == (2, 1)


# who moves, and the swap set


def test_moves_are_told_apart():
    frame = cases(
        case("A"),
        case("B", challenger={"limit": 100.0}),
        case("C", challenger={"grade": 5}),
        case("D", challenger={"actions": ["insure"]}),
        case("E", challenger=UNSET),
        case("F", policy=UNSET, challenger=UNSET),
    )
    moved = [c.removeprefix("moved_") for c in frame.columns if c.startswith("moved_")]
    found = {r["customer_id"]: [m for m in moved if r[f"moved_{m}"]] for r in frame.iter_rows(named=True)}
    assert found == {
        "A": [],
        "B": ["limit"],
        "C": ["grade"],
        "D": ["actions"],
        "E": ["limit", "terms", "credit"],
        "F": [],
    }
    assert frame.filter("moved")["customer_id"].to_list() == ["B", "C", "D", "E"]


def test_the_swap_set_holds_everybody_once():
    frame = cases(
        case("A"),
        case("B", challenger=REFUSED, then=default(100, 150, sold_and_lost=30.0)),
        case("C", policy=REFUSED),
        case("D", policy=REFUSED, then=UNKNOWN),
        case("E", challenger=REFUSED, then=default(100, 150) | {"was_in_default": True}),
    )
    found = {(c.policy, c.challenger): c for c in swap_cells(frame)}
    assert len(found) == 9
    assert sum(c.rows for c in found.values()) == 5
    out = found[Credit.ALLOWED, Credit.REFUSED]
    assert (out.rows, out.ripe, out.bad, out.good, out.lost_cents, out.bad_rate) == (2, 1, 1, 0, 3000, 1.0)
    swapped_in = found[Credit.REFUSED, Credit.ALLOWED]
    assert (swapped_in.rows, swapped_in.ripe, swapped_in.good, swapped_in.bad_rate) == (2, 1, 1, 0.0)
    assert found[Credit.UNSET, Credit.UNSET].bad_rate is None


# figures and their uncertainty

ANSWERS = st.sampled_from([None, REFUSED, UNSET, {"limit": 70.0}, {"severity": 2, "warnings_opened": 1}])
AFTER = st.sampled_from([{}, UNKNOWN, {"severe_delay": True}, default(100, 300, sold_and_lost=30.0)])
TOLD = st.lists(
    st.tuples(st.sampled_from("ABCDE"), ANSWERS, ANSWERS, AFTER, st.sampled_from(["DE", "FR", None])),
    min_size=1,
    max_size=12,
)


def frame_of(told):
    return cases(
        *(
            case(customer, 100 + n, policy, challenger, then, country=country)
            for n, (customer, policy, challenger, then, country) in enumerate(told)
        )
    )


@settings(max_examples=25, deadline=None)
@given(TOLD)
def test_parts_add_up_to_the_whole(told):
    frame = frame_of(told)
    found = events(frame)
    total = figures_by(frame, found).row(0, named=True)
    summed = [c for c in total if c not in ("customers",)]
    for by in ("country", "industry"):
        parts = figures_by(frame, found, by)
        assert {c: parts[c].sum() for c in summed} == {c: total[c] for c in summed}
    dates = figures_by(frame, found, "as_of")
    assert all(dates[c].sum() == total[c] for c in summed if c in dates.columns)


@settings(max_examples=25, deadline=None)
@given(TOLD)
def test_the_other_way_round_every_difference_turns_its_sign(told):
    there = frame_of(told)
    back = frame_of([(who, challenger, policy, then, where) for who, policy, challenger, then, where in told])
    one, other = per_customer(there, events(there)), per_customer(back, events(back))
    assert one["customer_id"].equals(other["customer_id"])
    for name in DIFFERENCES:
        assert (one[name] == -other[name]).all()


@settings(max_examples=25, deadline=None)
@given(TOLD)
def test_the_gain_is_loss_avoided_less_margin_lost_less_work(told):
    frame = frame_of(told)
    found = per_customer(frame, events(frame))
    made = found["loss_avoided_cents"] - found["margin_lost_cents"] - found["work_added_cents"]
    assert (made == found["gain_cents"]).all()


def test_segments_have_intervals_with_null_a_value():
    frame = cases(case("A", challenger=REFUSED), case("B", country=None), case("C", country="null"))
    total, gains = sure_differences(frame, events(frame))
    assert {k: v.value for k, v in gains["country"].items()} == {"DE": -1000.0, None: 0.0, "null": 0.0}
    assert total["gain_cents"].value == -1000.0


def test_without_an_outcome_there_is_no_difference():
    frame = cases(case(then=UNKNOWN))
    assert sure_differences(frame, events(frame)) == ({}, {})


def test_intervals_are_those_of_a_mean_over_customers():
    rng = np.random.default_rng(5)
    values = rng.normal(100.0, 50.0, size=(400, 1)).round().astype(np.int64)
    (found,) = resample_sums(values)
    error = values.std() * np.sqrt(len(values))
    assert found.value == values.sum()
    assert found.low == pytest.approx(found.value - 1.96 * error, abs=0.25 * error)
    assert found.high == pytest.approx(found.value + 1.96 * error, abs=0.25 * error)
    assert found.is_clear


def test_intervals_are_the_same_every_time_and_empty_for_one_customer():
    values = np.arange(20, dtype=np.int64).reshape(10, 2)
    assert resample_sums(values) == resample_sums(values)
    (alone,) = resample_sums(np.array([[7]]))
    assert (alone.value, alone.low, alone.high) == (7.0, 7.0, 7.0)
    assert not resample_sums(np.array([[1], [-1], [1], [-1]]))[0].is_clear


def test_money_does_not_depend_on_the_order_of_rows():
    told = [case(c, policy={"limit": 33.3}, then=default(100, 150, sold_and_lost=0.1 * n)) for n, c in enumerate("ABC")]
    assert cases(*told).equals(cases(*told[::-1]))
    assert with_money(cases(*told), COSTS).select(pl.all().exclude("^share_.*$")).height == 3
