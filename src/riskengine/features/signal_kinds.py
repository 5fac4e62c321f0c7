"""The kinds of signals, what people call them, and the families they form."""

from collections.abc import Mapping
from types import MappingProxyType

from riskengine.terms.codes import SignalKind
from riskengine.terms.text import Text

KIND_TEXTS: Mapping[SignalKind, Text] = MappingProxyType(
    {
        SignalKind.LAWSUIT_DEFENDANT: Text("lawsuits as defendant", "作为被告的诉讼"),
        SignalKind.ENFORCEMENT: Text("court enforcements", "被执行"),
        SignalKind.DISHONEST_DEBTOR: Text("dishonest-debtor listings", "列入失信被执行人"),
        SignalKind.INSOLVENCY_FILING: Text("insolvency filings", "破产申请"),
        SignalKind.EQUITY_CHANGE: Text("equity changes", "股权变更"),
        SignalKind.EQUITY_FROZEN: Text("freezings of equity", "股权冻结"),
        SignalKind.EQUITY_PLEDGED: Text("pledges of equity", "股权出质"),
        SignalKind.LEGAL_REP_CHANGE: Text("changes of legal representative", "法定代表人变更"),
        SignalKind.ADMIN_PENALTY: Text("administrative penalties", "行政处罚"),
        SignalKind.ABNORMAL_OPERATION: Text("abnormal-operation listings", "列入经营异常名录"),
        SignalKind.SERIOUS_VIOLATION: Text("serious-violation listings", "列入严重违法失信名单"),
        SignalKind.TAX_ARREARS: Text("announcements of tax arrears", "欠税公告"),
        SignalKind.RATING_CHANGE: Text("changes of external rating", "外部评级调整"),
        SignalKind.INSURANCE_CUT: Text("cuts of the credit-insurance limit", "信用保险限额调减"),
        SignalKind.NEGATIVE_NEWS: Text("items of negative news", "负面舆情"),
        SignalKind.BOUNCED_PAYMENT: Text("bounced payments", "退票或付款被拒"),
        SignalKind.BROKEN_PROMISE: Text("broken promises to pay", "付款承诺未兑现"),
        SignalKind.INDUSTRY_DELAY: Text("reports of industry-wide delay", "行业性付款延迟"),
    }
)

# A rating may go up as well as down and a change of owners may be for the better.
UNDIRECTED = frozenset({SignalKind.RATING_CHANGE, SignalKind.EQUITY_CHANGE, SignalKind.LEGAL_REP_CHANGE})

LEGAL = (
    SignalKind.LAWSUIT_DEFENDANT,
    SignalKind.ENFORCEMENT,
    SignalKind.DISHONEST_DEBTOR,
    SignalKind.INSOLVENCY_FILING,
)
OWNERSHIP = (
    SignalKind.EQUITY_CHANGE,
    SignalKind.EQUITY_FROZEN,
    SignalKind.EQUITY_PLEDGED,
    SignalKind.LEGAL_REP_CHANGE,
)
COMPLIANCE = (
    SignalKind.ADMIN_PENALTY,
    SignalKind.ABNORMAL_OPERATION,
    SignalKind.SERIOUS_VIOLATION,
    SignalKind.TAX_ARREARS,
)
PAYMENT_MORALE = (SignalKind.BOUNCED_PAYMENT, SignalKind.BROKEN_PROMISE)
