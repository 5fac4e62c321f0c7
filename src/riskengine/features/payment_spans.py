"""The last 90 days of a customer and the 365 days before them, counted and summed for `payment_own`.

Rows are experiences by the day they belong to (see `payment_lateness`), invoices by the day of issue, and days on which
cash came.
"""

import narwhals as nw

from riskengine.features.measure import Measure, count, largest, total
from riskengine.features.window import between
from riskengine.terms.codes import PaymentKind

RECENT_DAYS, PAST_DAYS = 90, 365
EARLIEST, LATEST = -30, 90  # days beyond terms; beyond, an invoice says more of itself than of the customer

_AGE, _ISSUED = nw.col("experience_age"), nw.col("issued_age")
_IS = nw.col("is_experience")
_NOW, _PAST = _IS & between(_AGE, 0, RECENT_DAYS), _IS & between(_AGE, RECENT_DAYS, RECENT_DAYS + PAST_DAYS)
_SOLD_NOW = between(_ISSUED, 0, RECENT_DAYS)
_SOLD_PAST = between(_ISSUED, RECENT_DAYS, RECENT_DAYS + PAST_DAYS)
_LATE = nw.col("late_days").cast(nw.Int64).clip(EARLIEST, LATEST)
_IN_PARTS = (nw.col("cash_count") >= 2) | ((nw.col("open_cents") > 0) & (nw.col("cash_count") >= 1))
_LARGEST = "pay_own_invoice_cents_max"
_SIZE = nw.col("own_size")

# The largest invoice of both spans; amounts are counted in thousandths of it, so that squares can be summed as whole
# numbers whatever the currency.
LARGEST_MEASURES = (largest(_LARGEST, nw.col("amount_cents"), between(_ISSUED, 0, RECENT_DAYS + PAST_DAYS)),)
ROW_COLUMNS = (
    nw.when((nw.col(_LARGEST) > 0) & (nw.col("amount_cents") > 0))
    .then(
        (nw.col("amount_cents").cast(nw.Float64) * nw.lit(1000.0) / nw.col(_LARGEST).cast(nw.Float64))
        .floor()
        .clip(0.0, 1000.0)
    )
    .otherwise(nw.lit(0.0))
    .cast(nw.Int64)
    .alias("own_size"),
)


def _sums(name: str, now: nw.Expr, past: nw.Expr, row: nw.Expr) -> tuple[Measure, Measure]:
    return total(f"pay_own_{name}_now", row, now), total(f"pay_own_{name}_past", row, past)


def _counts(name: str, now: nw.Expr, past: nw.Expr) -> tuple[Measure, Measure]:
    return count(f"pay_own_{name}_now", now), count(f"pay_own_{name}_past", past)


INVOICE_MEASURES = (
    *_counts("exp_count", _NOW, _PAST),
    *_sums("late_sum", _NOW, _PAST, _LATE),
    total("pay_own_late_square_sum_past", _LATE * _LATE, _PAST),
    *_counts("late_count", _NOW & (_LATE > 0), _PAST & (_LATE > 0)),
    *_counts("part_count", _NOW & _IN_PARTS, _PAST & _IN_PARTS),
    *_counts("sold_count", _SOLD_NOW, _SOLD_PAST),
    *_sums("size_sum", _SOLD_NOW, _SOLD_PAST, _SIZE),
    total("pay_own_size_square_sum_past", _SIZE * _SIZE, _SOLD_PAST),
    *_counts("dispute_count", _SOLD_NOW & nw.col("was_disputed"), _SOLD_PAST & nw.col("was_disputed")),
)

IS_CASH = nw.col("kind") == nw.lit(PaymentKind.CASH.value)
_PAID = nw.col("paid_age")
PAYING_DAY_MEASURES = (  # over one row for each customer and day with cash
    *_counts("days", between(_PAID, 0, RECENT_DAYS), between(_PAID, RECENT_DAYS, RECENT_DAYS + PAST_DAYS)),
    largest("pay_own_first_cash_age", _PAID),
)
