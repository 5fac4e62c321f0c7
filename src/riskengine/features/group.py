"""Features of the group of companies a customer belongs to.

What concerns our money (exposure, share overdue) is that of the whole group with the customer; what may spread to the
customer is that of the *other* members, and missing where none is known.
"""

from collections.abc import Iterable
from functools import reduce
from operator import add

import narwhals as nw

from riskengine.features.arithmetic import flag, money, number, ratio
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.group_root import GROUP, group_of
from riskengine.features.known import Known
from riskengine.features.measure import KEY, aggregate, count, largest, total
from riskengine.features.signal_count import count_measure
from riskengine.features.signal_kinds import LEGAL
from riskengine.terms.codes import SignalKind
from riskengine.terms.text import Text

INSOLVENT = (SignalKind.INSOLVENCY_FILING, SignalKind.DISHONEST_DEBTOR)

_DPD_MAX = "pay_dpd_max_days"
_DPD = nw.col(_DPD_MAX)
_TOP = nw.col("grp_dpd_max_days")
_SUMMED = {
    "grp_exposure_cents": "cus_exposure_cents",
    "grp_open_cents": "pay_open_cents",
    "grp_overdue_cents": "pay_overdue_cents_0",
    "grp_late_sum_365d": "pay_late_sum_365d",
    "grp_exp_count_365d": "pay_exp_count_365d",
    "grp_written_off_cents_365d": "pay_written_off_cents_365d",
    "grp_insolvent_count": "grp_own_insolvent_count",
    "grp_legal_count_365d": "grp_own_legal_count_365d",
}
_OWN = frozenset({"grp_own_insolvent_count", "grp_own_legal_count_365d"})  # not measured before
_MEASURES = (
    count("grp_members", nw.lit(value=True)),
    *(total(name, nw.col(own)) for name, own in _SUMMED.items()),
    largest("grp_dpd_max_days", _DPD),
)
_SECOND_MEASURES = (
    count("grp_dpd_top_count", _DPD == _TOP),
    largest("grp_dpd_second_days", _DPD, _DPD < _TOP),
)


def measure(known: Known, so_far: Frame) -> Frame:
    grouped = so_far.select(
        KEY,
        *sorted({*_SUMMED.values(), _DPD_MAX} - _OWN),
        _sum_of(INSOLVENT, "all").alias("grp_own_insolvent_count"),
        _sum_of(LEGAL, "365d").alias("grp_own_legal_count_365d"),
    ).join(group_of(known), on=KEY, how="left")
    for measures in (_MEASURES, _SECOND_MEASURES):
        grouped = known.session.settle(grouped)  # used twice: for each customer and for its group
        grouped = grouped.join(aggregate(grouped, measures, key=GROUP), on=GROUP, how="left")
    found = (*_OWN, *(m.name for m in (*_MEASURES, *_SECOND_MEASURES)))
    named = grouped.select(KEY, nw.col(GROUP).alias("grp_id"), *sorted(found))
    return so_far.join(named, on=KEY, how="left")


def _sum_of(kinds: Iterable[SignalKind], window: str) -> nw.Expr:
    """Signals of any of the kinds; missing where no signals were delivered."""
    return reduce(add, (nw.col(count_measure(kind, window)) for kind in kinds))


def _among_others(expression: nw.Expr) -> nw.Expr:
    """`expression` where the group has other members, else missing."""
    return nw.when(nw.col("grp_members") > 1).then(expression)


def _of_others(name: str) -> nw.Expr:
    """A sum of the group less the customer's own part."""
    return number(name) - number(_SUMMED[name])


def _money_of_others(name: str) -> nw.Expr:
    return money(name) - money(_SUMMED[name])


def _worst_of_others() -> nw.Expr:
    """The largest days past due without the customer: the group's second largest where it alone has the largest."""
    alone_at_top = (_DPD == _TOP) & (nw.col("grp_dpd_top_count") == 1)
    return nw.when(alone_at_top).then(number("grp_dpd_second_days")).otherwise(number("grp_dpd_max_days"))


_NO_OTHERS = Text("no other member of its group is known", "无已知集团其他成员")
_NO_OTHERS_OR_FEED = Text(
    f"{_NO_OTHERS.en}, or no signals were delivered for anybody", f"{_NO_OTHERS.zh}，或未提供任何外部信号数据"
)

_WHOLE = (
    Feature(
        name="grp_id",
        text=Text("The group: id of its topmost company", "所属集团（最上级公司编号）"),
        unit=Unit.CATEGORY,
        source=Source.GROUP,
        missing=Text("never missing: the customer's own id without a group", "不会缺失：无集团时为本客户编号"),
        expression=nw.col("grp_id"),
        for_model=False,
    ),
    Feature(
        name="grp_members_count",
        text=Text("Known customers in the group, the customer among them", "集团内已知客户数（含本客户）"),
        unit=Unit.COUNT,
        source=Source.GROUP,
        missing=Text("never missing: 1 without a group", "不会缺失：无集团时为1"),
        expression=number("grp_members"),
        low=1,
    ),
    Feature(
        name="grp_exposure",
        text=Text("Exposure of the whole group, the customer among them", "集团合计信用敞口（含本客户）"),
        unit=Unit.MONEY,
        source=Source.GROUP,
        missing=Text("never missing: the customer's own without a group", "不会缺失：无集团时为本客户敞口"),
        expression=money("grp_exposure_cents"),
        for_model=False,
    ),
    Feature(
        name="grp_overdue_ratio",
        text=Text(
            "Share of the group's open amount that is past due, the customer's among it",
            "集团逾期金额占未清应收款比例（含本客户）",
        ),
        unit=Unit.RATIO,
        source=Source.GROUP,
        missing=Text("nothing is open in the group", "集团无未清应收款"),
        expression=ratio(number("grp_overdue_cents"), number("grp_open_cents")),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
    Feature(
        name="grp_exposure_share",
        text=Text("The customer's share of the exposure of its group", "本客户占集团信用敞口比例"),
        unit=Unit.RATIO,
        source=Source.GROUP,
        missing=Text("the group has no exposure", "集团无信用敞口"),
        expression=ratio(number("cus_exposure_cents"), number("grp_exposure_cents")),
        for_model=False,
    ),
)


def _others(
    name: str, text: Text, unit: Unit, missing: Text, expression: nw.Expr, *, low: float | None = 0.0
) -> Feature:
    """What may spread from other members: never good news, and missing without them."""
    return Feature(
        name=name,
        text=text,
        unit=unit,
        source=Source.GROUP,
        missing=missing,
        expression=_among_others(expression),
        low=low,
        high=1 if unit in (Unit.FLAG, Unit.RATIO) else None,
        risk=Risk.UP,
    )


_OTHERS = (
    _others(
        "grp_others_dpd_max",
        Text("Most days past due at another member of the group", "集团其他成员当前最长逾期天数"),
        Unit.DAYS,
        _NO_OTHERS,
        _worst_of_others(),
    ),
    _others(
        "grp_others_overdue_amount",
        Text("Amount past due at the other members of the group", "集团其他成员逾期金额"),
        Unit.MONEY,
        _NO_OTHERS,
        _money_of_others("grp_overdue_cents"),
    ),
    _others(
        "grp_others_overdue_ratio",
        Text("Share past due of what the other members of the group owe", "集团其他成员逾期金额占未清应收款比例"),
        Unit.RATIO,
        Text(f"{_NO_OTHERS.en}, or they owe nothing", f"{_NO_OTHERS.zh}，或其无未清应收款"),
        ratio(_of_others("grp_overdue_cents"), _of_others("grp_open_cents")),
    ),
    _others(
        "grp_others_late_days_mean_365d",
        Text(
            "Mean days beyond terms of the other members of the group in the last 365 days",
            "近365天集团其他成员平均逾期天数",
        ),
        Unit.DAYS,
        Text(
            f"{_NO_OTHERS.en}, or none has a payment experience in the last 365 days",
            f"{_NO_OTHERS.zh}，或近365天均无付款记录",
        ),
        ratio(_of_others("grp_late_sum_365d"), _of_others("grp_exp_count_365d")),
        low=None,
    ),
    _others(
        "grp_others_written_off_amount_365d",
        Text(
            "Amount written off at the other members of the group in the last 365 days",
            "近365天集团其他成员核销坏账金额",
        ),
        Unit.MONEY,
        _NO_OTHERS,
        _money_of_others("grp_written_off_cents_365d"),
    ),
    _others(
        "grp_others_insolvent_flag",
        Text(
            "Another member of the group has filed for insolvency or is listed as a dishonest debtor",
            "集团其他成员有破产申请或被列入失信被执行人",
        ),
        Unit.FLAG,
        _NO_OTHERS_OR_FEED,
        flag(_of_others("grp_insolvent_count") > 0.0),
    ),
    _others(
        "grp_others_legal_count_365d",
        Text("Legal signals at the other members of the group in the last 365 days", "近365天集团其他成员司法信号次数"),
        Unit.COUNT,
        _NO_OTHERS_OR_FEED,
        _of_others("grp_legal_count_365d"),
    ),
)

FEATURES: tuple[Feature, ...] = (*_WHOLE, *_OTHERS)
