"""Features of every customer as of a date."""

from collections.abc import Sequence
from datetime import date

import narwhals as nw
import polars as pl

from riskengine.features.arithmetic import CENTS_PER_UNIT
from riskengine.features.catalogue import CATALOGUE, MODULES
from riskengine.features.engines import Engine, Frame, engine_session
from riskengine.features.event_window import EventWindow, window_features
from riskengine.features.feature import Feature, Unit
from riskengine.features.known import Known, known_by
from riskengine.features.measure import KEY
from riskengine.tables.store import TableSet
from riskengine.terms.errors import InputError

MOST_SOLD = 2.5e13  # units to one customer; 100 cents x 3650 days each stay within 64 bits


def build_features(
    tables: TableSet, as_of: date, *, engine: Engine = Engine.POLARS, windows: Sequence[EventWindow] = ()
) -> pl.DataFrame:
    """All features of every customer known by `as_of`, from rows with `known_at <= as_of` alone.

    One row per customer, sorted by customer_id: that column and every feature of the catalogue in its order, Float64
    (String for categories), null where missing; then those of `windows` (a policy's `windows`), which rules name like
    any other. The result does not depend on the engine or on the order of rows.

    Raises InputError if no customer is known by then, a customer has two newest versions, a currency has no rate, or
    the amounts of a customer are too large to sum exactly; UsageError if the engine is not installed.
    """
    with engine_session(engine) as session:
        known = known_by(tables, as_of, session)
        measures = session.settle(measure_all(known))
        features = measures.select(KEY, *(_value(f) for f in CATALOGUE.values()))
        built = session.collect(features)
    _refuse_twice(built)
    _refuse_overflow(built)
    built = built.with_columns(pl.col(pl.Float64).fill_nan(None)).sort(KEY)
    if not windows:
        return built
    return built.join(window_features(tables, as_of, windows), on=KEY, how="left", maintain_order="left")


def measure_all(known: Known) -> Frame:
    """The measures of all sources, one row per known customer."""
    measured = known.customers.select(KEY, nw.lit(100.0).alias(CENTS_PER_UNIT))
    for module in MODULES:
        measured = module.measure(known, measured)
    return measured


def _refuse_twice(built: pl.DataFrame) -> None:
    twice = built.filter(pl.col(KEY).is_duplicated())
    if twice.height:
        raise InputError(
            f"customer {twice[KEY][0]} has several newest versions known on one day",
            where="customers",
            remedy="keep one row per customer_id and known_at",
        )


def _refuse_overflow(built: pl.DataFrame) -> None:
    """Sums of cents x days hold for customers up to a bound no real customer comes near."""
    beyond = built.filter(pl.col("pay_sales_amount_all").abs() > MOST_SOLD)  # a sum beyond 64 bits may turn negative
    if beyond.height:
        customer = beyond[KEY][0]
        raise InputError(
            f"sales to customer {customer} are too large to sum exactly (most is {MOST_SOLD:.0f})",
            where="invoices",
            remedy="check the unit of the amounts, or report in a larger currency unit such as thousands",
        )


def _value(feature: Feature) -> nw.Expr:
    kind = nw.String if feature.unit is Unit.CATEGORY else nw.Float64
    return feature.expression.cast(kind).alias(feature.name)
