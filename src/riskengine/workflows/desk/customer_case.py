"""Everything the records hold of one customer under warning, as of one moment."""

from dataclasses import dataclass
from datetime import date

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.case import Answer, Case
from riskengine.early_warning.change import Change
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import EpisodeId, HeldOrder, Profile
from riskengine.records import cases, changes, desk, episodes, orders, positions, standing
from riskengine.records import events as log
from riskengine.tables.events.event import Event
from riskengine.workflows.desk.open_desk import Desk


@dataclass(frozen=True, slots=True)
class CustomerCase:
    """`cases` with their episodes, by the day they opened: the last one may be open. `changes`: those that hold, by
    day. `events`: that came in about the customer, in the order they came."""

    customer_id: str
    day: date
    profile: Profile | None
    standing: OrderStanding | None
    cases: tuple[Case, ...]
    episodes: tuple[Episode, ...]
    changes: tuple[Change, ...]
    answers: tuple[Answer, ...]
    snoozes: tuple[Snooze, ...]
    held_orders: tuple[HeldOrder, ...]
    events: tuple[Event, ...]

    @property
    def open_case(self) -> Case | None:
        return next((one for one in reversed(self.cases) if one.is_open), None)


def customer_case(asked: Desk, customer_id: str) -> CustomerCase:
    """Raises UsageError with the nearest right one for a customer who is not in the records."""
    asked.check_customer(customer_id)
    with asked.records.reading() as connection:
        _, settled_on = positions.days(connection)
        found = episodes.read(connection, settled_on, customer_ids=[customer_id])
        members = {EpisodeId(*one.key, one.opened_on): one for one in found}
        rows = cases.stored(connection, customer_ids=[customer_id])
        return CustomerCase(
            customer_id=customer_id,
            day=asked.day,
            profile=standing.profiles(connection, [customer_id]).get(customer_id),
            standing=standing.standing_of(connection, customer_id),
            cases=tuple(cases.case_from(row, members) for row in rows),
            episodes=found,
            changes=changes.read(connection, customer_id=customer_id),
            answers=desk.answers(connection, customer_id=customer_id),
            snoozes=desk.snoozes(connection, customer_id=customer_id),
            held_orders=orders.read(connection, customer_id=customer_id),
            events=log.of_customer(connection, customer_id),
        )
