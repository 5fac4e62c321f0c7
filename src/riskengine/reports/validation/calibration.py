"""Whether as many fail as was predicted: for all, by tenths, by grade; and how customers move between grades."""

from collections.abc import Sequence

from riskengine.reports.markup import Markup, element, joined
from riskengine.reports.numbers import decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.charts import calibration_bins_chart
from riskengine.reports.validation.words import p_text
from riskengine.scoring.validation.curves import CalibrationBin
from riskengine.scoring.validation.figures import Figures
from riskengine.scoring.validation.grades import DEFAULTED, GONE, Migration
from riskengine.scoring.validation.slices import Slice
from riskengine.terms.text import Text

_TOO_FEW = Text("Too few outcomes for the line and the tests.", "结果样本不足，无法拟合校准线及检验。")


def _number(en: str, zh: str) -> Heading:
    return Heading(Text(en, zh), number=True)


def calibration_section(figures: Figures) -> Section:
    """The whole, the line, the tests, the picture, and the tenths it is drawn from."""
    tests, bins = figures.calibration, figures.calibration.bins
    said = [_whole(figures.whole)]
    if tests.line is not None:
        line = tests.line
        said.append(
            Text(
                f"Slope {decimal(line.slope, 2)} (1 is right, below 1 too extreme), intercept "
                f"{decimal(line.intercept, 2)}, level {decimal(line.level, 2)} (above 0: PDs too low).",
                f"斜率{decimal(line.slope, 2)}（1为准确，小于1为过于极端），截距{decimal(line.intercept, 2)}，"
                f"水平{decimal(line.level, 2)}（大于0表示预测偏低）。",
            )
        )
    for name, made in (("Hosmer-Lemeshow", tests.hosmer_lemeshow), ("Spiegelhalter", tests.spiegelhalter)):
        if made is not None:
            found = decimal(made.statistic, 2), p_text(made.p_value)
            said.append(
                Text(
                    f"{name}: statistic {found[0]}, p {found[1]}.",
                    f"{name} 检验：统计量{found[0]}，p 值{found[1]}。",
                )
            )
    drawn = picture(
        Text("Predicted against observed", "预测与实际"),
        Text(
            "Tenths of the rows by PD with Jeffreys' 95 % interval, both axes logarithmic; on the dashed line as many "
            "failed as predicted. No point: nobody failed",
            "按预测分十组，附 Jeffreys 95%区间，两轴均为对数；虚线上预测与实际一致；无点表示无违约",
        ),
        lambda language: calibration_bins_chart(bins, language),
    )
    if tests.line is None:
        said.append(_TOO_FEW)
    body = joined((*(paragraph(t) for t in said), drawn, _bins_table(bins)))
    return Section("calibration", Text("Calibration", "校准"), body)


def _whole(found: Slice) -> Text:
    rate, mean, error = percent(found.bad_rate, 2), percent(found.mean_pd, 2), decimal(found.brier, 4)
    tests = p_text(found.jeffreys_p), p_text(found.binomial_p)
    return Text(
        f"Of all rows {rate} went bad, {mean} were predicted: p {tests[0]} by Jeffreys' test, {tests[1]} by the exact "
        f"binomial one (small: PDs too low). Brier score {error}.",
        f"全部行中实际违约{rate}，预测{mean}：Jeffreys 检验 p 值{tests[0]}，精确二项检验 p 值{tests[1]}"
        f"（过小表示预测偏低）。Brier 分数{error}。",
    )


def _bins_table(bins: Sequence[CalibrationBin]) -> Markup:
    headings = (
        _number("Tenth", "分组"),
        _number("Rows", "行数"),
        _number("Bad", "违约数"),
        _number("Mean PD", "平均预测"),
        _number("Observed", "实际"),
        _number("95 %", "95%区间"),
    )
    rows = [
        (
            str(i),
            whole(b.rows),
            whole(b.bad),
            percent(b.mean_pd, 2),
            percent(b.bad_rate, 2),
            f"{percent(b.low, 2)} – {percent(b.high, 2)}",
        )
        for i, b in enumerate(bins, start=1)
    ]
    return table(Text("Tenths by PD, the best first", "按预测分十组，由低到高"), headings, rows)


def grade_section(figures: Figures) -> Section:
    headings = (
        _number("Grade", "等级"),
        _number("Rows", "行数"),
        _number("Share", "占比"),
        _number("Bad", "违约数"),
        _number("Mean PD", "平均预测"),
        _number("Observed", "实际"),
        _number("Jeffreys p", "Jeffreys p"),
        _number("Binomial p", "二项检验 p"),
        _number("AUC within", "等级内 AUC"),
    )
    total = figures.whole.rows
    rows = [
        (
            g.name,
            whole(g.rows),
            percent(g.rows / total),
            whole(g.bad),
            percent(g.mean_pd, 2),
            percent(g.bad_rate, 2),
            p_text(g.jeffreys_p),
            p_text(g.binomial_p),
            decimal(g.order.auc if g.order else None, 2),
        )
        for g in figures.grades
    ]
    found = figures.concentration
    about = Text(
        f"Concentration (HHI) {decimal(found.hhi, 2)}, as {decimal(found.effective, 1)} grades equally full; grade "
        f"{found.largest_grade} holds {percent(found.largest_share)}.",
        f"集中度（HHI）{decimal(found.hhi, 2)}，相当于{decimal(found.effective, 1)}个等级均匀分布；"
        f"等级{found.largest_grade}占{percent(found.largest_share)}。",
    )
    parts = [paragraph(about), table(Text("Promised and observed", "预测与实际"), headings, rows)]
    if figures.migration is not None:
        parts.append(_migration(figures.migration))
    return Section("grades", Text("Grades", "等级"), joined(parts))


def _migration(found: Migration) -> Markup:
    words = {DEFAULTED: Text("default", "违约"), GONE: Text("not there", "不在册")}
    headings = (
        _number("Grade", "等级"),
        *(Heading(words.get(c, Text(c, c)), number=True) for c in found.columns),
    )
    rows = [
        (g, *(element("strong", whole(n)) if c == g else whole(n) for c, n in zip(found.columns, row, strict=True)))
        for g, row in zip(found.grades, found.counts, strict=True)
    ]
    caption = Text(
        f"Migration from {found.first} (rows) to {found.last}; of those there on both, {percent(found.stayed)} stayed "
        f"and {percent(found.within_one)} moved by at most one grade",
        f"等级迁移：自{found.first}（行）至{found.last}；两日均在册者中{percent(found.stayed)}不变，"
        f"{percent(found.within_one)}变动不超过一级",
    )
    return table(caption, headings, rows)
