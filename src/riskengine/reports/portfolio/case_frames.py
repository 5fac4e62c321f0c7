"""The files of a run that its cases are told from, and the order the cases come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from riskengine.early_warning.ranking import RankedCase, Stake, rank_cases
from riskengine.policy.bundle import Policy
from riskengine.terms.decision import Severity, Status


@dataclass(frozen=True, slots=True)
class CaseFrames:
    """The files of a run that cases are told from. `paths`: what the first of them owed month by month, as
    `portfolio.overdue_path` gives it; `pages`: where pages of theirs lie beside the report, by customer."""

    cases: pl.DataFrame
    episodes: pl.DataFrame
    changes: pl.DataFrame
    ratings: pl.DataFrame
    paths: pl.DataFrame
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def running(self) -> pl.DataFrame:
        return self.cases.filter(pl.col("end").is_null())


def ranked(cases: pl.DataFrame, ratings: pl.DataFrame, policy: Policy) -> tuple[RankedCase, ...]:
    """The running cases of a run in the order in which they are worth somebody's time."""
    running = cases.filter(pl.col("end").is_null()).select("customer_id", "severity")
    beside = ratings.select("customer_id", "pd_12m", "uncovered", "status")
    rows = running.join(beside, on="customer_id", how="left").iter_rows(named=True)
    return rank_cases((_stake(row) for row in rows), policy.episodes)


def _stake(row: Mapping[str, object]) -> Stake:
    return Stake(
        str(row["customer_id"]),
        Severity[str(row["severity"]).upper()],
        number_or_none(row["pd_12m"]),
        number_or_none(row["uncovered"]),
        in_default=row["status"] == Status.IN_DEFAULT.value,
    )


def number_or_none(value: object) -> float | None:
    return value if isinstance(value, float) else None
