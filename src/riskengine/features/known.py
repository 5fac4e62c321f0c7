"""What was known by a day: the one place where rows are kept or left out, and where amounts change currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import polars as pl

from riskengine.features.changed import with_changes
from riskengine.features.engines import Frame, Session
from riskengine.features.surroundings import By, Surroundings
from riskengine.tables.contracts import CONTRACTS, Kind
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError

# Rows about a day that has not come yet say nothing of the past, even if we have them already.
EVENT_DAY: Mapping[str, str] = {
    "invoices": "issued_on",
    "payments": "paid_on",
    "orders": "ordered_on",
    "changes": "changed_on",
    "links": "holds_from",
    "industry": "observed_on",
    "fx": "quoted_on",
}
Rates = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Known:
    """Every table as it was known by `as_of` (days since 1970-01-01), on one data engine, changes applied.

    `*_cents` columns are in hundredths of the reporting currency. `invoices` and `payments` have the amount in their
    own currency too, as `own_cents`. `customers` are the newest known version of each customer, one row per
    customer_id. `surroundings` are what is taken from customers whose rows are not at hand.
    """

    as_of: int
    session: Session
    frames: Mapping[str, Frame]
    customers: Frame
    rows: Mapping[str, int]
    rates: Rates
    surroundings: Surroundings | None = None

    def __getitem__(self, table: str) -> Frame:
        return self.frames[table]

    def has(self, table: str) -> bool:
        """Whether anything at all of a table is known by then, of anybody."""
        surroundings = self.surroundings
        if surroundings is not None and surroundings.delivered is not None:
            return table in surroundings.delivered
        return self.rows[table] > 0

    def sums(self, by: By, measures: Sequence[str]) -> Frame:
        """What the surroundings say by industry, region or size. Raises InputError if they do not hold a measure."""
        if self.surroundings is None:
            raise ValueError("the surroundings are not known yet")
        return self.session.load(self.surroundings.of(by, measures).lazy())

    def age(self, day: str) -> nw.Expr:
        """Days from the column `day` to the as-of date."""
        return nw.lit(self.as_of, nw.Int32) - nw.col(day)


def known_by(tables: TableSet, as_of: date, session: Session, *, surroundings: Surroundings | None = None) -> Known:
    """Every table as known by `as_of`, amounts in the reporting currency.

    `surroundings` say what is known of other customers where `tables` hold those of a few.

    Raises InputError if no customer is known by then, one has two newest versions, or a currency has no rate.
    """
    rows, rates = rows_and_rates(tables, as_of)
    return known_of(tables.frames, as_of, session, rows=rows, rates=rates, surroundings=surroundings)


def rows_and_rates(tables: TableSet, as_of: date) -> tuple[Mapping[str, int], Rates]:
    """How many rows of each table are known by `as_of`, and the rates of the currencies in them.

    Raises as `known_by`.
    """
    day = day_number(as_of)
    known = {name: _known_rows(tables[name], name, day) for name in CONTRACTS}
    rows = {name: frame.select(pl.len()).collect().item() for name, frame in known.items()}
    if rows["customers"] == 0:
        raise InputError(
            f"no customer is known by {as_of}", where="customers", remedy=_first_day_remedy(tables["customers"])
        )
    _refuse_twice(known["customers"])
    return rows, _rates(known, tables.reporting_currency, as_of)


def known_of(
    frames: Mapping[str, pl.LazyFrame],
    as_of: date,
    session: Session,
    *,
    rows: Mapping[str, int],
    rates: Rates,
    surroundings: Surroundings | None = None,
) -> Known:
    """`known_by` of tables that were looked at by `rows_and_rates`."""
    day = day_number(as_of)
    known: Mapping[str, pl.LazyFrame] = {name: _known_rows(frames[name], name, day) for name in CONTRACTS}
    if rows["changes"]:
        known = with_changes(_restated(known, rates), day)
    converted = {name: _converted(session.load(frame), name, rates) for name, frame in known.items()}
    return Known(day, session, converted, session.settle(_newest(converted["customers"])), rows, rates, surroundings)


def _newest(versions: Frame) -> Frame:
    newest = versions.group_by("customer_id").agg(nw.col("known_at").max().alias("known_at"))
    return versions.join(newest, on=["customer_id", "known_at"], how="inner")


def _known_rows(frame: pl.LazyFrame, table: str, day: int) -> pl.LazyFrame:
    known = frame.filter(pl.col("known_at") <= day)
    return known.filter(pl.col(EVENT_DAY[table]) <= day) if table in EVENT_DAY else known


def _restated(known: Mapping[str, pl.LazyFrame], rates: Rates) -> dict[str, pl.LazyFrame]:
    """Customers and changes in the reporting currency, so that one may state an amount of the other."""
    restated = dict(known)
    for name in ("customers", "changes"):
        converted = _converted(nw.from_native(known[name]), name, rates).to_native()
        restated[name] = converted.with_columns(pl.lit(None, dtype=pl.String).alias("currency"))
    return restated


def _refuse_twice(versions: pl.LazyFrame) -> None:
    """Before anything is joined to customers: whoever is there twice would be there ever more often."""
    newest = versions.filter(pl.col("known_at") == pl.col("known_at").max().over("customer_id"))
    twice = newest.select(pl.col("customer_id").filter(pl.col("customer_id").is_duplicated()).min()).collect().item()
    if twice is not None:
        raise InputError(
            f"customer {twice} has several newest versions known on one day",
            where="customers",
            remedy="keep one row per customer_id and known_at",
        )


def _first_day_remedy(customers: pl.LazyFrame) -> str:
    first = customers.select(pl.col("known_at").min().cast(pl.Date)).collect().item()
    return "the table holds no customers" if first is None else f"the first is known on {first}; choose a later date"


def _rates(known: Mapping[str, pl.LazyFrame], reporting: str, as_of: date) -> Rates:
    """Reporting currency per unit of every other currency in use, by the last quotation known."""
    used: dict[str, str] = {}
    for name, contract in CONTRACTS.items():
        if name != "fx" and "currency" in contract.column_names:
            found = known[name].select(pl.col("currency").drop_nulls().unique()).collect()["currency"]
            for currency in sorted(found):
                used.setdefault(currency, name)
    used.pop(reporting, None)
    if not used:
        return {}
    last = known["fx"].sort("quoted_on", "known_at").group_by("currency").agg(pl.col("rate").last()).collect()
    quoted: dict[str, float] = dict(last.iter_rows())
    for currency, table in used.items():
        rate = quoted.get(currency)
        if rate is None or not 0 < rate < float("inf"):
            raise InputError(
                f"amounts in {currency} but no rate of {currency} to {reporting} known by {as_of}",
                where=table,
                remedy=f"add a positive rate of {currency} to the table fx, or restate the amounts in {reporting}",
            )
    return {currency: quoted[currency] for currency in sorted(used)}


def _converted(frame: Frame, table: str, rates: Rates) -> Frame:
    """Each amount of each row in whole cents of the reporting currency."""
    contract = CONTRACTS[table]
    if table in ("invoices", "payments"):
        frame = frame.with_columns(nw.col("amount_cents").alias("own_cents"))
    cents = [c.name for c in contract.columns if c.kind is Kind.CENTS]
    if not cents or not rates:
        return frame
    return frame.with_columns(*(converted_cents(nw.col(name), rates).alias(name) for name in cents))


def converted_cents(cents: nw.Expr, rates: Rates) -> nw.Expr:
    """`cents` of the currency in the column `currency` as whole cents of the reporting currency, half rounded up.

    An absent currency is the reporting currency.
    """
    currency = nw.col("currency").fill_null(nw.lit(""))
    result = cents
    for name, rate in rates.items():
        exchanged = (cents.cast(nw.Float64) * nw.lit(rate) + nw.lit(0.5)).floor().cast(nw.Int64)
        result = nw.when(currency == nw.lit(name)).then(exchanged).otherwise(result)
    return result
