"""rules tune on the generated small world: every figure is what rating the history with that value gives."""

import csv
import json
from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.parameters import DatedValue
from riskengine.policy.release.published import open_source
from riskengine.policy.segment import Segment
from riskengine.portfolio.trial.decided import decided_on
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.portfolio.trial.tuning_choice import Volume
from riskengine.scoring.spec import load_spec
from riskengine.tables.publish import read_manifest
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Text
from riskengine.workflows.trial.history import build_history, month_ends_between
from riskengine.workflows.trial.simulate import simulate
from riskengine.workflows.trial.simulate_chain import follow_policy
from riskengine.workflows.trial.tune_chain import rate_values
from riskengine.workflows.trial.tune_folder import TUNING
from riskengine.workflows.trial.tune_parameter import parse_budget, tune
from riskengine.workflows.trial.tune_values import Tried, values_to_try
from support.small_world import RULES

DATES = month_ends_between(date(2024, 4, 30), date(2024, 7, 31))  # the horizon of 180 days: 3 are ripe
COSTS = CostAssumptions("CNY")


@cache
def source():
    return open_source(RULES)


@pytest.fixture(scope="module")
def history(small_world):
    return build_history(
        small_world.open_tables(),
        DATES,
        model=small_world.model,
        outcome=load_spec(small_world.bundle / "spec.yaml").outcome,
    )


def tried(name, segment=None, changed=None, dates=DATES):
    held = changed or source()
    return Tried(name, segment, lambda _day: held, dates)


def tuned(history, name, first, last, steps, **options):
    one = options.pop("one", None) or tried(name)
    return tune(history, one, values_to_try(first, last, steps, one), COSTS, **options)


def test_a_threshold_of_a_pattern_of_events_moves_the_rules_that_name_it(history):
    found = tuned(history, "large_order_amount", 1, 1_000_000, 3)
    assert [rule.id for rule in found.rules] == ["EWS-EVT-001", "EWS-EVT-003"]
    assert not found.documents
    for point in found.points:
        policies = found.tried.policies(point.value)
        ratings = list(follow_policy(history, {p.as_of: p for p in policies}.__getitem__))
        hits = sum(int(r.effects.applied[rule.id].sum()) for r in ratings for rule in found.rules)
        assert point.counts["hits"] == hits
    assert found.points[0].counts["hits"] > found.points[-1].counts["hits"]


def test_each_value_is_what_rating_with_it_gives(history):
    """Also where ratings of another value were taken over."""
    found = tuned(history, "hold_dpd", 5, 65, 5, by_money=True)
    assert [rule.id for rule in found.rules] == ["HST-PAY-001"]
    for point in found.points:
        policies = found.tried.policies(point.value)
        ratings = list(follow_policy(history, {p.as_of: p for p in policies}.__getitem__))
        hits = [int(r.effects.applied["HST-PAY-001"].sum()) for r in ratings]
        assert point.counts["hits"] == sum(hits)
        opened = decided_on(ratings).decisions.filter(pl.col("as_of") > day_number(DATES[0]))
        assert point.counts["warnings_opened"] == opened["warnings_opened"].sum()
        if point.value != 60.0:
            assert point.gain_cents == _simulated_gain(history, found, policies)
        else:
            assert point.gain_cents.value == point.counts["moved"] == 0
    assert [p.counts["hits"] for p in found.points] == sorted((p.counts["hits"] for p in found.points), reverse=True)


def _simulated_gain(history, found, policies):
    sides = {Side.POLICY: found.tried.policies(), Side.CHALLENGER: policies}
    names = pl.DataFrame(schema={"customer_id": pl.String, "name": pl.String})
    done = simulate(history, sides, {side: str(side) for side in Side}, COSTS, customer_names=names)
    return done.trial.differences["gain_cents"]


def test_a_date_is_rated_once_where_values_say_the_same(history):
    one = tried("hold_dpd")
    chains = rate_values(history, [one.policies(v) for v in (60.0, 60.0, 9000.0, 9001.0)], None, lambda *_: None)
    assert all(a is b for a, b in zip(chains[0], chains[1], strict=True))
    assert all(a is b for a, b in zip(chains[2], chains[3], strict=True))


def test_a_parameter_of_an_effect_moves_money_and_not_hits(history):
    found = tuned(history, "thin_file_limit", 1_000, 400_000, 3)
    assert len({point.counts["hits"] for point in found.points}) == 1
    assert {rule.base_id for rule in found.rules} == {"LIM-NEW-001"}


def test_a_segment_of_its_own(history):
    """The value of one country moves only customers of that country."""
    country = history.snapshots[0].facts.texts["cus_country"][0]
    segment = Segment("home", Text("Home", "本国"), (("cus_country", (country,)),), unknown_is_in=False)
    parameter = source().draft.parameters["hold_dpd"]
    own = DatedValue(date(2015, 1, 1), 60.0, "r", "d", "home")
    parameters = {**source().draft.parameters, "hold_dpd": replace(parameter, values=(*parameter.values, own))}
    changed = replace(
        source(), draft=replace(source().draft, parameters=parameters, segments=_segments(source().draft, segment))
    )
    one = tried("hold_dpd", "home", changed)
    found = tuned(history, "hold_dpd", 5, 65, 3, one=one)
    assert {rule.id for rule in found.rules} == {"HST-PAY-001@home"}
    assert found.current == (60.0,) * len(DATES)


def _segments(draft, segment):
    if isinstance(draft.segments, tuple):
        return (*draft.segments, segment)
    return MappingProxyType({**draft.segments, segment.name: segment})


@pytest.mark.parametrize(
    ("name", "segment", "first", "last", "steps", "message"),
    [
        ("hold_dpt", None, 1, 2, 3, "did you mean 'hold_dpd'"),
        ("hold_dpd", "south", 1, 2, 3, "has no value for segment 'south'"),
        ("hold_dpd", None, 5, 5, 3, "is no range"),
        ("hold_dpd", None, 5, float("nan"), 3, "is no range"),
        ("hold_dpd", None, 5, 9, 1, "1 steps"),
    ],
)
def test_impossible_requests(name, segment, first, last, steps, message):
    with pytest.raises(UsageError, match=message):
        values_to_try(first, last, steps, tried(name, segment))


@pytest.mark.parametrize(("value", "kind"), [("IT", "a text"), (("IT", "ES"), "a list")])
def test_texts_and_lists_cannot_be_tuned(value, kind):
    parameter = source().draft.parameters["hold_dpd"]
    changed = replace(parameter, values=(replace(parameter.values[0], value=value),))
    edited = replace(
        source(), draft=replace(source().draft, parameters={**source().draft.parameters, "hold_dpd": changed})
    )
    with pytest.raises(UsageError, match=f"'hold_dpd' is {kind}"):
        values_to_try(1, 2, 3, tried("hold_dpd", changed=edited))


def test_a_parameter_not_in_force_or_not_used(history):
    parameter = source().draft.parameters["hold_dpd"]
    later = replace(parameter, values=(replace(parameter.values[0], start=date(2030, 1, 1)),))
    unused = replace(parameter, name="unused")
    edited = replace(
        source(),
        draft=replace(source().draft, parameters={**source().draft.parameters, "later": later, "unused": unused}),
    )
    with pytest.raises(UsageError, match="begins on 2030-01-01"):
        values_to_try(1, 2, 3, tried("later", changed=edited))
    with pytest.raises(UsageError, match="no rule in force on these dates depends on 'unused'"):
        tuned(history, "unused", 1, 9, 3, one=tried("unused", changed=edited))


def test_values_stay_whole_where_days_are_meant_and_hold_the_one_in_force():
    assert values_to_try(50, 70, 4, tried("hold_dpd")) == (50.0, 57.0, 60.0, 63.0, 70.0)
    assert values_to_try(0.3, 0.1, 3, tried("hold_share")) == (0.1, 0.2, 0.25, 0.3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("many warnings", "is no budget"),
        ("20 warning a week", "did you mean 'warnings'"),
        ("20 warnings a weak", "did you mean 'week'"),
    ],
)
def test_budgets_that_cannot_be_read(text, message):
    with pytest.raises(UsageError, match=message):
        parse_budget(text)


def test_budgets():
    assert parse_budget("3.5 all warnings per week").volume is Volume.ALL_WARNINGS
    assert parse_budget("2 hits a day").per_week == 14.0


def test_a_budget_of_warnings_needs_rules_that_warn(history):
    with pytest.raises(UsageError, match="none of the rules that use the parameter warns"):
        tuned(history, "hold_dpd", 5, 65, 3, budget=parse_budget("2 warnings a week"))
    single = replace(history, snapshots=history.snapshots[:1])
    with pytest.raises(UsageError, match="two dates"):
        tuned(
            single, "hold_dpd", 5, 65, 3, one=tried("hold_dpd", dates=DATES[:1]), budget=parse_budget("2 hits a week")
        )


def run(world, *words):
    fixed = ["--tables", world.tables, "--workspace", world.workspace, "--rules", RULES]
    dates = ["--first", "2024-05-31", "--last", "2024-06-30"]
    return CliRunner().invoke(app, ["rules", "tune", *map(str, (*words, *fixed, *dates))], catch_exceptions=False)


def test_the_command_writes_a_report_a_curve_and_a_summary(small_world, tmp_path):
    words = ("--parameter", "use_high", "--from", 0.7, "--to", 1.1, "--steps", 3, "--budget", "1 warnings a week")
    one, other = (tmp_path / name for name in ("one", "other"))
    said = run(small_world, *words, "--out", one)
    assert "within the budget of 1.0 warnings" in said.output
    printed = json.loads(run(small_world, *words, "--out", other, "--json").stdout)
    assert {p.name for p in one.iterdir()} == {"manifest.json", "curve.csv", "report.html", "summary.json"}
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in ("curve.csv", "report.html"))
    assert printed == json.loads((one / "summary.json").read_text(encoding="utf-8"))
    assert read_manifest(one, TUNING)["content_hash"]
    rows = list(csv.DictReader((one / "curve.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["value"]) for row in rows] == [point["value"] for point in printed["points"]]
    page = (one / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 6
    assert "这些规则仅作预警" in page
    chosen = printed["choice"]
    if chosen["value"] is not None:
        kept = next(p for p in printed["points"] if p["value"] == chosen["value"])
        assert kept["warnings_per_week"] <= 1.0


def test_dates_must_be_given_whole(small_world):
    words = ["rules", "tune", "--parameter", "use_high", "--from", "0.7", "--to", "1.1", "--tables", "x"]
    with pytest.raises(UsageError, match="--first and --last belong together"):
        CliRunner().invoke(app, [*words, "--first", "2024-01-31"], catch_exceptions=False)
    with pytest.raises(UsageError, match="no date to look at"):
        CliRunner().invoke(app, words, catch_exceptions=False)
