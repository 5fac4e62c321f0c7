"""The months a generated portfolio covers."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from riskengine.synthetic.streams import Floats, Ints
from riskengine.terms.days import day_number

PAST_MONTHS = 36  # hidden history before the window: statements look back


@dataclass(frozen=True, slots=True)
class Window:
    """Calendar months 0..months-1; the last one contains `end`. Hidden arrays begin `PAST_MONTHS` earlier."""

    months: int
    end: date

    @property
    def start_day(self) -> int:
        return int(self.month_starts()[PAST_MONTHS])

    @property
    def end_day(self) -> int:
        return day_number(self.end)

    @property
    def hidden_months(self) -> int:
        return PAST_MONTHS + self.months

    def month_starts(self) -> Ints:
        """First day of each hidden month and of the 4 months after the last, shape (hidden_months + 4,)."""
        first = (self.end.year * 12 + self.end.month - 1) - self.hidden_months + 1
        return np.array(
            [day_number(date(m // 12, m % 12 + 1, 1)) for m in range(first, first + self.hidden_months + 4)],
            dtype=np.int64,
        )

    def month_ends(self) -> Ints:
        """Last day of each month of the window, shape (months,); the last is `end`."""
        ends = self.month_starts()[PAST_MONTHS + 1 : self.hidden_months + 1] - 1
        ends[-1] = self.end_day
        return ends

    def calendar_months(self) -> Ints:
        """Month of the year, 0..11, of each hidden month."""
        first = (self.end.year * 12 + self.end.month - 1) - self.hidden_months + 1
        return (first + np.arange(self.hidden_months)) % 12

    def month_index(self, days: Ints) -> Ints:
        """Hidden month in which each day lies, held inside the hidden months."""
        starts = self.month_starts()[: self.hidden_months]
        return np.clip(np.searchsorted(starts, days, side="right") - 1, 0, self.hidden_months - 1)

    def cycle_phase(self) -> Floats:
        """Months since January 2000 of each hidden month, continued 12 months past the end."""
        first = (self.end.year - 2000) * 12 + self.end.month - self.hidden_months
        return np.arange(first, first + self.hidden_months + 13, dtype=np.float64)
