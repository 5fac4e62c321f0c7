"""The engine's words as people read them."""

from collections.abc import Mapping

from riskengine.terms.decision import Action, Severity, Status
from riskengine.terms.limit import Binding, CapacitySource, NeedSource
from riskengine.terms.text import Text

BINDING_TEXT: Mapping[Binding, Text] = {
    Binding.NEED: Text("what the customer needs", "客户需求"),
    Binding.CAPACITY: Text("what the customer can carry", "客户承受能力"),
    Binding.POLICY_CAP: Text("the largest limit policy allows", "政策上限"),
    Binding.CONCENTRATION_CAP: Text("the largest share of the portfolio", "集中度上限"),
    Binding.GRADE: Text("the grade allows no credit", "等级不允许赊销"),
    Binding.RULE_CAP: Text("a rule's cap", "规则封顶"),
    Binding.RULE_FACTOR: Text("a rule's reduction to nothing", "规则削减至零"),
    Binding.SMALLEST_LIMIT: Text("too small to be granted", "低于最小额度"),
    Binding.FROZEN: Text("credit is frozen", "信用已冻结"),
    Binding.IN_DEFAULT: Text("in default", "已违约"),
    Binding.TEMPORARY_LIMIT: Text("a limit granted for a time", "临时额度"),
}
ACTION_TEXT: Mapping[Action, Text] = {
    Action.FREEZE_CREDIT: Text("freeze credit", "冻结信用"),
    Action.SHORTEN_TERMS: Text("shorten terms", "缩短账期"),
    Action.REQUIRE_GUARANTEE: Text("require a guarantee", "要求担保"),
    Action.REQUIRE_PREPAYMENT: Text("require prepayment", "要求预付"),
    Action.CUT_LIMIT: Text("cut the limit", "削减额度"),
    Action.INSURE: Text("insure", "投保"),
    Action.WATCH_LIST: Text("watch list", "列入观察名单"),
    Action.MANUAL_REVIEW: Text("manual review", "人工审批"),
    Action.REQUEST_STATEMENT: Text("ask for a statement", "索取财务报表"),
    Action.COLLECT_REMIND: Text("remind", "催收提醒"),
    Action.COLLECT_CALL: Text("call", "电话催收"),
    Action.COLLECT_LETTER: Text("send a letter", "发催收函"),
    Action.COLLECT_LEGAL: Text("take legal action", "法律手段"),
}
SEVERITY_TEXT: Mapping[Severity, Text] = {
    Severity.RED: Text("red", "红色"),
    Severity.AMBER: Text("amber", "橙色"),
    Severity.WATCH: Text("watch", "关注"),
}
STATUS_TEXT: Mapping[Status, Text] = {
    Status.RATED: Text("rated", "已评级"),
    Status.IN_DEFAULT: Text("in default", "已违约"),
    Status.UNRATED: Text("not rated", "未评级"),
}
NEED_TEXT: Mapping[NeedSource, Text] = {
    NeedSource.REQUEST: Text("what was asked for", "申请金额"),
    NeedSource.PURCHASES: Text("expected purchases", "预计采购"),
    NeedSource.CURRENT_LIMIT: Text("the limit so far", "现有额度"),
}
CAPACITY_TEXT: Mapping[CapacitySource, Text] = {
    CapacitySource.STATEMENT: Text("the financial statement", "财务报表"),
    CapacitySource.PAID_HISTORY: Text("what was paid so far", "付款历史"),
    CapacitySource.STARTER: Text(
        "the starter limit, for want of a statement and of history", "起始额度（无报表和历史）"
    ),
}


def listed_actions(actions: list[str]) -> Text:
    """
    >>> listed_actions(["freeze_credit", "insure"]).en
    'freeze credit, insure'
    """
    found = [ACTION_TEXT[Action(a)] for a in actions]
    return Text(", ".join(t.en for t in found), "、".join(t.zh for t in found))
