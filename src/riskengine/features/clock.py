"""Days that run out: cover, guarantees, promises to pay, what an insurer must be told, the next statement.

A clock is told in days, `clk_..._days_left` (0: it ends today, negative: it has passed) where the data state its end,
and in days since it began where the contract or the policy says how long it runs; then rules compare with a parameter.
Beside each stands the day itself, `clk_..._on`, as days since 1970-01-01, which reasons write as a date.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import narwhals as nw

from riskengine.features.arithmetic import number
from riskengine.features.clock_changes import ENDS, PROMISED, ends, promises
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Source, Unit
from riskengine.features.known import Known
from riskengine.features.statement_items import Period, months_measure
from riskengine.terms.text import Text

_TODAY = "clk_today"
_DAYS_PER_MONTH = 30.4375  # of a year with its leap days


def measure(known: Known, so_far: Frame) -> Frame:
    for kind in ENDS:
        so_far = ends(known, so_far, kind)
    so_far = promises(known, so_far)
    return so_far.with_columns(nw.lit(known.as_of, nw.Int64).alias(_TODAY))


@dataclass(frozen=True, slots=True)
class _Words:
    """Of a clock's days, of its day, and of both when missing."""

    days: Text
    day: Text
    missing: Text


def _of(days: str, on: str, source: Source, words: _Words, expressions: tuple[nw.Expr, nw.Expr]) -> Iterator[Feature]:
    for name, text, expression in zip((days, on), (words.days, words.day), expressions, strict=True):
        yield Feature(f"clk_{name}", text, Unit.DAYS, source, words.missing, expression, for_model=False)


def _until(name: str, source: Source, words: _Words) -> Iterator[Feature]:
    """A clock whose end the data state."""
    end = number(f"clk_{name}_until")
    return _of(f"{name}_days_left", f"{name}_on", source, words, (end - number(_TODAY), end))


def _insured_days() -> nw.Expr:
    """Days since the due day of the oldest overdue invoice of a customer whose receivables are insured."""
    insured = nw.col("cus_insured_amount_cents") > 0
    return nw.when(insured & (nw.col("pay_dpd_max_days") > 0)).then(number("pay_dpd_max_days"))


def _awaited_days() -> nw.Expr:
    """Days since the end of the period after the newest statement's; that period is taken to be as long."""
    months = number(months_measure(Period.NOW))
    return (number("fin_statement_age") - months * nw.lit(_DAYS_PER_MONTH)).floor()


FEATURES: tuple[Feature, ...] = (
    *_of(
        "insured_due_days",
        "insured_due_on",
        Source.CUSTOMER,
        _Words(
            Text(
                "Days since the due day of the oldest overdue invoice under insurance", "最早逾期承保发票到期至今天数"
            ),
            Text("Due day of the oldest overdue invoice under insurance", "最早逾期承保发票的到期日"),
            Text("nothing is overdue, or nothing is insured", "无逾期发票，或无信用保险"),
        ),
        (_insured_days(), number(_TODAY) - _insured_days()),
    ),
    *_until(
        "cover",
        Source.CUSTOMER,
        _Words(
            Text("Days until the credit insurance ends", "信用保险到期剩余天数"),
            Text("Last day of the credit insurance", "信用保险最后有效日"),
            Text("no insurance, or no end of it is told", "无信用保险，或未告知终止日"),
        ),
    ),
    *_until(
        "guarantee",
        Source.CUSTOMER,
        _Words(
            Text("Days until the guarantee ends", "担保到期剩余天数"),
            Text("Last day of the guarantee", "担保最后有效日"),
            Text("no guarantee, or no end of it is told", "无担保，或未告知终止日"),
        ),
    ),
    *_until(
        PROMISED,
        Source.PAYMENT,
        _Words(
            Text("Days until the earliest promised payment is due", "最早付款承诺到期剩余天数"),
            Text("Day of the earliest promised payment", "最早付款承诺日"),
            Text("nothing that is still open was promised for a day", "未清款项无约定日期的付款承诺"),
        ),
    ),
    *_of(
        "statement_awaited_days",
        "statement_awaited_on",
        Source.STATEMENT,
        _Words(
            Text("Days since the end of the period of the next statement", "下一期财务报表期末至今天数"),
            Text("End of the period of the next statement", "下一期财务报表的期末日"),
            Text("no statement is known", "无已知财务报表"),
        ),
        (_awaited_days(), number(_TODAY) - _awaited_days()),
    ),
)
DATES: frozenset[str] = frozenset(f.name for f in FEATURES if f.name.endswith("_on"))
