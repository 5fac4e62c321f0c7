"""What moved between two versions of a model, as a page."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from riskengine.reports.markup import Markup, bilingual, both, element, joined
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, Tile, page, paragraph
from riskengine.reports.svg import BLUE, GREY, Chart, picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.moved import area_text, headlines
from riskengine.reports.validation.words import feature_text, p_text
from riskengine.scoring.movement import FeatureMove, GradeMove, Movement
from riskengine.terms.text import Language, Text

_SHOWN = 12
_NONE = Text("Neither model asks about any feature.", "两个版本均未使用任何特征。")
_BEFORE, _NOW = Text("before", "原版本"), Text("now", "新版本")


def moved_page(moved: Movement, trained: tuple[Mapping[str, Any], Mapping[str, Any]]) -> str:
    """One HTML document. `trained`: the training window of the model before and of the one now, as bundles hold it."""
    old, new = moved.before.model, moved.now.model
    dates = moved.dates[0] if len(moved.dates) == 1 else f"{moved.dates[0]} – {moved.dates[-1]}"
    about = Text(
        f"Both score the same {whole(moved.rows)} rows ({whole(moved.customers)} customers, {whole(moved.bad)} bad) of "
        f"{dates}, later than what either was trained on: every difference is the models'.",
        f"两个版本对{dates}的同一批{whole(moved.rows)}行（{whole(moved.customers)}个客户，{whole(moved.bad)}个违约）评分，"
        "均晚于各自的训练期：差异完全来自模型。",
    )
    title = Text(f"What moved from {old} to {new}", f"{old} 到 {new} 的变化")
    sections = (
        _short(moved),
        _sides(moved),
        _features(moved.features),
        _by_grade(moved.by_grade),
        _grades(moved),
        _windows(trained),
    )
    return page(title, (bilingual("p", about),), _tiles(moved), sections)


def _tiles(moved: Movement) -> tuple[Tile, ...]:
    gain = MISSING if moved.gain is None else f"{moved.gain.difference:+.3f}"
    level = f"{percent(moved.before.mean_pd, 2)} → {percent(moved.now.mean_pd, 2)}"
    kept, rank = percent(moved.stayed), decimal(moved.rank_correlation, 3)
    return (
        Tile(Text("AUC gained", "AUC 增益"), Text(gain, gain)),
        Tile(Text("Mean PD", "平均违约概率"), Text(level, level)),
        Tile(Text("Keep their grade", "等级不变"), Text(kept, kept)),
        Tile(Text("Rank correlation of the scores", "评分秩相关"), Text(rank, rank)),
    )


def _short(moved: Movement) -> Section:
    lines = (element("li", both(line)) for line in headlines(moved))
    return Section("short", Text("In short", "概要"), element("ul", *lines))


def _columns(first: Text) -> tuple[Heading, ...]:
    return Heading(first), Heading(_BEFORE, number=True), Heading(_NOW, number=True)


def _sides(moved: Movement) -> Section:
    sides = (moved.before, moved.now)
    rows: list[tuple[Markup | str, ...]] = [
        (both(Text("AUC (95 %)", "AUC（95%）")), *(area_text(s) for s in sides)),
        (both(Text("Gini", "Gini")), *(decimal(s.order.gini if s.order else None, 3) for s in sides)),
        (both(Text("KS", "KS")), *(decimal(s.order.ks if s.order else None, 3) for s in sides)),
        (both(Text("PR-AUC", "PR-AUC")), *(decimal(s.order.pr_auc if s.order else None, 3) for s in sides)),
        (both(Text("Brier", "Brier")), *(decimal(s.brier, 5) for s in sides)),
        (both(Text("Mean PD", "平均违约概率")), *(percent(s.mean_pd, 2) for s in sides)),
        (both(Text("Observed", "实际违约率")), *(percent(moved.bad / moved.rows, 2) for _ in sides)),
        (both(Text("Calibration slope", "校准斜率")), *(decimal(s.slope, 2) for s in sides)),
        (both(Text("Hosmer-Lemeshow p", "Hosmer-Lemeshow p")), *(p_text(s.hosmer_lemeshow_p) for s in sides)),
    ]
    note = Text(
        "A dash: fewer than ten customers went bad, or stayed good. PDs are before a shift to a long-run rate, as "
        "outcomes are; grades are those customers get.",
        "短横线：违约或正常客户不足10个。违约概率为调整至长期水平之前的值，与结果口径一致；等级为客户实际获得的等级。",
    )
    made = table(Text("On the same rows", "相同样本"), _columns(Text("Figure", "指标")), rows)
    return Section("sides", Text("Order and calibration", "区分能力与校准"), joined((made, paragraph(note))))


def _features(moves: Sequence[FeatureMove]) -> Section:
    shown = moves[:_SHOWN]
    title = Text("Features whose weight moved most", "权重变化最大的特征")
    about = Text(
        "Share of all contributions to the score. Grey: before; blue: now", "占评分总贡献的比例。灰：原版本；蓝：新版本"
    )
    if not shown:
        return Section("features", title, paragraph(_NONE))
    drawn = picture(title, about, lambda language: _features_chart(shown, language))
    rows = [(both(feature_text(m.feature)), percent(m.before), percent(m.now), f"{100 * m.change:+.1f}") for m in shown]
    heads = (*_columns(Text("Feature", "特征")), Heading(Text("points", "百分点"), number=True))
    return Section("features", title, joined((drawn, table(about, heads, rows))))


def _features_chart(moves: Sequence[FeatureMove], language: Language) -> Chart:
    names = [feature_text(m.feature).in_language(language) for m in moves]
    rows = [{"name": n, "before": m.before, "now": m.now} for n, m in zip(names, moves, strict=True)]
    share = Text("share of all contributions", "占总贡献的比例").in_language(language)
    axis = alt.Axis(format="%", tickCount=5)
    base = alt.Chart(pl.DataFrame(rows)).encode(y=alt.Y("name:N", sort=list(dict.fromkeys(names)), title=None))
    span = base.mark_rule(color=GREY).encode(x=alt.X("before:Q", title=share, axis=axis), x2="now:Q")
    dots = [
        base.mark_circle(size=80, color=colour, opacity=1).encode(x=alt.X(f"{column}:Q", title=share, axis=axis))
        for column, colour in (("before", GREY), ("now", BLUE))
    ]
    return alt.layer(span, *dots).properties(width=400, height=24 * len(rows))


def _by_grade(moves: Sequence[GradeMove]) -> Section:
    title = Text("PD by the grade before", "按原等级的违约概率")
    heads = (
        Heading(Text("Grade before", "原等级"), number=True),
        Heading(Text("Rows", "行数"), number=True),
        Heading(Text("Mean PD before", "原平均违约概率"), number=True),
        Heading(Text("Mean PD now", "新平均违约概率"), number=True),
        Heading(Text("Observed", "实际违约率"), number=True),
        Heading(Text("Bad", "违约数"), number=True),
    )
    rows = [
        (
            g.grade,
            whole(g.rows),
            percent(g.before, 2),
            percent(g.now, 2),
            percent(g.bad / g.rows, 2) if g.rows else MISSING,
            whole(g.bad),
        )
        for g in moves
    ]
    caption = Text("The customers of a grade of the version before", "原版本各等级的客户")
    return Section("by-grade", title, table(caption, heads, rows))


def _grades(moved: Movement) -> Section:
    heads = (
        Heading(Text("Before", "原等级"), number=True),
        *(Heading(Text(g, g), number=True) for g in moved.grades),
    )
    rows = [
        (g, *(element("strong", whole(n)) if c == g else whole(n) for c, n in zip(moved.grades, counts, strict=True)))
        for g, counts in zip(moved.grades, moved.counts, strict=True)
    ]
    caption = Text(
        "Rows by grade before (down) and now (across); on the diagonal it stays",
        "按原等级（纵）与新等级（横）的行数；对角线为不变",
    )
    return Section("grades", Text("Grades before and now", "新旧等级"), table(caption, heads, rows))


def _windows(trained: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Section:
    heads = (
        Heading(Text("Version", "版本")),
        Heading(Text("Month ends", "月末")),
        Heading(Text("Rows", "行数"), number=True),
        Heading(Text("Bad", "违约数"), number=True),
        Heading(Text("Bad rate", "违约率"), number=True),
    )
    rows: list[tuple[Markup | str, ...]] = []
    for name, window in zip((_BEFORE, _NOW), trained, strict=True):
        if days := window.get("snapshots"):
            span = f"{days[0]} – {days[-1]} ({len(days)})"
            rows.append((both(name), span, whole(window["rows"]), whole(window["bad"]), percent(window["bad_rate"], 2)))
        else:
            rows.append((both(name), both(Text("not recorded", "未记录")), MISSING, MISSING, MISSING))
    return Section("windows", Text("Trained on", "训练样本"), table(Text("Training windows", "训练窗口"), heads, rows))
