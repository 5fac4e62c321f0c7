"""Order and calibration: rivals, curves, groups of customers, grades."""

from collections.abc import Sequence

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.charts import calibration_bins_chart, curve_charts, slices_chart
from riskengine.reports.validation.words import group_text, p_text, rival_text, slice_label, slice_name
from riskengine.scoring.validation.challengers import Challenger, Gain
from riskengine.scoring.validation.figures import Figures
from riskengine.scoring.validation.grades import DEFAULTED, GONE, Migration
from riskengine.scoring.validation.resampling import Interval
from riskengine.scoring.validation.slices import Slice
from riskengine.terms.text import Text

_MOST_SHOWN = 40  # groups in the picture of AUCs
_FEWEST_ROWS = 20  # of a group in the table, unless it has enough outcomes
_TOO_FEW = Text("Too few outcomes to say anything.", "结果样本不足，无法判断。")


def _number(en: str, zh: str) -> Heading:
    return Heading(Text(en, zh), number=True)


def challenger_section(figures: Figures) -> Section:
    title = Text("Did LightGBM earn its place?", "LightGBM 是否名副其实？")
    if not figures.challengers:
        return Section("challengers", title, paragraph(_TOO_FEW))
    headings = (
        Heading(Text("Model", "模型")),
        _number("AUC", "AUC"),
        _number("95 % interval", "95%区间"),
        _number("Gini", "Gini"),
        _number("KS", "KS"),
        _number("PR-AUC", "PR-AUC"),
        _number("Brier", "Brier"),
        _number("AUC gained (95 %)", "AUC 增益（95%）"),
        _number("p", "p"),
    )
    rows = [
        (
            both(rival_text(c.name)),
            decimal(c.order.auc, 3),
            _span(c.order.auc_interval),
            decimal(c.order.gini, 3),
            decimal(c.order.ks, 3),
            decimal(c.order.pr_auc, 3),
            decimal(c.brier, 4),
            _gain(c.gain),
            p_text(c.gain.p_value if c.gain else None),
        )
        for c in figures.challengers
    ]
    caption = Text("The same rows, the same outcomes; p by DeLong's test", "相同样本与结果；p 值为 DeLong 检验")
    return Section(
        "challengers", title, joined((paragraph(place_text(figures.challengers)), table(caption, headings, rows)))
    )


def place_text(challengers: Sequence[Challenger]) -> Text:
    """One sentence: whether LightGBM is better than each rival beyond chance."""
    rivals = [(rival_text(c.name), c.gain) for c in challengers if c.gain is not None]
    worse, open_ = [n for n, g in rivals if g.worse], [n for n, g in rivals if not g.better and not g.worse]
    if worse:
        return Text(
            f"No: the {' and the '.join(n.en for n in worse)} is better beyond chance.",
            f"否：{'、'.join(n.zh for n in worse)}显著更优。",
        )
    if open_:
        return Text(
            f"Not shown: it is not better than the {' and the '.join(n.en for n in open_)} beyond chance (95 %).",
            f"未能证明：未显著优于{'、'.join(n.zh for n in open_)}（95%）。",
        )
    return Text("Yes: better than each of the others beyond chance (95 %).", "是：显著优于其他各方法（95%）。")


def order_section(figures: Figures) -> Section:
    title = Text("Order", "区分能力")
    if figures.curves is None:
        return Section("order", title, paragraph(_TOO_FEW))
    found = figures.curves
    alternative = Text(
        "Blue: this model. Grey: a score that says nothing. Orange: a perfect one",
        "蓝：本模型；灰：无信息评分；橙：完美评分",
    )
    headings = (
        _number("Riskiest part", "最高风险部分"),
        _number("Rows", "行数"),
        _number("Bad", "违约数"),
        _number("Part of all bad", "占全部违约"),
        _number("Lift", "提升度"),
    )
    rows = [
        (percent(r.share, 0), whole(r.rows), whole(r.bad), percent(r.found), decimal(r.lift, 1)) for r in figures.lift
    ]
    drawn = picture(Text("ROC and CAP", "ROC 与 CAP 曲线"), alternative, lambda language: curve_charts(found, language))
    return Section("order", title, joined((drawn, table(Text("Lift", "提升度"), headings, rows))))


def slice_section(figures: Figures) -> Section:
    headings = (
        Heading(Text("Group", "群组")),
        Heading(Text("Which", "取值")),
        _number("Rows", "行数"),
        _number("Bad", "违约数"),
        _number("AUC", "AUC"),
        _number("95 %", "95%"),
        _number("KS", "KS"),
        _number("PR-AUC (95 %)", "PR-AUC（95%）"),
        _number("Mean PD", "平均预测"),
        _number("Observed", "实际"),
        _number("Jeffreys p", "Jeffreys p"),
    )
    shown = (figures.whole, *figures.slices)
    parts: list[Markup] = []
    judged = [s for s in shown if s.order is not None][:_MOST_SHOWN]
    if figures.whole.order is not None and len(judged) > 1:
        area = figures.whole.order.auc
        parts.append(
            picture(
                Text("AUC by group", "各群组 AUC"),
                Text("AUC and 95 % interval; dashed: all customers", "AUC 及95%区间；虚线：全部客户"),
                lambda language: slices_chart([(slice_label(s, language), s) for s in judged], area),
            )
        )
    caption = Text(
        "A dash: fewer than ten customers went bad, or stayed good. Jeffreys p below 0.025: PD too low; above 0.975: "
        "too high",
        "短横线：违约或正常客户不足10个。Jeffreys p 低于0.025：预测偏低；高于0.975：偏高",
    )
    listed = [s for s in shown if s.rows >= _FEWEST_ROWS or s.order is not None]
    parts.append(table(caption, headings, [(both(group_text(s.group)), slice_name(s), *_figures(s)) for s in listed]))
    if left := len(shown) - len(listed):
        parts.append(
            paragraph(
                Text(
                    f"{left} groups with fewer than {_FEWEST_ROWS} rows are in validation.json alone.",
                    f"{left}个不足{_FEWEST_ROWS}行的群组仅列于 validation.json。",
                )
            )
        )
    return Section("groups", Text("Months, segments, missing sources", "月份、细分与缺失数据源"), joined(parts))


def _figures(s: Slice) -> tuple[str, ...]:
    order = s.order
    precise = MISSING if order is None else f"{decimal(order.pr_auc, 3)} ({_span(order.pr_auc_interval)})"
    return (
        whole(s.rows),
        whole(s.bad),
        decimal(order.auc if order else None, 3),
        _span(order.auc_interval if order else None),
        decimal(order.ks if order else None, 3),
        precise,
        percent(s.mean_pd, 2),
        percent(s.bad_rate, 2),
        p_text(s.jeffreys_p),
    )


def calibration_section(figures: Figures) -> Section:
    tests, bins = figures.calibration, figures.calibration.bins
    said = []
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
            found = f"{decimal(made.statistic, 2)}, p {p_text(made.p_value)}"
            said.append(Text(f"{name}: {found}.", f"{name} 检验：{found}。"))
    drawn = picture(
        Text("Predicted against observed", "预测与实际"),
        Text(
            "Tenths of the rows by PD with Jeffreys' 95 % interval; on the dashed line as many failed as predicted. No "
            "point: nobody failed",
            "按预测分十组，附 Jeffreys 95%区间；虚线上预测与实际一致；无点表示无违约",
        ),
        lambda language: calibration_bins_chart(bins, language),
    )
    body = joined((*(paragraph(t) for t in said or [_TOO_FEW]), drawn))
    return Section("calibration", Text("Calibration", "校准"), body)


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
        f"From {found.first} (rows) to {found.last}; of those there on both, {percent(found.stayed)} stayed and "
        f"{percent(found.within_one)} moved by at most one grade",
        f"自{found.first}（行）至{found.last}；两日均在册者中{percent(found.stayed)}不变，"
        f"{percent(found.within_one)}变动不超过一级",
    )
    return table(caption, headings, rows)


def _span(found: Interval | None) -> str:
    return MISSING if found is None else f"{decimal(found.low, 3)} – {decimal(found.high, 3)}"


def _gain(gain: Gain | None) -> str:
    if gain is None:
        return MISSING
    return f"{gain.difference:+.3f} ({gain.low:+.3f} – {gain.high:+.3f})"
