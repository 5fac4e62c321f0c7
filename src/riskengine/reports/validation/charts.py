"""Pictures of a validation. Plain figures in, an Altair chart out."""

import textwrap
from collections.abc import Sequence

import altair as alt
import polars as pl

from riskengine.reports.svg import BLUE, GREY, INK, ORANGE, Chart
from riskengine.scoring.validation.curves import CalibrationBin, Curves
from riskengine.scoring.validation.importance import Dependence, Importance
from riskengine.scoring.validation.slices import Slice
from riskengine.scoring.validation.stability import Shift
from riskengine.terms.text import Language, Text

SIDE = 330
_GOOD, _BAD, _ALL = (
    Text("share of good customers", "好客户占比"),
    Text("share of bad customers", "坏客户占比"),
    Text("share of all customers", "全部客户占比"),
)
_PD, _RATE = Text("predicted PD", "预测违约概率"), Text("observed default rate", "实际违约率")
_WEIGHT = Text("mean absolute contribution, log-odds", "平均绝对贡献（对数几率）")
_LONG = alt.Axis(labelLimit=420)  # px, for the names of features
_MEAN = Text("mean PD", "平均违约概率")


def curve_charts(curves: Curves, language: Language) -> Chart:
    """ROC and CAP side by side, each with the line of a score that says nothing."""
    plain = [(0.0, 0.0), (1.0, 1.0)]
    perfect = [(0.0, 0.0), (curves.cap_perfect, 1.0), (1.0, 1.0)]
    roc = _lines([("a", curves.roc), ("z", plain)], _GOOD.in_language(language), _BAD.in_language(language))
    cap = _lines(
        [("a", curves.cap), ("y", perfect), ("z", plain)], _ALL.in_language(language), _BAD.in_language(language)
    )
    return alt.hconcat(roc.properties(title="ROC"), cap.properties(title="CAP"), spacing=48)


def _lines(named: Sequence[tuple[str, Sequence[tuple[float, float]]]], x_title: str, y_title: str) -> alt.Chart:
    rows = [{"line": n, "x": x, "y": y, "place": i} for n, pairs in named for i, (x, y) in enumerate(pairs)]
    colour = alt.Scale(domain=["a", "y", "z"], range=[BLUE, ORANGE, GREY])
    lines: alt.Chart = (
        alt.Chart(pl.DataFrame(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x_title, axis=alt.Axis(format="%", tickCount=5)),
            y=alt.Y("y:Q", title=y_title, axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color("line:N", scale=colour, legend=None),
            order="place:Q",
        )
        .properties(width=SIDE, height=SIDE)
    )
    return lines


def calibration_bins_chart(bins: Sequence[CalibrationBin], language: Language) -> Chart:
    """Observed against predicted, both logarithmic, with Jeffreys' interval; on the dashed line they agree."""
    least = min(b.mean_pd for b in bins) / 2
    rows = [
        {
            "pd": b.mean_pd,
            "rate": max(b.bad_rate, least),
            "low": max(b.low, least * 0.8),
            "high": b.high,
            "some": b.bad > 0,
        }
        for b in bins
    ]
    most = max(max(float(r["pd"]), float(r["high"])) for r in rows)
    scale = alt.Scale(type="log", domain=[least * 0.8, min(most * 1.25, 1.0)], nice=False)
    x = alt.X("pd:Q", title=_PD.in_language(language), scale=scale, axis=alt.Axis(format=".2~%", tickCount=6))
    y = alt.Y("rate:Q", title=_RATE.in_language(language), scale=scale, axis=alt.Axis(format=".2~%", tickCount=6))
    base = alt.Chart(pl.DataFrame(rows)).encode(x=x)
    ends = [least * 0.8, min(most * 1.25, 1.0)]
    line = alt.Chart(pl.DataFrame({"pd": ends, "rate": ends})).mark_line(color=GREY, strokeDash=[4, 4]).encode(x=x, y=y)
    whiskers = base.mark_rule(color=BLUE, opacity=0.6).encode(
        y=alt.Y("low:Q", scale=scale, title=_RATE.in_language(language)), y2="high:Q"
    )
    dots = base.transform_filter("datum.some").mark_circle(size=70, color=BLUE, opacity=1).encode(y=y)
    return alt.layer(line, whiskers, dots).properties(width=SIDE + 90, height=SIDE)


def slices_chart(slices: Sequence[tuple[str, Slice]], whole: float) -> Chart:
    """AUC of each slice with its interval, beside the AUC of all (dashed)."""
    rows = [
        {
            "name": label,
            "auc": s.order.auc,
            "low": s.order.auc_interval.low if s.order.auc_interval else s.order.auc,
            "high": s.order.auc_interval.high if s.order.auc_interval else s.order.auc,
        }
        for label, s in slices
        if s.order is not None
    ]
    order = [label for label, s in slices if s.order is not None]
    lows = [s.order.auc_interval.low for _, s in slices if s.order is not None and s.order.auc_interval is not None]
    scale = alt.Scale(domain=[min(0.5, *lows), 1.0] if lows else [0.0, 1.0], nice=False)
    base = alt.Chart(pl.DataFrame(rows)).encode(y=alt.Y("name:N", sort=order, title=None))
    rule = alt.Chart(pl.DataFrame({"auc": [whole]})).mark_rule(color=GREY, strokeDash=[4, 4])
    axis = alt.Axis(format=".2f", labelFlush=False)
    spans = base.mark_rule(color=BLUE, strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, title="AUC", axis=axis), x2="high:Q"
    )
    dots = base.mark_circle(size=60, color=BLUE, opacity=1).encode(
        x=alt.X("auc:Q", scale=scale, title="AUC", axis=axis)
    )
    line = rule.encode(x=alt.X("auc:Q", scale=scale, title="AUC", axis=axis))
    return alt.layer(line, spans, dots).properties(width=460, height=22 * len(rows))


def importance_chart(heavy: Sequence[Importance], names: Sequence[str], language: Language) -> Chart:
    """Bars of the heaviest features, named as people read them."""
    rows = [{"name": n, "weight": i.weight, "label": f"{i.share:.1%}"} for n, i in zip(names, heavy, strict=True)]
    base = alt.Chart(pl.DataFrame(rows)).encode(
        y=alt.Y("name:N", sort=list(names), title=None, axis=_LONG),
        x=alt.X("weight:Q", title=_WEIGHT.in_language(language)),
    )
    words = base.mark_text(align="left", dx=4, color=INK).encode(text="label:N")
    return alt.layer(base.mark_bar(color=BLUE), words).properties(width=400, height=22 * len(rows))


def dependence_chart(
    found: Sequence[Dependence], names: Sequence[str], units: Sequence[str], language: Language
) -> Chart:
    """Small pictures, two in a row: mean PD over the values; the dashed line if nobody had a value.

    All have the same axis of PDs, so that a feature that moves little is seen to.
    """
    seen = [p for d in found for p in (*d.mean_pd, d.missing_pd or 0.0)]
    scale = alt.Scale(domain=[0.0, max(seen) * 1.05], nice=False)
    parts = [_one_dependence(d, n, u, scale, language) for d, n, u in zip(found, names, units, strict=True)]
    rows = [alt.hconcat(*parts[i : i + 2], spacing=48) for i in range(0, len(parts), 2)]
    return alt.vconcat(*rows, spacing=28)


def _one_dependence(found: Dependence, name: str, unit: str, scale: alt.Scale, language: Language) -> Chart:
    rows = [{"value": v, "pd": p} for v, p in zip(found.values, found.mean_pd, strict=True)]
    title = _MEAN.in_language(language)
    y = alt.Y("pd:Q", title=title, scale=scale, axis=alt.Axis(format=".2~%", tickCount=4, minExtent=44))
    x = alt.X("value:Q", title=unit or None, axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=False, nice=False))
    base = alt.Chart(pl.DataFrame(rows)).encode(x=x, y=y)
    layers: list[alt.Chart] = [base.mark_line(color=BLUE, strokeWidth=2, point=True)]
    if found.missing_pd is not None:
        level = pl.DataFrame({"pd": [found.missing_pd]})
        layers.append(alt.Chart(level).mark_rule(color=ORANGE, strokeDash=[4, 4]).encode(y=y))
    return alt.layer(*layers).properties(width=320, height=140, title=textwrap.wrap(name, 52))


def shift_chart(shifts: Sequence[Shift], names: Sequence[str]) -> Chart:
    """PSI of the features that moved most (bars) and what chance alone reaches (ticks), on an axis of square roots."""
    rows = [{"name": n, "psi": s.psi, "critical": s.critical} for n, s in zip(names, shifts, strict=True)]
    base = alt.Chart(pl.DataFrame(rows)).encode(y=alt.Y("name:N", sort=list(names), title=None, axis=_LONG))
    axis = alt.Axis(values=[0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20], format=".2~f", labelOverlap=True)
    scale = alt.Scale(type="sqrt", domainMin=0)
    bars = base.mark_bar(color=BLUE).encode(x=alt.X("psi:Q", title="PSI", axis=axis, scale=scale))
    ticks = base.mark_tick(color=ORANGE, thickness=3).encode(x=alt.X("critical:Q", title="PSI", axis=axis, scale=scale))
    return alt.layer(bars, ticks).properties(width=400, height=22 * len(rows))
