"""Pictures of grades and of the model behind them. Plain numbers in, an Altair chart out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import polars as pl

from riskengine.reports.chart_terms import BAND_HEIGHT, GRADE_COLOURS, GRADES, UNRATED, word
from riskengine.reports.numbers import short_amount, whole
from riskengine.reports.svg import BLUE, INK, ORANGE, Chart
from riskengine.terms.text import Language


@dataclass(frozen=True, slots=True)
class GradeCount:
    """One grade of the portfolio; `exposure` in units of the reporting currency."""

    grade: str
    customers: int
    exposure: float


def grade_chart(counts: Sequence[GradeCount], language: Language) -> Chart:
    """Customers and exposure by grade, side by side."""
    frame = pl.DataFrame(
        [
            {
                "grade": word(UNRATED, language) if c.grade == UNRATED else c.grade,
                "customers": c.customers,
                "exposure": c.exposure,
                "customers_label": whole(c.customers),
                "exposure_label": short_amount(c.exposure, language),
                "colour": GRADE_COLOURS[c.grade],
            }
            for c in counts
        ]
    )
    order = frame["grade"].to_list()
    left = _bars(frame, "customers", order, language, axis_title=word("grade", language))
    right = _bars(frame, "exposure", order, language, axis_title=None)
    return alt.hconcat(left, right, spacing=40)


def _bars(frame: pl.DataFrame, measure: str, order: list[str], language: Language, *, axis_title: str | None) -> Chart:
    top = max(float(frame[measure].max() or 0), 1.0)  # type: ignore[arg-type]  # a number column
    base = alt.Chart(frame).encode(
        y=alt.Y("grade:N", sort=order, title=axis_title, axis=alt.Axis(ticks=False, domain=False, labelPadding=6)),
        x=alt.X(f"{measure}:Q", title=word(measure, language), scale=alt.Scale(domain=[0, top * 1.18]), axis=None),
    )
    bars = base.mark_bar(height={"band": 0.78}).encode(color=alt.Color("colour:N", scale=None))
    labels = base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(text=f"{measure}_label:N")
    return alt.layer(bars, labels).properties(width=400, height=BAND_HEIGHT * len(order), title=word(measure, language))


def migration_chart(
    moves: Mapping[tuple[str, str], int], language: Language, *, rows: str = "previous", columns: str = "now"
) -> Chart:
    """Counts of customers by previous grade (row) and grade now (column), or two others; the diagonal stayed."""
    scale = [g for g in (*GRADES, UNRATED) if any(g in pair for pair in moves) or g != UNRATED]
    named = {g: word(UNRATED, language) if g == UNRATED else g for g in scale}
    cells_of = [
        {
            "before": named[before],
            "now": named[now],
            "n": n,
            "label": whole(n),
            "share": n / sum(m for (b, _), m in moves.items() if b == before),
        }
        for (before, now), n in sorted(moves.items())
    ]
    order = list(named.values())
    base = alt.Chart(pl.DataFrame(cells_of)).encode(
        x=alt.X(
            "now:N",
            sort=order,
            scale=alt.Scale(domain=order),
            title=word(columns, language),
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y(
            "before:N",
            sort=order,
            scale=alt.Scale(domain=order),
            title=word(rows, language),
            axis=alt.Axis(ticks=False, domain=False),
        ),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("share:Q", scale=alt.Scale(range=["#eef4fa", "#0b3d78"], domain=[0, 1]), legend=None)
    )
    labels = base.mark_text(fontSize=12).encode(
        text="label:N", color=alt.when(alt.datum.share > 0.6).then(alt.value("white")).otherwise(alt.value("black"))
    )
    return alt.layer(cells, labels).properties(width=50 * len(order), height=32 * len(order))


def calibration_chart(bins: Sequence[tuple[float, float, int]], language: Language) -> Chart:
    """Predicted PD against observed default rate, one point for each bin (predicted, observed, customers)."""
    rows = [{"predicted": p, "observed": o, "n": n} for p, o, n in bins]
    top = max([max(p, o) for p, o, _ in bins], default=1.0) * 1.05 or 1.0
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(format="%")
    points = (
        alt.Chart(pl.DataFrame(rows))
        .mark_circle(color=BLUE, opacity=0.85)
        .encode(
            x=alt.X("predicted:Q", title=word("predicted", language), scale=scale, axis=axis),
            y=alt.Y("observed:Q", title=word("observed", language), scale=scale, axis=axis),
            size=alt.Size("n:Q", title=word("customers", language), scale=alt.Scale(range=[30, 400])),
        )
    )
    line = (
        alt.Chart(pl.DataFrame({"x": [0.0, top], "y": [0.0, top]}))
        .mark_line(color=ORANGE, strokeDash=[6, 4])
        .encode(x="x:Q", y="y:Q")
    )
    return alt.layer(line, points).properties(width=340, height=340)
