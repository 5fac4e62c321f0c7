"""Pictures of limits, ageing and warnings. Plain numbers in, an Altair chart out."""

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from riskengine.reports.chart_terms import BAND_HEIGHT, word
from riskengine.reports.numbers import percent, short_amount, whole
from riskengine.reports.svg import BLUE, INK, ORANGE, Chart
from riskengine.terms.text import Language


def limit_chart(cells: pl.DataFrame, language: Language) -> Chart:
    """Customers by exposure and limit, both in powers of ten.

    `cells` holds columns exposure_low, exposure_high, limit_low, limit_high (log10 bounds) and n. Above the line the
    limit is larger than the exposure, below it the customer owes more than the limit.
    """
    low = float(min(cells["exposure_low"].min(), cells["limit_low"].min()))  # type: ignore[type-var, arg-type]  # numbers
    high = float(max(cells["exposure_high"].max(), cells["limit_high"].max()))  # type: ignore[type-var, arg-type]  # numbers
    axis = alt.Axis(values=list(range(int(low), int(high) + 1)), labelExpr=_power_labels(int(low), int(high), language))
    scale = alt.Scale(domain=[low, high], nice=False)
    squares = (
        alt.Chart(cells)
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("exposure_low:Q", title=word("exposure", language), scale=scale, axis=axis),
            x2="exposure_high:Q",
            y=alt.Y("limit_low:Q", title=word("limit", language), scale=scale, axis=axis),
            y2="limit_high:Q",
            color=alt.Color(
                "n:Q", title=word("customers", language), scale=alt.Scale(type="log", range=["#d6e6f4", "#08306b"])
            ),
        )
    )
    line = (
        alt.Chart(pl.DataFrame({"x": [low, high], "y": [low, high]}))
        .mark_line(color=ORANGE, strokeDash=[6, 4], strokeWidth=1.5)
        .encode(x="x:Q", y="y:Q")
    )
    return alt.layer(squares, line).properties(width=430, height=430)


def _power_labels(low: int, high: int, language: Language) -> str:
    """A Vega expression that writes 10^n as people do."""
    labels = ", ".join(f"'{n}': '{short_amount(10.0**n, language).replace('.00', '')}'" for n in range(low, high + 1))
    return f"({{{labels}}})[datum.value]"


def ageing_chart(now: Mapping[str, float], before: Mapping[str, float] | None, labels: Sequence[str]) -> Chart:
    """Shares of the receivables by band; `before`, if known, as a tick on each bar."""
    earlier = before or {}
    rows = [{"band": b, "share": now[b], "before": earlier.get(b), "text": percent(now[b])} for b in labels]
    top = max([*now.values(), *earlier.values()], default=0.0) or 1.0
    base = alt.Chart(pl.DataFrame(rows, schema_overrides={"before": pl.Float64})).encode(
        y=alt.Y("band:N", sort=list(labels), title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=6))
    )
    x = alt.Scale(domain=[0, top * 1.15])
    bars = base.mark_bar(height={"band": 0.7}, color=BLUE).encode(x=alt.X("share:Q", scale=x, axis=None))
    texts = base.mark_text(align="left", dx=7, fontSize=12, color=INK).encode(
        x=alt.X("end:Q", scale=x, axis=None), text="text:N"
    )
    texts = texts.transform_calculate(end="max(datum.share, datum.before)")
    ticks = base.mark_tick(color=ORANGE, thickness=3, height=BAND_HEIGHT - 4).encode(
        x=alt.X("before:Q", scale=x, axis=None)
    )
    return alt.layer(bars, ticks, texts).properties(width=560, height=BAND_HEIGHT * len(labels))


def warning_chart(counts: Sequence[tuple[str, str, int]], language: Language) -> Chart:
    """Warnings by name; each entry is (name, severity, count), most first. Colour is the severity."""
    colours = {"red": "#a61b1b", "amber": "#b7791f", "watch": BLUE}
    rows = [{"name": name, "n": n, "label": whole(n), "colour": colours[severity]} for name, severity, n in counts]
    top = max((n for _, _, n in counts), default=1)
    base = alt.Chart(pl.DataFrame(rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=6)),
        x=alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.15])),
    )
    bars = base.mark_bar(height={"band": 0.7}).encode(color=alt.Color("colour:N", scale=None))
    labels = base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(text="label:N")
    return alt.layer(bars, labels).properties(
        width=430, height=BAND_HEIGHT * len(rows), title=word("warnings", language)
    )
