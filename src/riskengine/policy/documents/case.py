"""Cases of a rule set: customers, and what each rule must say about them.

```yaml
cases:
  - name: 120 days late on a large amount
    as_of: 2024-06-30                  # optional; the date given to `rules test` otherwise
    facts: {pay_dpd_max: 120, pay_overdue_amount: 80000}
    expect: {EWS-PAY-001: hit}         # hit | no_hit | missing
    draft: true                        # drafted by `rules test --write-missing`; does not count until this is removed
```
Only the facts listed are known; every other fact is missing. A rule with rows or segments is named as a whole, or by
one of them: `LIM-NEW-001#3`, `LIM-STM-001@building`.
"""

import datetime as dt
from typing import Literal

from pydantic import Field

from riskengine.tables.yaml_model import StrictModel


class CaseDocument(StrictModel):
    name: str = Field(min_length=1, description="what the case shows")
    as_of: dt.date | None = Field(None, description="the date it is run on; without it that of `rules test`")
    facts: dict[str, float | int | bool | str] = Field(
        default_factory=dict, description="what is known of the customer; all other facts are missing"
    )
    expect: dict[str, Literal["hit", "no_hit", "missing"]] = Field(
        min_length=1, description="what each rule says; one with rows or segments as a whole, or by `ID#3`, `ID@south`"
    )
    draft: bool = Field(default=False, description="drafted by `rules test --write-missing`; does not count yet")


class CasesDocument(StrictModel):
    cases: tuple[CaseDocument, ...] = Field(min_length=1, description="customers, and what the rules say of them")
