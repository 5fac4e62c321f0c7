"""The habit behind the mean: how late the customer usually pays, one odd invoice hardly moving it.

Over *experiences* (see `invoice_facts`) of invoices never in dispute, each held between a few days early and two weeks
late: beyond, an invoice says more of itself than of the customer. Windows as in `payment_lateness`.
"""

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import Measure, count, total
from riskengine.features.window import ALL, D90, D365, Window
from riskengine.terms.text import Text

WINDOWS = (D90, D365, ALL)
EARLIEST, LATEST = -5, 15  # days beyond terms


def _measures(window: Window) -> tuple[Measure, ...]:
    """Over rows that `payment_lateness.ROW_COLUMNS` has marked with their windows."""
    w = window.name
    inside = nw.col(f"in_{w}") & ~nw.col("was_disputed")
    held = nw.col("late_days").cast(nw.Int64).clip(EARLIEST, LATEST)
    return count(f"pay_habit_count_{w}", inside), total(f"pay_habit_late_sum_{w}", held, inside)


def _feature(window: Window) -> Feature:
    w, en, zh = window.name, window.text.en, window.text.zh
    return Feature(
        name=f"pay_habit_days_mean_{w}",
        text=Text(
            f"Usual days beyond terms {en}: mean without disputed invoices, each held between 5 days early and 15 late",
            f"{zh}惯常逾期天数（不含有争议发票，每笔限于提前5天至逾期15天之间的平均值）",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text(f"no payment experience without a dispute {en}", f"{zh}无未涉争议的付款记录"),
        expression=ratio(number(f"pay_habit_late_sum_{w}"), number(f"pay_habit_count_{w}")),
        low=EARLIEST,
        high=LATEST,
        risk=Risk.UP,
    )


MEASURES = tuple(m for w in WINDOWS for m in _measures(w))
FEATURES = tuple(_feature(w) for w in WINDOWS)
