"""The monitoring report of a model: what to do first, then what stands behind it."""

from dataclasses import dataclass

from riskengine.reports.markup import Markup, bilingual, both, element
from riskengine.reports.monitoring.drift import drift_section, grade_section
from riskengine.reports.monitoring.feeds import data_section, rules_section
from riskengine.reports.monitoring.outcomes import level_section, order_section
from riskengine.reports.monitoring.verdict import verdict_section
from riskengine.reports.numbers import decimal, percent
from riskengine.reports.page import Section, Tile, page
from riskengine.scoring.monitoring.checks import CONCLUSION_TEXT
from riskengine.scoring.monitoring.conclude import Monitoring, describe
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class MonitoringReport:
    """`meaning`: what the PD is a chance of, as the spec says. `notes`: what could not be looked at."""

    monitoring: Monitoring
    meaning: Text
    thresholds: MonitoringSpec
    thresholds_from: Text
    notes: tuple[Text, ...]


def monitoring_page(report: MonitoringReport) -> str:
    """The report as one HTML document. The same input gives the same text."""
    found = report.monitoring
    watch = found.watch
    sections: tuple[Section, ...] = (
        verdict_section(found, report.thresholds.reds),
        level_section(watch, report.thresholds),
        order_section(watch),
        drift_section(watch, report.thresholds),
        grade_section(watch),
        rules_section(watch.moved),
        data_section(watch.data),
    )
    title = Text(
        f"Monitoring of {watch.model}, version {watch.version}, as of {watch.as_of}",
        f"模型监控：{watch.model} 第{watch.version}版，{watch.as_of}",
    )
    return page(title, _lead(report), _tiles(report), sections)


def _lead(report: MonitoringReport) -> tuple[Markup, ...]:
    watch = report.monitoring.watch
    because = describe(report.monitoring.because)
    rule, what = report.monitoring.rule, CONCLUSION_TEXT[report.monitoring.conclusion]
    verdict = Text(
        f"{what.en.capitalize()}: {rule.en}{f' ({because.en})' if because.en else ''}.",
        f"{what.zh}：{rule.zh}{f'（{because.zh}）' if because.zh else ''}。",
    )
    about = Text(
        f"{report.meaning.en}. Trained on snapshots to {watch.trained_to}; watched on {len(watch.dates)} dates, "
        f"{watch.dates[0].as_of} to {watch.as_of}, by what was known on the last of them. Thresholds: "
        f"{report.thresholds_from.en}.",
        f"{report.meaning.zh}。训练快照截至{watch.trained_to}；按{watch.as_of}已知数据监控{len(watch.dates)}个日期"
        f"（自{watch.dates[0].as_of}）。阈值：{report.thresholds_from.zh}。",
    )
    lines = [element("p", element("strong", both(verdict)))]
    if report.monitoring.first is not None:
        en, zh = report.monitoring.first.en, report.monitoring.first.zh
        lines.append(element("p", element("strong", both(Text(f"▲ {en[0].upper()}{en[1:]}.", f"▲ {zh}。")))))
    lines.append(bilingual("p", about))
    lines += [bilingual("p", n, class_="muted") for n in report.notes]
    lines.append(bilingual("p", Text(f"Bundle {watch.digest}", f"模型包 {watch.digest}"), class_="muted"))
    return tuple(lines)


def _tiles(report: MonitoringReport) -> tuple[Tile, ...]:
    watch = report.monitoring.watch
    last = watch.dates[-1]
    now = watch.ranking.auc if watch.ranking else None
    level = watch.performance.level if watch.performance else None
    auc, before = decimal(now.auc if now else None, 3), decimal(watch.baseline.auc, 3)
    ratio = decimal(level.value if level else None, 2)
    span = f"{decimal(level.low, 2)} – {decimal(level.high, 2)}" if level else None
    score = decimal(last.score.psi if last.score else None, 3)
    mean = percent(last.mean_pd, 2)
    return (
        Tile(Text("What to do", "处理"), CONCLUSION_TEXT[report.monitoring.conclusion]),
        Tile(
            Text("Observed over expected", "实际与预期之比"),
            Text(ratio, ratio),
            Text(f"95 %: {span}", f"95%区间：{span}") if span else None,
        ),
        Tile(
            Text("AUC", "AUC"),
            Text(auc, auc),
            Text(f"at development {before}", f"开发时 {before}"),
        ),
        Tile(Text("PSI of the score", "评分 PSI"), Text(score, score)),
        Tile(Text("Mean PD now", "当前平均违约概率"), Text(mean, mean)),
    )
