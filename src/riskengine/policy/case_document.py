"""Cases of a rule set: customers, and what each rule must say about them.

```yaml
cases:
  - name: 120 days late on a large amount
    as_of: 2024-06-30                  # optional; the date given to `rules test` otherwise
    facts: {pay_dpd_max: 120, pay_overdue_amount: 80000}
    expect: {EWS-PAY-001: hit}         # hit | no_hit | missing
```
Only the facts listed are known; every other fact is missing.
"""

import datetime as dt
from typing import Literal

from pydantic import Field

from riskengine.tables.yaml_model import StrictModel


class CaseDocument(StrictModel):
    name: str = Field(min_length=1)
    as_of: dt.date | None = None
    facts: dict[str, float | int | bool | str] = Field(default_factory=dict)
    expect: dict[str, Literal["hit", "no_hit", "missing"]] = Field(min_length=1)


class CasesDocument(StrictModel):
    cases: tuple[CaseDocument, ...] = Field(min_length=1)
