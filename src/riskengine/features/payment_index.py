"""The amount-weighted payment index, 0 to 100, in the manner of PAYDEX."""

from itertools import pairwise

import narwhals as nw

from riskengine.features.arithmetic import number
from riskengine.features.measure import Measure, count, total
from riskengine.features.window import Window

LEAST_EXPERIENCES = 3.0

# Days beyond terms and the score they earn; between two points linear, outside the ends constant. The line from
# (90, 30) to (120, 20) goes on until it reaches 0.
POINTS = ((-30, 100), (-20, 90), (0, 80), (15, 70), (22, 60), (30, 50), (60, 40), (90, 30), (120, 20), (180, 0))
_BLOCK = 1_000_000  # cents; keeps the sum of cents x thousandths within 64 bits


def score_thousandths(late: nw.Expr) -> nw.Expr:
    """Score of one experience in whole thousandths (80000 is a score of 80), the nearest; `late` is Int64 days."""
    held = late.clip(POINTS[0][0], POINTS[-1][0])
    lines = list(pairwise(POINTS))
    score: nw.Expr = _line(held, *lines[0])
    for start, end in lines[1:]:
        score = nw.when(held >= start[0]).then(_line(held, start, end)).otherwise(score)
    return score


def _line(late: nw.Expr, start: tuple[int, int], end: tuple[int, int]) -> nw.Expr:
    width, fall = end[0] - start[0], start[1] - end[1]
    return start[1] * 1000 - ((late - start[0]) * (2000 * fall) + width) // (2 * width)


def index_measures(window: Window, inside: nw.Expr) -> tuple[Measure, ...]:
    """Over rows that have their score in the column `score`."""
    score = nw.col("score")
    cents = nw.col("amount_cents")
    w = window.name
    return (
        count(f"pay_index_count_{w}", inside),
        total(f"pay_index_cents_{w}", cents, inside),
        total(f"pay_index_high_{w}", (cents // _BLOCK) * score, inside),
        total(f"pay_index_rest_{w}", (cents % _BLOCK) * score, inside),
    )


def payment_index(window: Window) -> nw.Expr:
    """Amount-weighted mean score; missing with fewer than three experiences."""
    w = window.name
    cents = number(f"pay_index_cents_{w}")
    weighted = number(f"pay_index_high_{w}") * float(_BLOCK) + number(f"pay_index_rest_{w}")
    enough = (number(f"pay_index_count_{w}") >= LEAST_EXPERIENCES) & (cents > 0.0)
    return nw.when(enough).then(weighted / (cents * 1000.0))
