"""Single cases to look at: a default that was warned of in time, one that was not, and a warning in vain."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import polars as pl

from riskengine.early_warning.quality.population import Population


class Ending(StrEnum):
    """How a case ended."""

    CAUGHT = "caught"  # amber or red 60 days before default, and up to it
    MISSED = "missed"  # defaulted without any warning within the horizon, or with none standing at the end
    FALSE = "false"  # the most severe warning, after which neither default nor severe delay came


@dataclass(frozen=True, slots=True)
class Example:
    """`default_on` None: none came. `opened_on`: the day from which the warning of CAUGHT or FALSE stood.

    `path`: as_of, exposure, overdue of all dates; `warnings`: as_of, indicator, severity.
    """

    ending: Ending
    customer_id: str
    default_on: int | None
    opened_on: int | None
    path: pl.DataFrame
    warnings: pl.DataFrame


def choose_examples(
    amber: pl.DataFrame, every: pl.DataFrame, standing: pl.DataFrame, population: Population, overdue: pl.DataFrame
) -> tuple[Example, ...]:
    """At most one of each ending, where the most money was at stake; equal amounts by customer id.

    `amber`, `every`: `counts.default_tracks` of customers under warning at least amber, and of all. `overdue`: as_of,
    customer_id, overdue.
    """
    stakes = population.defaults.group_by("customer_id", "default_on").agg(pl.col("exposure_at_default").last())
    seen = every.drop_nulls("early")  # known 60 days before
    chosen = [
        (Ending.CAUGHT, _largest(amber.filter(pl.col("early") & pl.col("is_caught")), stakes)),
        (Ending.MISSED, _largest(seen.filter(~pl.col("was_warned")), stakes)),
        (Ending.FALSE, _in_vain(standing, population)),
    ]
    if chosen[1][1] is None:
        chosen[1] = (Ending.MISSED, _largest(seen.filter(~pl.col("is_caught")), stakes))
    return tuple(_example(ending, found, standing, population, overdue) for ending, found in chosen if found)


class _Chosen(NamedTuple):
    customer_id: str
    default_on: int | None
    opened_on: int | None


def _largest(tracks: pl.DataFrame, stakes: pl.DataFrame) -> _Chosen | None:
    if tracks.is_empty():
        return None
    ranked = tracks.join(stakes, on=["customer_id", "default_on"]).sort(
        "exposure_at_default", "customer_id", "default_on", descending=[True, False, False]
    )
    first = ranked.row(0, named=True)
    return _Chosen(first["customer_id"], first["default_on"], first["since"])


def _in_vain(standing: pl.DataFrame, population: Population) -> _Chosen | None:
    """Of new warnings after which nothing came, the most severe where most was expected to be lost."""
    quiet = population.rows.filter(~pl.col("is_troubled") & (pl.col("as_of") > population.days[0]))
    found = standing.filter("is_raised").join(
        quiet.select("as_of", "customer_id", "expected_loss"), on=["as_of", "customer_id"]
    )
    if found.is_empty():
        return None
    keys = ["severity", "expected_loss", "customer_id", "as_of"]
    first = found.sort(keys, descending=[True, True, False, False]).row(0, named=True)
    return _Chosen(first["customer_id"], None, first["as_of"])


def _example(
    ending: Ending, chosen: _Chosen, standing: pl.DataFrame, population: Population, overdue: pl.DataFrame
) -> Example:
    own = pl.col("customer_id") == chosen.customer_id
    path = population.rows.filter(own).join(overdue, on=["as_of", "customer_id"], how="left")
    return Example(
        ending=ending,
        customer_id=chosen.customer_id,
        default_on=chosen.default_on,
        opened_on=chosen.opened_on,
        path=path.select("as_of", "exposure", "overdue").sort("as_of"),
        warnings=standing.filter(own).select("as_of", "indicator", "severity").sort("indicator", "as_of"),
    )
