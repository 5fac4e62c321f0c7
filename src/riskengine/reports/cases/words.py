"""The words of cases and episodes, in both languages."""

from collections.abc import Mapping, Sequence

from riskengine.early_warning.case import CaseEnd, Mode
from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.episode import Phase
from riskengine.reports.markup import Markup, both, element
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.codes import SignalKind, SignalSeverity
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

PHASE_TEXT: Mapping[Phase, Text] = {
    Phase.ENTERED: Text("it applies now", "当前触发"),
    Phase.HELD: Text("no longer at its trigger, but not over either", "已低于触发值，但尚未解除"),
    Phase.BLIND: Text("too little is known to tell whether it is over", "信息不足，无法判断是否解除"),
    Phase.QUIET: Text("over for now, under observation", "已恢复，观察期内"),
}
END_TEXT: Mapping[CaseEnd, Text] = {
    CaseEnd.ACTED_ON: Text("acted on", "已处理"),
    CaseEnd.DISMISSED: Text("dismissed", "已排除"),
    CaseEnd.EXPIRED: Text("over by itself", "自行解除"),
}
MODE_TEXT: Mapping[Mode, Text] = {
    Mode.PROPOSED: Text("proposed", "建议"),
    Mode.AUTOMATIC: Text("automatic", "自动"),
}
CHANGE_TEXT: Mapping[ChangeKind, Text] = {
    ChangeKind.OPENED: Text("opened", "新开"),
    ChangeKind.ESCALATED: Text("became more severe", "升级"),
    ChangeKind.SNOOZED: Text("put off", "暂缓"),
    ChangeKind.CLOSED: Text("closed", "关闭"),
}

SIGNAL_TEXT: Mapping[SignalKind, Text] = {
    SignalKind.LAWSUIT_DEFENDANT: Text("sued", "被起诉"),
    SignalKind.ENFORCEMENT: Text("court enforcement", "被法院强制执行"),
    SignalKind.DISHONEST_DEBTOR: Text("listed as a dishonest debtor", "列入失信被执行人名单"),
    SignalKind.INSOLVENCY_FILING: Text("insolvency was filed for", "被申请破产"),
    SignalKind.EQUITY_CHANGE: Text("change of owners", "股权变更"),
    SignalKind.EQUITY_FROZEN: Text("equity frozen", "股权被冻结"),
    SignalKind.EQUITY_PLEDGED: Text("equity pledged", "股权出质"),
    SignalKind.LEGAL_REP_CHANGE: Text("new legal representative", "法定代表人变更"),
    SignalKind.ADMIN_PENALTY: Text("administrative penalty", "行政处罚"),
    SignalKind.ABNORMAL_OPERATION: Text("listed for abnormal operation", "列入经营异常名录"),
    SignalKind.SERIOUS_VIOLATION: Text("listed for a serious violation", "列入严重违法失信名单"),
    SignalKind.TAX_ARREARS: Text("tax arrears announced", "欠税公告"),
    SignalKind.RATING_CHANGE: Text("outside rating changed", "外部评级调整"),
    SignalKind.INSURANCE_CUT: Text("the credit insurer cut its cover", "信用保险公司调减限额"),
    SignalKind.NEGATIVE_NEWS: Text("negative news", "负面舆情"),
    SignalKind.BOUNCED_PAYMENT: Text("a payment bounced", "付款被退回"),
    SignalKind.BROKEN_PROMISE: Text("a promise to pay was broken", "付款承诺未兑现"),
    SignalKind.INDUSTRY_DELAY: Text("the whole industry pays later", "全行业付款延迟"),
}
SIGNAL_SEVERITY_TEXT: Mapping[SignalSeverity, Text] = {
    SignalSeverity.LOW: Text("of little weight", "轻微"),
    SignalSeverity.MEDIUM: Text("of medium weight", "中等"),
    SignalSeverity.HIGH: Text("grave", "严重"),
}


def listed(texts: Sequence[Text]) -> Text:
    """
    >>> listed([Text("a", "甲"), Text("b", "乙")])
    Text(en='a; b', zh='甲；乙')
    """
    return Text("; ".join(one.en for one in texts), "；".join(one.zh for one in texts))


def severity_mark(severity: Severity) -> Markup:
    """The word, in the colour of the severity."""
    return element("span", both(SEVERITY_TEXT[severity]), class_=f"severity {severity.word}")
