"""The same question asked of zen-engine, json-logic and durable_rules' own host, as their users would build it.

The peers get the rules of stage `orders` from benchmarks/rules/peer_rows.py, facts computed here from the standing, and
join what hits to an answer. They write no reasons.
"""

from collections.abc import Callable, Mapping
from datetime import date

from peer_rows import PEERS, Decide

from riskengine.decision.order_standing import OrderStanding
from riskengine.policy.bundle import Policy
from riskengine.terms.decision import OnMissing, OrderStop, Stage

Answer = Callable[[str, int, bool], str]


def load_peers(policy: Policy, standing: Mapping[str, OrderStanding], today: date) -> dict[str, Answer]:
    rules = policy.rules[Stage.ORDERS]
    if any(rule.on_missing is not OnMissing.NO_HIT for rule in rules):
        raise ValueError("the peers know no rule that says something where facts are missing")
    holds = {rule.id for rule in rules if rule.then.order is OrderStop.HOLD}
    return {
        f"{name}, answer only": _answering(load(rules), holds, standing, today)
        for name, load in PEERS.items()
        if name != "rule-engine"
    }


def _answering(decide: Decide, holds: set[str], standing: Mapping[str, OrderStanding], today: date) -> Answer:
    def answer(customer: str, cents: int, prepaid: bool) -> str:  # noqa: FBT001 - an answer has no other words
        hits = decide(facts_of(standing.get(customer), cents, prepaid, today))
        return "no" if hits & holds else "refer" if hits else "yes"

    return answer


def facts_of(one: OrderStanding | None, cents: int, prepaid: bool, today: date) -> dict[str, float | str | None]:  # noqa: FBT001 - as above
    facts: dict[str, float | str | None] = dict.fromkeys(NAMES)
    facts |= {
        "order_customer_known": float(one is not None),
        "order_prepaid": float(prepaid),
        "order_amount": cents / 100,
    }
    if one is None:
        return facts
    facts |= {
        "order_rating_age_days": float((today - one.rated_on).days),
        "frozen": float(one.frozen),
        "in_default": float(one.in_default),
        "refer": float(one.refer),
        "order_case_freezes": one.freeze_flag,
        "order_case_severity": one.severity,
        "terms_days": one.terms_days,
        "pay_overdue_amount": None if one.overdue_cents is None else one.overdue_cents / 100,
    }
    if one.limit_cents is not None:
        room = one.limit_cents - one.exposure_cents + one.secured_cents
        room = min(room, 0) if one.frozen else room
        over = max(cents - room, 0)
        facts |= {"limit": one.limit_cents / 100, "order_over_amount": over / 100}
        facts["order_over_ratio"] = over / one.limit_cents if one.limit_cents else None
    return facts


NAMES = (
    "order_rating_age_days",
    "frozen",
    "in_default",
    "refer",
    "order_case_freezes",
    "order_case_severity",
    "terms_days",
    "pay_overdue_amount",
    "limit",
    "order_over_amount",
    "order_over_ratio",
)
