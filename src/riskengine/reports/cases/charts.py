"""The small pictures of a case: what was owed, how the limit was used, the PD over past runs, its warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import altair as alt
import polars as pl

from riskengine.early_warning.episode import Episode
from riskengine.reports.chart_terms import SEVERITY_COLOURS
from riskengine.reports.svg import BLUE, GREY, INK, ORANGE, Chart
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.decision import Severity
from riskengine.terms.text import Language

WIDTH, HEIGHT = 430, 150
_RED = SEVERITY_COLOURS[Severity.RED]


def owed_chart(history: pl.DataFrame, *, open_: str, overdue: str, dpd: str, amount: str) -> Chart:
    """What was open by month, the overdue part of it in front, and below it how old the oldest overdue invoice was."""
    months = history.select("day", "open", "overdue", "dpd").with_columns(
        pl.col("day").dt.strftime("%Y-%m-%d"), pl.col("open", "overdue") / 1000
    )
    long = months.rename({"open": open_, "overdue": overdue}).unpivot([open_, overdue], index="day")
    bars = (
        alt.Chart(long)
        .mark_bar(size=16)
        .encode(
            x=_month(history),
            y=alt.Y("value:Q", title=amount, stack=None, axis=alt.Axis(format=",.0f", tickCount=4)),
            color=alt.Color(
                "variable:N",
                title=None,
                scale=alt.Scale(domain=[open_, overdue], range=["#b9d3e8", ORANGE]),
                legend=alt.Legend(orient="top"),
            ),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    days = _line(months, "dpd", history, title=dpd, colour=_RED).properties(width=WIDTH, height=HEIGHT // 2)
    return alt.vconcat(bars, days, spacing=8)


def utilisation_chart(history: pl.DataFrame, *, title: str) -> Chart:
    """Exposure over the limit by month, with a line where all of it is used."""
    used = history.filter(pl.col("limit") > 0).select(
        pl.col("day").dt.strftime("%Y-%m-%d"), used=pl.col("exposure") / pl.col("limit")
    )
    line = _line(used, "used", history, title=title, colour=BLUE, form="%")
    full = alt.Chart(pl.DataFrame({"used": [1.0]})).mark_rule(color=INK, strokeDash=[4, 3]).encode(y="used:Q")
    return alt.layer(line, full).properties(width=WIDTH, height=HEIGHT)


def pd_chart(ratings: Sequence[tuple[date, float]], *, title: str) -> Chart:
    """The PD of each run there is, with its figure beside it."""
    rows = [{"day": day.isoformat(), "pd": value, "label": f"{100 * value:.2g}%"} for day, value in ratings]
    base = alt.Chart(pl.DataFrame(rows)).encode(
        x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=0 if len(rows) < 6 else -40)),
        y=alt.Y("pd:Q", title=title, axis=alt.Axis(format="%", tickCount=4), scale=alt.Scale(zero=True)),
    )
    drawn = base.mark_line(color=BLUE, strokeWidth=2, point=alt.OverlayMarkDef(color=BLUE, size=40))
    labels = base.mark_text(dy=-10, fontSize=11, color=INK).encode(text="label:N")
    return alt.layer(drawn, labels).properties(width=WIDTH, height=HEIGHT)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A warning at one severity; calm from the day on which nothing of it applied any more."""

    label: str
    start: date
    end: date
    severity: Severity


def stretches(episode: Episode, label: str, last: date) -> list[Stretch]:
    """From turn to turn, up to its end or the last day it was looked at; turns of one severity together."""
    end = episode.closed_on or max(episode.evaluated_on, last)
    days = [*((turn.day, turn.severity) for turn in episode.turns), (end + timedelta(days=1), episode.severity)]
    found: list[Stretch] = []
    for (start, severity), (stop, _) in pairwise(days):
        if found and found[-1].severity is severity:
            found[-1] = Stretch(label, found[-1].start, stop, severity)
        else:
            found.append(Stretch(label, start, stop, severity))
    return found


def timeline_chart(found: Sequence[Stretch], first: date, last: date, language: Language) -> Chart:
    """A bar for each warning, coloured by severity."""
    texts = {severity: SEVERITY_TEXT[severity].in_language(language) for severity in reversed(Severity)}
    rows = [
        {"label": s.label, "start": s.start.isoformat(), "end": s.end.isoformat(), "severity": texts[s.severity]}
        for s in found
    ]
    order = list(dict.fromkeys(s.label for s in found))
    span = [first.isoformat(), (last + timedelta(days=2)).isoformat()]
    bars: alt.Chart = (
        alt.Chart(pl.DataFrame(rows))
        .mark_bar(height=12)
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                scale=alt.Scale(domain=span, nice=False),
                axis=alt.Axis(format="%Y-%m-%d", tickCount=4, labelOverlap=True, grid=True),
            ),
            x2="end:T",
            y=alt.Y("label:N", title=None, sort=order, axis=alt.Axis(labelLimit=330, ticks=False, domainColor=GREY)),
            color=alt.Color(
                "severity:N",
                title=None,
                scale=alt.Scale(domain=list(texts.values()), range=[SEVERITY_COLOURS[s] for s in texts]),
                legend=alt.Legend(orient="top"),
            ),
        )
    )
    drawn: alt.Chart = bars.properties(width=560, height=alt.Step(22))
    return drawn


def _month(history: pl.DataFrame) -> alt.X:
    days: list[date] = history["day"].to_list()
    labels = ", ".join(f"'{day.isoformat()}': '{day:%Y-%m}'" for day in days)
    axis = alt.Axis(labelExpr=f"({{{labels}}})[datum.value]", labelAngle=-45)
    return alt.X("day:O", title=None, axis=axis, scale=alt.Scale(domain=[day.isoformat() for day in days]))


def _line(
    rows: pl.DataFrame, column: str, history: pl.DataFrame, *, title: str, colour: str, form: str = ",.0f"
) -> alt.Chart:
    drawn = alt.Chart(rows).mark_line(color=colour, strokeWidth=2, point=alt.OverlayMarkDef(color=colour, size=28))
    y = alt.Y(f"{column}:Q", title=title, axis=alt.Axis(format=form, tickCount=4), scale=alt.Scale(zero=True))
    line: alt.Chart = drawn.encode(x=_month(history), y=y)
    return line
