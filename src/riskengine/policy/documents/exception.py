"""exceptions.yaml as a checked document: what people agreed for one customer or group, for a time.

```yaml
exclusions:
  - rule: HST-PAY-001            # as written in its file: exempt from all its rows and segments
    customer: C0001              # or `group: G0001`, for all its companies
    from: 2025-03-01
    until: 2025-06-01            # the first day it no longer holds
    reason: Arrears are a dispute about freight, agreed with the customer
    requested_by: a.meier
    approved_by: b.chen          # another person
temporary_limits:
  - customer: C0001
    limit: 500000                # in the currency of the policy
    from: 2025-05-01
    until: 2025-08-01
    reason: Season
    requested_by: a.meier
    approved_by: b.chen
```
"""

import datetime as dt
from typing import Self

from pydantic import Field, model_validator

from riskengine.policy.documents.rule import RuleId
from riskengine.tables.yaml_model import StrictModel


class Agreed(StrictModel):
    """For how long, why, and on whose word."""

    start: dt.date = Field(alias="from", description="first day in force")
    until: dt.date = Field(description="first day no longer in force")
    reason: str = Field(min_length=1, description="why")
    requested_by: str = Field(min_length=1, description="who asked for it")
    approved_by: str = Field(min_length=1, description="who agreed; another person")

    @model_validator(mode="after")
    def _must_be_two_and_last(self) -> Self:
        if self.until <= self.start:
            raise ValueError(f"ends on {self.until}, before it begins; `until` is the first day it no longer holds")
        if self.requested_by.strip().casefold() == self.approved_by.strip().casefold():
            raise ValueError(f"was requested and approved by '{self.approved_by}'; another person approves")
        return self


class ExclusionDocument(Agreed):
    rule: RuleId = Field(description="the rule or table the customer is exempt from, with all rows and segments")
    customer: str | None = Field(None, min_length=1, description="id of the customer; or `group`")
    group: str | None = Field(None, min_length=1, description="id of the group (fact `grp_id`): all its companies")

    @model_validator(mode="after")
    def _must_name_one(self) -> Self:
        if (self.customer is None) is (self.group is None):
            raise ValueError("an exclusion is for a customer or for a group: name one of the two")
        return self


class TemporaryLimitDocument(Agreed):
    customer: str = Field(min_length=1, description="id of the customer")
    limit: float = Field(gt=0, allow_inf_nan=False, description="up to this, in the currency of the policy")


class ExceptionsDocument(StrictModel):
    exclusions: tuple[ExclusionDocument, ...] = Field((), description="who is exempt from which rule")
    temporary_limits: tuple[TemporaryLimitDocument, ...] = Field((), description="limits granted for a time")
