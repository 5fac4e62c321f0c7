"""The lists as JSON for machines."""

from collections.abc import Sequence
from typing import Any

from riskengine.early_warning.case import Case, CaseAction, Mode
from riskengine.early_warning.snooze import Snooze
from riskengine.records.outbox import Posted
from riskengine.terms.decision import Action
from riskengine.terms.text import Text
from riskengine.workflows.desk.case_list import CaseList, ListedCase
from riskengine.workflows.desk.warning_list import ListedWarning


def cases_document(found: CaseList) -> dict[str, Any]:
    """Counts and money by place, of all open cases; then the cases listed, in their order. Days as ISO text."""
    return {
        "open_cases": found.open_cases,
        "day": found.day.isoformat(),
        "currency": found.currency,
        "loss_given_default": found.loss_given_default,
        "budget": None if found.budget is None else {"cases": found.budget.cases, "days": found.budget.days},
        "places": {
            place.value: {"cases": total.cases, "expected_loss": total.expected_loss}
            for place, total in found.totals.items()
        },
        "cases": [_case(one) for one in found.cases],
    }


def warnings_document(found: Sequence[ListedWarning]) -> list[dict[str, Any]]:
    return [_warning(one) for one in found]


def ended_document(case: Case) -> dict[str, Any]:
    """A case that a person ended; `freeze_ends`: policy had frozen credit with it, and the person did not."""
    froze = CaseAction(Action.FREEZE_CREDIT, Mode.AUTOMATIC) in case.actions
    return {
        "customer_id": case.customer_id,
        "opened_on": case.opened_on.isoformat(),
        "ended_on": _day(case.ended_on),
        "end": None if case.end is None else case.end.value,
        "by": case.by,
        "reason": case.reason,
        "taken": [action.value for action in case.taken],
        "freeze_ends": froze and Action.FREEZE_CREDIT not in case.taken,
    }


def snooze_document(one: Snooze) -> dict[str, Any]:
    return {
        "customer_id": one.customer_id,
        "indicator": one.indicator,
        "start": one.start.isoformat(),
        "until": one.until.isoformat(),
        "up_to": one.up_to.word,
        "by": one.by,
        "reason": one.reason,
    }


def posted_document(one: Posted) -> dict[str, Any]:
    return {"number": one.number, "key": list(one.key), "delivered_at": one.delivered_at, **one.payload}


def posted_line(one: Posted) -> str:
    """For people: number, what happened, to whom."""
    said = one.payload
    what = f"{one.topic} withdrawn" if said["withdrawn"] else f"{one.topic} {said['change']}"
    about = (
        said.get("indicator") or said.get("order_id") or ", ".join(i["indicator"] for i in said.get("indicators", ()))
    )
    return f"{one.number}\t{said['customer_id']}\t{what}\t{said.get('severity') or ''}\t{about or ''}".rstrip()


def _case(one: ListedCase) -> dict[str, Any]:
    return {
        "place": one.place.value,
        "customer_id": one.customer_id,
        "name": one.facts.name,
        "sales_team": one.facts.sales_team,
        "severity": one.severity.word,
        "expected_loss": one.expected_loss,
        "exposure": one.facts.exposure,
        "uncovered": one.facts.uncovered,
        "pd_12m": one.facts.pd_12m,
        "opened_on": one.opened_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "owner": one.owner,
        "owner_name": _both(one.owner_name),
        "indicators": [{"indicator": name, **_both(text)} for name, text in one.indicators],
        "automatic": [action.value for action in one.automatic],
        "proposed": [action.value for action in one.proposed],
        "snoozed_until": _day(one.snoozed_until),
    }


def _warning(one: ListedWarning) -> dict[str, Any]:
    return {
        "customer_id": one.customer_id,
        "name": one.name,
        "indicator": one.indicator,
        "indicator_name": _both(one.indicator_name),
        "severity": one.severity.word,
        "opened_on": one.opened_on.isoformat(),
        "escalated_on": _day(one.escalated_on),
        "phase": one.phase.value,
        "last_entry_on": one.last_entry_on.isoformat(),
        "quiet_since": _day(one.quiet_since),
        "snoozed_until": _day(one.snoozed_until),
        "reasons": [{"rule": rule, **_both(text)} for rule, text in one.reasons],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def _day(day: object) -> str | None:
    return None if day is None else str(day)
