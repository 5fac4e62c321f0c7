"""Snapshots of features with their outcomes, as arrays a model is fitted to."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from riskengine.features.feature import Feature, Source, Unit
from riskengine.scoring.calibration import Floats
from riskengine.scoring.spec import FeatureSpec, MaskingSpec
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError, RiskEngineError, UsageError, nearest

FeatureMaker = Callable[[date], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`values` (rows, features) float64 with NaN for missing, `outcome` 0 or 1, sorted by snapshot and customer."""

    values: Floats
    outcome: Floats
    customer_id: NDArray[np.object_]
    as_of: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.outcome)


def model_features(catalogue: Mapping[str, Feature], spec: FeatureSpec) -> tuple[Feature, ...]:
    """The numeric features a spec asks for, in catalogue order, each with the direction that binds the model.

    Raises UsageError for an unknown or unfit name, and for a direction of a feature that is not among them.
    """
    for name in (*spec.only, *spec.without, *spec.directions):
        if name not in catalogue:
            raise UsageError(f"no feature is called '{name}'", where="features", remedy=nearest(name, catalogue))
    for name in spec.only:
        if catalogue[name].unit is Unit.CATEGORY:
            raise UsageError(f"'{name}' is a category, not a number", where="features.only", remedy="leave it out")
    fit = [f for f in catalogue.values() if f.unit is not Unit.CATEGORY]
    chosen = [f for f in fit if f.name in spec.only] if spec.only else [f for f in fit if f.for_model]
    kept = [f for f in chosen if f.name not in spec.without and (not spec.groups or f.source in spec.groups)]
    if not kept:
        raise UsageError("the spec leaves no feature", where="features", remedy="shorten 'without', widen 'groups'")
    if lost := [name for name in (*spec.only, *spec.directions) if name not in {f.name for f in kept}]:
        raise UsageError(
            f"'{lost[0]}' is named, and left out by the rest of the spec",
            where="features",
            remedy="say one or the other",
        )
    return tuple(replace(f, risk=spec.directions[f.name].risk) if f.name in spec.directions else f for f in kept)


def naive_feature(catalogue: Mapping[str, Feature], name: str) -> Feature:
    """The feature of the naive rule. Raises UsageError if there is none of this name, or it is no number."""
    if name not in catalogue:
        raise UsageError(
            f"no feature is called '{name}'", where="rivals.naive_feature", remedy=nearest(name, catalogue)
        )
    if catalogue[name].unit is Unit.CATEGORY:
        raise UsageError(
            f"'{name}' is a category, not a number",
            where="rivals.naive_feature",
            remedy="name a feature of which a higher value is riskier",
        )
    return catalogue[name]


def refuse_one_outcome(matrix: Matrix, window: str) -> None:
    """Raises InputError unless both outcomes occur in the rows of a window, `train` or `test`, at least twice."""
    bad, rows = int(matrix.outcome.sum()), len(matrix)
    if min(bad, rows - bad) < 2:
        days = sorted({day_of(int(day)) for day in matrix.as_of})
        raise InputError(
            f"{bad:,} of {rows:,} rows from {days[0]} to {days[-1]} are bad: both outcomes are needed, twice at least",
            where=f"snapshots.{window}",
            remedy="widen the window or choose an outcome that occurs",
        )


def find_idle(matrix: Matrix, features: tuple[Feature, ...]) -> dict[str, str]:
    """The features that tell no row from another, and why. A booster never asks about them."""
    idle = {}
    for feature, column in zip(features, matrix.values.T, strict=True):
        present = column[~np.isnan(column)]
        if present.size == 0:
            idle[feature.name] = "missing in every row"
        elif present.size == column.size and present.min() == present.max():
            idle[feature.name] = f"{present[0]:g} in every row"
    return idle


def assemble(
    labelled: pl.DataFrame, dates: tuple[date, ...], features: tuple[Feature, ...], make: FeatureMaker
) -> Matrix:
    """Features of the labelled rows at each date. `labelled`: customer_id, as_of (day number), outcome.

    Raises InputError if no row is left, RiskEngineError if a customer with an outcome has no features.
    """
    names = [f.name for f in features]
    parts = []
    for day in dates:
        rows = labelled.filter(pl.col("as_of") == day_number(day))
        if rows.height:
            built = make(day).select("customer_id", *(pl.col(n).cast(pl.Float64) for n in names))
            joined = rows.join(built, on="customer_id", how="inner").sort("customer_id")
            if joined.height != rows.height:
                raise RiskEngineError(
                    f"{rows.height - joined.height} customers have an outcome but no features", where=f"snapshot {day}"
                )
            parts.append(joined)
    if not parts:
        raise InputError("no customer is left to learn from or to test on", where="population", remedy="widen it")
    frame = pl.concat(parts)
    return Matrix(
        np.ascontiguousarray(frame.select(names).to_numpy().astype(np.float64)),
        frame["outcome"].to_numpy().astype(np.float64),
        np.array(frame["customer_id"].to_list(), dtype=object),
        frame["as_of"].to_numpy().astype(np.int32),
    )


def rows_of(matrix: Matrix, kept: NDArray[np.bool_]) -> Matrix:
    """Some rows, in their order."""
    return Matrix(matrix.values[kept], matrix.outcome[kept], matrix.customer_id[kept], matrix.as_of[kept])


def masked_copies(matrix: Matrix, features: tuple[Feature, ...], spec: MaskingSpec, seed: int) -> Matrix:
    """The matrix with `spec.copies` further copies in which whole sources of a row are missing, by chance.

    So the model learns what to say of customers without history, statements or signals.
    """
    rng = np.random.default_rng([seed, zlib.crc32(b"masking")])
    values = [matrix.values]
    for _ in range(spec.copies):
        copy = matrix.values.copy()
        for source in Source:
            share = spec.shares.get(source, 0.0)
            chosen = rng.random(len(matrix)) < share
            copy[np.ix_(chosen, columns_of(features, source))] = np.nan
        values.append(copy)
    times = spec.copies + 1
    return Matrix(
        np.concatenate(values),
        np.tile(matrix.outcome, times),
        np.tile(matrix.customer_id, times),
        np.tile(matrix.as_of, times),
    )


def columns_of(features: tuple[Feature, ...], source: Source) -> NDArray[np.int64]:
    """Positions of the features of a source."""
    return np.array([i for i, f in enumerate(features) if f.source is source], dtype=np.int64)


def customer_folds(customer_id: NDArray[np.object_], folds: int, seed: int) -> NDArray[np.int64]:
    """A fold number per row, the same for all rows of a customer, whatever other customers there are."""
    return np.array([zlib.crc32(f"{seed}:{c}".encode()) % folds for c in customer_id], dtype=np.int64)
