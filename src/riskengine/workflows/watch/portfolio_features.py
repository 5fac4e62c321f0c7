"""The features of everybody, worked out for a part of the customers at a time, so that memory need not hold all that is
worked out on the way.

First what the rows of each customer say of it alone, summed into the surroundings; then what comes from others, those
it is tied to among them, of whichever part they are. The result is that of `rating_features` of all, to the last bit:
sums are of whole numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from riskengine.early_warning.credit_standing import OpenOrders
from riskengine.features.build import features_among, finished, measured_alone
from riskengine.features.catalogue import feature
from riskengine.features.changed import STATES
from riskengine.features.engines import Engine, engine_session
from riskengine.features.event_window import EventWindow, window_features
from riskengine.features.known import known_by
from riskengine.features.surroundings import By, Surroundings
from riskengine.features.surroundings_sums import surroundings_summed
from riskengine.scoring.anomaly import NAMES
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.workflows.check_order import open_orders_on
from riskengine.workflows.day_rating import portfolio_exposure, with_exposure
from riskengine.workflows.rating_features import kept_reference, with_anomalies, with_reference
from riskengine.workflows.watch.held_table import KEY
from riskengine.workflows.watch.ledger import Ledger

_LINKING = ("customers", "links")  # where it says who is linked with whom
_ACROSS = ("cus_exposure", *NAMES)  # features of which the portfolio makes something before anybody is rated


@dataclass(frozen=True, slots=True)
class Part:
    """Some customers: their features, who they are, and their open orders. `tables` say who they are."""

    features: pl.DataFrame
    tables: TableSet
    open_orders: OpenOrders


@dataclass(frozen=True, slots=True)
class PortfolioFeatures:
    """The features of all customers known on a day."""

    as_of: date
    surroundings: Surroundings
    _ledger: Ledger
    _measured: Sequence["_Measured"]
    _stated: pl.DataFrame

    def parts(self) -> Iterator[Part]:
        """All customers, in their order; each part is worked out when it is asked for."""
        for one in self._measured:
            yield self._part(one)

    def _part(self, part: "_Measured") -> Part:
        names = set(part.own[KEY])
        near = self._ledger.neighbourhood.of(names)
        linked = self._ledger.of(near, _LINKING)
        stated = self._stated.filter(pl.col(KEY).is_in(pl.Series(values=sorted(near), dtype=pl.String).implode()))
        tables = replace(linked, frames={**linked.frames, "changes": stated.lazy()})
        others = pl.Series(values=sorted(near - names), dtype=pl.String).implode()
        rows = [one.own.filter(pl.col(KEY).is_in(others)) for one in self._measured if len(near) > len(names)]
        own = pl.concat([frame.cast(part.schema) for frame in (part.own, *rows)])
        with engine_session(Engine.POLARS) as session:
            known = known_by(tables, self.as_of, session, surroundings=self.surroundings)
            built = finished(session.collect(features_among(known, session.load(own.lazy()))))
        features = built.filter(pl.col(KEY).is_in(part.own[KEY].implode()))
        if part.patterns is not None:
            features = features.join(part.patterns, on=KEY, how="left", maintain_order="left")
        return Part(with_anomalies(features, kept_reference(self.surroundings)), tables, part.open_orders)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the rows of some customers say of each alone, whole numbers in as few bytes as they need."""

    own: pl.DataFrame
    schema: pl.Schema
    sums: Mapping[By, pl.DataFrame]
    across: pl.DataFrame
    stated: pl.DataFrame  # changes of master data
    patterns: pl.DataFrame | None
    open_orders: OpenOrders


def portfolio_features(
    ledger: Ledger, as_of: date, *, windows: Sequence[EventWindow] = (), most_rows: int | None = None
) -> PortfolioFeatures:
    """Goes through the rows of all customers known by the day, `most_rows` of them at a time, or as many as are fit.

    Raises as `build_features`.
    """
    day = day_number(as_of)
    known = ledger.known(day)
    nobody = Surroundings(as_of, {}, ledger.delivered(day))
    parts = ledger.parts(known, most_rows)
    measured = [_measured(ledger.of(part.to_list()), as_of, windows, nobody) for part in parts]
    stated = pl.concat([part.stated for part in measured])
    across = pl.concat([part.across for part in measured])
    sums = {by: _added([one.sums[by] for one in measured]) for by in By}
    around = with_exposure(replace(nobody, sums=sums), portfolio_exposure(across))
    return PortfolioFeatures(as_of, with_reference(around, across), ledger, measured, stated)


def _measured(tables: TableSet, as_of: date, windows: Sequence[EventWindow], nobody: Surroundings) -> _Measured:
    with engine_session(Engine.POLARS) as session:
        known = known_by(tables, as_of, session, surroundings=nobody)
        own = measured_alone(known)
        sums = surroundings_summed(known, own, session).sums
        across = session.collect(own.select(KEY, *(feature(name).expression.alias(name) for name in _ACROSS)))
        frame = session.collect(own)
    return _Measured(
        pl.DataFrame([_in_few_bytes(column) for column in frame]),
        frame.schema,
        sums,
        across.with_columns(pl.col(_ACROSS).cast(pl.Float64).fill_nan(None)),
        tables["changes"].filter(pl.col("kind").is_in([kind.value for kind in STATES])).collect(),
        window_features(tables, as_of, windows, surroundings=nobody) if windows else None,
        open_orders_on(tables, as_of),
    )


def _in_few_bytes(column: pl.Series) -> pl.Series:
    return column.shrink_dtype() if column.dtype.is_integer() else column


def _added(sums: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Sums of parts as one: whole numbers, by what stands in the first column."""
    every = pl.concat(sums)
    by = every.columns[0]
    return every.group_by(by).agg(pl.all().sum()).sort(by)
