"""Spans of days before the as-of date."""

from dataclasses import dataclass

import narwhals as nw

from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Window:
    """The last `days` days up to and including the as-of date; all history if None."""

    name: str
    days: int | None
    text: Text

    def holds(self, age: nw.Expr) -> nw.Expr:
        """Whether a row of that age in days lies in the window."""
        return age >= 0 if self.days is None else (age >= 0) & (age < self.days)


def _last(days: int) -> Window:
    return Window(f"{days}d", days, Text(f"in the last {days} days", f"近{days}天"))


D30, D60, D90, D180, D365 = _last(30), _last(60), _last(90), _last(180), _last(365)
M24 = Window("24m", 730, Text("in the last 24 months", "近24个月"))
ALL = Window("all", None, Text("over all history", "全部历史"))


def between(age: nw.Expr, youngest: int, oldest: int) -> nw.Expr:
    """Whether `youngest <= age < oldest`, in days."""
    return (age >= youngest) & (age < oldest)
