"""What the customer owes today: open, overdue, disputed, partly paid, and how that moved."""

import narwhals as nw

from riskengine.features.arithmetic import growth, money, number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import Measure, count, largest, total
from riskengine.features.window import D90, D365, Window
from riskengine.terms.text import Text

BANDS = (0, 30, 60, 90)  # days past due, more than
EARLIER = (30, 90)

_OPEN = nw.col("open_cents")
_IS_OPEN = _OPEN > 0
_OVERDUE = nw.col("is_overdue")
_PAST = nw.col("due_age").cast(nw.Int64)
_DISPUTED = nw.col("is_disputed")
_ISSUED = nw.col("issued_age")
_PAID = nw.col("is_paid")
_SETTLED_AGE = nw.col("settled_age")


def _earlier_measures(days: int) -> tuple[Measure, ...]:
    balance = nw.col(f"open_cents_{days}")
    overdue = (nw.col("due_age") > days) & ~nw.col(f"is_disputed_{days}")
    return (
        total(f"pay_open_cents_{days}d_ago", balance),
        total(f"pay_overdue_cents_{days}d_ago", balance, overdue),
    )


def _disputed_measures(window: Window) -> tuple[Measure, Measure]:
    issued = window.holds(_ISSUED)
    return (
        count(f"pay_invoice_count_{window.name}", issued),
        count(f"pay_was_disputed_count_{window.name}", issued & nw.col("was_disputed")),
    )


MEASURES = (
    total("pay_open_cents", _OPEN),
    count("pay_open_count", _IS_OPEN),
    *(total(f"pay_overdue_cents_{n}", _OPEN, _OVERDUE & (n < _PAST)) for n in BANDS),
    count("pay_overdue_count", _OVERDUE),
    total("pay_overdue_day_cents", _OPEN * _PAST, _OVERDUE),
    largest("pay_dpd_max_days", _PAST, _OVERDUE, absent=0),
    total("pay_disputed_open_cents", _OPEN, _DISPUTED),
    total("pay_part_paid_open_cents", _OPEN, _IS_OPEN & (nw.col("cash_count") > 0)),
    count("pay_settled_count_all", _PAID),
    count("pay_settled_count_365d", _PAID & D365.holds(_SETTLED_AGE)),
    count("pay_in_parts_count_365d", _PAID & D365.holds(_SETTLED_AGE) & (nw.col("cash_count") > 1)),
    *(m for days in EARLIER for m in _earlier_measures(days)),
    total("pay_open_cents_365d_ago", nw.col("open_cents_365")),
    *(m for w in (D90, D365) for m in _disputed_measures(w)),
)

_NOTHING_OPEN = Text("nothing is open", "无未清应收款")
_NEVER = Text("never missing: 0 without invoices", "不会缺失：无发票时为0")


def _overdue_features(days: int) -> tuple[Feature, Feature]:
    part = "" if days == 0 else f"_{days}"
    en = "past due" if days == 0 else f"more than {days} days past due"
    zh = "逾期" if days == 0 else f"逾期超过{days}天"
    return (
        Feature(
            name=f"pay_overdue{part}_amount",
            text=Text(f"Open amount {en}, not in dispute", f"{zh}金额（不含争议）"),
            unit=Unit.MONEY,
            source=Source.PAYMENT,
            missing=_NEVER,
            expression=money(f"pay_overdue_cents_{days}"),
            low=0,
            risk=Risk.UP,
        ),
        Feature(
            name=f"pay_overdue{part}_ratio",
            text=Text(f"Share of the open amount {en}", f"{zh}金额占未清应收款比例"),
            unit=Unit.RATIO,
            source=Source.PAYMENT,
            missing=_NOTHING_OPEN,
            expression=ratio(number(f"pay_overdue_cents_{days}"), number("pay_open_cents")),
            low=0,
            high=1,
            risk=Risk.UP,
        ),
    )


def _change_feature(days: int) -> Feature:
    now = ratio(number("pay_overdue_cents_0"), number("pay_open_cents"))
    before = ratio(number(f"pay_overdue_cents_{days}d_ago"), number(f"pay_open_cents_{days}d_ago"))
    return Feature(
        name=f"pay_overdue_ratio_change_{days}d",
        text=Text(f"Share overdue today less the share {days} days ago", f"逾期占比较{days}天前的变化"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text(f"nothing is open today or nothing was {days} days ago", f"当前或{days}天前无未清应收款"),
        expression=now - before,
        low=-1,
        high=1,
        risk=Risk.UP,
    )


def _disputed_share(window: Window) -> Feature:
    return Feature(
        name=f"pay_disputed_share_{window.name}",
        text=Text(
            f"Share of the invoices issued {window.text.en} that were ever disputed",
            f"{window.text.zh}开票中发生过争议的占比",
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text(f"no invoices {window.text.en}", f"{window.text.zh}无发票"),
        expression=ratio(number(f"pay_was_disputed_count_{window.name}"), number(f"pay_invoice_count_{window.name}")),
        low=0,
        high=1,
        risk=Risk.UP,
    )


FEATURES = (
    Feature(
        name="pay_open_amount",
        text=Text("Open invoices", "未清应收款金额"),
        unit=Unit.MONEY,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=money("pay_open_cents"),
        low=0,
    ),
    Feature(
        name="pay_open_count",
        text=Text("Number of open invoices", "未清发票笔数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=number("pay_open_count"),
        low=0,
    ),
    *(f for days in BANDS for f in _overdue_features(days)),
    Feature(
        name="pay_overdue_count",
        text=Text("Number of invoices past due, not in dispute", "逾期发票笔数（不含争议）"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=number("pay_overdue_count"),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_dpd_max",
        text=Text("Days past due of the oldest overdue invoice, not in dispute", "当前最长逾期天数（不含争议）"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=number("pay_dpd_max_days"),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_dpd_wmean",
        text=Text("Mean days past due of what is overdue, weighted by amount", "逾期金额加权平均逾期天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("nothing is overdue", "无逾期款"),
        expression=ratio(number("pay_overdue_day_cents"), number("pay_overdue_cents_0")),
        low=0,
        risk=Risk.UP,
    ),
    *(_change_feature(days) for days in EARLIER),
    Feature(
        name="pay_open_change_90d",
        text=Text("Open amount against that of 90 days ago", "未清应收款较90天前变动"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text("nothing was open 90 days ago", "90天前无未清应收款"),
        expression=growth(number("pay_open_cents"), number("pay_open_cents_90d_ago")),
        low=-1,
    ),
    Feature(
        name="pay_disputed_amount",
        text=Text("Open amount in dispute", "争议中未清金额"),
        unit=Unit.MONEY,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=money("pay_disputed_open_cents"),
        low=0,
    ),
    Feature(
        name="pay_disputed_ratio",
        text=Text("Share of the open amount in dispute", "争议金额占未清应收款比例"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_NOTHING_OPEN,
        expression=ratio(number("pay_disputed_open_cents"), number("pay_open_cents")),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
    *(_disputed_share(w) for w in (D90, D365)),
    Feature(
        name="pay_part_paid_ratio",
        text=Text("Share of the open amount on invoices that are partly paid", "部分付款发票占未清应收款比例"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_NOTHING_OPEN,
        expression=ratio(number("pay_part_paid_open_cents"), number("pay_open_cents")),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_part_paid_share_365d",
        text=Text(
            "Share of the invoices paid in the last 365 days that took several payments", "近365天分次付清笔数占比"
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text("no invoice was paid in the last 365 days", "近365天无已付清发票"),
        expression=ratio(number("pay_in_parts_count_365d"), number("pay_settled_count_365d")),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_settled_count_365d",
        text=Text("Invoices paid in the last 365 days", "近365天已付清发票笔数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=number("pay_settled_count_365d"),
        low=0,
    ),
    Feature(
        name="pay_settled_count_all",
        text=Text("Invoices paid over all history", "历史已付清发票笔数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=number("pay_settled_count_all"),
        low=0,
    ),
)
