"""What the receivables will cost: roll rates, loss rates and the provision matrix (IFRS 9, simplified approach)."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from riskengine.terms.errors import InputError


def roll_rates(balances: Sequence[Sequence[float]], months: int = 12) -> tuple[float | None, ...]:
    """Mean share of each band that is in the next band a month later, held in [0, 1].

    `balances` holds one row of band balances (youngest band first) for each month end, oldest first; the newest
    `months` steps are used. One rate for each band but the last; None where the band was empty in every month.
    A mean above 1 happens where a band is fed from elsewhere, and is held at 1.

    >>> roll_rates([[100.0, 20.0], [100.0, 30.0], [100.0, 50.0]])
    (0.4,)
    """
    used = balances[-(months + 1) :]
    if len({len(row) for row in used}) > 1:
        raise InputError("the months have different numbers of bands", remedy="give every month every band, 0 if empty")
    bands = len(used[0]) if used else 0
    return tuple(_mean_roll(used, band) for band in range(bands - 1))


def _mean_roll(balances: Sequence[Sequence[float]], band: int) -> float | None:
    steps = [after[band + 1] / before[band] for before, after in pairwise(balances) if before[band] > 0]
    return min(1.0, max(0.0, sum(steps) / len(steps))) if steps else None


def loss_rates(rolls: Sequence[float | None], recovery: float) -> tuple[float | None, ...]:
    """Share of each band that is lost in the end: the roll rates from it upwards x (1 - recovery).

    One more than `rolls`; the last band has nothing above it. None where a roll rate on the way is unknown.

    >>> loss_rates([0.1, 0.5], recovery=0.2)
    (0.04000000000000001, 0.4, 0.8)
    """
    if not 0 <= recovery <= 1:
        raise InputError(f"a recovery of {recovery} is not a share", remedy="give a number from 0 to 1")
    return tuple(_loss(rolls[band:], recovery) for band in range(len(rolls) + 1))


def _loss(rolls: Sequence[float | None], recovery: float) -> float | None:
    known = [rate for rate in rolls if rate is not None]
    return prod(known) * (1 - recovery) if len(known) == len(rolls) else None


def provision(rates: Sequence[float | None], balances: Sequence[float]) -> float | None:
    """Sum of loss rate x balance over the bands; None where a band with a balance has no rate.

    >>> round(provision([0.003, 0.016, 0.036, 0.066, 0.106], [15_000, 7_500, 4_000, 2_500, 1_000]), 9)
    580.0
    """
    if len(rates) != len(balances):
        raise InputError(f"{len(rates)} loss rates for {len(balances)} balances", remedy="give one rate for each band")
    parts = [None if rate is None else rate * balance for rate, balance in zip(rates, balances, strict=True) if balance]
    return sum(part for part in parts if part is not None) if None not in parts else None
