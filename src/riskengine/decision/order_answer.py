"""What is said of an order: whether it may be shipped, what credit there is, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskengine.decision.words import reason_words, write_number
from riskengine.policy.condition import Literal
from riskengine.policy.reason import fill, placeholders
from riskengine.policy.rule import Rule
from riskengine.terms.decision import OrderStop, OrderVerdict
from riskengine.terms.text import LANGUAGES, Language, Text

Record = Mapping[str, float | str | None]


@dataclass(frozen=True, slots=True)
class OrderReason:
    """`rule_id` is None where no rule objects; `is_unknown`: a fact that the rule asks for is missing."""

    text: Text
    rule_id: str | None = None
    stop: OrderStop | None = None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """Amounts in cents of `currency`, that of the policy.

    `available_before_cents` and `available_after_cents` are below 0 where the limit is exceeded, and None where nobody
    set a limit or nobody knows the customer. `reasons`: what holds the order first, then what refers it.
    """

    customer_id: str
    as_of: date
    verdict: OrderVerdict
    currency: str
    amount_cents: int
    available_before_cents: int | None
    available_after_cents: int | None
    reasons: tuple[OrderReason, ...]
    rated_on: date | None  # None: the customer was never rated
    policy_version: str


def sentence(rule: Rule, record: Record, parameters: Mapping[str, Literal]) -> Text:
    """The rule's reason with the order's own numbers, in both languages."""
    values = {**parameters, **dict(rule.own_values)}
    return Text(*(_in(language, rule.reason.in_language(language), record, values) for language in LANGUAGES))


def no_objection(amount_cents: int, after_cents: int | None, *, is_prepaid: bool) -> Text:
    """Why an order to which no rule objects is shipped."""
    amount = money(amount_cents)
    if is_prepaid:
        return Text(
            f"The order of {amount} is paid for in advance and needs no credit", f"订单{amount}已预付，不占用信用额度"
        )
    if after_cents is None:
        return Text(f"No rule objects to the order of {amount}", f"没有规则反对订单{amount}")
    left = money(abs(after_cents))
    if after_cents < 0:
        return Text(
            f"The order of {amount} would be {left} over the limit, which is tolerated",
            f"订单{amount}将超出额度{left}，在容忍范围内",
        )
    return Text(
        f"The order of {amount} is within the limit; {left} stays available",
        f"订单{amount}在额度内，剩余可用额度{left}",
    )


def money(cents: int) -> str:
    """
    >>> money(123456), money(-1200000)
    ('1,234.56', '-12,000')
    """
    return write_number(cents / 100, 2)


def _in(language: Language, template: str, record: Record, parameters: Mapping[str, Literal]) -> str:
    return fill(template, reason_words(placeholders(template), record, parameters, language))
