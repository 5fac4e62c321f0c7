"""How the model does among some of the customers: the whole, a month, a country, a grade, who is new.

A figure that needs outcomes is None where fewer than `FEWEST` customers went bad or stayed good: an AUC of three bad
customers is a number, but it tells nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.calibration_tests import binomial_p, jeffreys_p
from riskengine.scoring.discrimination import auc_interval, brier, ks, pr_auc
from riskengine.scoring.validation.curves import lift_table
from riskengine.scoring.validation.resampling import Interval, customer_weights, draw_figures, interval_of
from riskengine.scoring.validation.verdict_rules import Level

FEWEST = 10  # bad customers, and good ones, below which no figure of order is given
WHOLE, MONTH, UNKNOWN = "whole", "month", "unknown"
Mask = NDArray[np.bool_]
Groups = Mapping[str, NDArray[np.object_]]  # by what rows are told apart: the value of each row, None if unknown


@dataclass(frozen=True, slots=True)
class Rows:
    """What is validated, one entry per row: `raw` orders, `pd` speaks of the outcome's own horizon."""

    raw: Floats
    pd: Floats
    outcome: Floats
    customer_id: NDArray[np.object_]
    as_of: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.outcome)

    def only(self, kept: Mask) -> "Rows":
        return Rows(self.raw[kept], self.pd[kept], self.outcome[kept], self.customer_id[kept], self.as_of[kept])

    @property
    def customers(self) -> int:
        return len(set(self.customer_id.tolist()))

    @property
    def repeats(self) -> bool:
        """Whether a customer occurs on several dates."""
        return self.customers < len(self)

    @property
    def has_outcomes(self) -> bool:
        """Whether enough customers went bad, and stayed good, for figures of order."""
        return min(self.bad_customers, self.only(self.outcome <= 0).customers) >= FEWEST

    @property
    def bad_customers(self) -> int:
        """Customers who went bad after at least one date; one default counts once, however many dates came before."""
        return self.only(self.outcome > 0).customers


@dataclass(frozen=True, slots=True)
class Order:
    """Figures of order. Intervals: DeLong's for the AUC where no customer repeats, else drawn by customer.

    `lift`: how many times more bad customers the riskiest tenth holds than a random one.
    """

    auc: float
    auc_interval: Interval | None
    gini: float
    ks: float
    pr_auc: float
    pr_auc_interval: Interval | None
    lift: float


@dataclass(frozen=True, slots=True)
class Slice:
    """`group` is what the rows were told apart by, `name` which of them these are.

    `jeffreys_p` and `binomial_p`: small if the mean PD is too low; near 1 (Jeffreys) if it is too high.
    """

    group: str
    name: str
    rows: int
    customers: int
    bad: int
    bad_customers: int
    mean_pd: float | None
    bad_rate: float | None
    jeffreys_p: float | None
    binomial_p: float | None
    brier: float | None
    order: Order | None  # None: too few outcomes


def measure_slice(rows: Rows, group: str, name: str, *, seed: int) -> Slice:
    """All figures of some rows; an empty slice is one too."""
    n, bad = len(rows), int(rows.outcome.sum())
    if n == 0:
        return Slice(group, name, 0, 0, 0, 0, None, None, None, None, None, None)
    mean = float(rows.pd.mean())
    order = measure_order(rows, seed=seed, name=f"{group}:{name}") if rows.has_outcomes else None
    return Slice(
        group,
        name,
        n,
        rows.customers,
        bad,
        rows.bad_customers,
        mean,
        bad / n,
        jeffreys_p(n, bad, mean),
        binomial_p(n, bad, mean),
        brier(rows.pd, rows.outcome),
        order,
    )


def measure_order(rows: Rows, *, seed: int, name: str) -> Order:
    """Figures of order with their intervals. Raises InputError if only one outcome occurs."""
    delong = auc_interval(rows.raw, rows.outcome)
    drawn = draw_figures(rows.raw, rows.outcome, customer_weights(rows.customer_id, seed=seed, name=name))
    area = interval_of(drawn.auc) if rows.repeats else Interval(delong.low, delong.high)
    return Order(
        delong.auc,
        area,
        2 * delong.auc - 1,
        ks(rows.raw, rows.outcome),
        pr_auc(rows.raw, rows.outcome),
        interval_of(drawn.pr_auc),
        lift_table(rows.raw, rows.outcome, (0.1,))[0].lift,
    )


def parts_of(groups: Groups) -> Iterator[tuple[str, str, Mask]]:
    """Group, name and rows of each value of each group; rows whose value is None are one of their own, 'unknown'."""
    for group, values in groups.items():
        named = np.array([UNKNOWN if v is None else str(v) for v in values], dtype=object)
        for name in sorted(set(named.tolist())):
            yield group, name, named == name


def slice_by(rows: Rows, groups: Groups, *, seed: int) -> Iterator[Slice]:
    """The slice of each of `parts_of`."""
    for group, name, kept in parts_of(groups):
        yield measure_slice(rows.only(kept), group, name, seed=seed)


def level_of(found: Slice, *, least: float, surely: float) -> Level:
    """Whether some customers are told apart well enough: amber below an AUC of `least`, red if beyond chance as well.

    Beyond chance: the whole 95 % interval lies below `surely`.
    """
    order = found.order
    if order is None:
        return Level.NOT_ENOUGH
    if order.auc >= least:
        return Level.GREEN
    return Level.RED if order.auc_interval is not None and order.auc_interval.high < surely else Level.AMBER


def slices_from_json(content: Iterable[Mapping[str, Any]]) -> tuple[Slice, ...]:
    """Slices as a bundle keeps them."""
    return tuple(Slice(**{**one, "order": _order_from_json(one["order"])}) for one in content)


def _order_from_json(content: Mapping[str, Any] | None) -> Order | None:
    if content is None:
        return None
    spans = {key: Interval(**span) if (span := content[key]) else None for key in ("auc_interval", "pr_auc_interval")}
    return Order(**{**content, **spans})
