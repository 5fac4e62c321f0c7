"""What is told to others of a change: complete in itself, in English and Chinese, for whoever delivers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from riskengine.early_warning.case import Case
from riskengine.early_warning.reason_text import ReasonTexts
from riskengine.early_warning.step import CaseId, HeldOrder, Profile
from riskengine.policy.bundle import Policy
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.records.changes import Word
from riskengine.records.turns import evidence_list
from riskengine.terms.text import Text

Payload = dict[str, Any]
WARNING, CASE, ORDER = "warning", "case", "order"


@dataclass(frozen=True, slots=True)
class Message:
    """`key` says what it is about; of several with one key the last holds."""

    topic: str
    key: tuple[str, ...]
    payload: Payload


class Writer:
    """Writes messages with the names that a policy has for things."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._reasons = ReasonTexts(policy)

    @cached_property
    def _indicators(self) -> Mapping[str, Text]:
        return indicator_names(self._policy)

    def of_change(self, word: Word, case: Case | None, profile: Profile | None) -> Message:
        """`case`: the open one of the customer."""
        one = word.change
        payload: Payload = {
            **_customer(one.customer_id, profile),
            "change": one.kind.value,
            "withdrawn": word.withdrawn,
            "day": one.day,
            "indicator": one.indicator,
            "indicator_name": _both(indicator_name(one.indicator, self._indicators)),
            "opened_on": one.opened_on,
            "severity_before": None if one.before is None else one.before.word,
            "severity": one.after.word,
            "currency": self._policy.currency,
            "reasons": [{"rule": rule, **_both(text)} for rule, text in self._reasons.of(one.evidence)],
            "evidence": evidence_list(one.evidence),
            "case": None if case is None else self._case(case),
        }
        return Message(WARNING, warning_key(word), payload)

    def of_case(self, case: Case, change: str, profile: Profile | None) -> Message:
        """`change`: opened or ended."""
        payload: Payload = {
            **_customer(case.customer_id, profile),
            "change": change,
            "withdrawn": False,
            "case": self._case(case),
            "indicators": [
                {"indicator": name, **_both(indicator_name(name, self._indicators))}
                for name in sorted({episode.indicator for episode in case.episodes})
            ],
        }
        return Message(CASE, case_key(CaseId(case.customer_id, case.opened_on)), payload)

    def of_order(self, order: HeldOrder, profile: Profile | None) -> Message:
        payload: Payload = {
            **_customer(order.customer_id, profile),
            "change": "held",
            "withdrawn": False,
            "currency": self._policy.currency,
            "event_id": order.event_id,
            "order_id": order.order_id,
            "day": order.day,
            "answer": order.answer,
            "amount_cents": order.amount_cents,
            "available_cents": order.available_cents,
            "reasons": [{"rule": rule, "en": en, "zh": zh} for rule, en, zh in order.reasons],
        }
        return Message(ORDER, (ORDER, order.event_id), payload)

    def _case(self, case: Case) -> Payload:
        return {
            "opened_on": case.opened_on,
            "severity": case.severity.word,
            "owner": case.owner,
            "owner_name": _both(role_name(case.owner, self._policy.episodes)),
            "due_on": case.due_on,
            "actions": [{"action": found.action.value, "mode": found.mode.value} for found in case.actions],
            "ended_on": case.ended_on,
            "end": None if case.end is None else case.end.value,
            "by": case.by,
            "reason": case.reason,
            "taken": [action.value for action in case.taken],
        }


def of_case_gone(case: CaseId, profile: Profile | None) -> Message:
    """A case that was told and never was: a late event took it away."""
    payload: Payload = {
        **_customer(case.customer_id, profile),
        "change": "withdrawn",
        "withdrawn": True,
        "case": {"opened_on": case.opened_on},
    }
    return Message(CASE, case_key(case), payload)


def warning_key(word: Word) -> tuple[str, ...]:
    return (WARNING, *word.key)


def case_key(case: CaseId) -> tuple[str, ...]:
    return (CASE, case.customer_id, case.opened_on.isoformat())


def _customer(customer_id: str, profile: Profile | None) -> Payload:
    return {"customer_id": customer_id, "customer_name": None if profile is None else profile.name}


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
