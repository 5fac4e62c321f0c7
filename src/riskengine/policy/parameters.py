"""Dated parameters: one value on any date, with a reference to who decided it.

```yaml
parameters:
  dpd_serious:
    text: {en: Days past due that count as serious, zh: 严重逾期天数}
    unit: days
    values:
      - {from: 2024-01-01, value: 90, reference: Credit manual 4.2, decided_by: Credit committee}
```
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskengine.features.feature import Unit
from riskengine.policy.condition import Literal
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class DatedValue:
    start: date  # first day in force (YAML key `from`)
    value: Literal
    reference: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    text: Text
    unit: Unit
    values: tuple[DatedValue, ...]  # ascending by start

    def on(self, as_of: date) -> Literal | None:
        """The value in force, or None before the first one starts."""
        found = [dated.value for dated in self.values if dated.start <= as_of]
        return found[-1] if found else None


def values_on(parameters: Mapping[str, Parameter], as_of: date) -> dict[str, Literal]:
    """The parameters in force on a date; those that start later are left out."""
    found = {name: parameter.on(as_of) for name, parameter in parameters.items()}
    return {name: value for name, value in found.items() if value is not None}
