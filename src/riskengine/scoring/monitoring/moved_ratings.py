"""What rules and people made of the model's grades, run by run.

People's overrides are not recorded yet: where no run shows a final grade other than that of the rules, they are said to
be not recorded, for nobody can tell that from none.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RunShares:
    """One past run. `rated`: customers with a grade of the model, not in default; `worse`, `better`: of them, those
    whose grade rules moved; `overridden`: those whose final grade is not that of the rules.

    `by_rule`: of the moved, for how many a rule applied that moves grades, where the policy of the run is known.
    """

    as_of: str
    run: str
    model: str
    policy: str
    rated: int
    worse: int
    better: int
    overridden: int
    by_rule: Mapping[str, int] = field(default_factory=dict)

    @property
    def moved(self) -> int:
        return self.worse + self.better

    @property
    def moved_share(self) -> float | None:
        return self.moved / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class MovedRatings:
    """`change`: share moved in the newest run, less that of the runs before it together; `p_value` of no change.

    `override_share` is None where overrides are not recorded.
    """

    runs: tuple[RunShares, ...]
    change: float | None
    p_value: float | None
    override_share: float | None


def measure_moved(runs: Sequence[RunShares]) -> MovedRatings:
    """The newest run against those before it. Runs are sorted by date; those without a rated customer say nothing."""
    said = sorted((r for r in runs if r.rated), key=lambda r: (r.as_of, r.run))
    recorded = any(r.overridden for r in said)
    last = said[-1] if said else None
    share = last.overridden / last.rated if last and recorded else None
    earlier = said[:-1]
    if last is None or not earlier:
        return MovedRatings(tuple(said), None, None, share)
    before, rated = sum(r.moved for r in earlier), sum(r.rated for r in earlier)
    change = last.moved / last.rated - before / rated
    # the same customers are in every run: as many draws before as one run has, however many runs there are
    draws = max(r.rated for r in earlier)
    return MovedRatings(tuple(said), change, _two_shares(last.moved, last.rated, before / rated, draws), share)


def _two_shares(bad: int, rows: int, other: float, other_rows: int) -> float:
    """Two-sided p-value of equal shares, pooled."""
    pooled = (bad + other * other_rows) / (rows + other_rows)
    error = math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / other_rows))
    if error == 0:
        return 1.0
    return math.erfc(abs(bad / rows - other) / error / math.sqrt(2))
