"""Features of invoices and payments: one pass over the invoices, one over the payments.

The families are in `payment_lateness`, `payment_habit`, `payment_faded`, `payment_share`, `payment_balance`,
`payment_due`, `payment_dso`, `payment_flow`, `payment_rhythm` and `payment_own`.
"""

from collections.abc import Iterator

from riskengine.features import (
    deferral,
    payment_balance,
    payment_dso,
    payment_due,
    payment_faded,
    payment_flow,
    payment_habit,
    payment_lateness,
    payment_own,
    payment_rhythm,
    payment_share,
    payment_spans,
)
from riskengine.features.engines import Frame
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import Known
from riskengine.features.measure import KEY, Measure, aggregate, attach

ROWS_PER_PASS = 2_500_000  # all invoice measures of so many rows take about 3 GB

_INVOICE_MEASURES = (
    *payment_lateness.MEASURES,
    *payment_habit.MEASURES,
    *payment_faded.MEASURES,
    *payment_share.MEASURES,
    *payment_share.STREAK_MEASURES,
    *payment_balance.MEASURES,
    *payment_due.MEASURES,
    *payment_dso.MEASURES,
    *payment_flow.INVOICE_MEASURES,
    *payment_spans.INVOICE_MEASURES,
    *deferral.INVOICE_MEASURES,
)

FEATURES = (
    *payment_lateness.FEATURES,
    *payment_habit.FEATURES,
    *payment_faded.FEATURES,
    *payment_share.FEATURES,
    *payment_balance.FEATURES,
    *payment_due.FEATURES,
    *payment_dso.FEATURES,
    *payment_flow.FEATURES,
    *payment_rhythm.FEATURES,
    *payment_own.FEATURES,
)


def measure(known: Known, so_far: Frame) -> Frame:
    facts = known.session.settle(invoice_facts(known))
    last = aggregate(facts, (*payment_share.LAST_MEASURES, *payment_spans.LARGEST_MEASURES))
    invoices = facts.join(last, on=KEY, how="left").with_columns(
        *payment_lateness.ROW_COLUMNS, *payment_faded.ROW_COLUMNS, *payment_spans.ROW_COLUMNS
    )
    payments = known["payments"].with_columns(known.age("paid_on").alias("paid_age"))
    for measures in _passes(known.rows["invoices"]):
        so_far = known.session.settle(attach(so_far, invoices, measures))
    so_far = attach(so_far, payments, payment_flow.PAYMENT_MEASURES)
    paying_days = payments.filter(payment_spans.IS_CASH).select(KEY, "paid_age").unique()
    so_far = attach(so_far, paying_days, payment_spans.PAYING_DAY_MEASURES)
    so_far = so_far.with_columns(
        payment_flow.unapplied_column(), *payment_share.month_columns(), *payment_dso.sales_columns()
    )
    return so_far.with_columns(payment_dso.count_back_column())


def _passes(rows: int) -> Iterator[tuple[Measure, ...]]:
    """The measures in as many parts as keep the row values of one pass within memory; one for most ledgers."""
    size = -(-len(_INVOICE_MEASURES) // (1 + rows // ROWS_PER_PASS))
    for start in range(0, len(_INVOICE_MEASURES), size):
        yield _INVOICE_MEASURES[start : start + size]
