"""Pictures of a simulation. Plain numbers in, an Altair chart out."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import ceil, floor, log1p, log10

import altair as alt
import polars as pl

from riskengine.portfolio.trial.side_by_side import Side
from riskengine.reports.chart_terms import BAND_HEIGHT, GRADES, UNRATED, word
from riskengine.reports.numbers import whole
from riskengine.reports.simulation.words import CREDIT_TEXT, SIDE_TEXT, signed_amount
from riskengine.reports.svg import BLUE, GREY, INK, ORANGE, Chart
from riskengine.terms.text import Language, Text

_AVOIDED = Text("loss avoided", "避免的损失")
_LOST = Text("margin lost", "损失的毛利")
_WORK = Text("work added", "增加的处理成本")
_TOTAL = Text("result so far", "累计结果")


def moves_chart(moves: Mapping[tuple[str, str], int], language: Language) -> Chart:
    """Customers on dates by grade under the policy (row) and the challenger (column).

    Grey: the same; orange: worse under the challenger; blue: better. The darker the more, on a scale of logarithms.
    """
    scale = [g for g in (*GRADES, UNRATED) if g != UNRATED or any(g in pair for pair in moves)]
    named = {g: word(UNRATED, language) if g == UNRATED else g for g in scale}
    most = max((n for (one, other), n in moves.items() if one != other), default=1)
    rows = [
        {
            "one": named[one],
            "other": named[other],
            "label": whole(n),
            "colour": _colour(scale.index(one), scale.index(other)),
            "strength": 0.25 if one == other else 0.25 + 0.75 * log1p(n) / log1p(most),
        }
        for (one, other), n in sorted(moves.items())
    ]
    order = list(named.values())
    domain = alt.Scale(domain=order)
    base = alt.Chart(pl.DataFrame(rows)).encode(
        x=alt.X(
            "other:N",
            sort=order,
            scale=domain,
            title=_grade_under(Side.CHALLENGER, language),
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y(
            "one:N",
            sort=order,
            scale=domain,
            title=_grade_under(Side.POLICY, language),
            axis=alt.Axis(ticks=False, domain=False),
        ),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("colour:N", scale=None), opacity=alt.Opacity("strength:Q", scale=None)
    )
    dark = (alt.datum.strength > 0.7) & (alt.datum.colour != GREY)
    labels = base.mark_text(fontSize=12).encode(
        text="label:N", color=alt.when(dark).then(alt.value("white")).otherwise(alt.value("black"))
    )
    return alt.layer(cells, labels).properties(width=62 * len(order), height=32 * len(order))


def _grade_under(side: Side, language: Language) -> str:
    name = SIDE_TEXT[side].in_language(language)
    return f"grade under the {name}" if language == "en" else f"{name}下的等级"


def _colour(one: int, other: int) -> str:
    if one == other:
        return GREY
    return ORANGE if other > one else BLUE


def money_chart(dates: Sequence[tuple[str, float, float, float]], language: Language) -> Chart:
    """By date: loss avoided up, margin lost and work added down, all in units; the line is the sum so far."""
    kinds = [text.in_language(language) for text in (_AVOIDED, _LOST, _WORK)]
    totals = list(accumulate(avoided - lost - work for _, avoided, lost, work in dates))
    bars = [
        {"day": day, "kind": kind, "amount": value}
        for day, avoided, lost, work in dates
        for kind, value in zip(kinds, (avoided, -lost, -work), strict=True)
    ]
    line = [
        {"day": date[0], "amount": total, "kind": _TOTAL.in_language(language)}
        for date, total in zip(dates, totals, strict=True)
    ]
    x = alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-45))
    low, high = _bounds([*totals, *_stacked(dates)])
    y = alt.Y(
        "amount:Q",
        title=None,
        scale=alt.Scale(domain=[low, high]),
        axis=alt.Axis(labelExpr=_amount_labels(low, high, language), values=_ticks(low, high)),
    )
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=[*kinds, _TOTAL.in_language(language)], range=[BLUE, ORANGE, GREY, INK]),
        legend=alt.Legend(orient="top"),
    )
    layers = (
        alt.Chart(pl.DataFrame(bars)).mark_bar().encode(x=x, y=y, color=colour),
        alt.Chart(pl.DataFrame(line)).mark_line(point=True, strokeWidth=2).encode(x=x, y=y, color=colour),
    )
    return alt.layer(*layers).properties(width=max(360, 52 * len(dates)), height=300)


def _stacked(dates: Sequence[tuple[str, float, float, float]]) -> list[float]:
    """How far up and how far down the bars of each date reach."""
    parts = [(avoided, -lost, -work) for _, avoided, lost, work in dates]
    return [sum(p for p in part if (p > 0) is up) for part in parts for up in (True, False)]


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * 0.06 or 1.0
    return low - room * (low < 0), high + room * (high > 0 or low == 0)


def _ticks(low: float, high: float) -> list[float]:
    """Round steps, 0 among them.

    >>> _ticks(-30.0, 100.0)
    [-25.0, 0.0, 25.0, 50.0, 75.0, 100.0]
    """
    wanted = (high - low) / 6
    power = 10.0 ** floor(log10(wanted))
    step = next(power * times for times in (1.0, 2.5, 5.0, 10.0) if power * times >= wanted)
    return [step * n for n in range(ceil(low / step), floor(high / step) + 1)]


def _amount_labels(low: float, high: float, language: Language) -> str:
    """A Vega expression that writes each tick as people do."""
    said = [signed_amount(n * 100, language) for n in _ticks(low, high)]
    places = ", ".join(f"'{text}'" for text in said)
    return f"[{places}][round(datum.index * {len(said) - 1})]"


def caught_chart(counts: Mapping[str, Mapping[Side, int]], language: Language) -> Chart:
    """One group of two bars for each named count: the policy's and the challenger's."""
    rows = [
        {"what": what, "side": SIDE_TEXT[side].in_language(language), "n": n, "label": whole(n)}
        for what, by_side in counts.items()
        for side, n in by_side.items()
    ]
    order = list(counts)
    sides = [SIDE_TEXT[side].in_language(language) for side in Side]
    top = max(1, *(n for by_side in counts.values() for n in by_side.values()))
    base = alt.Chart(pl.DataFrame(rows)).encode(
        y=alt.Y("what:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=6)),
        yOffset=alt.YOffset("side:N", sort=sides),
        x=alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.12])),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "side:N",
            title=None,
            sort=sides,
            scale=alt.Scale(domain=sides, range=[GREY, BLUE]),
            legend=alt.Legend(orient="top"),
        )
    )
    labels = base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(text="label:N")
    return alt.layer(bars, labels).properties(width=460, height=2 * BAND_HEIGHT * len(order))


def swap_chart(cells: Mapping[tuple[Text, Text], tuple[int, float]], language: Language) -> Chart:
    """A square for each pair of answers: how many customers on dates, and by colour the share that defaulted."""
    most = max(rate for _, rate in cells.values())
    rows = [
        {
            "one": one.in_language(language),
            "other": other.in_language(language),
            "label": whole(n),
            "rate": rate,
            "note": f"{rate:.1%}",
            "dark": rate > 0.8 * most,
        }
        for (one, other), (n, rate) in cells.items()
    ]
    order = [text.in_language(language) for text in CREDIT_TEXT.values()]
    base = alt.Chart(pl.DataFrame(rows)).encode(
        x=alt.X(
            "other:N",
            sort=order,
            title=SIDE_TEXT[Side.CHALLENGER].in_language(language),
            axis=alt.Axis(orient="top", labelAngle=0),
        ),
        y=alt.Y("one:N", sort=order, title=SIDE_TEXT[Side.POLICY].in_language(language)),
    )
    cells_drawn = base.mark_rect(stroke="white", strokeWidth=3).encode(
        color=alt.Color(
            "rate:Q", scale=alt.Scale(range=["#fdf6f0", ORANGE], domainMin=0, interpolate="rgb"), legend=None
        )
    )
    ink = alt.when(alt.datum.dark).then(alt.value("white")).otherwise(alt.value(INK))
    return alt.layer(
        cells_drawn,
        base.mark_text(fontSize=14, fontWeight=600, dy=-8).encode(text="label:N", color=ink),
        base.mark_text(fontSize=12, dy=10).encode(text="note:N", color=ink),
    ).properties(width=150 * 3, height=62 * 3)
