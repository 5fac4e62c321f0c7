"""Episodes and cases from run to run: what a folder keeps is enough to go on from."""

from dataclasses import replace

import polars as pl
from hypothesis import given, settings

from riskengine.early_warning.case import Standing, cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame, episodes_from
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.run_episodes import follow
from support.decisions import shipped_policy
from support.warning_days import LATE, LATER, day, finding, findings, policies, policy_of

NOTHING = pl.DataFrame()


def run_by_run(found, episodes):
    """The last of as many runs as there are days, each knowing only the files of the one before."""
    policy = replace(shipped_policy(), episodes=episodes)
    runs, previous = [], None
    for as_of in sorted({one.day for one in found}):
        run = follow([one for one in found if one.day == as_of], previous, policy, {}, as_of)
        previous = PreviousRun(as_of, "", NOTHING, NOTHING, run.episodes)
        runs.append(run)
    return runs


@settings(max_examples=40, deadline=None)
@given(findings(most=10), policies())
def test_run_by_run_is_all_at_once(found, episodes):
    whole = fold(found, episodes)
    runs = run_by_run(found, episodes)
    told = [row for run in runs for row in run.changes.rows()]
    assert len(told) == len(whole.changes)
    if not runs:
        return
    still_open = runs[-1].episodes.filter(pl.col("closed_on").is_null())
    assert episodes_from(still_open) == tuple(whole.open.values())
    policy = replace(shipped_policy(), episodes=episodes)
    cases = cases_frame(cases_of(whole.episodes, policy))
    ended = pl.concat([run.cases.filter(pl.col("end").is_not_null()) for run in runs])
    together = pl.concat([ended, runs[-1].cases.filter(pl.col("end").is_null())])
    assert together.sort("customer_id", "opened_on").equals(cases)


def test_who_answers_is_asked_of_the_exposure_and_the_sales_team():
    owners = [{"severity": "watch", "from_exposure": 5000, "owner": "head_of_credit"}]
    policy = replace(shipped_policy(), episodes=policy_of(owners=owners))
    run = follow([finding(0, LATE)], None, policy, {"C1": Standing(5000.0, "north")}, day(0))
    assert run.cases["owner"].to_list() == ["head_of_credit"]


def test_an_episode_that_closed_stays_in_the_files_while_its_case_runs():
    days = [finding(0, LATE), finding(0, LATER, indicator="disputes")]
    days += [finding(1), finding(1, LATER, indicator="disputes"), finding(2, LATER, indicator="disputes")]
    runs = run_by_run(days, policy_of())
    assert [run.episodes["indicator"].to_list() for run in runs] == [["disputes", "late"]] * 3
    assert runs[-1].cases["indicators"].to_list() == [["disputes", "late"]]
    (_, gone) = runs[-1].episodes["closed_on"].to_list()
    assert gone == day(1)
