"""What moved: score, grades, features, and what that did to the score."""

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.monitoring.charts import effect_chart, grade_chart, heat_chart
from riskengine.reports.numbers import MISSING, decimal, percent
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.words import feature_text
from riskengine.scoring.monitoring.drift import FeatureDrift
from riskengine.scoring.monitoring.figures import Watch
from riskengine.scoring.monitoring.judge_inputs import NO_DEVELOPMENT
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.terms.text import Language, Text

_STRIPS, _ROWS, _EFFECTS = 18, 25, 12
_LEAST_EFFECT = 0.005  # log-odds; smaller ones are nothing to look at


def drift_section(watch: Watch, spec: MonitoringSpec) -> Section:
    """The strip of months, the features that moved, and their effect on the score."""
    title = Text("Drift of inputs and score", "输入与评分漂移")
    last = watch.dates[-1]
    if not last.features:
        return Section("drift", title, paragraph(NO_DEVELOPMENT))
    far = sorted(last.features, key=lambda f: (-f.weight * f.psi, f.name))[:_STRIPS]
    steps = spec.drift.feature.watch, spec.drift.feature.act

    def strips(language: Language) -> list[tuple[str, str]]:
        outputs = [
            ("score", Text("Score", "评分").in_language(language)),
            ("grades", Text("Grades", "等级").in_language(language)),
        ]
        return outputs + [(f.name, feature_text(f.name).in_language(language)) for f in far]

    moved = sum(f.moved for f in last.features)
    parts = [
        paragraph(
            Text(
                f"Against the training rows, by tenths. {moved} of {len(last.features)} features moved beyond what "
                "chance reaches with any of them once in twenty. Most movements do not matter; shown are the features "
                "of which PSI times weight in the model is largest.",
                f"与训练样本按十分位比较。{len(last.features)}个特征中{moved}个漂移超出“任一特征纯随机5%概率”的水平；"
                "漂移多半无关紧要，故列出 PSI 与模型权重乘积最大者。",
            )
        ),
        picture(
            Text("Drift by month", "逐月漂移"),
            Text(
                f"Amber from a PSI of {steps[0]:g}, red from {steps[1]:g}, each beyond chance for as many customers",
                f"PSI 不小于{steps[0]:g}为黄，不小于{steps[1]:g}为红，且均超出同等客户数的随机水平",
            ),
            lambda language: heat_chart(watch.dates, strips(language), steps, language),
        ),
        _effects(last.features),
        _table(last.features),
    ]
    return Section("drift", title, joined(parts))


def grade_section(watch: Watch) -> Section:
    """Shares of grades over time, and who moved."""
    title = Text("Grades", "等级")
    shown = [d for d in watch.dates if d.grades is not None]
    if not shown:
        return Section("grades", title, paragraph(Text("Nobody has a PD.", "无客户有违约概率。")))
    headings = (
        Heading(Text("Date", "日期")),
        Heading(Text("Mean PD", "平均违约概率"), number=True),
        Heading(Text("Better", "变好"), number=True),
        Heading(Text("Worse", "变差"), number=True),
        Heading(Text("PSI", "PSI"), number=True),
        Heading(Text("Chance", "随机水平"), number=True),
        Heading(Text("Without a PD", "无违约概率"), number=True),
    )
    rows = []
    for d in shown:
        g = d.grades
        if g is None:
            continue
        rows.append(
            (
                element("span", d.as_of, class_="whole"),
                percent(d.mean_pd, 2),
                percent(g.up),
                percent(g.down),
                decimal(g.drift.psi if g.drift else None, 3),
                decimal(g.drift.critical if g.drift else None, 3),
                percent(d.unrated_share),
            )
        )
    parts = [
        picture(
            Text("Shares of grades", "等级占比"),
            Text(
                "Grades of the PD alone, before rules, of the customers the model is meant for; first bar: development",
                "仅按违约概率（规则调整前）的等级，限模型适用客户；首条为开发样本",
            ),
            lambda language: grade_chart(watch.dates, language),
        ),
        table(
            Text("Better, worse: grade against the date before, of those there on both", "变好、变差：与上一日期相比"),
            headings,
            rows,
        ),
    ]
    return Section("grades", title, joined(parts))


def _effects(features: tuple[FeatureDrift, ...]) -> Markup:
    known = [(f, f.effect) for f in features if f.effect is not None and abs(f.effect) >= _LEAST_EFFECT]
    if not known:
        return paragraph(Text("Nothing moved the mean score.", "无特征影响平均评分。"))
    shown = sorted(known, key=lambda k: (-abs(k[1]), k[0].name))[:_EFFECTS]
    total = sum(f.effect for f in features if f.effect is not None)

    def named(language: Language) -> list[tuple[str, float]]:
        return [(feature_text(f.name).in_language(language), effect) for f, effect in shown]

    return picture(
        Text("What moved the score", "评分变动的来源"),
        Text(
            f"Change of the mean exact contribution since training, in log-odds; all features together {total:+.3f}",
            f"平均精确贡献较训练时的变化（对数几率）；全部特征合计{total:+.3f}",
        ),
        lambda language: effect_chart(named(language), language),
    )


def _table(features: tuple[FeatureDrift, ...]) -> Markup:
    shown = sorted(features, key=lambda f: (not f.vanished, -f.weight * f.psi, -f.psi, f.name))[:_ROWS]
    headings = (
        Heading(Text("Feature", "特征")),
        Heading(Text("PSI", "PSI"), number=True),
        Heading(Text("Chance", "随机水平"), number=True),
        Heading(Text("Chance, any", "任一随机"), number=True),
        Heading(Text("Missing then", "原缺失"), number=True),
        Heading(Text("Missing now", "现缺失"), number=True),
        Heading(Text("Weight", "权重"), number=True),
        Heading(Text("Moved the score by", "对评分影响"), number=True),
    )
    rows = [
        (
            _name(f),
            decimal(f.psi, 3),
            decimal(f.critical, 3),
            decimal(f.sure, 3),
            percent(f.missing_before),
            percent(f.missing_now),
            percent(f.weight),
            MISSING if f.effect is None else f"{f.effect:+.3f}",
        )
        for f in shown
    ]
    caption = Text(
        "The newest date. Chance: what this feature alone reaches once in twenty; any: what some of all reaches",
        "最近日期。随机水平：单一特征纯随机5%概率的值；任一：全部特征中任一达到的值",
    )
    return table(caption, headings, rows)


def _name(found: FeatureDrift) -> Markup:
    if not found.vanished:
        return both(feature_text(found.name))
    return joined((both(feature_text(found.name)), " ", both(Text("(vanished)", "（已消失）"))))
