"""How the model did on the newest ripe month ends together: level, slope, grades, order, each beyond chance or not.

The same customer is there on several month ends, and one default counts for each of them. So every error is by
customer: the slope's by a sandwich of customers, the AUC's by DeLong with a customer as one draw, and the level's by an
effective number of rows (Korn and Graubard, 1998). Defaults of different customers are taken as independent; in a
downturn they are not, and the level is then rejected too easily.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats, logistic_line, logit, probability
from riskengine.scoring.discrimination import AucInterval, auc_interval
from riskengine.scoring.monitoring.ripening import FEWEST, promised_auc
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.validation.grades import Bands
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is 1 if all is well, with its 95 % interval and the two-sided p-value of its being 1."""

    value: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class GradePerformance:
    """`p_value`: posterior chance that the true rate is at most the mean PD (Jeffreys, by effective rows)."""

    label: str
    rows: int
    bad: int
    mean_pd: float | None
    bad_rate: float | None
    p_value: float | None

    @property
    def is_outside(self) -> bool:
        """Beyond the two-sided 95 % band."""
        return self.p_value is not None and not 0.025 <= self.p_value <= 0.975


@dataclass(frozen=True, slots=True)
class Performance:
    """`bad_customers`: different customers who defaulted. What needs more outcomes than there are is None or empty.

    `repeats`: how much wider errors are than if each row were another customer's (design effect, at least 1).
    """

    dates: tuple[str, ...]
    rows: int
    customers: int
    bad: int
    bad_customers: int
    expected: float
    repeats: float
    level: Estimate | None
    slope: Estimate | None
    grades: tuple[GradePerformance, ...]
    auc: AucInterval | None
    auc_promised: float | None


def measure_performance(dates: Sequence[Watched], bands: Bands) -> Performance | None:
    """All figures over the rated customers of `dates`, oldest first; None without any."""
    rated = [(w, w.rated) for w in dates]
    if not sum(int(r.sum()) for _, r in rated):
        return None
    own, raw, pd, outcome, customer = (
        np.concatenate([part[kept] for part, kept in parts])
        for parts in (
            [(w.own, r) for w, r in rated],
            [(w.raw, r) for w, r in rated],
            [(w.pd_12m, r) for w, r in rated],
            [(w.outcome, r) for w, r in rated],
            [(w.customer_id, r) for w, r in rated],
        )
    )
    people = _numbers(customer)
    bad_people, good_people = (len(set(people[at].tolist())) for at in (outcome > 0, outcome <= 0))
    enough = min(bad_people, good_people) >= FEWEST
    wider = design_effect(own, outcome, people)
    return Performance(
        tuple(w.as_of.isoformat() for w in dates),
        len(own),
        len(set(people.tolist())),
        int(outcome.sum()),
        bad_people,
        float(own.sum()),
        wider,
        level_of(own, outcome, wider) if bad_people else None,
        slope_of(own, outcome, people) if enough else None,
        _grades(own, outcome, bands.number(pd), bands, wider),
        auc_interval(raw, outcome, customer=customer) if enough else None,
        promised_auc(own) if enough else None,
    )


def design_effect(pd: Floats, outcome: Floats, people: NDArray[np.int64]) -> float:
    """Variance of the number of defaults with customers as draws, over that with rows as draws; at least 1, and 1 where
    nobody is there twice."""
    if len(people) == len(set(people.tolist())):
        return 1.0
    fitted = np.minimum(pd * (outcome.sum() / pd.sum()), 1.0)
    by_row = float((fitted * (1 - fitted)).sum())
    by_customer = float((np.bincount(people, weights=outcome - fitted) ** 2).sum())
    return max(1.0, by_customer / by_row) if by_row > 0 else 1.0


def level_of(pd: Floats, outcome: Floats, wider: float) -> Estimate:
    """Observed over expected defaults, with Jeffreys' interval of the rate by effective rows."""
    from scipy.stats import beta  # noqa: PLC0415 - a slow import

    rows, bad, mean = len(pd) / wider, float(outcome.sum()) / wider, float(pd.mean())
    low, high = (float(q) / mean for q in beta.ppf([0.025, 0.975], bad + 0.5, rows - bad + 0.5))
    below = float(beta.cdf(mean, bad + 0.5, rows - bad + 0.5))
    return Estimate(float(outcome.mean()) / mean, low, high, 2 * min(below, 1 - below))


def robust_line(x: Floats, outcome: Floats, people: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Intercept and slope of the log-odds of `outcome` on `x`, and their covariance with customers as draws.

    Raises InputError as `logistic_line`.
    """
    beta = np.array(logistic_line(x, outcome))
    design = np.column_stack([np.ones_like(x), x])
    p = probability(design @ beta)
    bread = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
    pull = design * (outcome - p)[:, None]
    sums = np.column_stack([np.bincount(people, weights=pull[:, i]) for i in range(2)])
    count = len(sums)
    meat = sums.T @ sums * count / max(count - 1, 1)
    return beta, np.asarray(bread @ meat @ bread, dtype=np.float64)


def slope_of(pd: Floats, outcome: Floats, people: NDArray[np.int64]) -> Estimate | None:
    """Slope of the log-odds of outcomes on those of the PDs, with errors by customer; None where no line settles."""
    try:
        line, covariance = robust_line(logit(pd), outcome, people)
    except InputError:
        return None
    slope, error = float(line[1]), math.sqrt(float(covariance[1, 1]))
    if error == 0:
        return None
    p_value = math.erfc(abs(slope - 1) / error / math.sqrt(2))
    return Estimate(slope, slope - 1.96 * error, slope + 1.96 * error, p_value)


def _grades(
    own: Floats, outcome: Floats, grade: NDArray[np.int64], bands: Bands, wider: float
) -> tuple[GradePerformance, ...]:
    from scipy.stats import beta  # noqa: PLC0415 - a slow import

    found = []
    for number, label in enumerate(bands.labels):
        here = grade == number
        rows, bad = int(here.sum()), int(outcome[here].sum())
        if rows == 0:
            found.append(GradePerformance(label, 0, 0, None, None, None))
            continue
        mean = float(own[here].mean())
        p_value = float(beta.cdf(mean, bad / wider + 0.5, (rows - bad) / wider + 0.5))
        found.append(GradePerformance(label, rows, bad, mean, bad / rows, p_value))
    return tuple(found)


def _numbers(customer: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.unique(customer.astype(str), return_inverse=True)[1].astype(np.int64)
