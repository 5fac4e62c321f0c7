"""Pictures of monitoring. Plain figures in, an Altair chart out."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from riskengine.reports.chart_terms import GRADE_COLOURS
from riskengine.reports.svg import BLUE, GREY, INK, ORANGE, Chart
from riskengine.scoring.monitoring.figures import DriftDate
from riskengine.scoring.monitoring.moved_ratings import RunShares
from riskengine.scoring.monitoring.ripening import OutcomeMonth
from riskengine.terms.text import Language, Text

WIDTH = 640
_MOST_RATIO = 4.0  # intervals of few defaults reach far beyond; they are cut there
_CHANCE, _SOME, _FAR = "chance", "some", "far"
_HEAT = {_CHANCE: "#e4e7eb", "small": "#b9d3e8", _SOME: "#f0a35e", _FAR: "#a63603"}
_HEAT_TEXT = {
    _CHANCE: Text("within chance", "随机范围内"),
    "small": Text("small", "较小"),
    _SOME: Text("amber", "黄"),
    _FAR: Text("red", "红"),
}
_KINDS = {
    "ripe": Text("whole horizon", "完整预测期"),
    "part": Text("so far", "截至目前"),
    "seen": Text("seen by the model", "模型已见"),
}
_KIND_COLOUR = {"ripe": BLUE, "part": ORANGE, "seen": GREY}
_DEVELOPMENT = Text("development", "开发")
_MONTH_END = Text("month end", "月末")


def heat_chart(
    dates: Sequence[DriftDate],
    names: Sequence[tuple[str, str]],
    steps: tuple[float, float],
    language: Language,
) -> Chart:
    """A strip of months for each of `names` (name in the figures, label): how far it moved."""
    rows = [
        {"date": _label(d.as_of, [o.as_of for o in dates]), "name": label, "heat": _heat(d, name, steps)}
        for d in dates
        for name, label in names
    ]
    words = {k: t.in_language(language) for k, t in _HEAT_TEXT.items()}
    frame = pl.DataFrame([r | {"heat": words[str(r["heat"])]} for r in rows if r["heat"] is not None])
    order = [label for _, label in names]
    colour = alt.Scale(domain=list(words.values()), range=list(_HEAT.values()))
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("date:O", title=None, axis=alt.Axis(labelAngle=-60, ticks=False, domain=False)),
            y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False)),
            color=alt.Color("heat:N", scale=colour, title="PSI", legend=alt.Legend(orient="top")),
        )
        .properties(width=WIDTH, height=20 * len(names))
    )
    return chart


def ratio_chart(months: Sequence[OutcomeMonth], band: tuple[float, float], language: Language) -> Chart:
    """Observed over expected with its interval; the dashed line is 1, the grey band is what is let pass."""
    rows = [
        {
            "date": _label(m.as_of, [o.as_of for o in months]),
            "ratio": min(m.ratio, _MOST_RATIO),
            "low": min(m.low or 0.0, _MOST_RATIO),
            "high": min(m.high or 0.0, _MOST_RATIO),
            "kind": _KINDS[_kind(m)].in_language(language),
        }
        for m in months
        if m.ratio is not None and m.expected >= 1
    ]
    words = [t.in_language(language) for t in _KINDS.values()]
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=words, range=list(_KIND_COLOUR.values())),
        title=None,
        legend=alt.Legend(orient="top"),
    )
    y_title = Text("observed / expected", "实际 / 预期").in_language(language)
    top = max([2.0, *(float(str(r["high"])) for r in rows)])
    scale = alt.Scale(domain=[0, top], nice=False)
    base = alt.Chart(pl.DataFrame(rows)).encode(x=_time(language))
    level = alt.Chart(pl.DataFrame({"one": [1.0]})).mark_rule(color=INK, strokeDash=[4, 4])
    room = alt.Chart(pl.DataFrame({"from": [band[0]], "to": [band[1]]})).mark_rect(color=GREY, opacity=0.18)
    parts = [
        room.encode(y=alt.Y("from:Q", scale=scale, title=y_title), y2="to:Q"),
        level.encode(y=alt.Y("one:Q", scale=scale, title=y_title)),
        base.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q", scale=scale, title=y_title), y2="high:Q", color=colour),
        base.mark_circle(size=60, opacity=1).encode(y=alt.Y("ratio:Q", scale=scale, title=y_title), color=colour),
    ]
    return alt.layer(*parts).properties(width=WIDTH, height=260)


def auc_chart(months: Sequence[OutcomeMonth], development: float | None, language: Language) -> Chart:
    """AUC of ripe month ends with DeLong's band; dashed: development; orange: what right PDs would give."""
    rows = [
        {
            "date": _label(m.as_of, [o.as_of for o in months]),
            "auc": m.auc.auc,
            "low": m.auc.low,
            "high": m.auc.high,
            "promised": m.auc_promised,
        }
        for m in months
        if m.auc is not None
    ]
    lows = [float(str(r["low"])) for r in rows]
    scale = alt.Scale(domain=[min(0.5, *lows) if lows else 0.5, 1.0], nice=False)
    y = alt.Y("auc:Q", scale=scale, title="AUC")
    base = alt.Chart(pl.DataFrame(rows)).encode(x=_time(language))
    parts: list[alt.Chart] = [
        base.mark_area(color=BLUE, opacity=0.15).encode(y=alt.Y("low:Q", scale=scale, title="AUC"), y2="high:Q"),
        base.mark_rule(color=BLUE, opacity=0.5).encode(y=alt.Y("low:Q", scale=scale, title="AUC"), y2="high:Q"),
        base.mark_line(color=ORANGE, strokeDash=[2, 3]).encode(y=alt.Y("promised:Q", scale=scale, title="AUC")),
        base.mark_point(color=ORANGE, size=36, shape="diamond").encode(y=alt.Y("promised:Q", scale=scale, title="AUC")),
        base.mark_line(color=BLUE, strokeWidth=2).encode(y=y),
        base.mark_circle(color=BLUE, size=55, opacity=1).encode(y=y),
    ]
    if development is not None:
        line = alt.Chart(pl.DataFrame({"auc": [development]})).mark_rule(color=INK, strokeDash=[6, 4])
        parts.append(line.encode(y=y))
    return alt.layer(*parts).properties(width=WIDTH, height=240)


def grade_chart(dates: Sequence[DriftDate], language: Language) -> Chart:
    """Shares of the rated by grade of the PD, a bar for each date, the first one of development."""
    rows: list[dict[str, object]] = []
    for d in dates:
        if d.grades is None:
            continue
        if not rows and d.grades.before:
            rows += _grade_rows(_DEVELOPMENT.in_language(language), d.grades.labels, d.grades.before)
        rows += _grade_rows(_label(d.as_of, [o.as_of for o in dates]), d.grades.labels, d.grades.now)
    labels = next(d.grades.labels for d in dates if d.grades is not None)
    colours = [GRADE_COLOURS.get(label, GREY) for label in labels]
    order = list(dict.fromkeys(str(r["date"]) for r in rows))
    chart: alt.Chart = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("date:O", sort=order, title=None, axis=alt.Axis(labelAngle=-60, ticks=False)),
            y=alt.Y(
                "share:Q",
                title=Text("share of the rated", "占已评级比例").in_language(language),
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=alt.Color(
                "grade:N",
                scale=alt.Scale(domain=list(labels), range=colours),
                sort=list(labels),
                title=Text("grade", "等级").in_language(language),
            ),
            order=alt.Order("place:Q", sort="descending"),
        )
        .properties(width=WIDTH, height=240)
    )
    return chart


def effect_chart(effects: Sequence[tuple[str, float]], language: Language) -> Chart:
    """What moved the mean score since development; to the right is riskier."""
    rows = [{"name": n, "effect": e, "riskier": e > 0} for n, e in effects]
    title = Text("change of the mean score, log-odds", "平均评分变化（对数几率）").in_language(language)
    chart: alt.Chart = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=[n for n, _ in effects], title=None),
            x=alt.X("effect:Q", title=title),
            color=alt.Color("riskier:N", scale=alt.Scale(domain=[True, False], range=[ORANGE, BLUE]), legend=None),
        )
        .properties(width=400, height=22 * len(rows))
    )
    return chart


def moved_chart(runs: Sequence[RunShares], language: Language) -> Chart:
    """Share of ratings that rules made worse, and better, run by run."""
    words = Text("worse", "调差").in_language(language), Text("better", "调优").in_language(language)
    rows = [
        {"run": r.as_of, "what": word, "share": part / r.rated, "place": place}
        for r in runs
        for place, (word, part) in enumerate(zip(words, (r.worse, r.better), strict=True))
    ]
    chart: alt.Chart = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("run:O", title=None, axis=alt.Axis(labelAngle=-60, ticks=False)),
            y=alt.Y(
                "share:Q",
                title=Text("share of ratings", "占评级比例").in_language(language),
                axis=alt.Axis(format=".0%"),
            ),
            color=alt.Color("what:N", scale=alt.Scale(domain=list(words), range=[ORANGE, BLUE]), title=None),
            order="place:Q",
        )
        .properties(width=max(160, min(WIDTH, 60 * len(runs))), height=200)
    )
    return chart


def _heat(date: DriftDate, name: str, steps: tuple[float, float]) -> str | None:
    found = _drift_of(date, name)
    if found is None:
        return None
    psi, moved = found
    if not moved:
        return _CHANCE
    return _FAR if psi >= steps[1] else _SOME if psi >= steps[0] else "small"


def _drift_of(date: DriftDate, name: str) -> tuple[float, bool] | None:
    if name in ("score", "grades"):
        found = date.score if name == "score" else date.grades.drift if date.grades else None
        return None if found is None else (found.psi, found.moved)
    return next(((f.psi, f.moved) for f in date.features if f.name == name), None)


def _kind(month: OutcomeMonth) -> str:
    return "seen" if month.seen else "ripe" if month.ripe else "part"


def _grade_rows(date: str, labels: Sequence[str], shares: Sequence[float]) -> list[dict[str, object]]:
    return [
        {"date": date, "grade": g, "share": s, "place": i} for i, (g, s) in enumerate(zip(labels, shares, strict=True))
    ]


def _label(date: str, dates: Sequence[str]) -> str:
    """The month where that alone names the date, else the day."""
    return date[:7] if sum(d[:7] == date[:7] for d in dates) == 1 else date


def _time(language: Language) -> alt.X:
    axis = alt.Axis(labelAngle=-60, ticks=False)
    return alt.X("date:O", title=_MONTH_END.in_language(language), axis=axis)
