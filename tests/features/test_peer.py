"""A customer against its peers: deviations by hand, who counts as a peer, and when there are too few."""

from collections.abc import Sequence
from statistics import fmean, stdev

import pytest

from riskengine.features.engines import Engine
from riskengine.features.peer import FEATURES, LEAST_PEERS
from riskengine.features.peer_value import FIGURES
from support.feature_rows import Row, assert_engines_agree, features_by_customer, tables

DAYS_LATE = [0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 8, 8, 9, 10, 12, 15]  # of 19 others


def ledger(late: Sequence[int], amount: float = 1000, **of_customers: Sequence[str | None]) -> dict[str, Sequence[Row]]:
    """Customers C00, C01, ... each with one invoice paid so many days late, settled in June 2024."""
    names = [f"C{n:02d}" for n in range(len(late))]
    customers = [
        {"customer_id": name, **{column: values[n] for column, values in of_customers.items()}}
        for n, name in enumerate(names)
    ]
    invoices = [
        {"invoice_id": f"I{n}", "customer_id": n, "issued_on": "2024-05-01", "due_on": "2024-06-01", "amount": amount}
        for n in names
    ]
    payments = [
        {"invoice_id": f"I{n}", "customer_id": n, "paid_on": f"2024-06-{days + 1:02d}", "amount": amount}
        for n, days in zip(names, late, strict=True)
    ]
    return {"customers": customers, "invoices": invoices, "payments": payments}


def test_deviation_by_hand():
    late = [20, *DAYS_LATE]
    found = features_by_customer(tables(**ledger(late, industry=["A"] * 20)))
    expected = (20 - fmean(late)) / stdev(late)
    assert found["C00"]["peer_industry_late_days_90d"] == pytest.approx(expected)
    assert found["C01"]["peer_industry_late_days_90d"] == pytest.approx((0 - fmean(late)) / stdev(late))
    assert found["C00"]["peer_size_late_days_90d"] == pytest.approx(expected), "all bought the same"
    assert found["C00"]["peer_region_late_days_90d"] is None, "no region is known"


def test_peers_are_those_of_the_same_industry_region_and_size():
    late = [20, *DAYS_LATE, *[25] * 20]
    industries = [*["A"] * 20, *["B"] * 20]
    regions = ["N", "S"] * 20
    found = features_by_customer(tables(**ledger(late, industry=industries, region=regions)))["C00"]
    own, north = late[:20], late[::2]
    assert found["peer_industry_late_days_90d"] == pytest.approx((20 - fmean(own)) / stdev(own))
    assert found["peer_region_late_days_90d"] == pytest.approx((20 - fmean(north)) / stdev(north))
    assert found["peer_size_late_days_90d"] == pytest.approx((20 - fmean(late)) / stdev(late))


def test_fewer_than_twenty_peers_say_nothing():
    late = [20, *DAYS_LATE]
    assert len(late) == LEAST_PEERS
    industries = [*["A"] * 19, None]
    found = features_by_customer(tables(**ledger(late, industry=industries)))
    assert found["C00"]["peer_industry_late_days_90d"] is None
    assert found["C00"]["peer_size_late_days_90d"] is not None


def test_only_peers_of_whom_the_figure_is_known_count():
    given = ledger([20, *DAYS_LATE], industry=["A"] * 20)
    without = given | {"payments": given["payments"][:-1], "invoices": given["invoices"][:-1]}
    assert features_by_customer(tables(**without))["C00"]["peer_industry_late_days_90d"] is None


def test_where_all_are_alike_nobody_deviates():
    found = features_by_customer(tables(**ledger([5] * 25, industry=["A"] * 25)))
    assert found["C00"]["peer_industry_late_days_90d"] is None


def test_lateness_counts_as_sixty_days_at_most():
    late = [*DAYS_LATE, 15]
    base = ledger(late, industry=["A"] * 20)
    open_since = {"invoice_id": "old", "customer_id": "C00", "issued_on": "2022-01-01", "due_on": "2022-02-01"}
    years_late = base | {
        "invoices": [{**open_since, "amount": 10}, *base["invoices"][1:]],
        "payments": base["payments"][1:],
    }
    held = [60, *late[1:]]
    found = features_by_customer(tables(**years_late))
    assert found["C00"]["pay_late_days_mean_90d"] > 800
    assert found["C00"]["peer_industry_late_days_90d"] == pytest.approx((60 - fmean(held)) / stdev(held))


@pytest.mark.parametrize(
    ("amount", "size"),
    [
        (50_000, "micro"),
        (50_000.01, "small"),
        (250_000, "small"),
        (250_000.01, "medium"),
        (1e6, "medium"),
        (2e6, "large"),
    ],
)
def test_size_classes(amount: float, size: str):
    assert features_by_customer(tables(**ledger([0], amount)))["C00"]["peer_size_class"] == size


def test_who_buys_nothing_is_of_no_size():
    found = features_by_customer(tables())["C1"]
    assert found["peer_size_class"] is None
    assert found["peer_size_late_days_90d"] is None


def test_equity_against_the_industry():
    shares = [0.05, *(0.3 + n / 100 for n in range(20))]
    statements = [
        {
            "customer_id": f"C{n:02d}",
            "period_end": "2023-12-31",
            "published_on": "2024-03-31",
            "equity": 100 * share,
            "total_assets": 100,
        }
        for n, share in enumerate(shares)
    ]
    customers = [{"customer_id": f"C{n:02d}", "industry": "A"} for n in range(len(shares))]
    found = features_by_customer(tables(customers=customers, financials=statements))["C00"]
    assert found["peer_industry_equity_ratio"] == pytest.approx((0.05 - fmean(shares)) / stdev(shares))


def test_every_figure_is_a_feature_in_bounds():
    assert len(FEATURES) == sum(len(figure.by) for figure in FIGURES) <= 16
    assert all(figure.low < figure.high for figure in FIGURES)
    # sums of squares of ten million customers stay within 64 bits
    assert all(max(abs(figure.low), abs(figure.high)) <= 900 for figure in FIGURES)


def test_engines_agree():
    assert len(Engine) == 3
    assert_engines_agree(tables(**ledger([20, *DAYS_LATE], industry=["A"] * 20)), FEATURES)
