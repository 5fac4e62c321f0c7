"""Defaults caught and missed, good customers hurt, and what each rule had to do with it."""

from collections.abc import Mapping

import polars as pl

from riskengine.portfolio.trial.detection import Detection
from riskengine.portfolio.trial.rule_effects import Change
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.trial import Trial
from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.simulation.charts import caught_chart
from riskengine.reports.simulation.money import NO_OUTCOME
from riskengine.reports.simulation.words import CHANGE_TEXT, SIDE_TEXT, count_interval
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.text import Text

MOST_RULES = 40
_REFUSED = Text("Default, refused in time", "违约：事前已拒绝")
_WARNED = Text("Default, only warned of", "违约：仅有预警")
_MISSED = Text("Default, missed", "违约：漏判")
_HURT = Text("Good customer hurt", "误伤的优质客户")


def outcomes_section(trial: Trial, currency: str) -> Section:
    title = Text("Defaults caught and missed, good customers hurt", "违约识别与误伤")
    if not trial.differences:
        return Section("outcomes", title, NO_OUTCOME)
    found = trial.detection
    counts = {
        _REFUSED: {s: found[s].refused for s in Side},
        _WARNED: {s: found[s].warned for s in Side},
        _MISSED: {s: found[s].missed for s in Side},
        _HURT: {s: found[s].hurt_customers for s in Side},
    }
    drawing = picture(
        Text(
            "What stood on the last date before each default; good customers refused",
            "违约前最后日期的状态；被拒绝的优质客户",
        ),
        Text(
            "Each default counts once. Good customers bought and then neither defaulted nor paid severely late",
            "每起违约计一次；优质客户指有购买且未违约、未严重拖延的客户",
        ),
        lambda lang: caught_chart({t.in_language(lang): by for t, by in counts.items()}, lang),
    )
    return Section("outcomes", title, joined((drawing, _table(trial, currency))))


def _table(trial: Trial, currency: str) -> Markup:
    one, other = (trial.detection[side] for side in Side)
    sure = trial.differences
    rows = [
        _counts(Text("Defaults", "违约"), one.defaults, other.defaults),
        _counts(_REFUSED, one.refused, other.refused, both(count_interval(sure["defaults_refused"]))),
        _counts(_WARNED, one.warned, other.warned),
        _counts(_MISSED, one.missed, other.missed, both(count_interval(sure["defaults_missed"]))),
        *(_money(text, one, other, name) for name, text in _EXPOSURES.items()),
        *(_days(text, one, other, name) for name, text in _LEADS.items()),
        _counts(Text("Good customers", "优质客户"), one.good_customers, other.good_customers),
        _counts(_HURT, one.hurt_customers, other.hurt_customers, both(count_interval(sure["good_hurt"]))),
    ]
    headings = (
        Heading(Text("Count", "项目")),
        *(Heading(SIDE_TEXT[side], number=True) for side in Side),
        Heading(Text("challenger − policy (95 %)", "挑战−现行（95%）"), number=True),
    )
    caption = Text(
        f"Defaults that the dates could have foreseen, {currency}; lead: from the date since which it stood, unbroken",
        f"可被预见的违约（{currency}）；提前期自该状态持续之日起算",
    )
    return table(caption, headings, rows)


_EXPOSURES: Mapping[str, Text] = {
    "exposure_refused": Text("Exposure at default, refused in time", "违约敞口：事前已拒绝"),
    "exposure_warned": Text("Exposure at default, only warned of", "违约敞口：仅有预警"),
    "exposure_missed": Text("Exposure at default, missed", "违约敞口：漏判"),
}
_LEADS: Mapping[str, Text] = {
    "refusal_lead_days": Text("Lead of the refusal, median days", "拒绝提前期（中位天数）"),
    "warning_lead_days": Text("Lead of the warning, median days", "预警提前期（中位天数）"),
}


def _counts(text: Text, one: int, other: int, sure: Markup | str = MISSING) -> tuple[Markup | str, ...]:
    return (both(text), whole(one), whole(other), sure)


def _money(text: Text, one: Detection, other: Detection, name: str) -> tuple[Markup | str, ...]:
    return (both(text), amount_cell(getattr(one, name)), amount_cell(getattr(other, name)), MISSING)


def _days(text: Text, one: Detection, other: Detection, name: str) -> tuple[Markup | str, ...]:
    return (both(text), decimal(getattr(one, name), 0), decimal(getattr(other, name), 0), MISSING)


def rules_section(rules: pl.DataFrame) -> Section:
    """Rules that differ, and rules that hit others because of it; those that did the same are in summary.json."""
    one, other = Side.POLICY, Side.CHALLENGER
    shown = rules.filter(
        (pl.col("change") != Change.SAME.value)
        | (pl.col(f"hits_{one}") != pl.col(f"hits_{other}"))
        | (pl.col(f"bad_{one}") != pl.col(f"bad_{other}"))
    )
    title = Text("Rules", "规则")
    lead = Text(
        f"{whole(shown.height)} of {whole(rules.height)} rules differ or hit differently. Hits count customers "
        "on dates; "
        "of those with a known outcome at customers not in default already, the share that defaulted within "
        "the horizon.",
        f"{whole(rules.height)}条规则中有{whole(shown.height)}条内容或命中不同。命中按客户日期计；"
        "违约占比为结果已知、当时未违约的命中中"
        "随后违约的比例。",
    )
    if shown.is_empty():
        return Section("rules", title, paragraph(lead))
    return Section("rules", title, joined((paragraph(lead), _rules_table(shown.head(MOST_RULES)))))


def _rules_table(shown: pl.DataFrame) -> Markup:
    rows = [
        (
            joined(
                (
                    both(Text(row["name_en"], row["name_zh"])),
                    " ",
                    element("span", data_text(row["rule_id"]), class_="id muted whole"),
                )
            ),
            both(CHANGE_TEXT[Change(row["change"])]),
            *(_arrow([whole(row[f"{name}_{side}"]) for side in Side]) for name in ("hits", "customers")),
            _arrow([_bad_share(row, side) for side in Side]),
        )
        for row in shown.iter_rows(named=True)
    ]
    headings = (
        Heading(Text("Rule", "规则")),
        Heading(Text("Change", "变更")),
        Heading(Text("Hits", "命中"), number=True),
        Heading(Text("Customers", "客户数"), number=True),
        Heading(Text("Then defaulted", "随后违约占比"), number=True),
    )
    caption = Text(
        f"Policy → challenger; rules that differ first (up to {MOST_RULES})",
        f"现行→挑战；先列有变更的规则（最多{MOST_RULES}条）",
    )
    return table(caption, headings, rows)


def _arrow(both_sides: list[str]) -> str:
    return " → ".join(both_sides)


def _bad_share(row: Mapping[str, int], side: Side) -> str:
    ripe = row[f"ripe_{side}"]
    return percent(row[f"bad_{side}"] / ripe) if ripe else MISSING
