"""Episodes and cases from run to run: what a folder keeps is enough to go on from."""

from dataclasses import replace

import polars as pl
from hypothesis import given, settings

from riskengine.early_warning.case import Answer, CaseEnd, Standing, cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame, episodes_from
from riskengine.early_warning.freeze import states_of_run
from riskengine.early_warning.journal import Said
from riskengine.early_warning.snooze import Snooze
from riskengine.terms.decision import Action, Severity
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.run_episodes import follow, with_answers
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


def answered(previous, said, number, *, policy=None):
    policy = policy or replace(shipped_policy(), episodes=policy_of(1))
    run = PreviousRun(day(number), "", NOTHING, NOTHING, previous.episodes, previous.cases)
    return with_answers(run, policy, day(number + 1), said).cases


def test_an_answer_ends_the_case_in_the_next_run_and_makes_no_new_one():
    policy = replace(shipped_policy(), episodes=policy_of(1))
    said = Said((Answer("C1", day(0), CaseEnd.DISMISSED, "li", "paid yesterday"),))
    first = follow([finding(0, LATE)], None, policy, {}, day(0))
    before = PreviousRun(day(0), "", NOTHING, NOTHING, first.episodes, first.cases)
    assert answered(first, said, 0)["end"].to_list() == ["dismissed"]
    second = follow([finding(1, LATE)], before, policy, {}, day(1), said=said)
    assert second.cases.is_empty()
    again = PreviousRun(day(1), "", NOTHING, NOTHING, second.episodes, second.cases)
    third = follow([finding(2, LATER)], again, policy, {}, day(2), said=said)
    assert third.cases["opened_on"].to_list() == [day(2)]


def test_an_answer_given_later_is_unknown_to_an_earlier_run():
    policy = replace(shipped_policy(), episodes=policy_of(1))
    said = Said((Answer("C1", day(5), CaseEnd.DISMISSED, "li", "paid"),))
    assert follow([finding(0, LATE)], None, policy, {}, day(0), said=said).cases["end"].to_list() == [None]


def test_who_froze_credit_freezes_it_until_what_warned_is_over():
    policy = replace(shipped_policy(), episodes=policy_of(1))
    taken = (Action.FREEZE_CREDIT,)
    said = Said((Answer("C1", day(0), CaseEnd.ACTED_ON, "li", "no more goods", taken),))
    run = follow([finding(0, LATE)], None, policy, {}, day(0), said=said)
    frozen = []
    for number, entered in ((1, (LATE,)), (2, ()), (3, ()), (4, ())):
        frozen.append([state.freezes for state in states_of_run(run.cases).values()])
        before = PreviousRun(day(number - 1), "", NOTHING, NOTHING, run.episodes, run.cases)
        run = follow([finding(number, *entered)], before, policy, {}, day(number), said=said) if number < 4 else run
    assert frozen == [[True], [True], [True], []]


def test_a_snooze_holds_back_what_a_run_would_open():
    policy = replace(shipped_policy(), episodes=policy_of(1))
    said = Said(snoozes=(Snooze("C1", None, day(0), day(2), "a dispute is being settled", "li", Severity.AMBER),))
    assert follow([finding(0, LATER)], None, policy, {}, day(0), said=said).episodes.is_empty()
    assert follow([finding(2, LATER)], None, policy, {}, day(2), said=said).episodes.height == 1
