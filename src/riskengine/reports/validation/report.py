"""The validation report of a model: verdicts first, then what stands behind each."""

from dataclasses import dataclass

from riskengine.reports.markup import Markup, bilingual
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, Tile, page
from riskengine.reports.validation.calibration import calibration_section, grade_section
from riskengine.reports.validation.features import (
    importance_section,
    leakage_section,
    shift_section,
    sources_section,
)
from riskengine.reports.validation.quality import challenger_section, order_section, slice_section
from riskengine.reports.validation.verdicts import verdict_section
from riskengine.scoring.validation.figures import Figures
from riskengine.scoring.validation.verdict import Verdict, worst_of
from riskengine.scoring.validation.verdict_rules import LEVEL_TEXT, Level
from riskengine.terms.text import Text

_WORST_FIRST = (Level.RED, Level.AMBER, Level.NOT_ENOUGH, Level.GREEN)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """`meaning`: what the PD is a chance of, as the spec says. `notes`: what could not be compared."""

    figures: Figures
    verdicts: tuple[Verdict, ...]
    meaning: Text
    notes: tuple[Text, ...]


def validation_page(report: ValidationReport) -> str:
    """The report as one HTML document. The same input gives the same text."""
    figures = report.figures
    found: tuple[Section | None, ...] = (
        verdict_section(report.verdicts),
        challenger_section(figures),
        order_section(figures),
        slice_section(figures),
        calibration_section(figures),
        grade_section(figures),
        importance_section(figures),
        shift_section(figures),
        leakage_section(figures),
        sources_section(figures),
    )
    title = Text(
        f"Validation of {figures.model}, version {figures.version}", f"模型验证：{figures.model} 第{figures.version}版"
    )
    return page(title, _lead(report), _tiles(report), tuple(s for s in found if s is not None))


def _lead(report: ValidationReport) -> tuple[Markup, ...]:
    figures = report.figures
    gap = MISSING if figures.gap_days is None else whole(figures.gap_days)
    about = Text(
        f"{report.meaning.en}. Tested on {_dates(figures.test_dates).en}; trained on {_dates(figures.train_dates).en}; "
        f"{gap} days between, horizon {figures.horizon_days} days.",
        f"{report.meaning.zh}。测试：{_dates(figures.test_dates).zh}；训练：{_dates(figures.train_dates).zh}；"
        f"间隔{gap}天，预测期{figures.horizon_days}天。",
    )
    repeats = Text(
        "Customers occur on several dates: intervals of AUC and PR-AUC are drawn by customer; tests of calibration "
        "take rows as independent and reject too easily.",
        "同一客户在多个日期出现：AUC 与 PR-AUC 的区间按客户抽样；校准检验视各行独立，因而较易拒绝。",
    )
    lines = [bilingual("p", about)]
    if figures.repeats:
        lines.append(bilingual("p", repeats, class_="muted"))
    lines += [bilingual("p", n, class_="muted") for n in report.notes]
    lines.append(bilingual("p", Text(f"Bundle {figures.digest}", f"模型包 {figures.digest}"), class_="muted"))
    return tuple(lines)


def _dates(dates: tuple[str, ...]) -> Text:
    if len(dates) == 1:
        return Text(dates[0], dates[0])
    count, first, last = len(dates), dates[0], dates[-1]
    return Text(f"{count} dates, {first} to {last}", f"{count}个日期，{first}至{last}")


def _counts(verdicts: tuple[Verdict, ...]) -> Text:
    """How many verdicts there are of each colour, the worst first."""
    found = [(LEVEL_TEXT[level], sum(v.level is level for v in verdicts)) for level in _WORST_FIRST]
    kept = [(text, count) for text, count in found if count]
    return Text(", ".join(f"{n} {t.en}" for t, n in kept), "，".join(f"{n}项{t.zh}" for t, n in kept))


def _tiles(report: ValidationReport) -> tuple[Tile, ...]:
    whole_rows, worst = report.figures.whole, worst_of(report.verdicts)
    order = whole_rows.order
    area, gini = decimal(order.auc if order else None, 3), decimal(order.gini if order else None, 3)
    span = order.auc_interval if order else None
    note = f"{decimal(span.low, 3)} {MISSING} {decimal(span.high, 3)}" if span else None
    rate, mean = percent(whole_rows.bad_rate, 2), percent(whole_rows.mean_pd, 2)
    rows = f"{whole(whole_rows.rows)}", f"{whole(whole_rows.bad)}"
    people = whole(whole_rows.customers), whole(whole_rows.bad_customers)
    tiles = [
        Tile(Text("Worst verdict", "最差结论"), LEVEL_TEXT[worst], _counts(report.verdicts)),
        Tile(Text("AUC", "AUC"), Text(area, area), Text(f"95 %: {note}", f"95%区间：{note}") if note else None),
        Tile(Text("Gini", "Gini"), Text(gini, gini)),
        Tile(Text("Bad rate observed, predicted", "违约率：实际、预测"), Text(f"{rate}, {mean}", f"{rate}，{mean}")),
        Tile(
            Text("Rows, of them bad", "行数、违约数"),
            Text(f"{rows[0]}, {rows[1]}", f"{rows[0]}，{rows[1]}"),
            Text(f"{people[1]} of {people[0]} customers", f"{people[0]}个客户中{people[1]}个违约"),
        ),
    ]
    attainable = report.figures.attainable
    if attainable is not None:
        share = percent(attainable.share)
        tiles.append(Tile(Text("Of the attainable Gini", "占可达 Gini"), Text(share, share)))
    return tuple(tiles)
