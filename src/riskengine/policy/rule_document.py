"""A rule set file as a checked document.

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
    then: {warning: red, actions: [freeze_credit], grade_cap: 8, limit_factor: 0.0}
```
A new version of a rule is a second entry with the same id and a later `in_force`; the two may not overlap. Numbers in
`then` may be parameters, in quotes: `limit_cap: "@starter_limit"`.
"""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from riskengine.policy.text_document import TextDocument
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.decision import Action, OnMissing, Stage

ParameterText = Annotated[str, Field(pattern=r"^@[a-z][a-z0-9_]*$")]
WarningWord = Annotated[str, Field(pattern=r"^(watch|amber|red)$")]
RuleId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+-[0-9]{3}$")]


class InForce(StrictModel):
    start: dt.date = Field(alias="from")
    until: dt.date | None = None


class EffectDocument(StrictModel):
    """See `rule.Effect` for the meaning of each part and how it joins with other rules."""

    grade_cap: int | ParameterText | None = None
    notch: int | ParameterText = 0
    limit_cap: float | ParameterText | None = None
    limit_factor: float | ParameterText | None = None
    terms_cap_days: int | ParameterText | None = None
    terms_add_days: int | ParameterText = 0
    actions: tuple[Action, ...] = ()
    warning: WarningWord | None = None
    freeze: bool = False
    refer: bool = False
    in_default: bool = False


class RuleDocument(StrictModel):
    id: RuleId
    name: TextDocument
    reason: TextDocument | None = None
    in_force: InForce
    when: Any  # read by `condition_reader`
    on_missing: OnMissing
    then: EffectDocument


class RulesetDocument(StrictModel):
    ruleset: str = Field(pattern=r"^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$")
    stage: Stage
    owner: str = Field(min_length=1)
    rules: tuple[RuleDocument, ...] = Field(min_length=1)
