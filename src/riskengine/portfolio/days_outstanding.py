"""How long sales stay unpaid: DSO and its relatives. Amounts in one unit, any unit; results in days."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Credit sales of one month and the number of its days."""

    sales: float
    days: int


def days_sales_outstanding(receivables: float, credit_sales: float, days: int) -> float | None:
    """DSO = receivables / credit sales x days of the period; None where there were no sales.

    >>> days_sales_outstanding(300.0, 900.0, 90)
    30.0
    >>> days_sales_outstanding(300.0, 0.0, 90) is None
    True
    """
    return receivables / credit_sales * days if credit_sales > 0 else None


def best_possible_dso(current_receivables: float, credit_sales: float, days: int) -> float | None:
    """The DSO there would be if nobody were late: only receivables not yet due count.

    >>> best_possible_dso(200.0, 900.0, 90)
    20.0
    """
    return days_sales_outstanding(current_receivables, credit_sales, days)


def average_days_delinquent(dso: float | None, best_possible: float | None) -> float | None:
    """ADD = DSO - best possible DSO, the part of the DSO that lateness causes.

    >>> average_days_delinquent(30.0, 20.0)
    10.0
    """
    return None if dso is None or best_possible is None else dso - best_possible


def count_back_dso(receivables: float, months: Sequence[MonthSales]) -> float | None:
    """Days of newest sales that the receivables stand for. `months` run from the newest back.

    The newest month's sales are taken off the receivables and its days added, and so on; the last month counts by
    its share. A month without positive net sales takes nothing off but its days pass. None where the receivables are
    larger than all sales given: the history is too short to say.

    >>> round(count_back_dso(212_000, [MonthSales(100e3, 30), MonthSales(80e3, 30), MonthSales(70e3, 30)]), 2)
    73.71
    >>> round(count_back_dso(2.1e6, [MonthSales(900e3, 31), MonthSales(800e3, 28), MonthSales(700e3, 31)]), 2)
    76.71
    """
    remaining, counted = receivables, 0.0
    if remaining <= 0:
        return 0.0
    for month in months:
        if 0 < remaining <= month.sales:
            return counted + remaining / month.sales * month.days
        remaining -= max(month.sales, 0)
        counted += month.days
    return None
