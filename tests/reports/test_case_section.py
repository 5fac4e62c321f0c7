"""The section of cases, from the files of a run."""

from dataclasses import replace
from datetime import date

import polars as pl

from riskengine.early_warning.case import cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame, changes_frame, episodes_frame
from riskengine.policy.episode_policy import AlertBudget
from riskengine.policy.names import role_name
from riskengine.reports.portfolio.case_frames import CaseFrames
from riskengine.reports.portfolio.case_section import cases_section
from support.decisions import shipped_policy
from support.warning_days import LATE, WORST, finding, policy_of

RATINGS = pl.DataFrame(
    {
        "customer_id": ["C1", "C2"],
        "name": ["<b>Löwe & Söhne</b>", "Quiet Ltd"],
        "exposure": [12_345.0, None],
        "overdue": [9_000.0, 0.0],
        "pd_12m": [0.5, 0.5],
        "uncovered": [10_000.0, 200_000.0],
        "status": ["rated", "rated"],
        "actions": [["cut_limit", "watch_list"], []],
    }
)
PATHS = pl.DataFrame(
    {"customer_id": ["C1"] * 3, "overdue": [0.0, 4_000.0, 9_000.0]},
)


def section(*days, cases: int = 20, ratings: pl.DataFrame = RATINGS):
    folded = fold(days, policy_of(9))
    budget = AlertBudget(cases=cases, days=7)
    policy = replace(shipped_policy(), episodes=shipped_policy().episodes.model_copy(update={"budget": budget}))
    frames = CaseFrames(
        cases_frame(cases_of(folded.episodes, policy)),
        episodes_frame(folded.episodes),
        changes_frame(folded.changes),
        ratings,
        PATHS,
    )
    return cases_section(frames, policy, "CNY")


DAYS = (finding(0, LATE), finding(0, LATE, customer="C2"), finding(1, WORST), finding(1, customer="C2"))


def test_cases_are_told_with_what_warns_now_and_who_answers():
    page = str(section(*DAYS).body)
    assert "2 cases, one for each customer or industry warned of (1 red, 0 amber, 1 watch); 2 open warnings" in page
    assert "&lt;b&gt;" in page
    assert "<b>Löwe" not in page
    assert ">late</span>" in page
    assert "1 no longer</span>" in page
    assert "另1项已不再触发" in page
    assert "Quiet Ltd" in page
    assert date(2025, 3, 1).isoformat() in page


def test_people_are_named_and_no_id_of_a_role_is_shown():
    page = str(section(*DAYS).body)
    role = shipped_policy().terms.follow_up.red.owner
    assert role not in page
    assert all(name in page for name in (role_name(role, shipped_policy().episodes).en, "信用管理负责人"))


def test_the_largest_expected_loss_comes_first_and_what_is_left_out_has_its_money():
    page = str(section(*DAYS).body)
    assert page.index("Quiet Ltd") < page.index("Löwe")  # 0.5 x 200,000 x 0.6 against 0.5 x 10,000 x 0.6
    assert "To be answered now: 2 cases with an expected loss of CNY 63k" in page
    assert "Left out" not in page.partition("<table")[0]
    page = str(section(*DAYS, cases=1).body)
    assert (
        "now: 1 case with an expected loss of CNY 60k. Left out for now: 1 case with an expected loss of CNY 3k" in page
    )
    assert "Löwe" not in page


def test_early_warning_leaves_those_in_default_to_collection():
    ratings = RATINGS.with_columns(status=pl.Series(["in_default", "rated"]))
    page = str(section(*DAYS, ratings=ratings).body)
    assert "Already in default and so with collection: 1 case with an expected loss of CNY 6k" in page
    assert "Löwe" not in page


def test_what_was_overdue_month_by_month_is_drawn_for_who_has_a_ledger():
    page = str(section(*DAYS).body)
    assert page.count('class="spark"') == 1
    assert "overdue at 3 month ends" in page


def test_nobody_is_a_case():
    assert "0 cases, one" in str(section().body)
