"""How many of our customers of an industry pay later than their own habit: one mean may be moved by a single debtor, a
whole industry that waits for money shows in many.

A customer is judged where there are enough payment experiences of the last 90 days and of the year before them, and
pays later where the mean of the one is at least five days above that of the other. Days beyond terms are held between
30 early and 90 late (see `payment_spans`). The counts are over all customers, so they are part of the surroundings.
"""

from typing import Any

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import KEY, Measure, count
from riskengine.features.surroundings import By
from riskengine.terms.text import Text

LATER_DAYS = 5
LEAST_NOW, LEAST_PAST = 2, 4  # payment experiences

_CODE = By.INDUSTRY.value
_NOW, _PAST = nw.col("pay_own_exp_count_now"), nw.col("pay_own_exp_count_past")
_LATE_NOW, _LATE_PAST = nw.col("pay_own_late_sum_now"), nw.col("pay_own_late_sum_past")
_JUDGED = (_NOW >= LEAST_NOW) & (_PAST >= LEAST_PAST)
# The difference of the means, times both counts: whole numbers, the same on every engine.
_LATER = _LATE_NOW * _PAST - _LATE_PAST * _NOW >= _NOW * _PAST * LATER_DAYS

# Over all customers of an industry.
SUMS: tuple[Measure, ...] = (count("ind_judged_customers", _JUDGED), count("ind_later_customers", _JUDGED & _LATER))


def measure(known: Known, so_far: Frame) -> Frame:
    coded = known.customers.select(KEY, _CODE).filter(~nw.col(_CODE).is_null())
    found = coded.join(known.sums(By.INDUSTRY, [m.name for m in SUMS]), on=_CODE, how="left")
    return so_far.join(found.drop(_CODE), on=KEY, how="left")


def _feature(name: str, text: Text, unit: Unit, expression: nw.Expr, missing: Text, **more: Any) -> Feature:  # noqa: ANN401 - fields of Feature
    return Feature(
        name=name,
        text=text,
        unit=unit,
        source=Source.INDUSTRY,
        missing=missing,
        expression=expression,
        low=0,
        for_model=False,
        whole_industry=True,
        **more,
    )


_UNKNOWN = Text("the customer's industry is not known", "客户行业未知")
_NONE = Text(
    "the customer's industry is not known, or no customer of it has enough payments",
    "客户行业未知，或该行业无付款记录充足的客户",
)

FEATURES: tuple[Feature, ...] = (
    _feature(
        "ind_customers_judged_count_90d",
        Text(
            "Our customers of the industry with payments enough to tell whether they pay later than usual",
            "付款记录足以判断是否晚于自身习惯的本公司同行业客户数",
        ),
        Unit.COUNT,
        number("ind_judged_customers"),
        _UNKNOWN,
    ),
    _feature(
        "ind_customers_later_count_90d",
        Text(
            "Our customers of the industry who in the last 90 days paid 5 days later than in the year before, or more",
            "近90天付款较此前一年推迟5天以上的本公司同行业客户数",
        ),
        Unit.COUNT,
        number("ind_later_customers"),
        _UNKNOWN,
    ),
    _feature(
        "ind_customers_later_share_90d",
        Text(
            "Share of our customers of the industry who in the last 90 days paid 5 days later than in the year before",
            "近90天付款较此前一年推迟5天以上的本公司同行业客户占比",
        ),
        Unit.RATIO,
        ratio(number("ind_later_customers"), number("ind_judged_customers")),
        _NONE,
        high=1,
        risk=Risk.UP,
    ),
)
