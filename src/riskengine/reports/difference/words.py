"""Words for the documents of a policy and for their plain values."""

from collections.abc import Mapping

from riskengine.decision.words import write_number
from riskengine.policy.difference.compare import Part
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

PART_TEXT: Mapping[Part, Text] = {
    Part.SCALE: Text("master scale", "主标尺"),
    Part.LIMITS: Text("limits", "额度"),
    Part.TERMS: Text("terms", "账期"),
    Part.EPISODES: Text("early warning", "预警管理"),
    Part.WINDOWS: Text("event windows", "事件模式"),
    Part.POLICY: Text("policy", "政策"),
}
# The last word of a path; what is not here is told by its name in the file.
_PATH_TEXT: Mapping[str, Text] = {
    "pd_to": Text("PD up to", "违约概率上界"),
    "review_months": Text("months to the next review", "复评间隔（月）"),
    "limit_factor": Text("factor of the limit", "额度系数"),
    "terms_cap_days": Text("longest terms in days", "最长账期（天）"),
    "text.en": Text("English name", "英文名称"),
    "text.zh": Text("Chinese name", "中文名称"),
    "need.headroom": Text("headroom over the usual purchases", "需求余量"),
    "need.longest_delay_days": Text("most days late that count as need", "计入需求的最长拖延天数"),
    "need.least": Text("least need", "最低需求"),
    "capacity.equity_share": Text("capacity, share of equity", "承受能力：占净资产比例"),
    "capacity.working_capital_share": Text("capacity, share of working capital", "承受能力：占营运资本比例"),
    "capacity.revenue_share": Text("capacity, share of revenue", "承受能力：占营业收入比例"),
    "capacity.statement_oldest_days": Text("oldest statement that counts, in days", "有效报表最长天数"),
    "capacity.paid_share": Text("capacity, share of what was paid in a year", "承受能力：占近一年付款比例"),
    "capacity.paid_least_count": Text("settled invoices that make a history", "构成付款历史的最少已付清笔数"),
    "capacity.starter": Text("starter limit", "起始额度"),
    "evidence.deviations": Text("caution with a thin file, in deviations", "信息不足时的审慎倍数"),
    "evidence.model_weight": Text("observations the model stands for", "模型折算观测数"),
    "evidence.experience_weight": Text("observations an invoice stands for", "每笔付款折算观测数"),
    "evidence.statement_experiences": Text("invoices a statement stands for", "报表折算付款笔数"),
    "evidence.full_file_experiences": Text("invoices of a full file", "信息充分所需付款笔数"),
    "caps.customer": Text("most any customer may owe", "单一客户上限"),
    "caps.portfolio_share": Text("most a group may owe, share of the portfolio", "单一集团占组合比例上限"),
    "caps.portfolio_share_least": Text("least cap of a group", "集团上限下限"),
    "available.guaranteed_share": Text("share of guarantees that counts", "担保计入比例"),
    "available.insured_share": Text("share of insurance that counts", "保险计入比例"),
    **{
        f"{key}.{level.word}": Text(f"{en}, {SEVERITY_TEXT[level].en}", f"{zh}：{SEVERITY_TEXT[level].zh}")
        for key, en, zh in (
            ("close_after_days", "quiet days before an episode closes", "关闭前须持续恢复的天数"),
            ("cooling_days", "days from the last entry to the close", "最后触发至关闭的天数"),
            ("automatic", "automatic actions", "自动执行的措施"),
        )
        for level in Severity
    },
    "budget.cases": Text("new cases people can answer", "可处理的新增个案数"),
    "budget.days": Text("days that budget is for", "预算期限（天）"),
    "standard_days": Text("standard terms in days", "标准账期（天）"),
    "longest_days": Text("longest terms of anybody in days", "最长账期（天）"),
    "longest_extension_days": Text("most days rules may add", "规则可延长的最多天数"),
    "steps_days": Text("steps that allowed terms end on, in days", "账期阶梯（天）"),
    "discount": Text("discount", "现金折扣"),
    "discount.percent": Text("discount in percent", "现金折扣（%）"),
    "discount.within_days": Text("discount when paid within days", "折扣付款期限（天）"),
    "discount.best_grade": Text("discount, best grade", "折扣：最好等级"),
    "discount.worst_grade": Text("discount, worst grade", "折扣：最差等级"),
    "discount.shortest_terms_days": Text("discount, shortest terms in days", "折扣：最短账期（天）"),
}


def path_text(part: Part, path: str) -> Text:
    """
    >>> path_text(Part.SCALE, "2.pd_to").en, path_text(Part.LIMITS, "rounding.1.step").en
    ('master scale, grade 2: PD up to', 'limits: rounding.1.step')
    """
    label, _, rest = path.partition(".")
    if part is Part.SCALE:
        inner = _PATH_TEXT.get(rest, Text(rest, rest))
        return Text(f"master scale, grade {label}: {inner.en}", f"主标尺，{label}级：{inner.zh}")
    inner = _PATH_TEXT.get(path, Text(path, path))
    head = PART_TEXT[part]
    return Text(f"{head.en}: {inner.en}", f"{head.zh}：{inner.zh}")


_PLACES = 8


def plain_value(value: object) -> Text:
    """
    >>> plain_value(0.0025).en, plain_value(None).en, plain_value((7, 14)).en
    ('0.0025', 'none', '7, 14')
    """
    match value:
        case None:
            return Text("none", "无")
        case bool():
            return Text("yes" if value else "no", "是" if value else "否")
        case tuple() | list():
            shown = ", ".join(plain_value(member).en for member in value)
            return Text(shown, shown)
        case float() | int():
            shown = write_number(float(value), _PLACES)
            return Text(shown, shown)
        case _:
            return Text(str(value), str(value))
