"""How well what was sold is turned into money. Amounts in one unit; rates as shares of 1 unless said otherwise."""


def collection_effectiveness(begin: float, sales: float, end_total: float, end_current: float) -> float | None:
    """CEI = 100 x (begin + sales - end total) / (begin + sales - end current): what was collected of what could be.

    `begin` and `end_total` are all receivables at the ends of the period, `end_current` those not yet due at its end.
    None where the denominator is not positive: nothing could have been collected.

    >>> collection_effectiveness(begin=1000, sales=500, end_total=700, end_current=500)
    80.0
    >>> collection_effectiveness(begin=0, sales=500, end_total=500, end_current=500) is None
    True
    """
    collectable = begin + sales - end_current
    return 100 * (begin + sales - end_total) / collectable if collectable > 0 else None


def receivables_turnover(sales: float, begin: float, end: float) -> float | None:
    """Times a period's sales turn over the average of the receivables at its two ends.

    >>> receivables_turnover(1200, 100, 200)
    8.0
    """
    average = (begin + end) / 2
    return sales / average if average > 0 else None


def overdue_ratio(overdue: float, receivables: float) -> float | None:
    """Share of the receivables that is past due, by amount.

    >>> overdue_ratio(25, 100)
    0.25
    """
    return share(overdue, receivables)


def bad_debt_loss_rate(written_off: float, credit_sales: float) -> float | None:
    """Amount written off per amount sold on credit in the same period.

    >>> bad_debt_loss_rate(5, 1000)
    0.005
    """
    return share(written_off, credit_sales)


def on_time_collection_rate(collected_in_term: float, fallen_due: float) -> float | None:
    """Of the amount that fell due in the period, the share collected in money on or before its due date.

    >>> on_time_collection_rate(90, 120)
    0.75
    """
    return share(collected_in_term, fallen_due)


def share(part: float, whole: float) -> float | None:
    """`part` of `whole`; None where there is no whole.

    >>> share(1, 4), share(1, 0)
    (0.25, None)
    """
    return part / whole if whole > 0 else None
