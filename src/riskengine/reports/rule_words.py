"""Conditions, effects and ranges of facts as people read them, in both languages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import ceil, floor, isfinite

from riskengine.decision.words import (
    GRADES,
    MULTIPLES,
    POINTS,
    UNKNOWN,
    write_grade,
    write_number,
    write_points,
    write_value,
)
from riskengine.features.feature import Unit
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.difference.region import Bounds, Region
from riskengine.policy.difference.rule import effect_parts
from riskengine.policy.rule import Effect
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.words import ACTION_TEXT, SEVERITY_TEXT
from riskengine.terms.decision import Action, OnMissing, OrderStop, Outcome, Severity, Stage, Subject
from riskengine.terms.text import Text

OP_TEXT: Mapping[Op, Text] = {
    Op.LT: Text("below", "小于"),
    Op.LE: Text("at most", "不大于"),
    Op.GT: Text("above", "大于"),
    Op.GE: Text("at least", "不小于"),
    Op.EQ: Text("equal to", "等于"),
    Op.NE: Text("other than", "不等于"),
    Op.IN: Text("one of", "属于"),
    Op.NOT_IN: Text("none of", "不属于"),
}
OUTCOME_TEXT: Mapping[Outcome, Text] = {
    Outcome.HIT: Text("hit", "触发"),
    Outcome.NO_HIT: Text("no hit", "未触发"),
    Outcome.MISSING: Text("missing facts", "信息缺失"),
    Outcome.SNOOZED: Text("snoozed", "已豁免"),
}
ON_MISSING_TEXT: Mapping[OnMissing, Text] = {
    OnMissing.REFER: Text("a person decides", "须人工判断"),
    OnMissing.NO_HIT: Text("nothing follows", "不产生影响"),
    OnMissing.HIT: Text("it counts as a hit", "视为触发"),
}
SUBJECT_TEXT: Mapping[Subject, Text] = {
    Subject.CUSTOMER: Text("each customer", "各客户"),
    Subject.INDUSTRY: Text("the whole industry", "整个行业"),
}
STAGE_TEXT: Mapping[Stage, Text] = {
    Stage.HARD_STOPS: Text("hard stops", "硬性拦截"),
    Stage.GRADING: Text("grading", "评级"),
    Stage.LIMITS: Text("limits", "额度"),
    Stage.TERMS: Text("terms", "账期"),
    Stage.CONDITIONS: Text("conditions", "条件"),
    Stage.WARNINGS: Text("warnings", "预警"),
    Stage.ORDERS: Text("orders", "订单"),
}
ORDER_TEXT: Mapping[OrderStop, Text] = {
    OrderStop.REFER: Text("a person decides on the order", "订单转人工审批"),
    OrderStop.HOLD: Text("the order is not shipped", "订单不予发货"),
}
_UNIT_WORDS = {Unit.DAYS: Text(" days", "天"), Unit.DAYS_PER_MONTH: Text(" days per month", "天/月")}
_PLACES = 6  # decimals shown; thresholds differ by more


def joined_text(parts: Iterable[Text], en: str, zh: str) -> Text:
    found = list(parts)
    return Text(en.join(part.en for part in found), zh.join(part.zh for part in found))


def fact_text(name: str, vocabulary: Vocabulary) -> Text:
    """The fact's own words, its name where nobody described it."""
    fact = vocabulary.get(name)
    return fact.text if fact is not None else Text(name, name)


def short_fact_text(name: str, vocabulary: Vocabulary) -> Text:
    """The fact's own words without the formula that follows a colon.

    >>> from riskengine.policy.vocabulary import standard_vocabulary
    >>> short_fact_text("fin_equity_ratio", standard_vocabulary())
    Text(en='Equity ratio', zh='权益比率')
    """
    full = fact_text(name, vocabulary)
    return Text(full.en.partition(": ")[0], full.zh.partition("：")[0])


def exact_value(name: str, value: Value, vocabulary: Vocabulary) -> Text:
    """A fact's value with its unit, exact enough to tell thresholds apart.

    >>> from riskengine.policy.vocabulary import standard_vocabulary
    >>> exact_value("pay_dpd_max", 60.0, standard_vocabulary()).en
    '60 days'
    >>> exact_value("pay_overdue_ratio", 0.12345, standard_vocabulary()).en
    '12.345%'
    """
    fact = vocabulary.get(name)
    if value is None or isinstance(value, str) or fact is None or fact.unit in (Unit.FLAG, Unit.CATEGORY):
        return Text(write_value(name, value, "en"), write_value(name, value, "zh"))
    if name in GRADES:
        return Text(write_grade(value), write_grade(value))
    if name in POINTS:
        return write_points(value, _PLACES - 2)
    if fact.unit is Unit.RATIO and name not in MULTIPLES:
        shown = f"{write_number(value * 100.0, _PLACES - 2)}%"
        return Text(shown, shown)
    shown = write_number(value, _PLACES)
    unit = _UNIT_WORDS.get(fact.unit, Text("", ""))
    one_day = shown == "1" and fact.unit is Unit.DAYS
    return Text(f"{shown} day" if one_day else shown + unit.en, shown + unit.zh)


def parameter_value(value: object, unit: Unit) -> Text:
    """A parameter's value with its unit; shares both ways, since a ratio may be a multiple.

    >>> parameter_value(0.25, Unit.RATIO).en, parameter_value(60.0, Unit.DAYS).zh
    ('0.25 (25%)', '60天')
    """
    if isinstance(value, tuple):
        shown = ", ".join(parameter_value(member, unit).en for member in value)
        return Text(f"[{shown}]", f"[{shown}]")
    if not isinstance(value, float | int):
        return Text(str(value), str(value))
    shown = write_number(float(value), _PLACES)
    if unit is Unit.RATIO:
        shown = f"{shown} ({write_number(float(value) * 100.0, _PLACES - 2)}%)"
    words = _UNIT_WORDS.get(unit, Text("", ""))
    return Text(shown + words.en, shown + words.zh)


def leaf_text(leaf: Comparison | IsMissing, vocabulary: Vocabulary) -> Text:
    """One comparison in words."""
    about, asked = short_fact_text(leaf.fact, vocabulary), asked_text(leaf, vocabulary)
    return Text(f"{about.en}: {asked.en}", f"{about.zh}：{asked.zh}")


def asked_text(leaf: Comparison | IsMissing, vocabulary: Vocabulary) -> Text:
    """What a leaf asks of its fact: "at least 60 days"."""
    if isinstance(leaf, IsMissing):
        return Text("not known", "未知")
    operand, op = _operand(leaf, vocabulary), OP_TEXT[leaf.op]
    if leaf.op is Op.EQ:
        return operand
    return Text(f"{op.en} {operand.en}", f"{op.zh}{operand.zh}")


def _operand(leaf: Comparison, vocabulary: Vocabulary) -> Text:
    if isinstance(leaf.operand, tuple):
        return joined_text([exact_value(leaf.fact, member, vocabulary) for member in leaf.operand], ", ", "、")
    if isinstance(leaf.operand, str | float | int):
        return exact_value(leaf.fact, leaf.operand, vocabulary)
    return Text(str(leaf.operand), str(leaf.operand))


def condition_text(condition: Condition, vocabulary: Vocabulary) -> Text:
    """A whole condition in one line, with brackets where it nests."""
    match condition:
        case AllOf(arms):
            return joined_text([_inner(arm, vocabulary) for arm in arms], " and ", "，且")
        case AnyOf(arms):
            return joined_text([_inner(arm, vocabulary) for arm in arms], " or ", "，或")
        case Not(arm):
            inner = _inner(arm, vocabulary)
            return Text(f"not {inner.en}", f"并非{inner.zh}")
        case leaf:
            return leaf_text(leaf, vocabulary)


def _inner(condition: Condition, vocabulary: Vocabulary) -> Text:
    found = condition_text(condition, vocabulary)
    if isinstance(condition, AllOf | AnyOf) and len(condition.arms) > 1:
        return Text(f"({found.en})", f"（{found.zh}）")
    return found


def bounds_text(bounds: Bounds, vocabulary: Vocabulary) -> Text:
    """The range of one fact: "Days past due: from 45 days to below 60 days"."""
    about = short_fact_text(bounds.fact, vocabulary)
    said = range_text(bounds, vocabulary)
    return Text(f"{about.en}: {said.en}", f"{about.zh}：{said.zh}")


def range_text(bounds: Bounds, vocabulary: Vocabulary) -> Text:
    """The range alone.

    >>> range_text(Bounds("pay_dpd_max", high=60.0, must_be_known=True), {}).en
    'below 60'
    """
    if bounds.must_be_missing:
        return Text(UNKNOWN["en"], UNKNOWN["zh"])
    if bounds.among is not None:
        return joined_text([exact_value(bounds.fact, v, vocabulary) for v in bounds.among], " or ", "或")
    if bounds.fact in vocabulary and vocabulary[bounds.fact].is_whole:
        bounds = _in_whole_numbers(bounds)
        if bounds.low == bounds.high:
            return exact_value(bounds.fact, bounds.low, vocabulary)
    parts = [*_ends(bounds, vocabulary)]
    if bounds.excluded:
        others = joined_text([exact_value(bounds.fact, v, vocabulary) for v in bounds.excluded], ", ", "、")
        parts.append(Text(f"other than {others.en}", f"除{others.zh}以外"))
    return joined_text(parts, ", ", "，") if parts else Text("known", "已知")


def _in_whole_numbers(bounds: Bounds) -> Bounds:
    """The same range with ends that counts can take: below 2 is up to 1."""
    low, high = bounds.low, bounds.high
    if isfinite(low):
        low = ceil(low) if bounds.low_included else floor(low) + 1
    if isfinite(high):
        high = floor(high) if bounds.high_included else ceil(high) - 1
    return replace(bounds, low=float(low), low_included=True, high=float(high), high_included=True)


def _ends(bounds: Bounds, vocabulary: Vocabulary) -> Iterator[Text]:
    low = exact_value(bounds.fact, bounds.low, vocabulary) if isfinite(bounds.low) else None
    high = exact_value(bounds.fact, bounds.high, vocabulary) if isfinite(bounds.high) else None
    if low is not None and high is not None:
        start = (
            Text(f"from {low.en}", f"{low.zh}起") if bounds.low_included else Text(f"above {low.en}", f"大于{low.zh}")
        )
        end = Text(f"up to {high.en}", f"至{high.zh}") if bounds.high_included else _below(high)
        yield Text(f"{start.en} {end.en}", f"{start.zh}{end.zh}")
    elif low is not None:
        op = OP_TEXT[Op.GE if bounds.low_included else Op.GT]
        yield Text(f"{op.en} {low.en}", f"{op.zh}{low.zh}")
    elif high is not None:
        op = OP_TEXT[Op.LE if bounds.high_included else Op.LT]
        yield Text(f"{op.en} {high.en}", f"{op.zh}{high.zh}")


def _below(high: Text) -> Text:
    return Text(f"to below {high.en}", f"至{high.zh}以下（不含）")


def region_text(region: Region, vocabulary: Vocabulary) -> Text:
    return joined_text([bounds_text(bounds, vocabulary) for bounds in region], "; ", "；")


_EFFECTS: Mapping[str, Text] = {
    "grade_cap": Text("grade {} or worse", "等级不优于{}"),
    "notch": Text("grade changed by {} (+ is worse)", "等级调整{}级（正数为下调）"),
    "limit_cap": Text("limit of at most {}", "额度不超过{}"),
    "limit_factor": Text("limit times {}", "额度乘以{}"),
    "terms_cap_days": Text("terms of at most {} days", "账期不超过{}天"),
    "terms_add_days": Text("terms changed by {} days", "账期调整{}天"),
    "freeze": Text("credit frozen", "冻结信用"),
    "refer": Text("a person decides", "转人工审批"),
    "in_default": Text("in default", "认定违约"),
}


def effect_text(effect: Effect) -> Text:
    """
    >>> effect_text(Effect(grade_cap=7, freeze=True, severity=Severity.RED)).en
    'grade 7 or worse; red warning; credit frozen'
    """
    said = [part_text(name, value) for name, value in effect_parts(effect).items()]
    return joined_text(said, "; ", "；") if said else Text("nothing", "无")


def part_text(name: str, value: object) -> Text:
    """One part of an effect."""
    match name, value:
        case "actions", tuple():
            return joined_text([ACTION_TEXT[Action(action)] for action in value], ", ", "、")
        case "severity", Severity():
            word = SEVERITY_TEXT[value]
            return Text(f"{word.en} warning", f"{word.zh}预警")
        case "order", OrderStop():
            return ORDER_TEXT[value]
        case "grade_cap", int():
            shown = write_grade(value)
        case "notch" | "terms_add_days", int():
            shown = f"{value:+d}"
        case _, float() | int():
            shown = write_number(float(value), _PLACES)
        case _:
            shown = str(value)
    pattern = _EFFECTS[name]
    return Text(pattern.en.format(shown), pattern.zh.format(shown))
