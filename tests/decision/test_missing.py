import numpy as np
import pytest

from riskengine.decision.missing import find_missing, lend, what_missing_changes
from riskengine.decision.predictions import predictions_of
from riskengine.features.feature import Source
from riskengine.rules.columns import ColumnsEngine
from riskengine.terms.errors import UsageError
from support.decisions import AS_OF, SOUND, columns, shipped_policy

CASE = {
    "req_amount": 100_000.0,
    "req_terms_days": 30.0,
    "sig_insolvency_filing_count_all": 0.0,
    "cus_age_days": 3_000.0,
}


def donors(count=60):
    return columns(
        *(
            {
                **SOUND,
                "cus_exposure": 200_000.0,
                "cus_current_limit": 200_000.0,
                "fin_equity": 1_000_000.0 * (1 + row),
                "fin_equity_ratio": row / count,
            }
            for row in range(count)
        )
    )


def predict(facts):
    """The better the equity ratio, the better the PD; without it 3 %."""
    missing = np.full(facts.count, np.nan)
    share = np.nan_to_num(facts.numbers.get("fin_equity_ratio", missing), nan=0.5)
    pds = 0.06 * (1.0 - share) + 0.0005
    return predictions_of(np.log(pds), pds)


def ask(case, lenders):
    return what_missing_changes(
        case, lenders, predict, shipped_policy(), ColumnsEngine(), customer_id="N1", as_of=AS_OF, portfolio_exposure=1e9
    )


def test_what_is_missing_is_found():
    assert find_missing(columns(CASE)) == (Source.PAYMENT, Source.STATEMENT, Source.INDUSTRY)
    assert find_missing(columns({**SOUND, "pay_settled_count_all": 0, "pay_open_amount": 0}))[0] is Source.PAYMENT


def test_a_good_answer_helps_and_a_bad_one_does_not():
    found = ask(columns(CASE), donors())
    statement = next(s for s in found.sources if s.source is Source.STATEMENT)
    good, usual, bad = statement.prospects
    assert good.pd_12m < usual.pd_12m < bad.pd_12m
    assert good.limit > bad.limit
    assert (good.grade, bad.grade) == ("4", "6")
    assert statement.donors == 60


def test_a_source_nobody_can_lend_has_no_prospects():
    found = ask(columns(CASE), donors(5))
    assert all(s.prospects == () for s in found.sources)
    industry = next(s for s in ask(columns(CASE), donors()).sources if s.source is Source.INDUSTRY)
    assert (industry.donors, industry.prospects) == (0, ())


def test_a_source_that_does_not_make_a_rating_possible_has_no_prospects():
    lenders = donors().with_numbers(ind_delay_index=np.full(60, 110.0))

    def refuse(facts):
        nothing = np.full(facts.count, np.nan)
        return predictions_of(nothing, nothing, np.zeros(facts.count, np.int8))

    found = what_missing_changes(
        columns(CASE), lenders, refuse, shipped_policy(), ColumnsEngine(), customer_id="N1", as_of=AS_OF
    )
    industry = next(s for s in found.sources if s.source is Source.INDUSTRY)
    assert (industry.donors, industry.prospects) == (60, ())


def test_amounts_are_scaled_to_the_case_and_ratios_are_not():
    lent = lend(columns(CASE), donors(), Source.STATEMENT)
    assert lent.numbers["fin_equity"][3] == 4_000_000 * 0.5
    assert lent.numbers["fin_equity_ratio"][3] == 3 / 60
    assert "pay_open_amount" not in lent.numbers


def test_master_data_that_would_help_is_named():
    assert ask(columns(CASE), donors()).master_data == ("cus_country", "cus_industry", "cus_legal_form")


def test_it_is_asked_of_one_customer():
    with pytest.raises(UsageError):
        ask(columns(CASE, CASE), donors())
