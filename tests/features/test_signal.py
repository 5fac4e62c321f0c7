import pytest

from riskengine.features.signal import FEATURES
from riskengine.features.signal_kinds import KIND_TEXTS
from riskengine.terms.codes import SignalKind
from support.feature_rows import features_by_customer, features_of, tables

STATEMENT = {"period_end": "2023-12-31", "published_on": "2024-04-30", "equity": 1000}
AS_OF = "2024-06-30"


def signal(kind: str, occurred_on: str, **more: object) -> dict:
    return {"kind": kind, "occurred_on": occurred_on, "currency": "CNY", **more}


def rated(*signals: dict, as_of: str = AS_OF, equity: float | None = 1000) -> dict:
    statements = [{**STATEMENT, "equity": equity}]
    return features_of(tables(signals=signals, financials=statements), as_of)


def test_every_kind_has_a_count_and_a_name_in_both_languages() -> None:
    names = {f.name for f in FEATURES}
    assert {f"sig_{kind.value}_count_365d" for kind in SignalKind} <= names
    assert set(KIND_TEXTS) == set(SignalKind)


def test_a_signal_counts_for_its_kind_alone() -> None:
    """Customer k has two signals of kind k."""
    kinds = {kind.value: kind for kind in SignalKind}
    signals = [signal(name, day, customer_id=name) for name in kinds for day in ("2024-05-01", "2024-06-01")]
    found = features_by_customer(tables(customers=[{"customer_id": name} for name in kinds], signals=signals), AS_OF)
    counts = {name: {k for k in kinds if found[name][f"sig_{k}_count_365d"] == 2} for name in kinds}
    assert counts == {name: {name} for name in kinds}
    assert {found[name]["sig_count_365d"] for name in kinds} == {2}


def test_the_window_holds_365_days_with_the_as_of_date() -> None:
    found = rated(signal("enforcement", "2023-07-02"), signal("enforcement", "2023-07-01"))
    assert found["sig_enforcement_count_365d"] == 1
    assert found["sig_days_since_last"] == 364


def test_some_kinds_are_never_forgotten() -> None:
    found = rated(signal("insolvency_filing", "2020-01-01"), signal("dishonest_debtor", "2019-01-01"))
    assert found["sig_insolvency_filing_count_365d"] == 0
    assert found["sig_insolvency_filing_count_all"] == 1
    assert found["sig_dishonest_debtor_count_all"] == 1


def test_bounced_payments_are_counted_over_a_year_and_over_sixty_days() -> None:
    days = ("2024-06-30", "2024-05-02", "2024-05-01", "2023-07-02")  # 0, 59, 60 and 364 days before
    found = rated(*(signal("bounced_payment", day) for day in days))
    assert found["sig_bounced_payment_count_60d"] == 2
    assert found["sig_bounced_payment_count_365d"] == 4


def test_families_and_totals() -> None:
    found = rated(
        signal("lawsuit_defendant", "2024-05-01"),
        signal("lawsuit_defendant", "2024-01-01"),
        signal("enforcement", "2023-12-01"),
        signal("equity_frozen", "2024-05-01"),
        signal("abnormal_operation", "2024-05-01"),
        signal("tax_arrears", "2023-10-01"),
        signal("bounced_payment", "2024-06-30"),
        signal("negative_news", "2020-06-30"),
    )
    assert found["sig_legal_count_365d"] == 3
    assert found["sig_ownership_count_365d"] == 1
    assert found["sig_compliance_count_365d"] == 2
    assert found["sig_payment_morale_count_365d"] == 1
    assert found["sig_count_365d"] == 7
    assert found["sig_count_90d"] == 4
    assert found["sig_kinds_count_365d"] == 6


def test_a_customer_without_signals_has_none() -> None:
    found = rated(signal("enforcement", "2024-05-01", customer_id="C9"))
    recency = {f.name for f in FEATURES if "days_since" in f.name}
    assert {found[name] for name in recency} == {None}, "never is not a number of days"
    assert {found[f.name] for f in FEATURES if f.name not in recency} == {0.0}


def test_where_no_signals_are_delivered_nothing_is_known() -> None:
    found = rated()
    assert {found[f.name] for f in FEATURES} == {None}


def test_a_signal_counts_from_the_day_it_is_known() -> None:
    late = signal("lawsuit_defendant", "2024-03-01", known_at="2024-06-01")
    other = signal("negative_news", "2024-01-01")
    before, after = (rated(other, late, as_of=day) for day in ("2024-05-31", "2024-06-01"))
    assert (before["sig_legal_count_365d"], after["sig_legal_count_365d"]) == (0, 1)
    assert after["sig_legal_days_since_last"] == 92


def test_a_signal_announced_for_a_day_to_come_belongs_to_today() -> None:
    found = rated(signal("insolvency_filing", "2024-07-15", known_at="2024-06-20"))
    assert found["sig_insolvency_filing_count_365d"] == 1
    assert found["sig_days_since_last"] == 0


def test_recency_takes_the_last() -> None:
    found = rated(
        signal("equity_pledged", "2024-06-01"),
        signal("lawsuit_defendant", "2023-06-01"),
        signal("enforcement", "2024-04-30"),
    )
    assert found["sig_days_since_last"] == 29
    assert found["sig_ownership_days_since_last"] == 29
    assert found["sig_legal_days_since_last"] == 61


def test_severity_halves_every_90_days() -> None:
    cases = [
        ("2024-06-30", "high", 4.0),
        ("2024-04-01", "high", 2.0),  # 90 days
        ("2024-01-02", "high", 1.0),  # 180 days
        ("2024-06-30", "medium", 2.0),
        ("2024-06-30", None, 2.0),
        ("2024-06-30", "low", 1.0),
        ("2024-05-31", "low", 0.793701),  # 2 ** (-30 / 90)
    ]
    names = [f"C{number}" for number in range(len(cases))]
    signals = [
        signal("negative_news", day, severity=severity, customer_id=name)
        for name, (day, severity, _) in zip(names, cases, strict=True)
    ]
    found = features_by_customer(tables(customers=[{"customer_id": name} for name in names], signals=signals), AS_OF)
    assert [found[name]["sig_severity_faded"] for name in names] == [score for _, _, score in cases]


def test_legal_amounts_against_equity() -> None:
    found = rated(
        signal("lawsuit_defendant", "2024-05-01", amount=300),
        signal("enforcement", "2024-01-01", amount=100),
        signal("enforcement", "2024-01-01"),
        signal("enforcement", "2022-01-01", amount=5000),
        signal("admin_penalty", "2024-05-01", amount=7000),
    )
    assert found["sig_legal_amount_365d"] == 400
    assert found["sig_legal_amount_to_equity"] == pytest.approx(0.4)


def test_legal_signals_that_state_no_amount_are_unknown_not_zero() -> None:
    found = rated(signal("lawsuit_defendant", "2024-05-01"))
    assert found["sig_legal_amount_365d"] is None
    assert found["sig_legal_amount_to_equity"] is None


def test_without_legal_signals_the_amount_is_zero() -> None:
    found = rated(signal("negative_news", "2024-05-01"))
    assert found["sig_legal_amount_365d"] == 0
    assert found["sig_legal_amount_to_equity"] == 0


@pytest.mark.parametrize("equity", [None, 0, -50])
def test_amounts_cannot_be_held_against_equity_that_is_not_there(equity: float | None) -> None:
    found = rated(signal("lawsuit_defendant", "2024-05-01", amount=300), equity=equity)
    assert found["sig_legal_amount_365d"] == 300
    assert found["sig_legal_amount_to_equity"] is None
