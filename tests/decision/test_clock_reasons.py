"""What a clock and an anomaly say of themselves: days, the day, and the customer's own numbers, in both languages."""

from datetime import date

import pytest

from riskengine.decision.warnings import warnings_frame
from riskengine.decision.words import write_value
from riskengine.terms.days import day_number
from support.decisions import rate_one

DAY = float(day_number(date(2024, 7, 9)))


def told(rule_id: str, **facts: object) -> tuple[str, str]:
    found = warnings_frame(rate_one(cus_exposure=50_000.0, **facts))
    rows = found.filter(found["rule_id"] == rule_id)
    return rows["evidence_en"].item(), rows["evidence_zh"].item()


def test_cover_that_ends_soon_says_when():
    english, chinese = told("EWS-CLK-005", clk_cover_days_left=9.0, clk_cover_on=DAY)
    assert english == "The credit insurance ends on 2024-07-09 (9 days left), and exposure is 50,000"
    assert chinese == "信用保险将于2024-07-09到期（剩余9天），敞口50,000"


def test_the_insurers_deadline_is_told_with_the_policys_days():
    english, _ = told("EWS-CLK-002", clk_insured_due_days=61.0, clk_insured_due_on=DAY)
    assert "fell due on 2024-07-09, 61 days ago, beyond the 60 days the insurer allows" in english


def test_an_anomaly_is_told_in_the_customers_own_numbers():
    english, chinese = told(
        "EWS-ANO-001",
        ano_distance_p=0.0004,
        ano_main="late",
        pay_own_late_days_change_90d=12.0,
        pay_own_late_days_swing=3.0,
    )
    assert english == "Pays 12 days later than in its own year before, when the usual swing was 3 days"
    assert chinese == "付款较其此前一年推迟12天，惯常波动为3天"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "1970-01-01"), (DAY, "2024-07-09"), (1e18, "1,000,000,000,000,000,000")]
)
def test_a_day_is_written_as_a_date(value: float, text: str):
    assert write_value("clk_promise_on", value, "en") == text


def test_what_contributes_most_is_written_in_words():
    assert write_value("ano_main", "part", "en") == "pays more invoices in parts"
    assert write_value("ano_main", "part", "zh") == "部分付款增多"
    assert write_value("ano_main", "something else", "en") == "something else"
    assert write_value("ano_main", None, "en") == "not known"
