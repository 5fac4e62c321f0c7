"""Words of the validation report: features, groups and p-values as people read them."""

from collections.abc import Mapping

from riskengine.features.catalogue import CATALOGUE
from riskengine.reports.markup import Markup, both, data_text
from riskengine.reports.numbers import MISSING
from riskengine.scoring.validation.challengers import CHAMPION, MODEL, NAIVE, SCORECARD
from riskengine.scoring.validation.slices import Slice
from riskengine.terms.text import Language, Text

_GROUPS: Mapping[str, Text] = {
    "whole": Text("all", "全部"),
    "month": Text("month", "月份"),
    "industry": Text("industry", "行业"),
    "region": Text("region", "地区"),
    "country": Text("country", "国家"),
    "relationship": Text("relationship", "合作关系"),
    "payment history": Text("payment history", "付款历史"),
    "source payment": Text("payments", "付款数据"),
    "source order": Text("orders", "订单数据"),
    "source statement": Text("statements", "财务报表"),
    "source signal": Text("signals", "外部信号"),
    "source industry": Text("industry data", "行业数据"),
    "source group": Text("group data", "集团数据"),
    "source customer": Text("master data", "客户主数据"),
}
_NAMES: Mapping[str, Text] = {
    "whole": Text("", ""),
    "unknown": Text("unknown", "未知"),
    "new": Text("new, under a year", "新客户（不足一年）"),
    "existing": Text("existing", "老客户"),
    "with": Text("has some", "有"),
    "without": Text("has none", "无"),
    "has settled": Text("has settled", "有结清记录"),
    "never settled an invoice": Text("never settled an invoice", "从未结清发票"),
}
_RIVALS: Mapping[str, Text] = {
    MODEL: Text("this model (LightGBM)", "本模型（LightGBM）"),
    SCORECARD: Text("logistic scorecard", "逻辑评分卡"),
    NAIVE: Text("naive rule", "简单规则"),
}


def group_text(group: str) -> Text:
    return _GROUPS.get(group, Text(group, group))


def source_text(source: str) -> Text:
    return group_text(f"source {source}")


def slice_label(found: Slice, language: Language) -> str:
    """Group and name in one line, for a picture."""
    if found.group == "whole":
        return group_text(found.group).in_language(language)
    name = _NAMES.get(found.name, Text(found.name, found.name)).in_language(language)
    return f"{group_text(found.group).in_language(language)}: {name}"


def slice_name(found: Slice) -> Markup:
    known = _NAMES.get(found.name)
    return both(known) if known else data_text(found.name)


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
