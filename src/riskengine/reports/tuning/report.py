"""The report of a tuning: what each value would have hit, and what then happened."""

from riskengine.reports.markup import Markup, bilingual
from riskengine.reports.numbers import MISSING, day_text, decimal
from riskengine.reports.page import Tile, page
from riskengine.reports.rule_words import joined_text, parameter_value
from riskengine.reports.simulation.assumptions import assumptions_section
from riskengine.reports.simulation.words import money_tile
from riskengine.reports.tuning.sections import (
    money_section,
    outcomes_section,
    rules_section,
    values_section,
    volume_section,
)
from riskengine.reports.tuning.text import caution_texts, choice_texts
from riskengine.reports.tuning.view import TuningReport
from riskengine.reports.tuning.words import number_text, share_interval, volume_title
from riskengine.terms.text import Text


def tuning_page(report: TuningReport) -> str:
    """The report as one HTML document. The same input gives the same text."""
    sections = (
        *money_section(report),
        volume_section(report),
        *outcomes_section(report),
        values_section(report),
        rules_section(report),
        assumptions_section(report.costs, report.outcome, report.severe_days),
    )
    name = report.parameter.name
    title = Text(f"Tuning @{name}", f"参数调整：@{name}")
    return page(title, _lead(report), _tiles(report), sections)


def _lead(report: TuningReport) -> tuple[Markup, ...]:
    first, last = day_text(report.dates[0]), day_text(report.dates[-1])
    count, parameter = len(report.dates), report.parameter
    segment = Text(f", segment {report.segment}", f"，客群{report.segment}") if report.segment else Text("", "")
    about = Text(
        f"{parameter.text.en}{segment.en}. {count} {'date' if count == 1 else 'dates'}, {first.en} to {last.en}, each "
        f"rated with what was known on it. Amounts in {report.currency}. Model {report.model}.",
        f"{parameter.text.zh}{segment.zh}。共{count}个日期（{first.zh}至{last.zh}），均只使用当日已知信息。"
        f"金额单位：{report.currency}。模型 {report.model}。",
    )
    chosen = [bilingual("p", text) for text in choice_texts(report)]
    muted = [bilingual("p", text, class_="muted") for text in caution_texts(report)]
    return (bilingual("p", about), *chosen, *muted)


def _tiles(report: TuningReport) -> tuple[Tile, ...]:
    unit = report.parameter.unit
    known = sorted({value for value in report.current if value is not None})
    now = (
        joined_text([parameter_value(value, unit) for value in known], ", ", "、") if known else Text(MISSING, MISSING)
    )
    tiles = [Tile(Text("Value now", "现行取值"), now)]
    choice = report.choice
    if choice is None or choice.value is None:
        return tuple(tiles)
    point = next(p for p in report.points if p.value == choice.value)
    span = f"{number_text(choice.low or 0.0)} {MISSING} {number_text(choice.high or 0.0)}"
    tiles.append(
        Tile(
            Text("Chosen value", "所选取值"),
            parameter_value(choice.value, unit),
            Text(f"95 %: {span}", f"95%区间：{span}"),
        )
    )
    volume = point.per_week.get(report.volume)
    if volume is not None:
        note = f"{decimal(volume.low, 1)} {MISSING} {decimal(volume.high, 1)}"
        shown = decimal(volume.value, 1)
        tiles.append(Tile(volume_title(report.volume), Text(shown, shown), Text(f"95 %: {note}", f"95%区间：{note}")))
    tiles.append(_share_tile(Text("Precision", "命中率"), share_interval(point.precision)))
    tiles.append(_share_tile(Text("Defaults caught", "捕获违约"), share_interval(point.recall)))
    tiles.append(money_tile(Text("Against the value now", "与现行取值相比"), point.gain_cents, report.currency))
    return tuple(tiles)


def _share_tile(name: Text, shown: str) -> Tile:
    value, _, note = shown.partition(" ")
    interval = note.strip("()")
    return Tile(name, Text(value, value), Text(f"95 %: {interval}", f"95%区间：{interval}") if interval else None)
