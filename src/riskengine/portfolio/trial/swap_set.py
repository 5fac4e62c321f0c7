"""Who would have had credit under one policy and not under the other."""

from dataclasses import dataclass

import polars as pl

from riskengine.portfolio.trial.decided import Credit
from riskengine.portfolio.trial.side_by_side import Side


@dataclass(frozen=True, slots=True)
class SwapCell:
    """Customers on dates with one answer of each policy. Amounts are cents of the reporting currency.

    `rows` counts customers on dates; `ripe`, of them, whose outcome is known and who were not in default already;
    `bad` and `good` are parts of the ripe. `exposure` is summed over dates, so it is an exposure-date figure.
    """

    policy: Credit
    challenger: Credit
    rows: int
    customers: int
    exposure_cents: int
    sales_cents: int  # what was invoiced while the decisions governed; known dates only
    ripe: int
    bad: int
    good: int
    lost_cents: int  # of the sales, still owed on the eve of default

    @property
    def bad_rate(self) -> float | None:
        return self.bad / self.ripe if self.ripe else None


def swap_cells(cases: pl.DataFrame) -> tuple[SwapCell, ...]:
    """All nine cells in the order of `Credit`, the policy's answer first; the empty ones too."""
    answers = [f"credit_{side}" for side in Side]
    ripe = ~pl.col("is_censored") & pl.col("was_open")
    summed = cases.group_by(answers).agg(
        rows=pl.len(),
        customers=pl.col("customer_id").n_unique(),
        exposure_cents=(pl.col("exposure").clip(lower_bound=0.0) * 100).round().cast(pl.Int64).sum(),
        sales_cents=(pl.col("sales_governed") * 100).round().cast(pl.Int64).sum(),
        ripe=ripe.sum(),
        bad=pl.col("is_bad").sum(),
        good=pl.col("is_good").sum(),
        lost_cents=pl.col("lost_cents").sum(),
    )
    found = {(row.pop(answers[0]), row.pop(answers[1])): row for row in summed.to_dicts()}
    empty = dict.fromkeys((c for c in summed.columns if c not in answers), 0)
    return tuple(
        SwapCell(one, other, **{k: int(v) for k, v in found.get((one.value, other.value), empty).items()})
        for one in Credit
        for other in Credit
    )
