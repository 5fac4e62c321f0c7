"""Which rows are learnt from and which are judged on, as boolean arrays over the rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.terms.errors import InputError

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fold:
    train: Rows
    test: Rows


def time_folds(as_of: NDArray[np.int32], horizon_days: int, most: int) -> tuple[Fold, ...]:
    """Each of the last `most` dates judged on what was known then: dates whose horizon had ended. Oldest first.

    Raises InputError if there is no date with another one a horizon before it.
    """
    days = np.unique(as_of)
    judged = [day for day in days if day - days[0] >= horizon_days][-most:]
    if not judged:
        raise InputError(
            f"the dates span {days[-1] - days[0]} days, less than the horizon of {horizon_days}: none can be judged on",
            where="search",
            remedy="widen the training window, or leave out search",
        )
    return tuple(Fold(as_of <= day - horizon_days, as_of == day) for day in judged)


def time_blocks(day: NDArray[np.int32], count: int, gap_days: int) -> tuple[Fold, ...]:
    """Dates cut into `count` + 1 blocks of about equal rows: each but the first is judged by what lies before it.

    What is learnt from ends `gap_days` before the block begins, the first day excluded. Raises InputError if there are
    too few dates, or a gap leaves nothing to learn from.
    """
    edges = np.unique(np.quantile(day, np.linspace(0, 1, count + 2)[1:-1], method="higher"))
    edges = edges[edges > day.min()]
    _check_enough(edges.size, count, "blocks of dates")
    ends = [*edges[1:], np.iinfo(np.int64).max]
    folds = tuple(
        Fold(day < begin - gap_days, (day >= begin) & (day < end)) for begin, end in zip(edges, ends, strict=True)
    )
    if not all(fold.train.any() for fold in folds):
        raise InputError(
            f"a gap of {gap_days} days leaves nothing to learn from", where="gap_days", remedy="use fewer folds"
        )
    return folds


def random_folds(outcome: Floats, count: int, seed: int) -> tuple[Fold, ...]:
    """Every row judged once, bad and good spread evenly over the folds.

    Raises InputError if there are fewer bad or good rows than folds.
    """
    rng = np.random.default_rng([abs(seed), count])
    place = np.empty(outcome.size, dtype=np.int64)
    for kind in (0.0, 1.0):
        rows = np.flatnonzero(outcome == kind)
        _check_enough(rows.size, count, "rows of each outcome")
        place[rng.permutation(rows)] = np.arange(rows.size) % count
    return _by_place(place, count)


def group_folds(outcome: Floats, group: NDArray[np.object_], count: int, seed: int) -> tuple[Fold, ...]:
    """Every group judged once, as a whole, by what was learnt from other groups; bad and good rows spread evenly.

    Groups go, the largest first and equal ones in random order, to the fold that has fewest rows of what they bring.
    Raises InputError if there are fewer groups than folds or a fold has only one outcome.
    """
    names, member = np.unique(group.astype(str), return_inverse=True)
    _check_enough(names.size, count, "groups")
    bad = np.bincount(member, weights=outcome)
    good = np.bincount(member) - bad
    luck = np.random.default_rng([abs(seed), count]).permutation(names.size)
    held = np.zeros((count, 2))
    share = np.column_stack([bad / max(bad.sum(), 1.0), good / max(good.sum(), 1.0)])
    home = np.empty(names.size, dtype=np.int64)
    for g in np.lexsort((luck, -share.sum(axis=1))):
        home[g] = np.argmin(held @ share[g])
        held[home[g]] += share[g]
    folds = _by_place(home[member], count)
    for fold in folds:
        if len(np.unique(outcome[fold.test])) < 2:
            raise InputError("a fold of groups holds only one outcome", where="folds", remedy="use fewer folds")
    return folds


def _by_place(place: NDArray[np.int64], count: int) -> tuple[Fold, ...]:
    return tuple(Fold(place != k, place == k) for k in range(count))


def _check_enough(found: int, count: int, what: str) -> None:
    if found < count:
        raise InputError(f"{found} {what} are too few for {count} folds", where="folds", remedy="use fewer folds")
