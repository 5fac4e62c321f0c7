"""The report of a simulation: hostile text stays text, cautions are said, odd figures draw."""

from datetime import date

import polars as pl
import pytest

from riskengine.portfolio.trial.decided import Decided
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.trial import compare_policies
from riskengine.reports.simulation.charts import caught_chart, money_chart, moves_chart, swap_chart
from riskengine.reports.simulation.report import SimulationReport, simulation_page
from riskengine.reports.svg import to_svg
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.days import day_of
from riskengine.terms.text import Text
from support.trial_cases import COSTS, REFUSED, UNKNOWN, case, cases, default

OUTCOME = OutcomeSpec(
    horizon_days=365,
    days_past_due=90,
    material_amount=1000.0,
    material_share=0.01,
    write_off_above=None,
    insolvency_signals=(),
)
NO_HITS = pl.DataFrame(schema={"as_of": pl.Int32, "customer_id": pl.String, "rule_id": pl.String, "severity": pl.Int8})
HOSTILE = "<script>alert(1)</script>\u202e"


def page(*told, ripe=True, **changes):
    decided = {side: Decided(pl.DataFrame(), NO_HITS) for side in Side}
    trial = compare_policies(cases(*told), decided, dict.fromkeys(Side, ()))
    days = tuple(sorted({day_of(t["who"]["as_of"]) for t in told}))
    shown = {
        "dates": days,
        "ripe_dates": days if ripe else (),
        "same_dates": (),
        "model_saw": (),
        "last_day": date(1971, 1, 1),
        "outcome": OUTCOME,
        "severe_days": 60,
        "currency": "EUR",
        "model": "pd 1",
        "names": {Side.POLICY: HOSTILE, Side.CHALLENGER: "b"},
        "versions": {Side.POLICY: ["1"], Side.CHALLENGER: ["1", "2"]},
        "costs": COSTS,
        "trial": trial,
        "largest": (),
        "movers": 0,
    }
    return simulation_page(SimulationReport(**(shown | changes)))


def test_hostile_names_and_segments_stay_text():
    found = page(case(industry=HOSTILE, challenger=REFUSED), case("B", region="=cmd", then=default(100, 150)))
    assert "<script" not in found
    assert "\u202e" not in found
    assert "&lt;script&gt;" in found


def test_a_trial_without_any_outcome_says_so_in_each_part_that_needs_one():
    found = page(case(then=UNKNOWN, challenger=REFUSED), ripe=False)
    assert found.count("No outcome is known on these dates.") == 3
    assert "No outcome is known yet" in found


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model_saw": None}, "does not say what it was trained on"),
        ({"model_saw": (day_of(100),)}, "On 1 of 1 dates, up to 1970-04-11, the model had been trained"),
        ({"same_dates": (day_of(100),)}, "On 1 dates the two say the same"),
    ],
)
def test_what_a_reader_must_know_is_at_the_top(changes, said):
    found = page(case(challenger=REFUSED), **changes)
    assert said in found.partition("<main>")[0]


def test_nothing_that_differs_is_still_a_page():
    found = page(case())
    for text in ("0 of 1 decisions differ", "No decision differs.", "No terms differ."):
        assert text in found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "draw",
    [
        lambda lang: money_chart([("2024-01-31", 0.0, 0.0, 0.0)], lang),
        lambda lang: money_chart([("2024-01-31", 1e9, 0.003, -5.0), ("2024-02-29", 0.0, 2e9, 1.0)], lang),
        lambda lang: money_chart([("2024-01-31", 0.0, 0.0, 0.004)], lang),
        lambda lang: moves_chart({("4", "4"): 10}, lang),
        lambda lang: moves_chart({("4", "D"): 1, ("unrated", "1"): 3}, lang),
        lambda lang: caught_chart({"x": dict.fromkeys(Side, 0)}, lang),
        lambda lang: swap_chart({(Text("allowed", "允许赊销"), Text("allowed", "允许赊销")): (5, 0.0)}, lang),
    ],
)
def test_odd_figures_draw(draw, language):
    assert "NaN" not in to_svg(draw(language), language, "x")
