"""Shapes fitted to a real ledger: 39,040 closed invoices of a consumer-goods seller, 2019 to 2020.

Each table pairs a standard normal score with a value, so a normal draw becomes a value by interpolation. The amounts
are the quantiles of the ledger (960 exact repeats dropped, 1,056 customers). The lateness of the ledger is the sum of
three parts that it does not show apart: the customer's habit, chance, and strain. Habit and chance below are narrower
than the ledger's customer medians (10 % to 90 %: -4 to 5 days) and its deviations from them (-2 to 5 days), by what
`paying.strain_delay` adds; together the three give the ledger's distribution (the picture in the documentation).
"""

import numpy as np

from riskengine.synthetic.streams import Floats

# Normal scores of 0.1, 0.5, 1, 2, 5, 10, 20, ..., 80, 90, 95, 98, 99, 99.5, 99.9 %.
_SCORES = np.array(
    [
        *(-3.0902, -2.5758, -2.3263, -2.0537, -1.6449, -1.2816, -0.8416, -0.5244, -0.2533, 0.0),
        *(0.2533, 0.5244, 0.8416, 1.2816, 1.6449, 2.0537, 2.3263, 2.5758, 3.0902),
    ]
)
# Invoice amounts at those scores; beyond 99.9 % the tail continues as a Pareto law of index about 3.
_AMOUNTS = np.array(
    [
        *(18.5, 37.3, 71.1, 133.0, 334.3, 821.5, 2977.2, 7014.8, 12887.4, 17285.0),
        *(25372.0, 39334.9, 54884.3, 81888.4, 111042.4, 143706.9, 166102.4, 205757.3, 319056.4),
    ]
)
_LOG_AMOUNTS = np.log(_AMOUNTS)
_TAIL_SLOPE = 1.15  # log amount per unit of score beyond the last knot: a Pareto index of 3 near a score of 3.5
# Share of the variance of the amount's score that lies between customers (293 customers with 10 invoices or more).
BETWEEN_CUSTOMERS = 0.40

# A customer's habit: days beyond terms at 0.1, 2, 5, 10, 25, 50, 75, 90, 95, 99.9 %.
_STYLE_SCORES = np.array([-3.0902, -2.0537, -1.6449, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.6449, 3.0902])
_STYLE_DAYS = np.array([-7.0, -2.7, -2.1, -1.6, -1.0, -0.4, 0.2, 0.8, 1.3, 4.5])
# Chance: days from the habit, scaled by the customer's own noise; most of the right tail comes from strain.
_NOISE_SCORES = np.array([-3.0902, -2.5758, -2.3263, -2.0537, -1.6449, -1.2816, -0.8416, 0.0, 0.8416, 1.2816, 1.6449])
_NOISE_SCORES = np.append(_NOISE_SCORES, [2.0537, 2.3263, 2.5758, 3.0902])
_NOISE_DAYS = np.array([-52.0, -40.0, -15.0, -9.0, -4.0, -2.0, -1.0, 0.0, 1.2, 2.5, 4.0, 7.0, 11.0, 18.0, 40.0])
# Share of payments by weekday, Monday to Friday (0.4 % fall on a weekend).
WEEKDAY_SHARES = np.array([0.236, 0.228, 0.165, 0.156, 0.215])


def amounts(score: Floats) -> Floats:
    """Invoice amounts in units of currency for standard normal scores.

    >>> amounts(np.array([0.0])).round(1)
    array([17285.])
    """
    body = np.interp(score, _SCORES, _LOG_AMOUNTS)
    return np.asarray(np.exp(body + _TAIL_SLOPE * np.maximum(score - _SCORES[-1], 0.0)))


def own_lateness(score: Floats) -> Floats:
    """A customer's usual days beyond terms for standard normal scores; negative pays early."""
    return np.asarray(np.interp(score, _STYLE_SCORES, _STYLE_DAYS))


def lateness_noise(score: Floats) -> Floats:
    """Days by which one payment differs from the customer's usual, for standard normal scores."""
    return np.asarray(np.interp(score, _NOISE_SCORES, _NOISE_DAYS))
