"""What cases mean for credit: who is frozen by them, and until when."""

from dataclasses import replace

import pytest

from riskengine.early_warning.case import Answer, CaseEnd, cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame
from riskengine.early_warning.freeze import CaseState, case_states, states_of_run
from riskengine.policy.rule import Effect
from riskengine.terms.decision import Action, Severity, Stage
from support.decisions import shipped_policy
from support.warning_days import LATE, RULES, WORST, day, finding, policy_of

FREEZE = Action.FREEZE_CREDIT


def policy(*, automatic=True):
    """Each of the rules of tests asks for a freeze; red cases get it without asking."""
    some = shipped_policy()
    usual = some.rules[Stage.WARNINGS][0]
    made = [
        replace(usual, id=rule_id, then=Effect(severity=severity, actions=(FREEZE,)))
        for rule_id, severity in RULES.items()
    ]
    periods = policy_of(1, automatic={"red": [FREEZE.value]} if automatic else {})
    return replace(some, rules={**some.rules, Stage.WARNINGS: tuple(made)}, episodes=periods)


def states(*findings, answers=(), automatic=True):
    made = policy(automatic=automatic)
    cases = cases_of(fold(findings, made.episodes).episodes, made, answers=answers)
    found = case_states(cases)
    of_run = states_of_run(cases_frame(cases))
    assert of_run == {name: state for name, state in found.items() if state != CaseState()}
    return found.get("C1", CaseState())


RED = finding(0, WORST)


def answer(end, *taken, number=1):
    return Answer("C1", day(number), end, "li", "said so", taken)


def test_an_open_case_freezes_where_policy_freezes():
    assert states(RED) == CaseState(freezes=True, severity=Severity.RED)
    assert states(finding(0, LATE)) == CaseState(freezes=False, severity=Severity.WATCH)
    assert states(RED, automatic=False) == CaseState(freezes=False, severity=Severity.RED)


def test_it_freezes_until_the_case_has_ended():
    quiet = [finding(number) for number in (1, 2, 3)]
    assert [states(RED, *quiet[:n]).freezes for n in range(4)] == [True, True, False, False]
    assert states(RED, *quiet) == CaseState()


def test_what_was_dismissed_freezes_nothing():
    going_on = finding(2, WORST)
    assert states(RED, going_on, answers=[answer(CaseEnd.DISMISSED)]) == CaseState()


@pytest.mark.parametrize("taken", [(FREEZE,), ()])
def test_who_acted_on_it_decides_whether_the_freeze_stays(taken):
    going_on = finding(2, WORST)
    said = [answer(CaseEnd.ACTED_ON, *taken)]
    assert states(RED, going_on, answers=said) == CaseState(freezes=bool(taken))
    over = [finding(number) for number in (2, 3, 4)]
    assert states(RED, *over, answers=said) == CaseState()


def test_a_freeze_that_a_person_set_ends_when_a_later_case_is_dismissed():
    froze = answer(CaseEnd.ACTED_ON, FREEZE)
    late, worse = finding(0, LATE), finding(3, WORST)
    assert states(late, worse, answers=[froze], automatic=False).freezes
    gone = answer(CaseEnd.DISMISSED, number=4)
    assert not states(late, worse, finding(5, WORST), answers=[froze, gone], automatic=False).freezes


def test_runs_from_before_people_could_freeze_are_read_by_policy():
    cases = cases_frame(cases_of(fold([RED], policy().episodes).episodes, policy()))
    assert states_of_run(cases.drop("freezes", "taken")) == {"C1": CaseState(freezes=True, severity=Severity.RED)}
