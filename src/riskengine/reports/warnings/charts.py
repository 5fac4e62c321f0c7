"""Pictures of how good warnings were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import altair as alt
import polars as pl

from riskengine.early_warning.quality.population import EARLY_DAYS
from riskengine.reports.chart_terms import SEVERITY_COLOURS
from riskengine.reports.numbers import decimal
from riskengine.reports.svg import BLUE, GREY, INK, ORANGE, Chart
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.decision import Severity
from riskengine.terms.text import Language, Text

WIDTH, HEIGHT = 640, 260
BIN_DAYS = 30
_RED = SEVERITY_COLOURS[Severity.RED]
_SERIES_COLOURS = [BLUE, ORANGE, "#2f855a", "#6b46c1"]
_DEFAULT = Text("default", "违约")
_EARLY = Text(f"{EARLY_DAYS} days", f"{EARLY_DAYS}天")


def lead_chart(
    series: Sequence[tuple[str, Sequence[float]]], *, x_title: str, y_title: str, language: Language
) -> Chart:
    """How many defaults had been warned of how long before: bars for each of (name, days), side by side."""
    rows = [{"name": name, "bin": int(days // BIN_DAYS) * BIN_DAYS} for name, values in series for days in values]
    schema = {"name": pl.String, "bin": pl.Int64}
    counted = pl.DataFrame(rows, schema=schema).group_by("name", "bin").len("count").sort("name", "bin")
    names = [name for name, _ in series]
    width = BIN_DAYS * 0.8 / len(names)
    places = {name: place * width + BIN_DAYS * 0.1 for place, name in enumerate(names)}
    start = pl.col("bin") + pl.col("name").replace_strict(places, return_dtype=pl.Float64)
    drawn = counted.with_columns(start=start, end=start + width, none=pl.lit(0))
    last = max([EARLY_DAYS, *(int(days // BIN_DAYS) * BIN_DAYS for _, found in series for days in found)]) + BIN_DAYS
    bars = (
        alt.Chart(drawn)
        .mark_rect()
        .encode(
            x=alt.X(
                "start:Q",
                title=x_title,
                scale=alt.Scale(domain=[0, last], nice=False),
                axis=alt.Axis(values=list(range(0, last + 1, 2 * BIN_DAYS))),
            ),
            x2="end:Q",
            y=alt.Y("count:Q", title=y_title, axis=alt.Axis(tickMinStep=1), scale=alt.Scale(zero=True)),
            y2="none:Q",
            color=alt.Color(
                "name:N",
                title=None,
                scale=alt.Scale(domain=names, range=[GREY, SEVERITY_COLOURS[Severity.AMBER], _RED][: len(names)]),
                legend=alt.Legend(orient="top"),
            ),
        )
    )
    mark = pl.DataFrame({"start": [float(EARLY_DAYS)], "label": [_EARLY.in_language(language)]})
    rule = alt.Chart(mark).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="start:Q")
    words = alt.Chart(mark).mark_text(align="left", dx=5, baseline="top", color=INK)
    return alt.layer(bars, rule, words.encode(x="start:Q", y=alt.value(2), text="label:N")).properties(
        width=WIDTH, height=HEIGHT
    )


@dataclass(frozen=True, slots=True)
class Trade:
    """One point of precision against recall."""

    name: str
    recall: float
    precision: float
    per_week: float


def trade_chart(points: Sequence[Trade], *, x_title: str, y_title: str) -> Chart:
    """Precision against recall, one line for each name; labels are cases a week."""
    names = list(dict.fromkeys(point.name for point in points))
    rows = [
        {
            "name": p.name,
            "recall": p.recall,
            "precision": p.precision,
            "order": p.per_week,
            "label": decimal(p.per_week, 0 if p.per_week >= 10 else 1),
        }
        for p in points
    ]
    base = alt.Chart(pl.DataFrame(rows)).encode(
        x=alt.X("recall:Q", title=x_title, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("precision:Q", title=y_title, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color(
            "name:N",
            title=None,
            scale=alt.Scale(domain=names, range=_SERIES_COLOURS[: len(names)]),
            legend=alt.Legend(orient="top", columns=2, labelLimit=320),
        ),
        order="order:Q",
    )
    line = base.mark_line(strokeWidth=2, opacity=0.7)
    dots = base.mark_circle(size=60, opacity=1)
    labels = base.mark_text(dx=6, dy=-8, align="left", fontSize=10).encode(text="label:N")
    return alt.layer(line, dots, labels).properties(width=WIDTH, height=HEIGHT + 100)


@dataclass(frozen=True, slots=True)
class LiftBar:
    label: str
    lift: float
    low: float
    high: float
    has_lift: bool


def lift_chart(bars: Sequence[LiftBar], *, x_title: str) -> Chart:
    """Lift of each indicator with its interval, from most to least; 1 is marked."""
    rows = [
        {"label": b.label, "lift": b.lift, "low": b.low, "high": b.high, "colour": BLUE if b.has_lift else ORANGE}
        for b in bars
    ]
    order = [b.label for b in bars]
    base = alt.Chart(pl.DataFrame(rows)).encode(
        y=alt.Y("label:N", title=None, sort=order, axis=alt.Axis(labelLimit=380)),
        color=alt.Color("colour:N", scale=None),
    )
    spans = base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=alt.X("low:Q", title=x_title), x2="high:Q")
    dots = base.mark_circle(size=60, opacity=1).encode(x=alt.X("lift:Q", title=x_title))
    one = alt.Chart(pl.DataFrame({"x": [1.0]})).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="x:Q")
    return alt.layer(one, spans, dots).properties(width=WIDTH - 160, height=alt.Step(18))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A warning of one severity from one date to the next on which it was another or gone."""

    indicator: str
    severity: Severity
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Timeline:
    path: Sequence[tuple[date, float, float]]  # date, exposure, overdue
    stretches: Sequence[Stretch]
    default_on: date | None


def timeline_chart(found: Timeline, *, amount_title: str, owed: str, overdue: str, language: Language) -> Chart:
    """What a customer owed and how much of it was overdue, above the warnings that stood."""
    days = [day for day, _, _ in found.path]
    end = max([days[-1], *(s.end for s in found.stretches)]) + timedelta(days=5)
    domain = [_stamp(days[0]), _stamp(end)]
    scale = alt.Scale(domain=domain, nice=False)
    layers = [_amounts(found, scale, amount_title, owed, overdue)]
    if found.default_on is not None:
        layers += _default_mark(found.default_on, scale, language)
    above = alt.layer(*layers).properties(width=WIDTH - 40, height=150)
    if not found.stretches:
        return above
    both: Chart = alt.vconcat(above, _warnings(found, scale, language), spacing=6).resolve_scale(color="independent")
    return both


def _stamp(day: date) -> str:
    return day.isoformat()


def _x(name: str, scale: alt.Scale, *, labels: bool) -> alt.X:
    axis = alt.Axis(format="%Y-%m", labels=labels, title=None, tickCount=8, grid=True)
    return alt.X(f"{name}:T", scale=scale, axis=axis)


def _amounts(found: Timeline, scale: alt.Scale, title: str, owed: str, overdue: str) -> alt.Chart:
    rows = [
        {"day": _stamp(day), "amount": value / 1000, "what": what}
        for day, exposure, late in found.path
        for what, value in ((owed, exposure), (overdue, late))
    ]
    drawn = alt.Chart(pl.DataFrame(rows)).mark_line(interpolate="step-after", strokeWidth=2)
    lines: alt.Chart = drawn.encode(
        x=_x("day", scale, labels=True),
        y=alt.Y("amount:Q", title=title, axis=alt.Axis(format=",.0f", tickCount=5)),
        color=alt.Color(
            "what:N",
            title=None,
            scale=alt.Scale(domain=[owed, overdue], range=[BLUE, ORANGE]),
            legend=alt.Legend(orient="top"),
        ),
    )
    return lines


def _default_mark(day: date, scale: alt.Scale, language: Language) -> list[alt.Chart]:
    frame = pl.DataFrame({"day": [_stamp(day)], "label": [_DEFAULT.in_language(language)]})
    base = alt.Chart(frame).encode(x=_x("day", scale, labels=True))
    rule = base.mark_rule(color=_RED, strokeWidth=2)
    words = base.mark_text(align="right", dx=-5, baseline="top", color=_RED, fontWeight=600)
    return [rule, words.encode(y=alt.value(2), text="label:N")]


def _warnings(found: Timeline, scale: alt.Scale, language: Language) -> Chart:
    texts = {severity: SEVERITY_TEXT[severity].in_language(language) for severity in reversed(Severity)}
    rows = [
        {
            "indicator": s.indicator,
            "severity": texts[s.severity],
            "start": _stamp(s.start),
            "end": _stamp(s.end),
        }
        for s in found.stretches
    ]
    order = list(dict.fromkeys(s.indicator for s in sorted(found.stretches, key=lambda s: (s.start, s.indicator))))
    bars = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar(height=11)
        .encode(
            x=_x("start", scale, labels=False),
            x2="end:T",
            y=alt.Y("indicator:N", title=None, sort=order, axis=alt.Axis(labelLimit=300)),
            color=alt.Color(
                "severity:N",
                title=None,
                scale=alt.Scale(domain=list(texts.values()), range=[SEVERITY_COLOURS[s] for s in texts]),
                legend=alt.Legend(orient="bottom"),
            ),
        )
    )
    layers: list[alt.Chart] = [bars]
    if found.default_on is not None:
        mark = pl.DataFrame({"start": [_stamp(found.default_on)]})
        rule = alt.Chart(mark).mark_rule(color=_RED, strokeWidth=2)
        layers.append(rule.encode(x=_x("start", scale, labels=False)))
    return alt.layer(*layers).properties(width=WIDTH - 40, height=alt.Step(16))
