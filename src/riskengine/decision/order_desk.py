"""May this order be shipped? Rules of stage `orders`, asked through durable_rules, of how the customer stands."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType, TracebackType
from typing import Self

from riskengine.decision.order_answer import OrderAnswer, OrderReason, Record, no_objection, sentence
from riskengine.decision.order_standing import OrderStanding, Rates, after, in_cents_of
from riskengine.policy.bundle import Policy
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.records import MAX_EXACT, RecordSchema
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import EventKind
from riskengine.terms.decision import OnMissing, OrderStop, OrderVerdict, Outcome, Stage
from riskengine.terms.errors import InputError, UsageError

_VERDICTS = {OrderStop.HOLD: OrderVerdict.NO, OrderStop.REFER: OrderVerdict.REFER, None: OrderVerdict.YES}


class OrderDesk:
    """Answers one order after the other, for as long as it is kept open; the rules stay loaded.

    `standing`: how each customer stands, by id. What is put or taken here changes nothing outside. `as_of` is the day
    of the orders unless a question names another. Threads may share a desk that takes no events.

    Raises UsageError if the policy has no rules about orders, InputError if a standing is in another currency.
    """

    def __init__(
        self,
        policy: Policy,
        standing: Mapping[str, OrderStanding],
        *,
        as_of: date,
        rates: Rates = MappingProxyType({}),
        engine: DurableEngine | None = None,
    ) -> None:
        self.policy = policy
        self.as_of = as_of
        self.rates = rates
        self._rules = policy.rules.get(Stage.ORDERS, ())
        if not self._rules:
            raise UsageError(
                "the policy has no rules about orders",
                where=f"policy {policy.version}",
                remedy="write them under orders/, as the shipped policy does",
            )
        self._by_id = {rule.id: rule for rule in self._rules}
        self._schema = _order_schema()
        self._engine = engine or DurableEngine()
        self._standing: dict[str, OrderStanding] = {}
        for one in standing.values():
            self.put(one)

    def check(
        self,
        customer_id: str,
        amount_cents: int,
        *,
        currency: str | None = None,
        prepaid: bool = False,
        order_id: str | None = None,
        as_of: date | None = None,
    ) -> OrderAnswer:
        """Whether an order may be shipped.

        `currency`: that of the amount, by default the policy's. `order_id`: an order that is among the customer's open
        ones is within the exposure already and does not count twice. A customer nobody knows is referred.

        Raises InputError for an amount that is not a positive whole number of cents or in a currency without a rate,
        UsageError for a day before the customer's rating.
        """
        _check_amount(amount_cents)
        cents = in_cents_of(self.policy.currency, amount_cents, currency or self.policy.currency, self.rates)
        day = as_of or self.as_of
        standing = self._standing.get(customer_id)
        if standing is None:
            return self._answer(customer_id, cents, _unknown(cents, prepaid=prepaid), day=day)
        if day < standing.rated_on:
            raise UsageError(
                f"'{customer_id}' was rated on {standing.rated_on}, later than {day}",
                where="order",
                remedy=f"ask as of {standing.rated_on} or later",
            )
        before = _before(standing, order_id)
        record = _record(standing, cents, before, day, prepaid=prepaid)
        return self._answer(customer_id, cents, record, day=day, before=before, rated_on=standing.rated_on)

    def take(self, event: Event) -> None:
        """Let an invoice, a payment, an order or the end of one count in what the customer owes; each once.

        Customers nobody knows are left out. Raises InputError as `order_standing.after`.
        """
        standing = self._standing.get(event.customer_id or "")
        if standing is not None:
            self._standing[standing.customer_id] = after(standing, event, self.rates)

    def ordered(self, event: Event) -> OrderAnswer:
        """What is said of the order that an event of kind `order` brings; it counts from then on.

        Raises UsageError for another kind of event, InputError as `check`.
        """
        if event.kind is not EventKind.ORDER:
            raise UsageError(f"event '{event.id}' is '{event.kind.value}', not an order")
        row = event.row
        answer = self.check(
            str(row["customer_id"]),
            int(row["amount_cents"] or 0),
            currency=str(row["currency"]),
            order_id=str(row["order_id"]),
        )
        self.take(event)
        return answer

    def put(self, standing: OrderStanding) -> None:
        """Let a newer rating take the place of what was known. Raises InputError if it is in another currency."""
        if standing.currency != self.policy.currency:
            raise InputError(
                f"'{standing.customer_id}' stands in {standing.currency}, the policy is in {self.policy.currency}",
                where="standing",
                remedy="use the policy the customers were rated with",
            )
        self._standing[standing.customer_id] = standing

    def standing_of(self, customer_id: str) -> OrderStanding | None:
        return self._standing.get(customer_id)

    def close(self) -> None:
        """Free what the engine holds."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(
        self,
        customer_id: str,
        cents: int,
        record: Record,
        *,
        day: date,
        before: int | None = None,
        rated_on: date | None = None,
    ) -> OrderAnswer:
        left = None if before is None else before - cents
        reasons = self._reasons(customer_id, record)
        stop = max((reason.stop for reason in reasons if reason.stop is not None), default=None)
        if not reasons:
            reasons = (OrderReason(no_objection(cents, left, is_prepaid=record["order_prepaid"] == 1)),)
        return OrderAnswer(
            customer_id=customer_id,
            as_of=day,
            verdict=_VERDICTS[stop],
            currency=self.policy.currency,
            amount_cents=cents,
            available_before_cents=before,
            available_after_cents=left,
            reasons=reasons,
            rated_on=rated_on,
            policy_version=self.policy.version,
        )

    def _reasons(self, customer_id: str, record: Record) -> tuple[OrderReason, ...]:
        """What every rule says that objects: what holds the order first, then by rule."""
        exempt = {one.rule_id for one in self.policy.exclusions if one.customer_id == customer_id}
        found = []
        for rule_id, outcome in self._engine.decide(self._rules, record, self._schema).items():
            rule = self._by_id[rule_id]
            stop = _stop(rule, outcome)
            if stop is not None and rule.base_id not in exempt:
                said = sentence(rule, record, self.policy.parameters)
                found.append(OrderReason(said, rule.base_id, stop, is_unknown=outcome is Outcome.MISSING))
        return tuple(sorted(found, key=lambda one: (-int(one.stop or 0), one.rule_id or "")))


def _check_amount(cents: object) -> None:
    if isinstance(cents, bool) or not isinstance(cents, int) or not 0 < cents <= MAX_EXACT:
        raise InputError(
            f"the order is worth {str(cents)[:40]} cents",
            where="order",
            remedy=f"give a whole number from 1 to {MAX_EXACT:,}",
        )


def _stop(rule: Rule, outcome: Outcome) -> OrderStop | None:
    """What follows from a rule, if anything does."""
    if outcome is Outcome.MISSING and rule.on_missing is OnMissing.REFER:
        return OrderStop.REFER
    applies = outcome is Outcome.HIT or (outcome is Outcome.MISSING and rule.on_missing is OnMissing.HIT)
    return rule.then.order if applies else None


@cache
def _order_schema() -> RecordSchema:
    known = standard_vocabulary().items()
    return RecordSchema.of_vocabulary({name: fact for name, fact in known if fact.is_known_in(Stage.ORDERS)})


def _before(standing: OrderStanding, order_id: str | None) -> int | None:
    """Available credit without the order."""
    room = standing.available_cents
    counted = 0 if order_id is None else standing.open_orders.get(order_id, 0)
    return None if room is None else room + counted


def _unknown(cents: int, *, prepaid: bool) -> Record:
    return {"order_customer_known": 0.0, "order_prepaid": float(prepaid), "order_amount": cents / 100}


def _record(standing: OrderStanding, cents: int, before: int | None, day: date, *, prepaid: bool) -> Record:
    """The facts of stage `orders`; amounts in units, each the float nearest to its cents."""
    left = None if before is None else before - cents
    over = None if left is None else max(-left, 0)
    return {
        "order_customer_known": 1.0,
        "order_prepaid": float(prepaid),
        "order_amount": cents / 100,
        "order_available_after": _units(left),
        "order_over_amount": _units(over),
        "order_over_ratio": over / standing.limit_cents if over is not None and standing.limit_cents else None,
        "order_case_freezes": _number(standing.freeze_flag),
        "order_case_severity": _number(standing.severity),
        "order_rating_age_days": float((day - standing.rated_on).days),
        "limit": _units(standing.limit_cents),
        "cus_exposure": standing.exposure_cents / 100,
        "pay_overdue_amount": _units(standing.overdue_cents),
        "frozen": float(standing.frozen or standing.in_default),
        "in_default": float(standing.in_default),
        "refer": float(standing.refer),
        "grade": _number(standing.grade),
        "terms_days": _number(standing.terms_days),
    }


def _units(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)
