"""The orders of a batch, each answered in its place among the events: by the standing of the last rating and all that
came since."""

from collections.abc import Iterable, Sequence
from datetime import date

from riskengine.decision.order_answer import OrderAnswer
from riskengine.decision.order_desk import OrderDesk
from riskengine.decision.order_standing import OrderStanding, Rates
from riskengine.early_warning.step import HeldOrder
from riskengine.policy.bundle import Policy
from riskengine.rules.durable_engine import DurableEngine
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import EventKind
from riskengine.terms.decision import OrderVerdict, Stage
from riskengine.terms.errors import InputError, UsageError


class Orders:
    """The desk of a watcher: how customers stand, and what that means for their orders."""

    def __init__(self, standing: Iterable[OrderStanding] = ()) -> None:
        self._engine = DurableEngine()
        self._standing: dict[str, OrderStanding] = {}
        self.stand(standing)

    def stand(self, standing: Iterable[OrderStanding]) -> None:
        """Newer ratings take the place of what was known."""
        for one in standing:
            self._standing[one.customer_id] = one

    def held(self, events: Sequence[Event], policy: Policy, rates: Rates, day: date) -> tuple[HeldOrder, ...]:
        """The orders among the events that are not to be shipped. All else that the events move counts for those after
        it. `rates` are those before the events."""
        if not policy.rules.get(Stage.ORDERS):
            return ()
        about = {event.customer_id for event in events}
        own = {name: one for name, one in self._standing.items() if name in about}
        desk = OrderDesk(policy, own, as_of=day, rates=rates, engine=self._engine)
        answers = [_answer(desk, event) for event in events]
        self.stand(one for name in own if (one := desk.standing_of(name)) is not None)
        return tuple(one for one in answers if one is not None)


def _answer(desk: OrderDesk, event: Event) -> HeldOrder | None:
    try:
        if event.kind is not EventKind.ORDER:
            desk.take(event)
            return None
        answer = desk.ordered(event)
    except (InputError, UsageError) as error:
        return _not_understood(event, desk.as_of, str(error)) if event.kind is EventKind.ORDER else None
    return None if answer.verdict is OrderVerdict.YES else _held(event, answer)


def _held(event: Event, answer: OrderAnswer) -> HeldOrder:
    return HeldOrder(
        event_id=event.id,
        customer_id=answer.customer_id,
        order_id=str(event.row["order_id"]),
        day=answer.as_of,
        amount_cents=answer.amount_cents,
        answer=answer.verdict.value,
        available_cents=answer.available_before_cents,
        reasons=tuple((one.rule_id or "", one.text.en, one.text.zh) for one in answer.reasons),
    )


def _not_understood(event: Event, day: date, why: str) -> HeldOrder:
    """An order nobody can judge waits for a person."""
    row = event.row
    return HeldOrder(
        event_id=event.id,
        customer_id=str(row["customer_id"]),
        order_id=str(row["order_id"]),
        day=day,
        amount_cents=None,
        answer=OrderVerdict.REFER.value,
        available_cents=None,
        reasons=(("", why, why),),
    )
