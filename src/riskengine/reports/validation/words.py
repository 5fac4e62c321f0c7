"""Words of the validation report: features, groups and p-values as people read them."""

from collections.abc import Mapping

from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Unit
from riskengine.reports.numbers import MISSING
from riskengine.scoring.validation.challengers import CHAMPION, MODEL, NAIVE, SCORECARD
from riskengine.scoring.validation.slices import WHOLE
from riskengine.terms.text import Text

_GROUPS: Mapping[str, Text] = {
    "whole": Text("all", "全部"),
    "month": Text("month", "月份"),
    "industry": Text("industry", "行业"),
    "region": Text("region", "地区"),
    "country": Text("country", "国家"),
    "relationship": Text("relationship", "合作关系"),
    "payment history": Text("payment history", "付款历史"),
    "statements": Text("statements", "财务报表"),
    "signals": Text("signals", "外部信号"),
    "size": Text("size", "规模"),
    "source payment": Text("payments", "付款数据"),
    "source order": Text("orders", "订单数据"),
    "source statement": Text("statements", "财务报表"),
    "source signal": Text("signals", "外部信号"),
    "source industry": Text("industry data", "行业数据"),
    "source group": Text("group data", "集团数据"),
    "source customer": Text("master data", "客户主数据"),
}
_NAMES: Mapping[str, Text] = {
    "unknown": Text("unknown", "未知"),
    "new": Text("new, under a year", "新客户（不足一年）"),
    "existing": Text("existing", "老客户"),
    "with": Text("has some", "有"),
    "without": Text("has none", "无"),
    "has settled": Text("has settled", "有结清记录"),
    "never settled an invoice": Text("never settled an invoice", "从未结清发票"),
    "no sales": Text("no sales in a year", "近一年无销售"),
    "smallest third": Text("smallest third by sales", "销售额最小的三分之一"),
    "middle third": Text("middle third by sales", "销售额居中的三分之一"),
    "largest third": Text("largest third by sales", "销售额最大的三分之一"),
}
_RIVALS: Mapping[str, Text] = {
    MODEL: Text("this model (LightGBM)", "本模型（LightGBM）"),
    SCORECARD: Text("logistic scorecard", "逻辑评分卡"),
    NAIVE: Text("naive rule", "简单规则"),
}

_UNITS: Mapping[Unit, Text] = {
    Unit.DAYS: Text("days", "天"),
    Unit.MONEY: Text("reporting currency", "报告货币"),
    Unit.RATIO: Text("ratio", "比率"),
    Unit.COUNT: Text("count", "个数"),
    Unit.FLAG: Text("0 no, 1 yes", "0否，1是"),
    Unit.SCORE: Text("points", "分"),
    Unit.DAYS_PER_MONTH: Text("days per month", "天/月"),
}


def group_text(group: str) -> Text:
    return _GROUPS.get(group, Text(group, group))


def source_text(source: str) -> Text:
    return group_text(f"source {source}")


def slice_text(group: str, name: str) -> Text:
    """Group and name in one line."""
    of = group_text(group)
    if group == WHOLE:
        return of
    which = _NAMES.get(name, Text(name, name))
    return Text(f"{of.en}: {which.en}", f"{of.zh}：{which.zh}")


def unit_text(name: str) -> Text:
    """The unit of a feature, for an axis; empty where a number has none."""
    known = CATALOGUE.get(name)
    return _UNITS.get(known.unit, Text("", "")) if known else Text("", "")


def feature_text(name: str) -> Text:
    """What the catalogue calls a feature; its own name where the catalogue has none of that name."""
    known = CATALOGUE.get(name)
    return known.text if known else Text(name, name)


def rival_text(name: str) -> Text:
    if name.startswith(CHAMPION):
        other = name.removeprefix(CHAMPION).strip()
        return Text(f"last champion ({other})", f"上任冠军模型（{other}）")
    return _RIVALS.get(name, Text(name, name))


def p_text(p: float | None) -> str:
    """
    >>> p_text(0.0117), p_text(1e-9), p_text(None)
    ('0.012', '< 0.001', '–')
    """
    if p is None:
        return MISSING
    return "< 0.001" if p < 0.001 else f"{p:.2g}" if p < 0.1 else f"{p:.2f}"
