"""The features every rating starts from: those of the customers, and how unusual their recent payments are.

The measure of anomaly is learnt from all customers of a day and then stands among the surroundings, so that one
customer, rated alone against kept surroundings, is as unusual as within the portfolio.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from riskengine.features.build import Built, build_among
from riskengine.features.event_window import EventWindow
from riskengine.features.plan import FeaturePlan
from riskengine.features.surroundings import Surroundings
from riskengine.scoring.anomaly import (
    AnomalyReference,
    deviations_of,
    find_anomalies,
    fit_reference,
    reference_from,
)
from riskengine.tables.store import TableSet

ANOMALY = "anomaly"  # under which the reference stands among the surroundings


def rating_features(
    tables: TableSet, as_of: date, *, windows: Sequence[EventWindow] = (), surroundings: Surroundings | None = None
) -> Built:
    """`build_among`, with `ano_distance_p` and `ano_main` beside the features.

    Without `surroundings` all customers of `tables` make them, the reference of the anomalies among them; given ones
    without a reference leave both facts missing. Raises as `build_features`.
    """
    built = build_among(tables, as_of, windows=windows, surroundings=surroundings)
    around = with_reference(built.surroundings, built.features) if surroundings is None else surroundings
    return Built(with_anomalies(built.features, kept_reference(around)), around)


class RatingPlan:
    """`rating_features` of a day within kept surroundings, for few customers at a time and often. Not for threads."""

    def __init__(self, as_of: date, *, surroundings: Surroundings, windows: Sequence[EventWindow] = ()) -> None:
        """Raises UsageError as `FeaturePlan`, InputError as `kept_reference`."""
        self._plan = FeaturePlan(as_of, surroundings=surroundings, windows=windows)
        self._reference = kept_reference(surroundings)

    def build(self, tables: TableSet) -> pl.DataFrame:
        """The features `rating_features` gives of `tables`. Raises as `build_features`."""
        return with_anomalies(self._plan.build(tables), self._reference)


def with_reference(surroundings: Surroundings, features: pl.DataFrame) -> Surroundings:
    """The same with the reference of anomalies learnt from the features of all customers, if enough have a past."""
    reference = fit_reference(deviations_of(features))
    return surroundings if reference is None else surroundings.with_numbers(ANOMALY, reference.frame())


def kept_reference(surroundings: Surroundings) -> AnomalyReference | None:
    """The reference of anomalies among kept surroundings. Raises InputError if another version kept it."""
    kept = surroundings.numbers.get(ANOMALY)
    return None if kept is None else reference_from(kept)


def with_anomalies(features: pl.DataFrame, reference: AnomalyReference | None) -> pl.DataFrame:
    """`features` with `ano_distance_p` and `ano_main`, null where nothing is known; row by row."""
    if reference is None:
        unknown = pl.lit(None)
        return features.with_columns(
            unknown.cast(pl.Float64).alias("ano_distance_p"), unknown.cast(pl.String).alias("ano_main")
        )
    found = find_anomalies(deviations_of(features), reference)
    return features.with_columns(
        pl.Series("ano_distance_p", found.distance_p).fill_nan(None),
        pl.Series("ano_main", found.main.tolist(), dtype=pl.String),
    )
