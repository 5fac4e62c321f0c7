"""One case for each customer: who answers, by when, what to do, and how it ends."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from riskengine.early_warning.case import Answer, CaseAction, CaseEnd, Mode, Standing, cases_of
from riskengine.early_warning.fold import fold
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.decision import Action, Severity
from riskengine.terms.errors import UsageError
from support.decisions import shipped_policy
from support.warning_days import LATE, LATER, WORST, day, finding, findings, policies, policy_of

CLOSE_AFTER = policy_of(1)


def desk(**policy):
    """The shipped policy with actions for the rules of these tests: watch_list, manual_review, freeze_credit."""
    usual = shipped_policy()
    rules = dict(usual.rules)
    some = next(rule for rule in usual.all_rules if rule.id == "EWS-PAY-001")
    actions = {LATE: Action.WATCH_LIST, LATER: Action.MANUAL_REVIEW, WORST: Action.FREEZE_CREDIT}
    made = [replace(some, id=name, then=replace(some.then, actions=(one,))) for name, one in actions.items()]
    rules[some.stage] = (*rules[some.stage], *made)
    return replace(usual, rules=rules, episodes=EpisodePolicy.model_validate(policy, strict=False))


def cases(*days, answers=(), standing=None, policy=None):
    return cases_of(fold(days, CLOSE_AFTER).episodes, policy or desk(), answers=answers, standing=standing)


def test_related_warnings_are_one_case_with_the_worst_severity():
    (case,) = cases(finding(0, LATE), finding(3, LATE), finding(3, LATER, indicator="disputes"))
    assert (case.opened_on, case.severity, case.is_open) == (day(0), Severity.AMBER, True)
    assert [one.indicator for one in case.episodes] == ["disputes", "late"]
    assert [one.action for one in case.actions] == [Action.WATCH_LIST, Action.MANUAL_REVIEW]


def test_who_answers_and_by_when_follows_the_severity():
    terms = shipped_policy().terms.follow_up
    (case,) = cases(finding(0, LATE))
    assert (case.owner, case.due_on) == (terms.watch.owner, day(terms.watch.due_days))
    (case,) = cases(finding(0, LATE), finding(4, WORST))
    assert (case.owner, case.due_on) == (terms.red.owner, day(4 + terms.red.due_days))
    late = day(terms.watch.due_days - 1)
    (case,) = cases(finding(0, LATE), finding((late - day(0)).days, LATER))
    assert case.due_on == day(terms.watch.due_days)  # never later than it was


def test_large_exposures_and_sales_teams_have_owners_of_their_own():
    owners = [
        {"severity": "red", "from_exposure": 1e6, "owner": "chief_financial_officer", "due_days": 1},
        {"severity": "red", "sales_team": "north", "owner": "credit_north"},
        {"severity": "amber", "from_exposure": 1e6, "owner": "head_of_credit"},
    ]
    policy = desk(owners=owners)

    def owner(exposure, team=None):
        (case,) = cases(finding(0, WORST), standing={"C1": Standing(exposure, team)}, policy=policy)
        return case.owner, (case.due_on - day(0)).days

    usual = shipped_policy().terms.follow_up.red
    assert owner(999_999.99) == (usual.owner, usual.due_days)
    assert owner(None) == (usual.owner, usual.due_days)
    assert owner(1e6) == ("chief_financial_officer", 1)
    assert owner(1e6, "north") == ("credit_north", usual.due_days)


def test_actions_are_proposed_or_automatic_by_the_severity_of_the_case():
    policy = desk(automatic={"red": ["freeze_credit"]})
    (red,) = cases(finding(0, WORST, LATE), policy=policy)
    assert red.actions == (
        CaseAction(Action.FREEZE_CREDIT, Mode.AUTOMATIC),
        CaseAction(Action.WATCH_LIST, Mode.PROPOSED),
    )


def answer(number, end=CaseEnd.ACTED_ON):
    return Answer("C1", day(number), end, "a.meier", "limit cut")


def test_a_case_expires_when_its_last_episode_closes():
    days = [finding(0, LATE), finding(0, LATE, indicator="disputes"), *(finding(n) for n in range(1, 4))]
    (case,) = cases(*days, *(finding(n, indicator="disputes") for n in range(2, 6)))
    assert (case.end, case.ended_on, case.by) == (CaseEnd.EXPIRED, day(3), None)


def test_what_was_answered_makes_a_new_case_only_when_it_gets_worse():
    days = [finding(number, LATE) for number in range(6)]
    (case,) = cases(*days, answers=[answer(2)])
    assert (case.end, case.ended_on, case.by, case.reason) == (CaseEnd.ACTED_ON, day(2), "a.meier", "limit cut")
    first, second = cases(*days, finding(6, WORST), answers=[answer(2)])
    assert (second.opened_on, second.severity, second.is_open) == (day(6), Severity.RED, True)
    first, second = cases(*days, finding(4, LATER, indicator="disputes"), answers=[answer(2, CaseEnd.DISMISSED)])
    assert first.end is CaseEnd.DISMISSED
    assert [one.indicator for one in first.episodes] == ["late"]
    assert (second.opened_on, second.severity) == (day(4), Severity.AMBER)
    assert [one.indicator for one in second.episodes] == ["disputes", "late"]


def test_who_answers_on_the_day_it_would_expire_has_answered():
    (case,) = cases(finding(0, LATE), finding(1), finding(2), answers=[answer(2)])
    assert (case.end, case.ended_on) == (CaseEnd.ACTED_ON, day(2))


def test_what_a_person_did_about_a_case_stays_with_it():
    taken = (Action.FREEZE_CREDIT, Action.CUT_LIMIT, Action.FREEZE_CREDIT)
    said = replace(answer(2), actions=taken)
    (case,) = cases(*(finding(number, LATE) for number in range(4)), answers=[said])
    assert case.taken == (Action.FREEZE_CREDIT, Action.CUT_LIMIT)
    with pytest.raises(UsageError, match="takes no action"):
        replace(said, end=CaseEnd.DISMISSED)


def test_an_answer_without_a_case_is_left_out():
    (case,) = cases(finding(5, LATE), answers=[answer(2)])
    assert case.is_open
    assert cases(answers=[answer(2)]) == ()


@pytest.mark.parametrize("changed", [{"end": CaseEnd.EXPIRED}, {"by": " "}, {"reason": ""}])
def test_an_answer_is_a_persons_and_says_why(changed):
    whole = {"customer_id": "C1", "day": day(0), "end": CaseEnd.DISMISSED, "by": "a", "reason": "paid", **changed}
    with pytest.raises(UsageError):
        Answer(**whole)


@settings(max_examples=80, deadline=None)
@given(findings(), policies())
def test_every_episode_is_in_a_case_and_a_customer_has_one_open_at_most(found, policy):
    folded = fold(found, policy)
    made = cases_of(folded.episodes, desk())
    for customer in {one.customer_id for one in found}:
        own = [one for one in made if one.customer_id == customer]
        assert sum(one.is_open for one in own) <= 1
        assert sum(one.is_open for one in own) == any(key.customer_id == customer for key in folded.open)
        episodes = [one for one in folded.episodes if one.customer_id == customer]
        assert sum(len(one.episodes) for one in own) == len(episodes)
        for case in own:
            assert case.severity == max(one.severity for one in case.episodes)
            assert case.opened_on == min(one.opened_on for one in case.episodes)
