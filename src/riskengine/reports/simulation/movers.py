"""The customers on whom the two policies differ most, each decision step by step."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from riskengine.policy.vocabulary import DEFAULT_GRADE
from riskengine.portfolio.trial.decision_trace import DecisionTrace, Mover, TracedRule, rules_apart
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.reports.markup import Markup, bilingual, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, amount_text, day_text, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_section import named
from riskengine.reports.simulation.words import SIDE_TEXT
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import BINDING_TEXT, STATUS_TEXT, listed_actions
from riskengine.terms.text import Text

Cell = Markup | str


def movers_section(largest: Sequence[Mover], moved: int, currency: str) -> Section:
    title = Text("Largest movers", "变动最大的客户")
    if not largest:
        return Section("movers", title, paragraph(Text("No decision differs.", "没有任何决定不同。")))
    lead = Text(
        f"The {len(largest)} customers whose limit changes most (then whose grade does), each on its largest date. All "
        f"{whole(moved)} decisions that differ are in movers.parquet. What differs is in bold.",
        f"额度（其次等级）变动最大的{len(largest)}家客户，各取变动最大的日期。全部{whole(moved)}个不同决定见 "
        "movers.parquet。"
        "差异以粗体显示。",
    )
    return Section("movers", title, joined((paragraph(lead), *(_mover(m, currency) for m in largest))))


def _mover(mover: Mover, currency: str) -> Markup:
    row = mover.row
    day = row["as_of"]
    heading = element("h3", named(dict(row)), both(_when(day)))
    one, other = (mover.traces[side] for side in Side)
    return joined((heading, bilingual("p", _fate(row, currency)), _steps(one, other, currency), _rules(one, other)))


def _when(day: date) -> Text:
    told = day_text(day)
    return Text(f", {told.en}", f"，{told.zh}")


def _fate(values: Mapping[str, Any], currency: str) -> Text:
    """What happened to the customer after the date."""
    owed = amount_text(values["exposure"], currency)
    known = Text(f"Exposure {owed.en}. ", f"敞口{owed.zh}。")
    if values["was_in_default"]:
        told = Text("It was in default already.", "当时已违约。")
    elif values["is_censored"]:
        told = Text("What came of it is not known yet.", "结果尚不可知。")
    elif values["defaulted"]:
        at_default = amount_text(values["exposure_at_default"], currency)
        told = Text(
            f"It defaulted {values['days_to_default']} days later and owed {at_default.en}.",
            f"{values['days_to_default']}天后违约，当时欠款{at_default.zh}。",
        )
    elif values["severe_delay"]:
        told = Text("It did not default but paid severely late.", "未违约，但严重拖延付款。")
    else:
        bought = amount_text(values["sales_governed"], currency)
        told = Text(
            f"It did not default; until the next date it bought {bought.en}.",
            f"未违约；至下一日期购买{bought.zh}。",
        )
    return Text(known.en + told.en, known.zh + told.zh)


def _steps(one: DecisionTrace, other: DecisionTrace, currency: str) -> Markup:
    lines: tuple[tuple[Text, Callable[[DecisionTrace], Cell]], ...] = (
        (Text("Status", "状态"), lambda t: both(STATUS_TEXT[t.status])),
        (Text("PD", "违约概率"), lambda t: percent(t.pd_12m, 2)),
        (Text("Grade: model → cap, notches → final", "等级：模型→封顶、调整→最终"), _grade_path),
        (Text("Need", "需求"), lambda t: amount_cell(t.need)),
        (Text("Capacity", "承受能力"), lambda t: amount_cell(t.capacity)),
        (Text("Caps: policy, concentration", "上限：政策、集中度"), _caps),
        (Text("Factor of the grade", "等级系数"), lambda t: decimal(t.grade_factor, 2)),
        (Text("Temporary limit", "临时额度"), lambda t: amount_cell(t.temporary_limit)),
        (Text("Before rules", "规则前额度"), lambda t: amount_cell(t.before_rules)),
        (Text("Rules: factor, cap", "规则：系数、封顶"), _rule_limits),
        (Text("Limit", "额度"), lambda t: amount_cell(t.limit)),
        (Text("Held down by", "约束因素"), lambda t: MISSING if t.binding is None else both(BINDING_TEXT[t.binding])),
        (Text("Terms, days (longest)", "账期天数（最长）"), _terms),
        (Text("Actions", "措施"), _actions),
    )
    rows = []
    for text, write in lines:
        cells = [write(trace) for trace in (one, other)]
        if cells == [MISSING, MISSING]:
            continue
        differs = cells[0] != cells[1]
        rows.append((both(text), *(element("strong", cell) if differs else cell for cell in cells)))
    headings = (Heading(Text("Step", "步骤")), *(Heading(SIDE_TEXT[side]) for side in Side))
    return table(Text(f"The decision, {currency}", f"决定过程（{currency}）"), headings, rows)


def _grade_path(trace: DecisionTrace) -> str:
    cap = "" if trace.grade_cap is None else f"≥{_grade(trace.grade_cap)}"
    notch = "" if trace.notch == 0 else f"{trace.notch:+d}"
    rules = ", ".join(part for part in (cap, notch) if part) or MISSING
    return f"{_grade(trace.pd_grade)} → {rules} → {_grade(trace.final_grade)}"


def _grade(number: int | None) -> str:
    if number is None:
        return MISSING
    return "D" if number == DEFAULT_GRADE else str(number)


def _caps(trace: DecisionTrace) -> Markup:
    return joined((amount_cell(trace.policy_cap), ", ", amount_cell(trace.concentration_cap)))


def _rule_limits(trace: DecisionTrace) -> Markup:
    return joined((decimal(trace.rule_factor, 2), ", ", amount_cell(trace.rule_cap)))


def _terms(trace: DecisionTrace) -> str:
    days, longest = (MISSING if d is None else str(d) for d in (trace.terms_days, trace.terms_longest_days))
    return f"{days} ({longest})"


def _actions(trace: DecisionTrace) -> Cell:
    return both(listed_actions([a.value for a in trace.actions])) if trace.actions else MISSING


def _rules(one: DecisionTrace, other: DecisionTrace) -> Markup:
    apart = rules_apart(one, other)
    listed = [(side, rule) for side, rules in zip(Side, apart, strict=True) for rule in rules]
    if not listed:
        return paragraph(Text("The same rules apply under both.", "两项政策下适用相同规则。"))
    items = (element("li", both(_under(side)), *_rule(rule)) for side, rule in listed)
    return joined(
        (
            paragraph(Text("Rules that apply under one of the two only:", "仅在一项政策下适用的规则：")),
            element("ul", *items),
        )
    )


def _under(side: Side) -> Text:
    text = SIDE_TEXT[side]
    return Text(f"{text.en}: ", f"{text.zh}：")


def _rule(rule: TracedRule) -> tuple[Markup, ...]:
    identity = element("span", data_text(rule.id), class_="id muted whole")
    return (joined((bilingual("span", rule.text), " ")), identity)
