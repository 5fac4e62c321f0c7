"""The words of cases and episodes, in both languages."""

from collections.abc import Mapping, Sequence

from riskengine.early_warning.case import CaseEnd, Mode
from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.episode import Phase
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


def listed(texts: Sequence[Text]) -> Text:
    """
    >>> listed([Text("a", "甲"), Text("b", "乙")])
    Text(en='a; b', zh='甲；乙')
    """
    return Text("; ".join(one.en for one in texts), "；".join(one.zh for one in texts))
