"""Formulas with their published vectors and the properties they must have."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.portfolio.ageing import AGE_BAND_LAST_DAY, AgeBand, DebtAge, Shift, age_band, ageing_shift, debt_age
from riskengine.portfolio.collection import collection_effectiveness
from riskengine.portfolio.concentration import AbcClass, abc_classes, concentration, herfindahl, top_share
from riskengine.portfolio.days_outstanding import MonthSales, count_back_dso, days_sales_outstanding
from riskengine.portfolio.provision import loss_rates, provision, roll_rates
from riskengine.terms.errors import InputError

amounts = st.floats(min_value=0.01, max_value=1e12)


def test_count_back_dso_vectors() -> None:
    even = [MonthSales(100e3, 30), MonthSales(80e3, 30), MonthSales(70e3, 30)]
    calendar = [MonthSales(900e3, 31), MonthSales(800e3, 28), MonthSales(700e3, 31)]
    assert count_back_dso(212_000, even) == pytest.approx(73.71, abs=0.005)
    assert count_back_dso(2_100_000, calendar) == pytest.approx(76.71, abs=0.005)


def test_count_back_dso_of_exactly_the_newest_month_is_its_days() -> None:
    assert count_back_dso(100, [MonthSales(100, 31), MonthSales(50, 30)]) == 31


def test_count_back_dso_beyond_the_history_is_unknown() -> None:
    assert count_back_dso(251, [MonthSales(100, 30), MonthSales(150, 30)]) is None
    assert count_back_dso(1, []) is None


def test_months_without_sales_pass_their_days() -> None:
    assert count_back_dso(50, [MonthSales(0, 30), MonthSales(-10, 31), MonthSales(100, 30)]) == 30 + 31 + 15


@given(amounts, st.lists(amounts, min_size=1, max_size=12))
def test_count_back_dso_never_falls_as_receivables_grow(receivables: float, sales: list[float]) -> None:
    months = [MonthSales(s, 30) for s in sales]
    less, more = count_back_dso(receivables / 2, months), count_back_dso(receivables, months)
    assert more is None or (less is not None and less <= more)


def test_collection_effectiveness_has_no_value_without_anything_to_collect() -> None:
    assert collection_effectiveness(100, 50, 150, 150) is None
    assert collection_effectiveness(100, 50, 160, 155) is None
    assert collection_effectiveness(100, 50, 50, 50) == 100


def test_dso_without_sales_is_unknown() -> None:
    assert days_sales_outstanding(100, 0, 30) is None
    assert days_sales_outstanding(100, -5, 30) is None


def test_provision_matrix_vector() -> None:
    rates = [0.003, 0.016, 0.036, 0.066, 0.106]
    assert provision(rates, [15_000, 7_500, 4_000, 2_500, 1_000]) == pytest.approx(580)


def test_an_unknown_rate_on_a_balance_makes_the_provision_unknown() -> None:
    assert provision([None, 0.1], [0.0, 100.0]) == pytest.approx(10)
    assert provision([None, 0.1], [1.0, 100.0]) is None


@pytest.mark.parametrize("recovery", [-0.1, 1.1, float("nan")])
def test_a_recovery_that_is_no_share_is_refused(recovery: float) -> None:
    with pytest.raises(InputError, match="is not a share"):
        loss_rates([0.5], recovery)


def test_bands_and_rates_must_pair_up() -> None:
    with pytest.raises(InputError, match="2 loss rates for 1 balances"):
        provision([0.1, 0.2], [1.0])
    with pytest.raises(InputError, match="different numbers of bands"):
        roll_rates([[1.0], [1.0, 2.0]])


def test_roll_rates_use_only_the_newest_months() -> None:
    history = [[100.0, 0.0], [100.0, 90.0], [100.0, 10.0], [100.0, 20.0]]
    assert roll_rates(history, months=2) == (pytest.approx(0.15),)


@given(st.lists(st.lists(st.floats(0, 1e9), min_size=4, max_size=4), min_size=1, max_size=15), st.floats(0, 1))
def test_rates_are_shares_and_older_bands_lose_no_less(balances: list[list[float]], recovery: float) -> None:
    rolls = roll_rates(balances)
    assert all(r is None or 0 <= r <= 1 for r in rolls)
    known = [r for r in loss_rates(rolls, recovery) if r is not None]
    assert known == sorted(known)
    assert all(0 <= r <= 1 for r in known)


def test_band_edges() -> None:
    edges = [
        (0, "not_due"),
        (1, "1-30"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (180, "91-180"),
        (366, "over_365"),
    ]
    assert all(age_band(day) == band for day, band in edges)
    assert [debt_age(d) for d in (30, 31, 90, 91, 180, 181, 365, 366)] == [
        DebtAge.NORMAL,
        DebtAge.WATCH,
        DebtAge.WATCH,
        DebtAge.INTENSIFY,
        DebtAge.INTENSIFY,
        DebtAge.LEGAL,
        DebtAge.LEGAL,
        DebtAge.LEGAL_OVERDUE,
    ]
    assert list(AGE_BAND_LAST_DAY.values()) == sorted(AGE_BAND_LAST_DAY.values())


@pytest.mark.parametrize(
    ("late_after", "shift"),
    [
        (22.0, Shift.LENGTHENING),
        (21.9, Shift.STEADY),
        (19.1, Shift.STEADY),
        (19.0, Shift.SHORTENING),
        (0.0, Shift.SHORTENING),
    ],
)
def test_ageing_shift_thresholds(late_after: float, shift: Shift) -> None:
    before = {AgeBand.NOT_DUE: 80.0, AgeBand.TO_30: 20.0}
    after = {AgeBand.NOT_DUE: 100.0 - late_after, AgeBand.TO_30: late_after}
    found = {s.band: s for s in ageing_shift(before, after)}
    assert found[AgeBand.TO_30].shift is shift
    assert found[AgeBand.NOT_DUE].shift is Shift.STEADY


@pytest.mark.parametrize(("amount", "surge"), [(120.0, True), (119.9, False)])
def test_a_band_surges_when_its_amount_grows_by_a_fifth(amount: float, surge: bool) -> None:
    found = ageing_shift({AgeBand.TO_60: 100.0}, {AgeBand.TO_60: amount})
    assert {s.band: s.surge for s in found}[AgeBand.TO_60] is surge


def test_a_band_that_appears_lengthens_and_has_no_growth_rate() -> None:
    found = {s.band: s for s in ageing_shift({AgeBand.NOT_DUE: 1.0}, {AgeBand.NOT_DUE: 1.0, AgeBand.OVER_365: 1.0})}
    assert found[AgeBand.OVER_365].shift is Shift.LENGTHENING
    assert found[AgeBand.OVER_365].surge
    assert found[AgeBand.OVER_365].amount_growth is None
    assert ageing_shift({}, {AgeBand.NOT_DUE: 1.0}) == ()


@given(st.lists(amounts, min_size=1, max_size=50))
def test_hhi_lies_between_even_and_one_name(values: list[float]) -> None:
    hhi = herfindahl(values)
    assert hhi is not None
    assert 1 / len(values) - 1e-9 <= hhi <= 1 + 1e-9
    assert herfindahl(values[::-1]) == hhi


def test_concentration_ignores_names_without_exposure() -> None:
    found = concentration([40.0, 40.0, 20.0, 0.0, -5.0])
    assert found.names == 3
    assert found.effective_names == pytest.approx(1 / 0.36)
    assert (found.top_1, found.top_5, found.top_10) == (0.4, 1.0, 1.0)
    assert concentration([]).hhi is None
    assert top_share([], 5) is None


def test_abc_boundaries_and_ties() -> None:
    assert abc_classes({"big": 95, "small": 5}) == {"big": AbcClass.A, "small": AbcClass.C}
    assert abc_classes({"b": 1, "a": 1}) == {"a": AbcClass.A, "b": AbcClass.A}
    even = abc_classes({f"{i:03}": 1 for i in range(100)})
    assert [list(even.values()).count(c) for c in AbcClass] == [80, 15, 5]


@given(st.dictionaries(st.text(max_size=5), st.integers(-10, 10**12), max_size=40))
def test_every_customer_has_a_class_and_more_business_never_a_lower_one(business: dict[str, int]) -> None:
    found = abc_classes(business)
    assert found.keys() == business.keys()
    ranked = sorted(business, key=lambda c: -business[c])
    assert all(found[x] <= found[y] for x, y in pairwise(ranked) if business[x] > business[y])
