"""Warnings as they stood on each evaluation date: the one form in which quality sees them.

A warning of a customer and an indicator opens on a date, may become more severe while it stands, and ends. However it
was made (a policy's episodes, a naive rule), quality only asks which warnings stood on which date, since when, and
which of them were new.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from riskengine.terms.errors import InputError

KEY = ["as_of", "customer_id"]
FINDING_SCHEMA: dict[str, pl.DataType] = {
    "as_of": pl.Int32(),  # days since 1970-01-01
    "customer_id": pl.String(),
    "indicator": pl.String(),
    "severity": pl.Int8(),  # terms.decision.Severity
}
STANDING_SCHEMA: dict[str, pl.DataType] = {
    **FINDING_SCHEMA,  # severity: the highest since it opened
    "opened_on": pl.Int32(),
    "is_opening": pl.Boolean(),
    "is_raised": pl.Boolean(),  # opened, or more severe than on the date before
}


def fold_findings(findings: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """Warnings that stand as long as something is found on every date; STANDING_SCHEMA, sorted.

    `findings`: FINDING_SCHEMA, rows in any order; of several of one customer, indicator and date the most severe
    counts. `days`: all evaluation dates, ascending. Raises InputError for a finding on another date.
    """
    place = pl.DataFrame({"as_of": days, "place": range(len(days))}, schema={"as_of": pl.Int32, "place": pl.Int32})
    known = _shaped(findings, FINDING_SCHEMA)
    stray = known.filter(~pl.col("as_of").is_in(list(days)))
    if stray.height:
        raise InputError(f"{stray.height} findings are of dates that were not evaluated", where="findings")
    own = ["customer_id", "indicator"]
    spell = [*own, "spell"]
    ordered = known.group_by([*KEY, "indicator"]).agg(pl.col("severity").max()).join(place, on="as_of")
    ordered = ordered.sort([*own, "as_of"])
    gap = pl.col("place") - pl.col("place").shift(1).over(own)
    spelled = ordered.with_columns(is_opening=gap.fill_null(0) != 1).with_columns(
        spell=pl.col("is_opening").cast(pl.Int32).cum_sum().over(own)
    )
    standing = spelled.with_columns(
        opened_on=pl.col("as_of").first().over(spell), severity=pl.col("severity").cum_max().over(spell)
    )
    before = pl.col("severity").shift(1).over(spell).fill_null(0)
    return _shaped(standing.with_columns(is_raised=pl.col("severity") > before), STANDING_SCHEMA).sort(
        [*KEY, "indicator"]
    )


def customer_standing(standing: pl.DataFrame, days: Sequence[int], *, at_least: int, name: str) -> pl.DataFrame:
    """Customers under any warning of at least a severity, as warnings of one indicator called `name`.

    Such a warning opens when the customer had none of them on the date before.
    """
    found = standing.filter(pl.col("severity") >= at_least).with_columns(indicator=pl.lit(name))
    return fold_findings(found, days)


def _shaped(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
