"""What can be looked into when only so many cases a week can: the largest expected losses first.

A case is a customer under warning, from the date on which it had none before until none stands. On every date the
cases that stand and were not looked into yet compete; what was not reached waits for the next date, as long as it
stands. Capacity that is not used is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from riskengine.early_warning.quality.counts import amount_caught, default_tracks
from riskengine.early_warning.quality.population import Population

CASE = ["customer_id", "opened_on"]


@dataclass(frozen=True, slots=True)
class Worked:
    """`cases`: one row per case: customer_id, opened_on, last_on (the last date it stood), severity, expected_loss
    (highest while it stood), worked_on (null: left out), and of the date it was worked on, or where left out of the
    date it opened: `is_troubled`, `is_bad` (null: nobody can say), `exposure`.

    `caught`: defaults before which a case stood that had been worked; `left_defaults`: before which one stood
    that never was. Both of `defaults`, all that were watched for. `amount_caught`: the share of `caught`, by amount.
    """

    per_week: float | None
    cases: pl.DataFrame
    ripe: int
    troubled: int
    left_ripe: int
    left_troubled: int
    left_bad: int
    defaults: int
    caught: int
    caught_early: int
    left_defaults: int
    amount_caught: float | None

    @property
    def worked(self) -> int:
        return int(self.cases["worked_on"].count())

    @property
    def left_out(self) -> int:
        return self.cases.height - self.worked

    @property
    def precision(self) -> float | None:
        return self.troubled / self.ripe if self.ripe else None

    @property
    def recall(self) -> float | None:
        return self.caught / self.defaults if self.defaults else None


def capacities(days: Sequence[int], per_week: float) -> tuple[int, ...]:
    """How many cases can be worked on each date: whole cases, and none lost by rounding. The first date has as much as
    the second.

    >>> capacities([0, 7, 14, 21], 1.5)
    (1, 2, 1, 2)
    """
    found, done, due = [], 0, 0.0
    gaps = [days[1] - days[0], *(later - day for day, later in pairwise(days))]
    for gap in gaps:
        due += per_week * gap / 7.0
        found.append(int(due + 1e-9) - done)
        done += found[-1]
    return tuple(found)


def work_through(cases: pl.DataFrame, population: Population, per_week: float | None) -> Worked:
    """`cases`: standing warnings of customers (`customer_standing`) with the columns of the population's rows.

    `per_week` None: every case is worked on the date it opens.
    """
    room = None if per_week is None else capacities(population.days, per_week)
    done = pl.DataFrame(schema={"customer_id": pl.String, "opened_on": pl.Int32, "worked_on": pl.Int32})
    for place, day in enumerate(population.days):
        waiting = cases.filter(pl.col("as_of") == day).join(done, on=CASE, how="anti")
        ranked = waiting.sort("expected_loss", "severity", "customer_id", descending=[True, True, False])
        taken = ranked if room is None else ranked.head(room[place])
        done = pl.concat([done, taken.select(*CASE, worked_on="as_of")])
    return _judged(cases, done, population, per_week)


def _judged(cases: pl.DataFrame, done: pl.DataFrame, population: Population, per_week: float | None) -> Worked:
    marked = cases.join(done, on=CASE, how="left")
    of_day = pl.col("as_of") == pl.col("worked_on").fill_null(pl.col("as_of").min())
    listed = (
        marked.sort("as_of")
        .group_by(CASE, maintain_order=True)
        .agg(
            pl.col("as_of").last().alias("last_on"),
            pl.col("severity").max(),
            pl.col("expected_loss").max(),
            pl.col("worked_on").first(),
            *(pl.col(name).filter(of_day).first() for name in ("is_troubled", "is_bad", "exposure")),
        )
        .sort(["expected_loss", *CASE], descending=[True, False, False])
    )
    worked, left = listed.drop_nulls("worked_on"), listed.filter(pl.col("worked_on").is_null())
    reached = marked.filter(pl.col("as_of") >= pl.col("worked_on"))
    tracks = default_tracks(population.defaults, reached)
    unreached = default_tracks(population.defaults, marked.filter(pl.col("worked_on").is_null()))
    return Worked(
        per_week=per_week,
        cases=listed,
        ripe=int(worked["is_troubled"].count()),
        troubled=int(worked["is_troubled"].sum() or 0),
        left_ripe=int(left["is_troubled"].count()),
        left_troubled=int(left["is_troubled"].sum() or 0),
        left_bad=int(left["is_bad"].sum() or 0),
        defaults=tracks.height,
        caught=int(tracks["is_caught"].sum()),
        caught_early=int(tracks["early"].sum() or 0),
        left_defaults=int(unreached["is_caught"].sum()),
        amount_caught=amount_caught(tracks, population.defaults),
    )
