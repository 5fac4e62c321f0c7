"""How many outside events there are, by kind and by family."""

from collections.abc import Iterable

import narwhals as nw

from riskengine.features.arithmetic import flag, number
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.signal_kinds import COMPLIANCE, KIND_TEXTS, LEGAL, OWNERSHIP, PAYMENT_MORALE, UNDIRECTED
from riskengine.features.window import D60, D365, Window
from riskengine.terms.codes import SignalKind
from riskengine.terms.text import Text

NO_FEED = Text("no signals were delivered for anybody", "未提供任何外部信号数据")


def count_measure(kind: SignalKind, window: str) -> str:
    return f"sig_{kind.value}_{window}"


def count_of(kinds: Iterable[SignalKind], window: str = "365d") -> nw.Expr:
    """Signals of any of the kinds."""
    return nw.sum_horizontal(*(number(count_measure(kind, window)) for kind in kinds)) + _unknown_if_no_feed()


def _unknown_if_no_feed() -> nw.Expr:
    """0, missing where no signals were delivered: a horizontal sum takes missing for 0."""
    return number(count_measure(SignalKind.LAWSUIT_DEFENDANT, "all")) * 0.0


def _kind_feature(kind: SignalKind, window: Window = D365) -> Feature:
    return _count_feature(
        f"sig_{kind.value}_count_{window.name}",
        Text(f"Number of {KIND_TEXTS[kind].en} {window.text.en}", f"{window.text.zh}{KIND_TEXTS[kind].zh}次数"),
        number(count_measure(kind, window.name)),
        Risk.FREE if kind in UNDIRECTED else Risk.UP,
        for_model=window is D365,  # shorter ones are asked by rules
    )


def _ever_feature(kind: SignalKind) -> Feature:
    return _count_feature(
        f"sig_{kind.value}_count_all",
        Text(f"Number of {KIND_TEXTS[kind].en} ever", f"历史{KIND_TEXTS[kind].zh}次数"),
        number(count_measure(kind, "all")),
    )


def _count_feature(
    name: str, text: Text, expression: nw.Expr, risk: Risk = Risk.UP, *, for_model: bool = True
) -> Feature:
    return Feature(
        name=name,
        text=text,
        unit=Unit.COUNT,
        source=Source.SIGNAL,
        missing=NO_FEED,
        expression=expression,
        low=0,
        risk=risk,
        for_model=for_model,
    )


_FAMILIES = (
    _count_feature(
        "sig_legal_count_365d",
        Text(
            "Legal signals of the last 365 days: lawsuits, enforcements, dishonest-debtor listings, insolvency filings",
            "近365天司法信号次数：诉讼、被执行、失信被执行人、破产申请",
        ),
        count_of(LEGAL),
    ),
    _count_feature(
        "sig_ownership_count_365d",
        Text(
            "Ownership signals of the last 365 days: equity changed, frozen or pledged, legal representative changed",
            "近365天股权与控制权信号次数：股权变更、股权冻结、股权出质、法定代表人变更",
        ),
        count_of(OWNERSHIP),
        Risk.FREE,  # a new owner may be the rescue
    ),
    _count_feature(
        "sig_compliance_count_365d",
        Text(
            "Compliance signals of the last 365 days: penalties, abnormal operation, serious violations, tax arrears",
            "近365天合规信号次数：行政处罚、经营异常、严重违法、欠税",
        ),
        count_of(COMPLIANCE),
    ),
    _count_feature(
        "sig_payment_morale_count_365d",
        Text(
            "Signals of payment morale of the last 365 days: bounced payments, broken promises to pay",
            "近365天付款信誉信号次数：退票或付款被拒、付款承诺未兑现",
        ),
        count_of(PAYMENT_MORALE),
    ),
)

_TOTALS = (
    _count_feature(
        "sig_count_90d", Text("Signals of any kind in the last 90 days", "近90天各类信号总数"), number("sig_count_90d")
    ),
    _count_feature(
        "sig_count_365d", Text("Signals of any kind in the last 365 days", "近365天各类信号总数"), count_of(SignalKind)
    ),
    Feature(
        name="sig_kinds_count_365d",
        text=Text("Number of different kinds of signals in the last 365 days", "近365天信号种类数"),
        unit=Unit.COUNT,
        source=Source.SIGNAL,
        missing=NO_FEED,
        expression=nw.sum_horizontal(*(flag(number(count_measure(kind, "365d")) > 0.0) for kind in SignalKind))
        + _unknown_if_no_feed(),
        low=0,
        high=len(SignalKind),
        risk=Risk.UP,
    ),
)

COUNTS: tuple[Feature, ...] = (
    *(_kind_feature(kind) for kind in SignalKind),
    _kind_feature(SignalKind.BOUNCED_PAYMENT, D60),
    _ever_feature(SignalKind.INSOLVENCY_FILING),
    _ever_feature(SignalKind.DISHONEST_DEBTOR),
    *_FAMILIES,
    *_TOTALS,
)
