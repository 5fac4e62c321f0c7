"""How old is what the model is fed with?"""

import math
from dataclasses import dataclass

from riskengine.scoring.monitoring_spec import Feed

_YEAR = 365


@dataclass(frozen=True, slots=True)
class FeedAge:
    """One table, or the signals of one `source`. `newest`: day the newest row reached us; `event`: the newest day a row
    speaks of; both None without a row. `age`: days from `newest` to the as-of date.

    `last_month`: rows of the last 30 days; `usual`: mean of the twelve times 30 days before,
    or the rows of the same 30 days a year ago, whichever are fewer (statements come by season); None where the table is
    younger. `since_run`: rows since the newest earlier run, None where there is none. `pace`: rows in 30 days
    over the year up to the newest row; `longest_gap`: days between two days with rows, None with fewer than two.
    """

    feed: Feed
    source: str | None
    newest: str | None
    event: str | None
    age: int | None
    last_month: int
    usual: float | None
    since_run: int | None
    pace: float | None
    longest_gap: int | None

    @property
    def name(self) -> str:
        return self.feed.value if self.source is None else f"{self.feed.value}: {self.source}"

    @property
    def is_silent(self) -> bool:
        """Whether it fell silent within a year: for more than twice its longest silence before, and for longer than one
        chance in a thousand allows by its own pace (rows as a Poisson process): some sources come in waves."""
        if self.pace is None or self.age is None or self.longest_gap is None or self.age > _YEAR:
            return False
        return self.age > 2 * self.longest_gap and math.exp(-self.pace * self.age / 30) < 0.001

    @property
    def volume(self) -> float | None:
        """Rows of the last month as a share of the usual month; None where a month has too few rows to tell."""
        return self.last_month / self.usual if self.usual is not None and self.usual >= 20 else None


@dataclass(frozen=True, slots=True)
class StatementAges:
    """Of the customers watched: how many have no statement, how many have one older than `limit_days`."""

    customers: int
    without: int
    old: int
    limit_days: int
    limit_from: str  # where the limit is written

    @property
    def old_share(self) -> float | None:
        """Of those who have a statement."""
        some = self.customers - self.without
        return self.old / some if some else None


@dataclass(frozen=True, slots=True)
class DataAge:
    """`statements` is None where nobody says from when a statement is old."""

    feeds: tuple[FeedAge, ...]
    signals: tuple[FeedAge, ...]  # by source
    statements: StatementAges | None
    last_run: str | None
