"""Stress on its way along ties: the strongest that reaches each customer, from whom, and by which way.

Each step keeps a share of the stress, and up to three steps are followed. Of all ways to a customer the one that brings
most counts; then the shorter; then the one from the smaller id. A circle changes nothing: each step weakens, so the
best way passes nobody twice, and nobody hears of its own stress.

It is enough to carry, for each company, the best two ways from different origins: whoever is reached through it has at
most one of the two as its own.
"""

import polars as pl

from riskengine.features.measure import KEY
from riskengine.features.related_stress import STRESS, WHOLE
from riskengine.features.related_ties import FROM, TENTHS, TO, WORD, Tie, Ties

STEPS = 3
SCORE, SOURCE, PATH = "score", "source", "path"
MILLION = 1_000_000  # the unit of a score: thousandths of stress, times tenths three times, stay whole numbers
_NODE, _LENGTH, _HUB = "node", "length", "controller"
_BY = "by"  # the last step in words, until it is part of the path
_KEPT = 2
_LONGEST = 900  # characters of a path; rules take texts of 1,000
REACHED_SCHEMA = {KEY: pl.String, SCORE: pl.Int64, SOURCE: pl.String, PATH: pl.String}


def reached(stressed: pl.DataFrame, ties: Ties) -> pl.DataFrame:
    """REACHED_SCHEMA: one row for each company or person that the stress of another reaches.

    `stressed`: customer_id and `stress`, in thousandths. `path` reads from the one reached to the origin, such as
    `C0012 <- parent C0003 <- guarantor C0077`.
    """
    ways = stressed.filter(pl.col(STRESS) > 0).select(
        pl.col(KEY).alias(_NODE),
        (pl.col(STRESS) * (MILLION // WHOLE)).alias(SCORE),
        pl.lit(0, pl.Int64).alias(_LENGTH),
        pl.col(KEY).alias(SOURCE),
        pl.col(KEY).alias(PATH),
        pl.lit("").alias(_BY),
    )
    if ways.is_empty() or ties.direct.is_empty():  # a shared controller is a direct tie, too
        return pl.DataFrame(schema=REACHED_SCHEMA)
    for step in range(STEPS):
        further = pl.concat([ways, _along(ways, ties.direct), _through_controllers(ways, ties.controlled)])
        if step == STEPS - 1:
            further = further.filter(pl.col(SOURCE) != pl.col(_NODE))
        ways = _told(_best(further, 1 if step == STEPS - 1 else _KEPT))
    cut = pl.when(pl.col(PATH).str.len_chars() > _LONGEST).then(pl.col(PATH).str.slice(0, _LONGEST) + " ...")
    return ways.sort(_NODE).select(pl.col(_NODE).alias(KEY), SCORE, SOURCE, cut.otherwise(pl.col(PATH)).alias(PATH))


def _along(ways: pl.DataFrame, direct: pl.DataFrame) -> pl.DataFrame:
    moved = direct.join(ways, left_on=FROM, right_on=_NODE, how="inner")
    return moved.select(
        pl.col(TO).alias(_NODE),
        (pl.col(SCORE) * pl.col(TENTHS) // 10).alias(SCORE),
        pl.col(_LENGTH) + 1,
        SOURCE,
        PATH,
        (pl.col(WORD) + " ").alias(_BY),
    )


def _through_controllers(ways: pl.DataFrame, controlled: pl.DataFrame) -> pl.DataFrame:
    """From each company to all others of its controllers. By way of the controller, for pairs would be too many."""
    at_controller = controlled.join(ways, left_on=KEY, right_on=_NODE, how="inner").select(
        pl.col(_HUB).alias(_NODE), SCORE, _LENGTH, SOURCE, PATH, _BY
    )
    told = _best(at_controller, _KEPT).rename({_NODE: _HUB})
    word = Tie.SHARED_CONTROLLER.word
    return controlled.join(told, on=_HUB, how="inner").select(
        pl.col(KEY).alias(_NODE),
        (pl.col(SCORE) * Tie.SHARED_CONTROLLER.tenths // 10).alias(SCORE),
        pl.col(_LENGTH) + 1,
        SOURCE,
        PATH,
        pl.format(f"{word} {{}} <- ", _HUB).alias(_BY),
    )


def _told(ways: pl.DataFrame) -> pl.DataFrame:
    """With the last step in the path: only those that are kept are written out."""
    is_new = pl.col(_BY) != ""
    written = pl.format("{} <- {}{}", _NODE, _BY, PATH)
    return ways.with_columns(pl.when(is_new).then(written).otherwise(PATH).alias(PATH), pl.lit("").alias(_BY))


def _best(ways: pl.DataFrame, kept: int) -> pl.DataFrame:
    """For each node the best `kept` ways, of different origins."""
    ranked = ways.sort(_NODE, SCORE, _LENGTH, SOURCE, _BY, PATH, descending=[False, True, *[False] * 4])
    by_origin = ranked.unique([_NODE, SOURCE], keep="first", maintain_order=True)
    return by_origin.filter(pl.int_range(pl.len()).over(_NODE) < kept)
