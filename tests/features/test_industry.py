import pytest

from riskengine.features.engines import Engine
from riskengine.features.industry import FEATURES
from support.feature_rows import features_by_customer, features_of, tables

CUSTOMER = {"customer_id": "C1", "industry": "C33"}


def observed(day: str, delay: float | None = None, **more: object) -> dict:
    return {"observed_on": day, "delay_index": delay, **more}


def rated(*industry: dict, as_of: str = "2024-06-30") -> dict:
    return features_of(tables(customers=[CUSTOMER], industry=industry), as_of)


def paid(customer: str, late: int, count: int = 1) -> list[dict]:
    """Invoices due on 2024-01-31 and paid so many days later."""
    return [
        {
            "invoice_id": f"{customer}-{late}-{n}",
            "customer_id": customer,
            "issued_on": "2024-01-01",
            "due_on": "2024-01-31",
            "amount": 100,
            "_paid_late": late,
        }
        for n in range(count)
    ]


def ledger(customers: list[dict], invoices: list[dict]) -> dict[str, dict]:
    march = {late: f"2024-{2 + (late - 1) // 29:02d}-{(late - 1) % 29 + 1:02d}" for late in range(1, 30)}
    payments = [
        {
            "invoice_id": i["invoice_id"],
            "customer_id": i["customer_id"],
            "paid_on": march[i["_paid_late"]],
            "amount": 100,
        }
        for i in invoices
    ]
    rows = [{k: v for k, v in i.items() if k != "_paid_late"} for i in invoices]
    return features_by_customer(tables(customers=customers, invoices=rows, payments=payments))


def test_newest_observation_and_change_against_the_same_month() -> None:
    found = rated(
        observed("2023-04-30", 90),
        observed("2023-05-31", 100, activity_index=104, default_rate=0.02),
        observed("2023-06-30", 110),
        observed("2024-05-31", 125, activity_index=97, default_rate=0.035),
    )
    assert found["ind_delay_index"] == 125
    assert found["ind_delay_index_change"] == 25
    assert found["ind_activity_index"] == 97
    assert found["ind_activity_index_change"] == -7
    assert found["ind_default_rate"] == 0.035
    assert found["ind_default_rate_change"] == pytest.approx(0.015)
    assert found["ind_delay_index_age_days"] == 30


def test_each_series_is_read_at_its_own_newest_value() -> None:
    found = rated(observed("2023-12-31", 100, default_rate=0.02), observed("2024-05-31", 120))
    assert found["ind_delay_index"] == 120
    assert found["ind_default_rate"] == 0.02


def test_without_a_year_before_there_is_no_change() -> None:
    found = rated(observed("2023-01-31", 90), observed("2023-09-30", 95), observed("2024-05-31", 125))
    assert found["ind_delay_index"] == 125
    assert found["ind_delay_index_change"] is None


def test_a_revision_counts_from_the_day_it_is_known() -> None:
    rows = (observed("2024-05-31", 125), observed("2024-05-31", 131, known_at="2024-06-20"))
    assert rated(*rows, as_of="2024-06-19")["ind_delay_index"] == 125
    assert rated(*rows, as_of="2024-06-20")["ind_delay_index"] == 131


def test_an_observation_known_later_is_not_used() -> None:
    rows = (observed("2024-04-30", 120), observed("2024-05-31", 125, known_at="2024-07-05"))
    assert rated(*rows)["ind_delay_index"] == 120


def test_an_industry_without_series_is_missing() -> None:
    found = rated(observed("2024-05-31", 125, industry="G51"))
    assert {found[f.name] for f in FEATURES} == {None}


@pytest.mark.parametrize("engine", list(Engine))
def test_what_is_no_number_is_not_stated(engine: Engine) -> None:
    rows = [observed("2024-04-30", 110), observed("2024-05-31", float("nan")), observed("2024-06-30", float("inf"))]
    found = features_of(tables(customers=[CUSTOMER], industry=rows), engine=engine)
    assert found["ind_delay_index"] == 110
    assert found["ind_activity_index"] is None


def test_zero_is_a_value() -> None:
    assert rated(observed("2024-05-31", 0.0, default_rate=0.0))["ind_default_rate"] == 0


def test_mean_of_peers_is_over_experiences_and_holds_the_customer_itself() -> None:
    customers = [{"customer_id": c, "industry": i} for c, i in [("C1", "A"), ("C2", "A"), ("C3", "B"), ("C4", "A")]]
    found = ledger(customers, [*paid("C1", 20), *paid("C2", 4, 3), *paid("C3", 9, 2)])
    assert found["C1"]["ind_late_days_mean_365d"] == pytest.approx((20 + 3 * 4) / 4)
    assert found["C1"]["ind_late_days_excess_365d"] == pytest.approx(12)
    assert found["C2"]["ind_late_days_excess_365d"] == pytest.approx(-4)
    assert found["C3"]["ind_late_days_excess_365d"] == 0
    assert found["C4"]["ind_late_days_mean_365d"] == pytest.approx(8), "a customer without history has peers"
    assert found["C4"]["ind_late_days_excess_365d"] is None


def test_customers_of_no_known_industry_are_not_peers_of_each_other() -> None:
    found = ledger([{"customer_id": "C1"}, {"customer_id": "C2"}], [*paid("C1", 20), *paid("C2", 4)])
    assert found["C1"]["ind_late_days_mean_365d"] is None
    assert found["C1"]["ind_late_days_excess_365d"] is None
