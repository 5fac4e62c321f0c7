"""Pictures of a tuning: figures over the values of a parameter, with the chosen one and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import polars as pl

from riskengine.reports.svg import BLUE, GREY, INK, ORANGE, Chart
from riskengine.reports.tuning.words import number_text
from riskengine.terms.text import Language, Text

WIDTH, HEIGHT = 640, 230
_CHOSEN = Text("chosen", "所选")
_CURRENT = Text("now", "现行")


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked on the axis of values: the chosen one with its interval, and the one in force."""

    chosen: float | None
    low: float | None
    high: float | None
    current: float | None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    value: float
    y: float
    low: float
    high: float


def curve_chart(
    points: Sequence[CurvePoint],
    marks: Marks,
    *,
    x_title: str,
    y_title: str,
    y_format: str,
    limit: float | None,
    language: Language,
) -> Chart:
    """A figure over the values: line, 95 % band, the chosen value with its interval, and a level not to exceed."""
    frame = pl.DataFrame([{"value": p.value, "y": p.y, "low": p.low, "high": p.high} for p in points])
    domain = [points[0].value, points[-1].value]
    x = alt.X("value:Q", title=x_title, scale=alt.Scale(domain=domain, nice=False, padding=8))
    y = alt.Y("y:Q", title=y_title, axis=alt.Axis(format=y_format))
    base = alt.Chart(frame)
    layers: list[alt.Chart] = []
    if marks.low is not None and marks.high is not None and marks.low < marks.high:
        span = pl.DataFrame([{"value": marks.low, "end": marks.high}])
        layers.append(alt.Chart(span).mark_rect(color=ORANGE, opacity=0.12).encode(x=x, x2="end:Q"))
    layers.append(base.mark_area(color=BLUE, opacity=0.15).encode(x=x, y=alt.Y("low:Q", title=y_title), y2="high:Q"))
    layers.append(base.mark_line(color=BLUE, strokeWidth=2, point=True).encode(x=x, y=y))
    if limit is not None:
        level = pl.DataFrame([{"y": limit}])
        layers.append(alt.Chart(level).mark_rule(color=INK, strokeDash=[2, 3]).encode(y="y:Q"))
    layers += _rules(marks, x, language)
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def trade_chart(points: Sequence[tuple[float, float, float]], marks: Marks, *, x_title: str, y_title: str) -> Chart:
    """Precision (y) against volume (x), one labelled point for each value: (value, volume, precision)."""
    shown = _few(len(points))
    rows = [
        {
            "value": value,
            "volume": volume,
            "precision": precision,
            "label": number_text(value) if place in shown or value in (marks.chosen, marks.current) else "",
            "colour": ORANGE if value == marks.chosen else GREY if value == marks.current else BLUE,
        }
        for place, (value, volume, precision) in enumerate(points)
    ]
    base = alt.Chart(pl.DataFrame(rows)).encode(
        x=alt.X("volume:Q", title=x_title, scale=alt.Scale(zero=False, padding=24)),
        y=alt.Y("precision:Q", title=y_title, axis=alt.Axis(format="%"), scale=alt.Scale(zero=True)),
    )
    line = base.mark_line(color=BLUE, opacity=0.4).encode(order="value:Q")
    dots = base.mark_circle(size=70, opacity=1).encode(color=alt.Color("colour:N", scale=None))
    labels = base.mark_text(dx=6, dy=-8, align="left", fontSize=11, color=INK).encode(text="label:N")
    return alt.layer(line, dots, labels).properties(width=WIDTH, height=HEIGHT + 60)


def _rules(marks: Marks, x: alt.X, language: Language) -> list[alt.Chart]:
    found = []
    for value, text, colour, dash in (
        (marks.current, _CURRENT, GREY, [5, 4]),
        (marks.chosen, _CHOSEN, ORANGE, [1, 0]),
    ):
        if value is None:
            continue
        label = f"{text.in_language(language)} {number_text(value)}"
        frame = pl.DataFrame([{"value": value, "label": label}])
        base = alt.Chart(frame).encode(x=x)
        found.append(base.mark_rule(color=colour, strokeWidth=2, strokeDash=dash))
        lower = 14 if text is _CHOSEN else 0
        words = base.mark_text(align="left", dx=5, dy=lower, baseline="top", color=colour, fontWeight=600)
        found.append(words.encode(y=alt.value(2), text="label:N"))
    return found


def _few(count: int) -> set[int]:
    """The places to label: at most a dozen, evenly."""
    step = max(1, -(-count // 12))
    return set(range(0, count, step))
