"""How many customers of an industry pay later than their own habit, and what is the same for a whole industry."""

from datetime import date, timedelta

import pytest

from riskengine.features.build import build_features, surroundings_of
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.engines import Engine
from riskengine.features.industry_breadth import FEATURES
from riskengine.tables.store import TableSet
from support.feature_rows import assert_engines_agree, features_by_customer, tables
from support.ledgers import AS_OF, in_memory, random_ledger

END = date(2024, 6, 30)


def _paid(customer: str, days_ago: int, late: int) -> tuple[dict[str, object], dict[str, object]]:
    """An invoice due so many days ago, paid so many days later."""
    due = END - timedelta(days=days_ago)
    name = f"{customer}-{days_ago}"
    shared = {"customer_id": customer, "amount": 100, "invoice_id": name}
    invoice = {**shared, "issued_on": due - timedelta(days=30), "due_on": due}
    return invoice, {**shared, "paid_on": due + timedelta(days=late), "payment_id": name}


def _world(**late: tuple[int, int]) -> TableSet:
    """By customer how late it paid in the year before and in the last 90 days."""
    rows = [
        _paid(customer, days_ago, before if days_ago > 90 else now)
        for customer, (before, now) in late.items()
        for days_ago in (30, 50, 70, 150, 200, 250, 300)
    ]
    customers = [{"customer_id": one, "industry": "C33"} for one in late]
    return tables(customers=customers, invoices=[i for i, _ in rows], payments=[p for _, p in rows])


def _breadth(world: TableSet) -> tuple[object, ...]:
    return tuple(next(iter(features_by_customer(world).values()))[feature.name] for feature in FEATURES)


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ({"C1": (0, 0)}, (1.0, 0.0, 0.0)),
        ({"C1": (0, 5)}, (1.0, 1.0, 1.0)),
        ({"C1": (0, 4)}, (1.0, 0.0, 0.0)),
        ({"C1": (20, 20), "C2": (0, 9), "C3": (-3, 2), "C4": (9, 0)}, (4.0, 2.0, 0.5)),
    ],
)
def test_customers_are_held_against_their_own_habit(late: dict[str, tuple[int, int]], expected: tuple[float, ...]):
    assert _breadth(_world(**late)) == expected


def test_a_customer_with_few_payments_is_not_judged():
    rows = [_paid("C1", days_ago, 10) for days_ago in (30, 50, 150, 200, 250)]
    world = tables(
        customers=[{"customer_id": "C1", "industry": "C33"}],
        invoices=[i for i, _ in rows],
        payments=[p for _, p in rows],
    )
    assert _breadth(world) == (0.0, 0.0, None)


def test_without_an_industry_it_is_missing():
    assert _breadth(tables(customers=[{}])) == (None, None, None)


def test_engines_agree():
    assert_engines_agree(_world(C1=(0, 5), C2=(3, 0)), FEATURES)


def test_what_is_the_same_for_a_whole_industry():
    built = build_features(in_memory(random_ledger(12)), AS_OF)
    named = [name for name, feature in CATALOGUE.items() if feature.whole_industry]
    assert len(named) >= 10
    assert all(name.startswith("ind_") for name in named)
    apart = built.drop_nulls("cus_industry").group_by("cus_industry").n_unique().select(named)
    assert apart.max().row(0) == (1,) * len(named)
    assert "ind_late_days_excess_365d" not in named, "the customer against its industry"


def test_a_few_customers_take_it_from_the_surroundings():
    world = _world(C1=(0, 9), C2=(0, 9), C3=(0, 0))
    around = surroundings_of(world, END, engine=Engine.POLARS)
    alone = build_features(_world(C3=(0, 0)), END, surroundings=around)
    assert alone["ind_customers_later_count_90d"].item() == 2.0
