"""The curve of a threshold and the choice on it, on rows whose answer can be counted by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.portfolio.trial.resampling import resample_sums
from riskengine.portfolio.trial.tuning_choice import Budget, Trouble, Volume, choose, curve_of, resample
from riskengine.portfolio.trial.tuning_curve import (
    MEASURES,
    Evidence,
    foreseeable_defaults,
    gather_evidence,
    measure_value,
)
from support.trial_cases import REFUSED, UNKNOWN, case, cases, default

DAYS = (100, 130, 160)
COUNTED = {name: place for place, name in enumerate(MEASURES)}


def hits(*pairs):
    return pl.DataFrame(
        [{"as_of": day, "customer_id": customer} for customer, day in pairs],
        schema={"as_of": pl.Int32, "customer_id": pl.String},
    )


STORY = cases(
    *(case("bad", day, then=default(day, 200)) for day in DAYS),
    *(case("good", day) for day in DAYS),
    case("new", 160, then=UNKNOWN),
)


def test_hits_by_what_happened():
    found, lead = measure_value(STORY, hits(("bad", 130), ("bad", 160), ("good", 100), ("new", 160)), DAYS)
    rows = {row["customer_id"]: row for row in found.to_dicts()}
    assert found["customer_id"].to_list() == ["bad", "good", "new"]
    assert {k: rows["bad"][k] for k in ("hits", "opened", "ripe_hits", "bad_hits", "good_hits", "caught")} == {
        "hits": 2, "opened": 1, "ripe_hits": 2, "bad_hits": 2, "good_hits": 0, "caught": 1,
    }  # fmt: skip
    assert (rows["good"]["hits"], rows["good"]["opened"], rows["good"]["good_hits"]) == (1, 0, 1)  # stood at the start
    assert (rows["new"]["hits"], rows["new"]["ripe_hits"]) == (1, 0)  # nobody can say yet
    assert lead == 70.0  # the hit stood from day 130 on; the default came on day 200


def test_a_hit_that_went_away_before_the_default_caught_nothing():
    found, lead = measure_value(STORY, hits(("bad", 100), ("bad", 130)), DAYS)
    assert found["caught"].sum() == 0
    assert lead is None


def test_a_broken_spell_counts_from_where_it_began_again():
    _, lead = measure_value(STORY, hits(("bad", 100), ("bad", 160)), DAYS)
    assert lead == 40.0


def test_who_was_in_default_already_is_no_hit_that_tells():
    told = cases(case("A", 100, then=default(100, 200, was_in_default=True)))
    found, _ = measure_value(told, hits(("A", 100)), (100,))
    assert found.select("hits", "ripe_hits", "bad_hits", "caught").row(0) == (1, 0, 0, 0)
    assert foreseeable_defaults(told).is_empty()


def test_money_is_what_the_other_decision_earns():
    lost = default(100, 200, sold_and_lost=100.0)
    told = cases(case("A", 100, challenger=REFUSED, then=lost), case("B", 100, challenger=REFUSED))
    found, _ = measure_value(told, hits(("A", 100), ("B", 100)), (100,))
    sums = found.sum()
    assert sums["loss_avoided_cents"][0] == 5_000  # half of what was lost
    assert sums["margin_lost_cents"][0] == 1_000  # a tenth of B's sales; A paid for nothing
    assert sums["gain_cents"][0] == 4_000
    assert sums["refused"][0] == sums["moved"][0] == 2


def evidence(by_value, customers=60, defaults=1, weeks=10.0):
    """Every customer alike: for each value {measure: count}."""
    sums = np.zeros((customers, len(by_value), len(MEASURES)), dtype=np.int64)
    for place, counts in enumerate(by_value.values()):
        for name, count in counts.items():
            sums[:, place, COUNTED[name]] = count
    return Evidence(
        tuple(f"C{n}" for n in range(customers)),
        tuple(float(value) for value in by_value),
        sums,
        np.full(customers, defaults, dtype=np.int64),
        weeks,
        tuple(None for _ in by_value),
        tuple(customers for _ in by_value),
    )


def choice_of(found, **options):
    asked = {"budget": None, "by_money": False, "has_outcomes": True} | options
    return choose(found, resample(found, draws=60), **asked)


CURVE = {
    10: {"opened": 6, "hits": 6, "caught": 3, "gain_cents": 100},
    20: {"opened": 4, "hits": 4, "caught": 3, "gain_cents": 300},
    30: {"opened": 2, "hits": 2, "caught": 2, "gain_cents": 200},
    40: {"opened": 1, "hits": 1, "caught": 1, "gain_cents": 50},
}


def test_money_takes_the_value_that_earns_most():
    assert choice_of(evidence(CURVE), by_money=True).value == 20.0


def test_a_budget_takes_the_value_that_catches_most_within_it():
    # 60 customers with 2 new hits in 10 weeks are 12 a week
    assert choice_of(evidence(CURVE), budget=Budget(Volume.WARNINGS, 12.0)).value == 30.0
    assert choice_of(evidence(CURVE), budget=Budget(Volume.WARNINGS, 24.0)).value == 20.0  # as many as 10, fewer hits
    assert choice_of(evidence(CURVE), budget=Budget(Volume.WARNINGS, 12.0), by_money=True).value == 30.0


def test_no_value_keeps_a_budget_that_is_too_small():
    found = choice_of(evidence(CURVE), budget=Budget(Volume.WARNINGS, 5.0))
    assert (found.value, found.low, found.high, found.as_good) == (None, None, None, None)


def test_without_outcomes_the_one_with_most_hits_in_the_budget():
    found = choice_of(evidence(CURVE), budget=Budget(Volume.HITS, 24.0), has_outcomes=False)
    assert found.value == 20.0
    assert Trouble.NO_OUTCOMES in found.troubles


@pytest.mark.parametrize(
    ("curve", "defaults", "trouble"),
    [
        ({1: {"gain_cents": 9}, 2: {"gain_cents": 5}, 3: {}}, 1, Trouble.AT_EDGE),
        ({1: {}, 2: {"gain_cents": 1}, 3: {}}, 0, Trouble.FEW_DEFAULTS),
    ],
)
def test_troubles(curve, defaults, trouble):
    assert trouble in choice_of(evidence(curve, defaults=defaults), by_money=True).troubles


def test_a_curve_of_chance_is_flat_and_a_steep_one_is_not():
    chance = np.random.default_rng(3)
    found = evidence(CURVE)
    found.sums[:, :, COUNTED["gain_cents"]] = chance.integers(-1000, 1001, (60, 4))
    assert Trouble.FLAT in choice_of(found, by_money=True).troubles
    steep = choice_of(evidence(CURVE), by_money=True)
    assert Trouble.FLAT not in steep.troubles
    assert steep.as_good == (steep.value, steep.value) == (steep.low, steep.high)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_choice_keeps_the_budget_and_nothing_better_does(seed):
    chance = np.random.default_rng(seed)
    found = evidence({n: {} for n in range(6)}, customers=20)
    found.sums[:] = chance.integers(0, 5, found.sums.shape)
    budget = Budget(Volume.HITS, float(chance.integers(3, 7)))
    chosen = choice_of(found, budget=budget, by_money=True)
    totals = found.totals()
    volume, gain = (totals[:, COUNTED[name]] for name in ("opened", "gain_cents"))
    allowed = volume / found.weeks <= budget.per_week
    if chosen.value is None:
        assert not allowed.any()
        return
    place = found.values.index(chosen.value)
    assert allowed[place]
    assert gain[place] == gain[allowed].max()
    assert chosen.low <= chosen.high
    assert chosen.as_good[0] <= chosen.value <= chosen.as_good[1]


def test_intervals_hold_the_figure_and_the_same_seed_gives_the_same():
    chance = np.random.default_rng(1)
    found = evidence(CURVE)
    found.sums[:] = chance.integers(0, 4, found.sums.shape)
    points = curve_of(found, resample(found, draws=200))
    for point in points:
        assert point.precision.low <= point.precision.value <= point.precision.high
        assert point.recall.low <= point.recall.value <= point.recall.high
        assert point.gain_cents.low <= point.gain_cents.value <= point.gain_cents.high
    assert points == curve_of(found, resample(found, draws=200))


def test_money_is_as_sure_as_in_a_simulation_of_the_same_customers():
    gains = np.random.default_rng(3).integers(-90, 100, size=40)
    found = evidence({1: {}, 2: {}})
    sums = np.zeros((40, *found.sums.shape[1:]), dtype=np.int64)
    sums[:, 1, COUNTED["gain_cents"]] = gains
    found = replace(found, customers=tuple(map(str, range(40))), sums=sums, defaults=np.zeros(40, dtype=np.int64))
    assert (curve_of(found, resample(found))[1].gain_cents,) == resample_sums(gains.reshape(-1, 1))


def test_nothing_hit_has_no_precision():
    point = curve_of(evidence({1: {}, 2: {}}), resample(evidence({1: {}, 2: {}}), draws=20))[0]
    assert point.precision is None
    assert point.recall.value == 0.0


def test_gathering_keeps_customers_and_values_apart():
    some, other = hits(("bad", 160)), hits(("good", 130))
    frames, leads = zip(*(measure_value(STORY, h, DAYS) for h in (some, other)), strict=True)
    found = gather_evidence([1.0, 2.0], frames, leads, foreseeable_defaults(STORY), DAYS)
    assert found.sums[:, :, COUNTED["hits"]].tolist() == [[1, 0], [0, 1], [0, 0]]
    assert found.defaults.tolist() == [1, 0, 0]
    assert found.weeks == pytest.approx(60 / 7)
    assert found.lead_days == (40.0, None)
    assert found.customers_hit == (1, 1)
