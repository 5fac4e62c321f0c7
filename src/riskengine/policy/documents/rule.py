"""A rule in a rule-set file, as a checked document; the file is `ruleset_document`.

```yaml
ruleset: early_warning.payment
stage: warnings
owner: credit-policy
rules:
  - id: EWS-PAY-001
    name: {en: Serious arrears on a material amount, zh: 重大逾期}
    reason: {en: "{pay_overdue_amount} is overdue, the oldest by {pay_dpd_max} days", zh: "..."}   # optional
    in_force: {from: 2024-01-01}          # until: optional, the first day it is no longer in force
    when: {all: [pay_dpd_max >= @dpd_serious, pay_overdue_amount > @overdue_materiality]}
    on_missing: refer                     # refer | no_hit | hit
    then: {warning: red, actions: [freeze_credit, collect_letter]}
    indicator: arrears                    # optional, of a rule that warns: what its warnings are episodes of
    until: pay_dpd_max < 30               # optional, of a rule that warns: when what it warned of is over
    subject: industry                     # optional, of a rule that warns: once of an industry, not of each customer
```
A new version of a rule is a second entry with the same id and a later `in_force`; the two may not overlap. Numbers in
`then` may be parameters, in quotes: `limit_cap: "@starter_limit"`.
"""

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from riskengine.policy.documents.text import TextDocument
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.decision import Action, OnMissing, Subject

_PARAMETER = re.compile(r"@[a-z][a-z0-9_]*")
_INDICATOR = re.compile(r"[a-z][a-z0-9_]*")
_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+-[0-9]{3}")


def is_number_or_parameter(value: object) -> bool:
    if isinstance(value, str):
        return _PARAMETER.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_or_parameter(value: object) -> object:
    """Refused here in one sentence, where a union of types would give one error for each of its members."""
    if not (value is None or is_number_or_parameter(value)):
        raise ValueError(f'{value!r} is neither a number nor a parameter, which stands in quotes: "@name"')
    return value


def _rule_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f"'{value}' is not an id; ids read SET-TOPIC-001, in capitals")
    return value


def _indicator(value: str) -> str:
    if not _INDICATOR.fullmatch(value):
        raise ValueError(f"'{value}' cannot be an indicator's name: write small letters, digits and _")
    return value


NumberOrParameter = Annotated[float | str | None, BeforeValidator(_number_or_parameter)]
RuleId = Annotated[str, AfterValidator(_rule_id)]


class InForce(StrictModel):
    start: dt.date = Field(alias="from", description="first day in force")
    until: dt.date | None = Field(None, description="first day no longer in force; without it for ever")

    def holds_on(self, as_of: dt.date) -> bool:
        return self.start <= as_of and (self.until is None or as_of < self.until)


class EffectDocument(StrictModel):
    """What may stand under `then:`; the descriptions say what it means and how it joins with other rules."""

    grade_cap: NumberOrParameter = Field(
        None, description="the grade is this one or worse, 2 .. 9 (9 is 'D'); the worst"
    )
    notch: NumberOrParameter = Field(0, description="grades added, +1 is one worse, -1 one better; the sum")
    limit_cap: NumberOrParameter = Field(None, description="the limit is at most this; the smallest")
    limit_factor: NumberOrParameter = Field(None, description="the limit is multiplied by this, 0 .. 1; the smallest")
    terms_cap_days: NumberOrParameter = Field(None, description="terms are at most this, 0 is prepayment; the shortest")
    terms_add_days: NumberOrParameter = Field(0, description="days added to the terms, or taken; the sum")
    actions: tuple[Action, ...] = Field((), description="what is called for; the union")
    warning: Literal["watch", "amber", "red"] | None = Field(None, description="level of the warning; the highest")
    freeze: bool = Field(default=False, description="no credit now, implies the action freeze_credit; or")
    refer: bool = Field(default=False, description="a person decides; or")
    in_default: bool = Field(default=False, description="the customer is in default, grade 'D'; or")
    order: Literal["hold", "refer"] | None = Field(
        None, description="in stage orders only: the order is not shipped, or a person decides on it; hold before refer"
    )


class RuleDocument(StrictModel):
    id: RuleId = Field(description="`SET-TOPIC-001`; never used again for another rule")
    name: TextDocument = Field(description="what people call it")
    reason: TextDocument | None = Field(
        None, description="a sentence with the customer's numbers, `{fact}` and `{@parameter}`; without it the name"
    )
    in_force: InForce = Field(description="when it holds")
    when: Any = Field(description="the condition: a leaf, or all, any, not over conditions")  # see `condition_reader`
    on_missing: OnMissing = Field(description="what follows where the condition is neither true nor false")
    then: EffectDocument = Field(description="what follows where it is true")
    indicator: Annotated[str, AfterValidator(_indicator)] | None = Field(
        default=None,
        description="of a rule that warns: what its warnings are episodes of, shared with other rules; "
        "without it the rule's id",
    )
    until: Any = Field(
        default=None,
        description="of a rule that warns, a condition: what it warned of is over; "
        "without it where `when` is known to be false",
    )
    subject: Subject = Field(
        default=Subject.CUSTOMER,
        description="of a rule that warns: `industry` warns once of a whole industry instead of each of its customers",
    )
