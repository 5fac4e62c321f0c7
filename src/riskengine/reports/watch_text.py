"""What a watcher tells, as lines for people."""

from collections.abc import Mapping
from typing import Any

from riskengine.tables.events.refusal import Refusal

_LONGEST = 200  # characters of a refused line


def message_line(payload: Mapping[str, Any]) -> str:
    """One posted message: when, what, about whom, and why."""
    who = payload["customer_id"] + (f" {payload['customer_name']}" if payload.get("customer_name") else "")
    done = "withdrawn: " if payload["withdrawn"] and payload["change"] != "withdrawn" else ""
    topic = payload["topic"]
    if topic == "order":
        return f"{payload['day']} order held ({payload['answer']}) {who}: {payload['order_id']}{_why(payload)}"
    if topic == "case":
        case = payload["case"]
        about = f", {case['severity']}, for {case['owner_name']['en']} by {case['due_on']}" if "due_on" in case else ""
        return f"{case['opened_on']} case {payload['change']} {who}{about}"
    severity = payload["severity"]
    return (
        f"{payload['day']} {done}{payload['change']} {severity} {who}: {payload['indicator_name']['en']}{_why(payload)}"
    )


def refusal_line(refusal: Refusal) -> str:
    """Why a line was refused, and the line."""
    found = []
    for problem in refusal.problems:
        where = f"{problem.field}: " if problem.field else ""
        hint = f" ({problem.hint})" if problem.hint else ""
        found.append(f"{where}{problem.text.en}{hint}")
    text = refusal.text if len(refusal.text) <= _LONGEST else f"{refusal.text[:_LONGEST]}..."
    return f"line {refusal.line:,} refused: {'; '.join(found)}: {text}"


def _why(payload: Mapping[str, Any]) -> str:
    reasons = "; ".join(reason["en"] for reason in payload.get("reasons", ()))
    return f" - {reasons}" if reasons else ""
