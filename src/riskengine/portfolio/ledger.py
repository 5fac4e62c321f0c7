"""The receivables ledger as it was known on a date: what was sold, what was paid on it, what was open at earlier dates.

Everything is in whole hundredths of the reporting currency, converted at the as-of date's last known rate, so that
sums do not depend on the order of rows.
"""

import calendar
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.features.engines import Engine, engine_session
from riskengine.features.known import Rates, known_by
from riskengine.portfolio.ageing import AGE_BAND_LAST_DAY, AgeBand
from riskengine.tables.store import TableSet
from riskengine.terms.codes import PaymentKind
from riskengine.terms.days import day_number

MONTHS = 12
_DISPUTED, _ROLLED = "disputed", "91-120"


@dataclass(frozen=True, slots=True)
class Ledger:
    """`invoices`: customer_id, issued_on, due_on, cents, disputed_from, disputed_until (days; null: not disputed, not
    closed). `applied`: what payments took off them: the same columns, and paid_on, kind; an invoice is never paid
    beyond its amount, the rest is unapplied. Days are Int32 since 1970-01-01.
    """

    as_of: date
    invoices: pl.DataFrame
    applied: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Balance:
    """Receivables at the end of a day, in hundredths. A disputed invoice is not late and stands beside the bands."""

    on: date
    bands: dict[AgeBand, int]
    disputed: int
    rolled_over_90: int = 0  # of the bands: 91 to 120 days past due, what a month's roll can have brought

    @property
    def receivables(self) -> int:
        return sum(self.bands.values()) + self.disputed

    @property
    def overdue(self) -> int:
        return sum(amount for band, amount in self.bands.items() if band is not AgeBand.NOT_DUE)

    @property
    def current(self) -> int:
        """Receivables that are not overdue."""
        return self.receivables - self.overdue


def ledger_as_of(tables: TableSet, as_of: date) -> Ledger:
    """The ledger from rows known by `as_of` alone.

    Raises InputError if no customer is known by then or a currency has no rate.
    """
    with engine_session(Engine.POLARS) as session:
        known = known_by(tables, as_of, session)
        invoices = known["invoices"].to_native().lazy()
        payments = known["payments"].to_native().lazy()
    kept = invoices.select(
        "invoice_id",
        "customer_id",
        "issued_on",
        "due_on",
        "currency",
        "own_cents",
        pl.col("amount_cents").alias("cents"),
        pl.when("disputed").then(pl.coalesce("disputed_on", "known_at")).alias("disputed_from"),
        pl.when("disputed").then("dispute_closed_on").alias("disputed_until"),
    )
    applied = _applied(kept, payments, known.rates).collect()
    return Ledger(as_of, kept.drop("invoice_id", "currency", "own_cents").collect(), applied)


def _applied(invoices: pl.LazyFrame, payments: pl.LazyFrame, rates: Rates) -> pl.LazyFrame:
    """Payments as far as they cover their invoice, in the order they came.

    Coverage is counted in the invoice's own currency and what is left is converted, so that the parts add up to the
    balance to the cent.
    """
    paid = payments.select(
        "payment_id",
        "invoice_id",
        "paid_on",
        "kind",
        pl.col("own_cents").alias("paid_cents"),
        pl.col("amount_cents").alias("paid_reporting"),
        pl.col("currency").alias("paid_currency"),
    ).join(invoices, on="invoice_id", how="inner")
    if rates:
        paid = paid.with_columns(_in_owed_currency(rates).alias("paid_cents"))
    covered = pl.col("paid_cents").cum_sum().over("invoice_id")
    left = paid.sort("invoice_id", "paid_on", "payment_id").with_columns(
        (pl.col("own_cents") - covered + pl.col("paid_cents")).clip(lower_bound=0).alias("before"),
        (pl.col("own_cents") - covered).clip(lower_bound=0).alias("after"),
    )
    return (
        left.with_columns((_reporting("before", rates) - _reporting("after", rates)).alias("cents"))
        .with_columns(pl.max_horizontal("paid_on", "issued_on"))  # money in advance waits for its invoice
        .select("customer_id", "issued_on", "due_on", "cents", "disputed_from", "disputed_until", "paid_on", "kind")
    )


def _reporting(column: str, rates: Rates) -> pl.Expr:
    """Cents of the row's currency in the reporting currency, as the features convert them."""
    result = pl.col(column)
    for currency, rate in rates.items():
        exchanged = (pl.col(column).cast(pl.Float64) * rate + 0.5).floor().cast(pl.Int64)
        result = pl.when(pl.col("currency") == currency).then(exchanged).otherwise(result)
    return result


def _in_owed_currency(rates: Rates) -> pl.Expr:
    """A payment in the currency of its invoice; one in another currency crosses over the reporting currency."""
    rate = pl.col("currency").replace_strict(dict(rates), default=1.0, return_dtype=pl.Float64)
    crossed = (pl.col("paid_reporting").cast(pl.Float64) / rate + 0.5).floor().cast(pl.Int64)
    return pl.when(pl.col("paid_currency") == pl.col("currency")).then("paid_cents").otherwise(crossed)


def months_back(day: date, months: int) -> date:
    """The same day of an earlier month; the last day of a month goes to the last day of a month.

    >>> months_back(date(2024, 3, 31), 1), months_back(date(2024, 2, 29), 12)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def balance_on(ledger: Ledger, day: date) -> Balance:
    """What was open at the end of `day`, as known by the ledger's as-of date."""
    at = day_number(day)
    sold = _by_band(ledger.invoices.filter(pl.col("issued_on") <= at), at)
    paid = _by_band(ledger.applied.filter(pl.col("paid_on") <= at), at)
    names = (*(band.value for band in AgeBand), _ROLLED, _DISPUTED)
    left = {name: sold.get(name, 0) - paid.get(name, 0) for name in names}
    bands = {band: left[band.value] for band in AgeBand}
    bands[AgeBand.TO_180] += left[_ROLLED]
    return Balance(day, bands, left[_DISPUTED], left[_ROLLED])


def _by_band(rows: pl.DataFrame, at: int) -> dict[str, int]:
    late = pl.lit(at) - pl.col("due_on")
    band = (
        pl.when(_disputed(at))
        .then(pl.lit(_DISPUTED))
        .when(late.is_between(91, 120))
        .then(pl.lit(_ROLLED))
        .otherwise(band_of(late))
    )
    summed = rows.lazy().group_by(band.alias("band")).agg(pl.col("cents").sum()).collect()
    return {str(name): int(cents) for name, cents in summed.iter_rows()}


def _disputed(at: int) -> pl.Expr:
    """Whether a row was in dispute; unknown dates of a row without dispute mean it was not."""
    closed = (pl.col("disputed_until") <= at).fill_null(value=False)
    return (pl.col("disputed_from") <= at).fill_null(value=False) & ~closed


def band_of(days_past_due: pl.Expr) -> pl.Expr:
    """The value of the AgeBand of each row; the same boundaries as `age_band`."""
    chosen = pl.lit(AgeBand.OVER_365.value)
    for band, last in reversed(tuple(AGE_BAND_LAST_DAY.items())):
        chosen = pl.when(days_past_due <= last).then(pl.lit(band.value)).otherwise(chosen)
    return chosen


def sales_between(ledger: Ledger, after: date, until: date) -> int:
    """Invoiced in (after, until] less the credit notes of that time, in hundredths."""
    return _sum(ledger.invoices, "issued_on", after, until) - _paid(ledger, PaymentKind.CREDIT_NOTE, after, until)


def written_off_between(ledger: Ledger, after: date, until: date) -> int:
    return _paid(ledger, PaymentKind.WRITE_OFF, after, until)


def due_and_in_term(ledger: Ledger, after: date, until: date) -> tuple[int, int]:
    """Of invoices that fell due in (after, until]: their amount net of credit notes, and what came in money in time."""
    due = ledger.applied.filter(_within("due_on", after, until))
    credited = _cents(due.filter(pl.col("kind") == PaymentKind.CREDIT_NOTE.value))
    in_term = due.filter((pl.col("kind") == PaymentKind.CASH.value) & (pl.col("paid_on") <= pl.col("due_on")))
    return _sum(ledger.invoices, "due_on", after, until) - credited, _cents(in_term)


def recovered_since(ledger: Ledger, day: date, days_past_due: int) -> int:
    """Money that came in after `day` on invoices which were by then more than `days_past_due` days late."""
    at = day_number(day)
    old = (pl.col("due_on") < at - days_past_due) & ~_disputed(at)
    cash = pl.col("kind") == PaymentKind.CASH.value
    return _cents(ledger.applied.filter(old & cash & (pl.col("paid_on") > at)))


def sales_by_customer(ledger: Ledger, after: date, until: date) -> dict[str, int]:
    """Invoiced in (after, until] by customer, in hundredths."""
    rows = ledger.invoices.lazy().filter(_within("issued_on", after, until))
    summed = rows.group_by("customer_id").agg(pl.col("cents").sum()).collect()
    return {str(customer): int(cents) for customer, cents in summed.iter_rows()}


def _paid(ledger: Ledger, kind: PaymentKind, after: date, until: date) -> int:
    return _sum(ledger.applied.filter(pl.col("kind") == kind.value), "paid_on", after, until)


def _sum(rows: pl.DataFrame, day: str, after: date, until: date) -> int:
    return _cents(rows.filter(_within(day, after, until)))


def _within(day: str, after: date, until: date) -> pl.Expr:
    return pl.col(day).is_between(day_number(after) + 1, day_number(until))


def _cents(rows: pl.DataFrame) -> int:
    return int(rows["cents"].sum())
