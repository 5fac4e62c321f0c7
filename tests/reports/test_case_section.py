"""The section of cases, from the files of a run."""

from datetime import date

import polars as pl

from riskengine.early_warning.case import cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame, changes_frame, episodes_frame
from riskengine.reports.portfolio.case_section import cases_section
from support.decisions import shipped_policy
from support.warning_days import LATE, WORST, finding, policy_of

WARNINGS = pl.DataFrame(
    {
        "customer_id": ["C1"],
        "name_en": ["Serious arrears"],
        "name_zh": ["重大逾期"],
    }
)
RATINGS = pl.DataFrame(
    {"customer_id": ["C1", "C2"], "name": ["<b>Löwe & Söhne</b>", "Quiet Ltd"], "exposure": [12_345.0, None]}
)


def section(*days):
    folded = fold(days, policy_of(9))
    cases = cases_frame(cases_of(folded.episodes, shipped_policy()))
    return cases_section(
        cases,
        episodes_frame(folded.episodes),
        changes_frame(folded.changes),
        ratings=RATINGS,
        warnings=WARNINGS,
        currency="CNY",
    )


def test_cases_are_told_with_what_warns_now_and_who_answers():
    found = section(finding(0, LATE), finding(0, LATE, customer="C2"), finding(1, WORST), finding(1, customer="C2"))
    page = str(found.body)
    assert "2 cases, one for each customer warned of (1 red, 0 amber, 1 watch); 2 open warnings" in page
    assert "Serious arrears" in page
    assert "&lt;b&gt;" in page
    assert "<b>Löwe" not in page
    assert "nothing any more; open: " in page
    assert "Quiet Ltd" in page
    assert page.index("C1") < page.index("C2")
    assert shipped_policy().terms.follow_up.red.owner in page
    assert date(2025, 3, 1).isoformat() in page


def test_nobody_is_a_case():
    assert "0 cases, one" in str(section().body)
