"""The lists of the records: cases and warnings as they stand, with what is known of the customers beside."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.case import Case
from riskengine.early_warning.finding import Entry, Finding
from riskengine.early_warning.frames import cases_frame
from riskengine.early_warning.snooze import Snooze, snooze_of
from riskengine.early_warning.step import Profile
from riskengine.policy.bundle import Policy
from riskengine.records import standing
from riskengine.terms.decision import Severity
from riskengine.terms.errors import UsageError, nearest
from riskengine.workflows.desk.case_list import CaseFacts, CaseList, list_cases
from riskengine.workflows.desk.open_desk import Desk
from riskengine.workflows.desk.warning_list import ListedWarning, list_warnings


def case_list(desk: Desk, *, owner: str | None = None) -> CaseList:
    """The open cases, ranked; the budget is that of all people together, also where only one `owner` is listed.

    Raises UsageError for an owner to whom the policy gives no case.
    """
    cases = desk.records.cases(only_open=True)
    customers = [one.customer_id for one in cases]
    with desk.records.reading() as connection:
        stands = standing.read(connection, customer_ids=customers)
        profiles = standing.profiles(connection, customers)
    facts = {name: facts_of(profiles.get(name), stands.get(name)) for name in customers}
    put_off = put_off_until(cases, desk.records.said().snoozes, desk.day + timedelta(days=1))
    found = list_cases(cases_frame(cases), facts, desk.policy, desk.day, put_off=put_off)
    if owner is None:
        return found
    known = {*role_owners(desk.policy), *(one.owner for one in cases)}
    if owner not in known:
        raise UsageError(f"nobody called '{owner}' answers cases", where="--owner", remedy=nearest(owner, known))
    return found.answered_by(owner)


def role_owners(policy: Policy) -> set[str]:
    """Everybody to whom a policy may give a case."""
    usual = policy.terms.follow_up
    return {*(usual.of(severity).owner for severity in Severity), *(one.owner for one in policy.episodes.owners)}


def warning_list(desk: Desk) -> tuple[ListedWarning, ...]:
    """The open warnings, the most severe first."""
    episodes = desk.records.episodes()
    with desk.records.reading() as connection:
        profiles = standing.profiles(connection, (one.customer_id for one in episodes if one.is_open))
    return list_warnings(episodes, desk.policy, {name: one.name for name, one in profiles.items()})


def facts_of(profile: Profile | None, stands: OrderStanding | None) -> CaseFacts:
    who = Profile("") if profile is None else profile
    if stands is None:
        return CaseFacts(who.name, who.sales_team, who.pd_12m)
    uncovered = max(stands.exposure_cents - stands.secured_cents, 0) / 100
    return CaseFacts(who.name, who.sales_team, who.pd_12m, stands.exposure_cents / 100, uncovered, stands.in_default)


def put_off_until(cases: Iterable[Case], snoozes: Sequence[Snooze], day: date) -> Mapping[str, date]:
    """By customer the first day on which a case is to be looked at again, if all it is about is snoozed on `day`."""
    by_customer: dict[str, list[Snooze]] = {}
    for snooze in snoozes:
        by_customer.setdefault(snooze.customer_id, []).append(snooze)
    found = {}
    for case in cases:
        ends = [_held_until(case, indicator, by_customer.get(case.customer_id, ()), day) for indicator in _open(case)]
        if ends and None not in ends:
            found[case.customer_id] = min(end for end in ends if end is not None)
    return found


def _open(case: Case) -> list[str]:
    return sorted({one.indicator for one in case.episodes if one.is_open})


def _held_until(case: Case, indicator: str, snoozes: Sequence[Snooze], day: date) -> date | None:
    worst = max(one.severity for one in case.episodes if one.indicator == indicator and one.is_open)
    held = snooze_of(snoozes, Finding(case.customer_id, indicator, day, (Entry("", worst),)))
    return None if held is None else held.until
