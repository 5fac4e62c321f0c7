"""How late the customer pays lately: means and shares over all experiences, each weighing less as it grows old.

A window forgets an invoice on one day; a fading weight forgets it slowly. A short half-life tells the trouble of these
weeks, a long one the habit they are to be held against. One payment on the due day is counted besides the customer's
own, with the weight of today: a single late invoice is no pattern, ten are. (In the manner of Buehlmann's credibility,
with a collateral mean of 0 days.) Over *experiences* (see `invoice_facts`) of invoices never in dispute.

More lateness in these weeks is riskier. The long half-lives have no direction: beside the short one they are the habit,
and who has always paid a week late alarms less with a week than who always paid on time.
"""

import narwhals as nw

from riskengine.features.arithmetic import number
from riskengine.features.fading import fading, whole
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import Measure, total
from riskengine.features.payment_habit import EARLIEST, LATEST
from riskengine.terms.text import Text

HALF_LIVES = (30, 120, 480)  # days, of means
SHARE_HALF_LIVES = (60, 240)  # days, of shares
LATELY = 60  # the longest half-life that tells of these weeks
THRESHOLDS = (7, 15)  # days beyond terms, before the 30 where arrears are usually said to begin
WORST = 90  # days beyond terms; further ones add nothing to a mean

_COUNTS = nw.col("is_experience") & ~nw.col("was_disputed")
_LATE = nw.col("late_days").cast(nw.Int64)


def _weight(days: int) -> nw.Expr:
    return nw.col(f"fade_{days}")


# Columns of the rows that several measures share; 0 where an invoice does not count.
ROW_COLUMNS = tuple(
    nw.when(_COUNTS).then(fading(nw.col("experience_age"), days)).otherwise(nw.lit(0, nw.Int64)).alias(f"fade_{days}")
    for days in sorted({*HALF_LIVES, *SHARE_HALF_LIVES})
)


def _mean_measures(days: int) -> tuple[Measure, ...]:
    return (
        total(f"pay_habit_fade_{days}", _LATE.clip(EARLIEST, LATEST) * _weight(days)),
        total(f"pay_late_fade_{days}", _LATE.clip(EARLIEST, WORST) * _weight(days)),
    )


MEASURES = (
    *(total(f"pay_exp_fade_{days}", _weight(days)) for days in sorted({*HALF_LIVES, *SHARE_HALF_LIVES})),
    *(m for days in HALF_LIVES for m in _mean_measures(days)),
    *(
        total(f"pay_late_{late}_fade_{days}", _weight(days), late < _LATE)
        for days in SHARE_HALF_LIVES
        for late in THRESHOLDS
    ),
)

_MISSING = Text("no payment experience without a dispute", "无未涉争议的付款记录")


def _of_experiences(measure: str, days: int) -> nw.Expr:
    """Over the faded number of experiences and one more; missing without any."""
    known = number(f"pay_exp_fade_{days}")
    return nw.when(known > 0.0).then(number(measure) / (known + whole()))


def _direction(days: int) -> Risk:
    return Risk.UP if days <= LATELY else Risk.FREE


def _fades(days: int) -> Text:
    return Text(f"older ones halved every {days} days", f"每{days}天权重减半")


_BESIDES = Text("one on the due day besides", "另计一笔准时付款")


def _habit(days: int) -> Feature:
    fades = _fades(days)
    return Feature(
        name=f"pay_habit_days_faded_{days}d",
        text=Text(
            f"Usual days beyond terms, {fades.en}: each held between 5 days early and 15 late, {_BESIDES.en}",
            f"惯常逾期天数，{fades.zh}（每笔限于提前5天至逾期15天，{_BESIDES.zh}）",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_MISSING,
        expression=_of_experiences(f"pay_habit_fade_{days}", days),
        low=EARLIEST,
        high=LATEST,
        risk=_direction(days),
    )


def _late(days: int) -> Feature:
    fades = _fades(days)
    return Feature(
        name=f"pay_late_days_faded_{days}d",
        text=Text(
            f"Mean days beyond terms, {fades.en}: each at most {WORST}, {_BESIDES.en}",
            f"逾期天数均值，{fades.zh}（每笔至多{WORST}天，{_BESIDES.zh}）",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_MISSING,
        expression=_of_experiences(f"pay_late_fade_{days}", days),
        low=EARLIEST,
        high=WORST,
        risk=_direction(days),
    )


def _share(late: int, days: int) -> Feature:
    fades = _fades(days)
    return Feature(
        name=f"pay_late_share_{late}_faded_{days}d",
        text=Text(
            f"Share of payment experiences more than {late} days late, {fades.en} ({_BESIDES.en})",
            f"逾期超过{late}天笔数占比，{fades.zh}（{_BESIDES.zh}）",
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_MISSING,
        expression=_of_experiences(f"pay_late_{late}_fade_{days}", days),
        low=0,
        high=1,
        risk=_direction(days),
    )


def _count(days: int) -> Feature:
    return Feature(
        name=f"pay_exp_count_faded_{days}d",
        text=Text(f"Payment experiences, {_fades(days).en}", f"付款记录笔数，{_fades(days).zh}"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=Text("no invoice was ever issued", "从未开票"),
        expression=nw.when(number("pay_invoice_count_all") > 0.0).then(number(f"pay_exp_fade_{days}") / whole()),
        low=0,
    )


FEATURES = (
    *(_habit(days) for days in HALF_LIVES),
    *(_late(days) for days in HALF_LIVES),
    *(_share(late, days) for late in THRESHOLDS for days in SHARE_HALF_LIVES),
    *(_count(days) for days in HALF_LIVES[1:]),
)
