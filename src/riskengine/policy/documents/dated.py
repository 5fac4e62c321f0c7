"""Documents that change by date: limits.yaml, terms.yaml, master_scale.yaml.

```yaml
versions:
  - from: 2024-01-01
    reference: Credit manual 5.1
    decided_by: Credit committee
    policy: {...}
```
A number in `policy` may be a parameter of parameters.yaml, in quotes: `"@limit_step"`.
"""

import datetime as dt
from typing import Any

from pydantic import Field

from riskengine.tables.yaml_model import StrictModel


class Decided(StrictModel):
    """From when something holds, and on whose word."""

    start: dt.date = Field(alias="from", description="first day in force")
    reference: str = Field(min_length=1, description="where it is written, and why")
    decided_by: str = Field(min_length=1, description="who decided it")


class PolicyVersion(Decided):
    policy: dict[str, Any] = Field(description="what holds; numbers may be parameters, in quotes")


class PolicyDocument(StrictModel):
    versions: tuple[PolicyVersion, ...] = Field(min_length=1, description="by date; each replaces the one before")
