"""A case for machines."""

from typing import Any

from riskengine.early_warning.case import Case
from riskengine.early_warning.episode import Episode
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.reports.cases.ending import earliest_end
from riskengine.reports.cases.evidence import evidence_shown, rule_sentences
from riskengine.reports.cases.happened import happening_text
from riskengine.reports.cases.view import CaseView
from riskengine.terms.text import Text


def case_document(view: CaseView) -> dict[str, Any]:
    """The case for machines."""
    case, rank = view.case, view.rank
    return {
        "customer_id": view.customer_id,
        "name": view.name,
        "as_of": view.as_of.isoformat(),
        "currency": view.currency,
        "case": None if case is None else _case(case, view),
        "expected_loss": None if rank is None else rank.expected_loss,
        "place": None if rank is None else rank.place,
        "within_budget": None if rank is None else rank.within_budget,
        "open_cases": view.open_cases,
        "ratings": [
            {
                "as_of": one.as_of.isoformat(),
                "pd_12m": one.pd_12m,
                "grade": one.grade,
                "limit": one.limit,
                "actions": [action.value for action in one.actions],
            }
            for one in view.ratings
        ],
        "late_invoices": [
            {"invoice_id": one.invoice_id, "due_on": one.due_on.isoformat(), "days": one.days, "open": one.open_amount}
            for one in view.late
        ],
        "happened": [
            {"day": one.day.isoformat(), "event": one.event.kind.value, **_both(happening_text(one, view.currency))}
            for one in view.happened
        ],
        "answers": [
            {"day": one.day.isoformat(), "end": one.end.value, "by": one.by, "reason": one.reason}
            for one in view.answers
        ],
        "put_off_until": None if view.put_off_until is None else view.put_off_until.isoformat(),
        "held_orders": [{"day": one.day.isoformat(), "order_id": one.order_id} for one in view.held_orders],
        "parents": list(view.parents),
    }


def _case(case: Case, view: CaseView) -> dict[str, Any]:
    return {
        "severity": case.severity.word,
        "opened_on": case.opened_on.isoformat(),
        "owner": case.owner,
        "owner_name": _both(role_name(case.owner, view.policy.episodes)),
        "due_on": case.due_on.isoformat(),
        "actions": [{"action": one.action.value, "mode": one.mode.value} for one in case.actions],
        "taken": [action.value for action in case.taken],
        "end": None if case.end is None else case.end.value,
        "ended_on": None if case.ended_on is None else case.ended_on.isoformat(),
        "by": case.by,
        "reason": case.reason,
        "episodes": [_episode(one, view) for one in case.episodes],
    }


def _episode(one: Episode, view: CaseView) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "name": _both(indicator_name(one.indicator, indicator_names(view.policy))),
        "severity": one.severity.word,
        "opened_on": one.opened_on.isoformat(),
        "closed_on": None if one.closed_on is None else one.closed_on.isoformat(),
        "closes_not_before": None if one.closed_on is not None else earliest_end(one, view).isoformat(),
        "phase": one.phase.value,
        "rules": list(one.rules),
        "says": [_both(text) for text in rule_sentences(one, view)],
        "evidence": [
            {"rule": e.found.rule_id, "asked": str(e.found.leaf), "known": e.found.value, **_both(e.sentence)}
            for e in evidence_shown(one, view)
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
