"""What each invoice has come to by the as-of date: open or settled, how late, disputed or not.

An invoice is *settled* when cash, credit notes and write-offs known by the as-of date cover it, counted in the
invoice's own currency. It is *written off* when it took a write-off of more than a tenth of its amount to cover it;
a smaller one is a difference let go. `settled_on` is the day of the last cash if cash alone covers it, else of the last
cash or credit note, else of the write-off.

An *experience* is an invoice that says how the customer pays:
- settled with the customer's cash: late by `settled_on - due_on` days, negative when early;
- open and past due: late by the days to date;
- written off: never paid, so late by the days to date, and at least one.
An invoice in dispute on the as-of date, and one that credit notes alone have settled, is no experience.
"""

from collections.abc import Mapping

import narwhals as nw

from riskengine.features.engines import Frame
from riskengine.features.known import Known, Rates, converted_cents
from riskengine.terms.codes import PaymentKind

LONGEST_LATE = 3650  # days; a mistyped year must not swamp a mean
EARLIER_DAYS = (30, 90, 365)  # the balance of each invoice is also known as of so many days ago
EARLIER_DISPUTES = (30, 90)  # and whether it was in dispute

_CASH = nw.col("kind") == nw.lit(PaymentKind.CASH.value)
_CREDIT = nw.col("kind") == nw.lit(PaymentKind.CREDIT_NOTE.value)
_WRITE_OFF = nw.col("kind") == nw.lit(PaymentKind.WRITE_OFF.value)
_DAYS = ("last_cash_on", "last_paid_on", "last_applied_on")
_MONEY = ("amount_cents", "open_cents", "cash_cents", "excess_cents", *(f"open_cents_{n}" for n in EARLIER_DAYS))


def invoice_facts(known: Known) -> Frame:
    """One row per known invoice; no value is missing.

    customer_id, invoice_id; `amount_cents`, `open_cents`, `cash_cents`, `excess_cents` (paid or credited beyond the
    amount), `open_cents_{30,90,365}` (the balance so many days ago) in the reporting currency; `issued_age`, `due_age`
    (days past due, negative before), `settled_age`
    (0 if open), `terms_days`, `cash_count`; the flags `is_settled`, `is_written_off`, `is_paid` (settled with cash and
    not written off), `is_disputed`, `is_disputed_{30,90}` (so many days ago), `was_disputed` (ever), `is_overdue`
    (open, past due, not disputed), `is_experience`; `late_days` and `experience_age` (days since the experience; 0 for
    one that is still open).
    """
    invoices = known["invoices"]
    applied = _applied(known, invoices)
    facts = invoices.join(applied, on="invoice_id", how="left").with_columns(
        *(nw.col(name).fill_null(nw.lit(0, nw.Int64)) for name in _applied_sums()),
        *(nw.col(name).fill_null(nw.col("issued_on")) for name in _DAYS),
        nw.col("disputed_on").fill_null(nw.col("known_at")).alias("dispute_from"),
    )
    facts = _dated(facts, known)
    facts = _settled(facts, known)
    return _experienced(facts).select(*_COLUMNS)


_COLUMNS = (
    "customer_id",
    "invoice_id",
    *_MONEY,
    "issued_age",
    "due_age",
    "settled_age",
    "terms_days",
    "cash_count",
    "is_settled",
    "is_written_off",
    "is_paid",
    "is_disputed",
    *(f"is_disputed_{n}" for n in EARLIER_DISPUTES),
    "was_disputed",
    "is_overdue",
    "is_experience",
    "late_days",
    "experience_age",
)


def _applied_sums() -> tuple[str, ...]:
    earlier = tuple(f"applied_by_{n}" for n in EARLIER_DAYS)
    return ("cash_cents", "credit_cents", "write_off_cents", "cash_count", *earlier)


def _applied(known: Known, invoices: Frame) -> Frame:
    """What was applied to each invoice, in the currency of the invoice."""
    payments = known["payments"].filter(~nw.col("invoice_id").is_null())
    cents = nw.col("own_cents")
    if known.rates:
        owed = invoices.select("invoice_id", nw.col("currency").alias("owed_currency"))
        payments = payments.join(owed, on="invoice_id", how="inner")
        cents = _in_owed_currency(known.rates)
    none = nw.lit(0, nw.Int64)
    age = known.age("paid_on")
    rows = payments.select(
        "invoice_id",
        nw.when(_CASH).then(cents).otherwise(none).alias("cash_cents"),
        nw.when(_CREDIT).then(cents).otherwise(none).alias("credit_cents"),
        nw.when(_WRITE_OFF).then(cents).otherwise(none).alias("write_off_cents"),
        _CASH.cast(nw.Int64).alias("cash_count"),
        *(nw.when(age >= n).then(cents).otherwise(none).alias(f"applied_by_{n}") for n in EARLIER_DAYS),
        nw.when(_CASH).then(nw.col("paid_on")).alias("last_cash_on"),
        nw.when(~_WRITE_OFF).then(nw.col("paid_on")).alias("last_paid_on"),
        nw.col("paid_on").alias("last_applied_on"),
    )
    summed = rows.group_by("invoice_id").agg(
        *(nw.col(name).sum() for name in _applied_sums()), *(nw.col(name).max() for name in _DAYS)
    )
    return summed.with_columns(*(nw.col(name).cast(nw.Int64) for name in _applied_sums()))


def _in_owed_currency(rates: Rates) -> nw.Expr:
    """A payment in the currency of its invoice; one in another currency crosses over the reporting currency."""
    crossed = (nw.col("amount_cents").cast(nw.Float64) / _rate_of("owed_currency", rates) + nw.lit(0.5)).floor()
    same = nw.col("currency") == nw.col("owed_currency")
    return nw.when(same).then(nw.col("own_cents")).otherwise(crossed.cast(nw.Int64))


def _rate_of(column: str, rates: Rates) -> nw.Expr:
    rate: nw.Expr = nw.lit(1.0)
    for currency, value in rates.items():
        rate = nw.when(nw.col(column) == nw.lit(currency)).then(nw.lit(value)).otherwise(rate)
    return rate


def _dated(facts: Frame, known: Known) -> Frame:
    """Ages in days at the as-of date, and disputes as they stood on it and earlier."""
    return facts.with_columns(
        known.age("issued_on").alias("issued_age"),
        known.age("due_on").alias("due_age"),
        (nw.col("due_on") - nw.col("issued_on")).alias("terms_days"),
        _raised_by(known.as_of).alias("was_disputed"),
        _in_dispute_on(known.as_of).alias("is_disputed"),
        *(_in_dispute_on(known.as_of - n).alias(f"is_disputed_{n}") for n in EARLIER_DISPUTES),
    )


def _raised_by(day: int) -> nw.Expr:
    return nw.col("disputed") & (nw.col("dispute_from") <= nw.lit(day, nw.Int32))


def _in_dispute_on(day: int) -> nw.Expr:
    """Raised by the end of that day and not closed by then."""
    closed_on, on = nw.col("dispute_closed_on"), nw.lit(day, nw.Int32)
    return _raised_by(day) & (closed_on.is_null() | (closed_on.fill_null(on) > on))


def _settled(facts: Frame, known: Known) -> Frame:
    owed = nw.col("own_cents")
    paid = nw.col("cash_cents") + nw.col("credit_cents")
    covered = paid + nw.col("write_off_cents") >= owed
    written_off = covered & (paid < owed) & (nw.col("write_off_cents") * 10 > owed)
    none = nw.lit(0, nw.Int64)
    open_now = nw.when(~covered).then(owed - paid - nw.col("write_off_cents")).otherwise(none)
    settled_on = (
        nw.when(nw.col("is_written_off"))
        .then(nw.col("last_applied_on"))
        .when(nw.col("cash_cents") >= owed)
        .then(nw.col("last_cash_on"))
        .otherwise(nw.col("last_paid_on"))
    )
    earlier = {n: _open_before(n, owed) for n in EARLIER_DAYS}
    facts = facts.with_columns(
        covered.alias("is_settled"),
        written_off.alias("is_written_off"),
        open_now.alias("open_cents"),
        nw.when(paid > owed).then(paid - owed).otherwise(none).alias("excess_cents"),
        *(balance.alias(f"open_cents_{n}") for n, balance in earlier.items()),
    )
    age = nw.lit(known.as_of, nw.Int32) - settled_on
    facts = facts.with_columns(
        nw.when(nw.col("is_settled")).then(age).otherwise(nw.lit(0, nw.Int32)).alias("settled_age"),
        (nw.col("is_settled") & ~nw.col("is_written_off") & (nw.col("cash_cents") > 0)).alias("is_paid"),
    )
    return _in_reporting_currency(facts, known)


def _open_before(days: int, owed: nw.Expr) -> nw.Expr:
    """The balance of the invoice so many days ago."""
    applied = nw.col(f"applied_by_{days}")
    was_open = (nw.col("issued_age") >= days) & (applied < owed)
    return nw.when(was_open).then(owed - applied).otherwise(nw.lit(0, nw.Int64))


def _in_reporting_currency(facts: Frame, known: Known) -> Frame:
    if not known.rates:
        return facts
    own: Mapping[str, str] = {"amount_cents": "own_cents"}
    return facts.with_columns(
        *(converted_cents(nw.col(own.get(name, name)), known.rates).alias(name) for name in _MONEY)
    )


def _experienced(facts: Frame) -> Frame:
    overdue = (nw.col("open_cents") > 0) & (nw.col("due_age") > 0) & ~nw.col("is_disputed")
    facts = facts.with_columns(overdue.alias("is_overdue"))
    ended = (nw.col("is_paid") | nw.col("is_written_off")) & ~nw.col("is_disputed")
    never_paid = nw.col("is_written_off") | ~nw.col("is_settled")
    late = nw.when(never_paid).then(nw.col("due_age")).otherwise(nw.col("due_age") - nw.col("settled_age"))
    in_term = nw.col("is_written_off") & (nw.col("due_age") < 1)
    late = nw.when(~in_term).then(late).otherwise(nw.lit(1, nw.Int32))
    return facts.with_columns(
        (ended | nw.col("is_overdue")).alias("is_experience"),
        late.clip(-LONGEST_LATE, LONGEST_LATE).alias("late_days"),
        nw.col("settled_age").alias("experience_age"),
    )
