"""Who is told apart, and how well: rivals, curves, groups of customers."""

from collections.abc import Sequence

from riskengine.reports.markup import Markup, both, joined
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.charts import curve_charts, slices_chart
from riskengine.reports.validation.words import p_text, rival_text, slice_text
from riskengine.scoring.validation.challengers import Challenger, Gain
from riskengine.scoring.validation.figures import Attainable, Figures
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
    title = Text("Discrimination", "区分能力")
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
    parts = [drawn, table(Text("Lift of the riskiest part", "高风险部分的提升度"), headings, rows)]
    if figures.attainable is not None:
        parts.append(paragraph(_attainable(figures.attainable)))
    return Section("order", title, joined(parts))


def _attainable(found: Attainable) -> Text:
    own, best, share = decimal(found.gini, 3), decimal(found.true_gini, 3), percent(found.share)
    return Text(
        f"The portfolio is generated, so that the true PD is known: its Gini on these rows is {best}, the model's "
        f"{own}, {share} of what can be attained.",
        f"数据为模拟生成，真实违约概率已知：其在本样本上的 Gini 为{best}，模型为{own}，达到可达水平的{share}。",
    )


def slice_section(figures: Figures) -> Section:
    """Order of the groups that have outcomes enough, and calibration of all that have rows enough."""
    shown = (figures.whole, *figures.slices)
    judged = [s for s in shown if s.order is not None]
    listed = [s for s in shown if s.rows >= _FEWEST_ROWS or s.order is not None]
    parts: list[Markup] = []
    if figures.whole.order is not None and len(judged) > 1:
        parts += [_areas(judged[:_MOST_SHOWN], figures.whole.order.auc), _order_table(judged)]
    parts.append(_level_table(listed))
    if left := len(shown) - len(listed):
        parts.append(
            paragraph(
                Text(
                    f"{left} groups with fewer than {_FEWEST_ROWS} rows are in validation.json alone.",
                    f"{left}个不足{_FEWEST_ROWS}行的群组仅列于 validation.json。",
                )
            )
        )
    return Section("groups", Text("Months and groups of customers", "月份与客户群组"), joined(parts))


def _areas(judged: Sequence[Slice], area: float) -> Markup:
    return picture(
        Text("AUC by group", "各群组 AUC"),
        Text("AUC and 95 % interval; dashed: all customers", "AUC 及95%区间；虚线：全部客户"),
        lambda language: slices_chart([(slice_text(s.group, s.name).in_language(language), s) for s in judged], area),
    )


def _order_table(judged: Sequence[Slice]) -> Markup:
    headings = (
        Heading(Text("Group", "群组")),
        _number("Rows", "行数"),
        _number("Bad", "违约数"),
        _number("AUC (95 %)", "AUC（95%）"),
        _number("Gini", "Gini"),
        _number("KS", "KS"),
        _number("PR-AUC (95 %)", "PR-AUC（95%）"),
        _number("Lift at 10 %", "前10%提升度"),
    )
    rows = [
        (
            both(slice_text(s.group, s.name)),
            whole(s.rows),
            whole(s.bad),
            f"{decimal(order.auc, 3)} ({_span(order.auc_interval)})",
            decimal(order.gini, 3),
            decimal(order.ks, 3),
            f"{decimal(order.pr_auc, 3)} ({_span(order.pr_auc_interval)})",
            decimal(order.lift, 1),
        )
        for s in judged
        if (order := s.order) is not None
    ]
    caption = Text(
        "Discrimination of the groups in which at least ten customers went bad and ten stayed good",
        "违约与正常客户均不少于10个的群组的区分能力",
    )
    return table(caption, headings, rows)


def _level_table(listed: Sequence[Slice]) -> Markup:
    headings = (
        Heading(Text("Group", "群组")),
        _number("Rows", "行数"),
        _number("Bad", "违约数"),
        _number("Mean PD", "平均预测"),
        _number("Observed", "实际"),
        _number("Jeffreys p", "Jeffreys p"),
        _number("Binomial p", "二项检验 p"),
        _number("Brier", "Brier"),
    )
    rows = [
        (
            both(slice_text(s.group, s.name)),
            whole(s.rows),
            whole(s.bad),
            percent(s.mean_pd, 2),
            percent(s.bad_rate, 2),
            p_text(s.jeffreys_p),
            p_text(s.binomial_p),
            decimal(s.brier, 4),
        )
        for s in listed
    ]
    caption = Text(
        "Calibration of the groups. Jeffreys p below 0.025: PD too low; above 0.975: too high; by chance one row in "
        "twenty lies outside",
        "各群组的校准。Jeffreys p 低于0.025：预测偏低；高于0.975：偏高；二十行中随机会有一行超出",
    )
    return table(caption, headings, rows)


def _span(found: Interval | None) -> str:
    return MISSING if found is None else f"{decimal(found.low, 3)} – {decimal(found.high, 3)}"


def _gain(gain: Gain | None) -> str:
    if gain is None:
        return MISSING
    return f"{gain.difference:+.3f} ({gain.low:+.3f} – {gain.high:+.3f})"
