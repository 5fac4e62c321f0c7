"""A person's answer: kept, and the case ended by it, at once."""

from dataclasses import replace

from sqlalchemy import Connection

from riskengine.early_warning.case import Answer, Case, answered
from riskengine.early_warning.freeze import CaseState, case_states
from riskengine.early_warning.step import EpisodeId
from riskengine.records import cases, desk, episodes, outbox, positions, standing
from riskengine.records.messages import Writer
from riskengine.terms.errors import UsageError


def answer(connection: Connection, said: Answer, writer: Writer, said_at: str) -> Case:
    """The case that the answer ended. Raises UsageError if none is open on its day."""
    case = open_case(connection, said.customer_id)
    if case is None:
        raise UsageError(
            f"customer '{said.customer_id}' has no open case",
            where="answer",
            remedy="see the open ones with 'riskengine warnings list'",
        )
    if said.day < case.opened_on:
        raise UsageError(
            f"the case of '{said.customer_id}' opened on {case.opened_on}, after {said.day}",
            where="answer",
            remedy=f"answer it on {case.opened_on} or later",
        )
    ended = answered(case, said)
    desk.append_answer(connection, said, said_at)
    cases.write(connection, [ended])
    _stand_after(connection, said.customer_id)
    profile = standing.profiles(connection, [said.customer_id]).get(said.customer_id)
    outbox.append(connection, [writer.of_case(ended, "ended", profile)])
    return ended


def _stand_after(connection: Connection, customer_id: str) -> None:
    """What the cases of a customer now mean for its orders."""
    stands = standing.standing_of(connection, customer_id)
    if stands is not None:
        state = case_states(_every_case(connection, customer_id)).get(customer_id, CaseState())
        after = replace(stands, freeze_flag=int(state.freezes), severity=int(state.severity or 0))
        standing.write(connection, [after])


def _every_case(connection: Connection, customer_id: str) -> tuple[Case, ...]:
    _, settled_on = positions.days(connection)
    found = episodes.read(connection, settled_on, customer_ids=[customer_id])
    by_id = {EpisodeId(*one.key, one.opened_on): one for one in found}
    return tuple(cases.case_from(row, by_id) for row in cases.stored(connection, customer_ids=[customer_id]))


def open_case(connection: Connection, customer_id: str) -> Case | None:
    """The case of a customer that runs."""
    return next((one for one in reversed(_every_case(connection, customer_id)) if one.is_open), None)
