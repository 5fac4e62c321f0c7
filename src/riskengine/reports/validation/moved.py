"""What moved between two versions of a model, as Markdown that reads well in a terminal too."""

from collections.abc import Mapping
from typing import Any

from riskengine.reports.markdown import table
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.validation.words import feature_text, p_text
from riskengine.scoring.movement import Movement, Side
from riskengine.terms.text import Text

_FEATURES = 10


def moved_text(moved: Movement, trained: tuple[Mapping[str, Any], Mapping[str, Any]]) -> str:
    """The whole page. `trained`: the training window of the model before and of the one now, as bundles hold it."""
    dates = moved.dates[0] if len(moved.dates) == 1 else f"{moved.dates[0]} to {moved.dates[-1]}"
    parts = [
        f"# What moved from {moved.before.model} to {moved.now.model}",
        f"Both on the same {whole(moved.rows)} rows ({whole(moved.customers)} customers, {whole(moved.bad)} bad), "
        f"{dates}, later than what either was trained on.",
        "\n".join(f"- {line.en}" for line in headlines(moved)),
        "## Trained on",
        _windows(trained),
        "## Order and calibration",
        _sides(moved),
        "## Features whose weight moved most",
        _features(moved),
        "## PD by the grade before",
        _grades(moved),
        "## Grades before (rows) and now (columns)",
        _matrix(moved),
    ]
    return "\n\n".join(parts) + "\n"


def headlines(moved: Movement) -> list[Text]:
    """What a person wants to know first: order, level, grades, features."""
    before, now, bad = (percent(rate, 2) for rate in (moved.before.mean_pd, moved.now.mean_pd, moved.bad / moved.rows))
    level = Text(
        f"Level: mean PD {before} before, {now} now, observed {bad}.",
        f"水平：平均违约概率由{before}变为{now}，实际为{bad}。",
    )
    stayed, near = percent(moved.stayed), percent(moved.within_one)
    better, worse = whole(moved.better), whole(moved.worse)
    grades = Text(
        f"Grades: {stayed} keep theirs, {near} move by at most one; {better} better, {worse} worse.",
        f"等级：{stayed}不变，{near}变动不超过一级；{better}行变好，{worse}行变差。",
    )
    heavy = [(feature_text(m.feature), f"{percent(m.before)} → {percent(m.now)}") for m in moved.features[:3]]
    features = Text(
        "Features: " + ("; ".join(f"{t.en} ({span})" for t, span in heavy) or "neither asks about any") + ".",
        "特征：" + ("；".join(f"{t.zh}（{span}）" for t, span in heavy) or "两者均未使用任何特征") + "。",
    )
    return [_order(moved), level, grades, features]


def _order(moved: Movement) -> Text:
    gain = moved.gain
    if gain is None:
        return Text("Order: too few outcomes to compare.", "区分能力：结果样本不足，无法比较。")
    better, worse = Text("better", "更优"), Text("worse", "更差")
    said = better if gain.better else worse if gain.worse else Text("not shown to differ", "未能证明有差异")
    span, p = f"{gain.difference:+.4f}, {gain.low:+.4f} to {gain.high:+.4f}", p_text(gain.p_value)
    return Text(
        f"Order: {said.en} (AUC {span}, p {p}).", f"区分能力：{said.zh}（AUC {span.replace(' to ', ' ~ ')}，p {p}）。"
    )


def _windows(trained: tuple[Mapping[str, Any], Mapping[str, Any]]) -> str:
    rows = []
    for name, window in zip(("before", "now"), trained, strict=True):
        if days := window.get("snapshots"):
            count = (str(len(days)), whole(window["rows"]), whole(window["bad"]), percent(window["bad_rate"], 2))
            rows.append((name, f"{days[0]} to {days[-1]}", *count))
        else:
            rows.append((name, "not recorded", MISSING, MISSING, MISSING, MISSING))
    return table(("", "month ends", "how many", "rows", "bad", "bad rate"), rows)


def _sides(moved: Movement) -> str:
    sides = (moved.before, moved.now)
    rows = [
        ("AUC (95 %)", *(area_text(s) for s in sides)),
        ("Gini", *(decimal(s.order.gini if s.order else None, 3) for s in sides)),
        ("KS", *(decimal(s.order.ks if s.order else None, 3) for s in sides)),
        ("PR-AUC", *(decimal(s.order.pr_auc if s.order else None, 3) for s in sides)),
        ("Brier", *(decimal(s.brier, 5) for s in sides)),
        ("mean PD", *(percent(s.mean_pd, 2) for s in sides)),
        ("calibration slope", *(decimal(s.slope, 2) for s in sides)),
        ("Hosmer-Lemeshow p", *(p_text(s.hosmer_lemeshow_p) for s in sides)),
    ]
    said = (
        f"Rank correlation of the two scores: {decimal(moved.rank_correlation, 3)}. PDs are before a shift to a "
        "long-run rate, as outcomes are; grades are those customers get."
    )
    return f"{table(('', 'before', 'now'), rows)}\n\n{said}"


def area_text(side: Side) -> str:
    if side.order is None:
        return MISSING
    span = side.order.auc_interval
    return f"{side.order.auc:.3f}" + ("" if span is None else f" ({span.low:.3f} – {span.high:.3f})")


def _features(moved: Movement) -> str:
    rows = [
        (feature_text(m.feature).en, f"`{m.feature}`", percent(m.before), percent(m.now), f"{100 * m.change:+.1f}")
        for m in moved.features[:_FEATURES]
    ]
    return table(("feature", "name", "share before", "share now", "points"), rows)


def _grades(moved: Movement) -> str:
    rows = [
        (
            g.grade,
            whole(g.rows),
            percent(g.before, 2),
            percent(g.now, 2),
            percent(g.bad / g.rows, 2) if g.rows else MISSING,
            whole(g.bad),
        )
        for g in moved.by_grade
    ]
    return table(("grade before", "rows", "mean PD before", "mean PD now", "observed", "bad"), rows)


def _matrix(moved: Movement) -> str:
    rows = [(g, *map(whole, counts)) for g, counts in zip(moved.grades, moved.counts, strict=True)]
    return table(("grade", *moved.grades), rows)
