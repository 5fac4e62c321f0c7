"""How much outside events weigh: amounts at stake, recency, severity."""

import narwhals as nw

from riskengine.features.arithmetic import money, number, ratio
from riskengine.features.fading import whole
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.signal_count import NO_FEED, count_of
from riskengine.features.signal_kinds import LEGAL
from riskengine.features.statement_items import stated
from riskengine.terms.text import Text


def legal_amount() -> nw.Expr:
    """Amounts of legal signals of the last 365 days; missing if there are such signals and none states an amount."""
    unknown = (count_of(LEGAL) > 0.0) & (number("sig_legal_amounts_365d") == 0.0)
    return nw.when(~unknown).then(money("sig_legal_cents_365d"))


AMOUNTS = (
    Feature(
        name="sig_legal_amount_365d",
        text=Text(
            "Amount at stake in the legal signals of the last 365 days that state one", "近365天司法信号涉及金额合计"
        ),
        unit=Unit.MONEY,
        source=Source.SIGNAL,
        missing=Text(
            "there are legal signals but none states an amount, or no signals were delivered for anybody",
            "有司法信号但均未披露金额，或未提供任何外部信号数据",
        ),
        expression=legal_amount(),
        risk=Risk.UP,
    ),
    Feature(
        name="sig_legal_amount_to_equity",
        text=Text(
            "Amount at stake in legal signals of the last 365 days / equity", "近365天司法信号涉及金额占净资产比例"
        ),
        unit=Unit.RATIO,
        source=Source.SIGNAL,
        missing=Text(
            "no statement states equity, equity is not positive (see fin_negative_equity_flag), there are legal "
            "signals but none states an amount, or no signals were delivered",
            "无报表披露净资产，或净资产不为正数（见fin_negative_equity_flag），或有司法信号但均未披露金额，"
            "或未提供外部信号数据",
        ),
        expression=ratio(legal_amount(), stated("equity")),
        risk=Risk.UP,
    ),
)


def _recency(name: str, measure: str, en: str, zh: str) -> Feature:
    return Feature(
        name=name,
        text=Text(f"Days since the last {en}", f"距最近一次{zh}的天数"),
        unit=Unit.DAYS,
        source=Source.SIGNAL,
        missing=Text(f"never: no {en} is known", f"从未发生：无已知{zh}"),
        expression=number(measure),
        low=0,
        risk=Risk.DOWN,
    )


RECENCY = (
    _recency("sig_days_since_last", "sig_last_age", "signal of any kind", "外部信号"),
    _recency("sig_legal_days_since_last", "sig_legal_last_age", "legal signal", "司法信号"),
    _recency("sig_ownership_days_since_last", "sig_ownership_last_age", "ownership signal", "股权与控制权信号"),
)

WEIGHTS: tuple[Feature, ...] = (
    *AMOUNTS,
    *RECENCY,
    Feature(
        name="sig_severity_faded",
        text=Text(
            "Severity of all signals (low 1, medium or not stated 2, high 4), each halved every 90 days",
            "信号严重度得分（低1、中或未说明2、高4，每90天衰减一半）",
        ),
        unit=Unit.SCORE,
        source=Source.SIGNAL,
        missing=NO_FEED,
        expression=number("sig_faded_points") / whole(),
        low=0,
        risk=Risk.UP,
    ),
)
