"""Dated parameters: one value on any date, with a reference to who decided it.

```yaml
parameters:
  dpd_serious:
    text: {en: Days past due that count as serious, zh: 严重逾期天数}
    unit: days
    values:
      - {from: 2024-01-01, value: 90, reference: Credit manual 4.2, decided_by: Credit committee}
      - {from: 2024-01-01, value: 120, segment: south, reference: Credit manual 4.2, decided_by: Credit committee}
```
A value that names a segment (see `segment_document`) holds for the customers of that segment, one without for all
others. `until`, the first day it no longer holds, ends a segment's value; the general one is ended by the next.
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
    segment: str | None = None
    until: date | None = None  # first day no longer in force; of a segment's value only


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    text: Text
    unit: Unit
    values: tuple[DatedValue, ...]  # in the order of the file; ascending by start for each segment

    def on(self, as_of: date, segment: str | None = None) -> Literal | None:
        """The value in force, the general one or that of a segment; None where there is none."""
        found = [dated for dated in self.values if dated.start <= as_of and dated.segment == segment]
        if not found or (found[-1].until is not None and found[-1].until <= as_of):
            return None
        return found[-1].value

    def by_segment(self, as_of: date) -> dict[str, Literal]:
        """The values of segments in force."""
        names = sorted({dated.segment for dated in self.values if dated.segment is not None})
        found = {name: self.on(as_of, name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def has_segments(self) -> bool:
        return any(dated.segment is not None for dated in self.values)

    @property
    def general(self) -> tuple[DatedValue, ...]:
        """The values without a segment."""
        return tuple(dated for dated in self.values if dated.segment is None)

    def dates(self) -> set[date]:
        """Every day on which a value begins or ends."""
        return {day for dated in self.values for day in (dated.start, dated.until) if day is not None}


def values_on(parameters: Mapping[str, Parameter], as_of: date) -> dict[str, Literal]:
    """The general values in force on a date; those of parameters that start later are left out."""
    found = {name: parameter.on(as_of) for name, parameter in parameters.items()}
    return {name: value for name, value in found.items() if value is not None}
