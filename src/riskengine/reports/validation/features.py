"""What the model listens to, whether it moved, and whether it knows too much."""

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.charts import dependence_chart, importance_chart, shift_chart
from riskengine.reports.validation.words import feature_text, source_text, unit_text
from riskengine.scoring.validation.figures import Figures
from riskengine.terms.text import Text

_SHOWN = 15


def importance_section(figures: Figures) -> Section:
    heavy, found = figures.importance[:_SHOWN], figures.dependences
    parts: list[Markup] = []
    if heavy:
        parts.append(
            picture(
                Text("The features that weigh most", "影响最大的特征"),
                Text(
                    "Exact contributions (TreeSHAP), mean of their size; the label is the share of all",
                    "精确贡献（TreeSHAP）的平均绝对值；标签为占比",
                ),
                lambda language: importance_chart(
                    heavy, [feature_text(i.feature).in_language(language) for i in heavy], language
                ),
            )
        )
    if found:
        parts.append(
            picture(
                Text("Partial dependence", "部分依赖"),
                Text(
                    "Mean PD if everybody had the value; dashed: if nobody had one. Values nobody has beside the "
                    "others are asked too",
                    "所有客户取该值时的平均违约概率；虚线：均缺失时。亦包含现实中不会同时出现的组合",
                ),
                lambda language: dependence_chart(
                    found,
                    [feature_text(d.feature).in_language(language) for d in found],
                    [unit_text(d.feature).in_language(language) for d in found],
                    language,
                ),
            )
        )
    parts.append(paragraph(_directions(figures)))
    return Section("features", Text("What the model listens to", "模型依据"), joined(parts))


def _directions(figures: Figures) -> Text:
    broken = figures.reversals
    if not broken:
        return Text(
            f"All {figures.bound} features with a declared direction keep it wherever they were tried.",
            f"{figures.bound}个声明方向的特征在所试之处均未违反。",
        )
    names = [f"{r.feature} ({r.risk.value}): {r.size:.3g}" for r in broken[:10]]
    return Text(
        f"Against their declared direction, in log-odds: {', '.join(names)}.",
        f"违反声明方向（对数几率）：{'、'.join(names)}。",
    )


def shift_section(figures: Figures) -> Section:
    score, shown = figures.score_shift, figures.feature_shifts[:_SHOWN]
    beyond = sum(s.moved for s in figures.feature_shifts)
    about = Text(
        f"PSI of the score: {decimal(score.psi, 3)}; chance alone reaches {decimal(score.critical, 3)} once in twenty. "
        f"{beyond} of {len(figures.feature_shifts)} features moved beyond chance.",
        f"评分 PSI 为{decimal(score.psi, 3)}，纯随机有5%概率达到{decimal(score.critical, 3)}。"
        f"{len(figures.feature_shifts)}个特征中有{beyond}个漂移超出随机。",
    )
    drawn = picture(
        Text("The features that moved most since training", "训练以来漂移最大的特征"),
        Text(
            "Bars: PSI on an axis of square roots. Orange: what chance alone reaches once in twenty",
            "条：PSI（平方根坐标）；橙：纯随机5%概率达到的值",
        ),
        lambda language: shift_chart(shown, [feature_text(s.name).in_language(language) for s in shown]),
    )
    headings = (
        Heading(Text("Feature", "特征")),
        Heading(Text("PSI", "PSI"), number=True),
        Heading(Text("Critical", "临界值"), number=True),
        Heading(Text("Missing in training", "训练时缺失"), number=True),
        Heading(Text("Missing now", "现缺失"), number=True),
    )
    rows = [
        (
            both(feature_text(s.name)),
            decimal(s.psi, 3),
            decimal(s.critical, 3),
            percent(s.missing_before),
            percent(s.missing_now),
        )
        for s in figures.feature_shifts
    ]
    caption = Text("Critical values count customers, not rows", "临界值按客户数而非行数计算")
    parts = [paragraph(about), drawn, table(caption, headings, rows[:_SHOWN])]
    if rest := rows[_SHOWN:]:
        others = Text(f"The other {len(rest)} features", f"其余{len(rest)}个特征")
        parts.append(element("details", element("summary", both(others)), table(others, headings, rest)))
    return Section("stability", Text("Stability", "稳定性"), joined(parts))


def leakage_section(figures: Figures) -> Section:
    headings = (
        Heading(Text("Feature", "特征")),
        Heading(Text("AUC alone", "单独 AUC"), number=True),
        Heading(Text("AUC of being missing", "缺失与否的 AUC"), number=True),
    )
    rows = [(both(feature_text(a.feature)), decimal(a.auc, 3), decimal(a.missing_auc, 3)) for a in figures.alone[:10]]
    future = figures.future
    if future is None or not future.days:
        said = Text("Features were not recomputed on tables cut at the date.", "未在截断数据上重算特征。")
    elif future.found:
        names = ", ".join(f"{f.feature} ({f.differing})" for f in future.found[:10])
        said = Text(
            f"Computed again on tables that end on {future.days[0]}, these features differ (customers): {names}. They "
            "know what came later.",
            f"在截至{future.days[0]}的数据上重算，以下特征不同（客户数）：{names}。它们依赖未来数据。",
        )
    else:
        said = Text(
            f"Computed again on tables that end on {future.days[0]}, all {future.features} features of "
            f"{whole(future.customers)} customers are the same: none knows what came later.",
            f"在截至{future.days[0]}的数据上重算，{whole(future.customers)}个客户的{future.features}个特征全部相同："
            "无一依赖未来数据。",
        )
    caption = Text("The best features alone, on the test rows", "测试样本中单独表现最好的特征")
    return Section("leakage", Text("Leakage", "信息泄漏"), joined((paragraph(said), table(caption, headings, rows))))


def sources_section(figures: Figures) -> Section:
    headings = (
        Heading(Text("Nobody has", "均缺失")),
        Heading(Text("Features", "特征数"), number=True),
        Heading(Text("AUC", "AUC"), number=True),
        Heading(Text("AUC lost", "AUC 下降"), number=True),
        Heading(Text("Mean PD", "平均预测"), number=True),
    )
    order = figures.whole.order
    rows: list[tuple[Markup | str, ...]] = []
    for m in figures.masked:
        if m.refused:
            rows.append(
                (both(source_text(m.source)), whole(m.features), both(Text("refuses", "拒绝")), MISSING, MISSING)
            )
            continue
        lost = None if m.auc is None or order is None else order.auc - m.auc
        rows.append(
            (both(source_text(m.source)), whole(m.features), decimal(m.auc, 3), decimal(lost, 3), percent(m.mean_pd, 2))
        )
    about = Text(
        "What becomes of everybody if a source is taken away. A model that saw no missing value of it refuses.",
        "取走某数据源后对全体客户的影响。训练时未见过缺失的模型会拒绝评分。",
    )
    caption = Text("Sensitivity to missing sources", "对缺失数据源的敏感性")
    return Section(
        "sources", Text("Missing sources", "缺失数据源"), joined((paragraph(about), table(caption, headings, rows)))
    )
