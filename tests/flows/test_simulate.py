"""`riskengine rules simulate` on the generated small world, from folders to a folder."""

import json
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.release.published import policies_of
from riskengine.scoring.spec import load_spec
from riskengine.tables.publish import read_manifest
from riskengine.tables.yaml_file import DocumentError
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.trial.history import build_history, month_ends_between
from riskengine.workflows.trial.simulate_chain import follow_policy
from riskengine.workflows.trial.simulate_cost import load_costs
from riskengine.workflows.trial.simulate_folder import SIMULATION, SimulateRequest, simulate_folder
from support.challenger import challenger_policy
from support.policy_folder import good_policy
from support.small_world import RULES

DATES = month_ends_between(date(2024, 4, 30), date(2024, 7, 31))  # the horizon of 180 days: 3 are ripe
LOAD = cache(policies_of)  # reading a policy takes longer than rating 200 customers


@pytest.fixture(scope="module")
def stricter(tmp_path_factory):
    """Stops deliveries sooner and warns sooner."""
    return challenger_policy(
        tmp_path_factory.mktemp("policies"), hold_dpd=10, hold_amount=1000, hold_share=0.05, arrears_red_dpd=15
    )


@pytest.fixture(scope="module")
def request_of(small_world, stricter):
    def make(out, **changes):
        made = SimulateRequest(small_world.tables, RULES, stricter, DATES, out, workspace=small_world.workspace)
        return replace(made, **changes)

    return make


@pytest.fixture(scope="module")
def run(request_of, tmp_path_factory):
    """One simulation: its folder and its summary."""
    out = tmp_path_factory.mktemp("simulation") / "out"
    return out, simulate_folder(request_of(out), clock=perf_counter, load=LOAD)


def test_the_folder_is_finished_and_the_summary_is_in_it(run):
    out, summary = run
    assert {p.name for p in out.iterdir()} == {"manifest.json", "movers.parquet", "report.html", "summary.json"}
    assert read_manifest(out, SIMULATION)["content_hash"] == summary["content_hash"]
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == summary


def test_a_stricter_policy_refuses_more_and_never_less(run):
    summary = run[1]
    swap = {(c["policy"], c["challenger"]): c["rows"] for c in summary["swap"]}
    assert swap["allowed", "refused"] > 0
    assert swap["refused", "allowed"] == 0
    assert summary["total"]["refused_challenger"] > summary["total"]["refused_policy"]
    assert summary["differences"]["margin_lost"]["value"] > 0
    assert summary["differences"]["loss_avoided"]["value"] >= 0
    assert summary["detection"]["challenger"]["refused"] >= summary["detection"]["policy"]["refused"]
    changed = {r["rule_id"] for r in summary["rules"] if r["change"] == "changed"}
    assert "HST-PAY-001" in changed


def test_dates_without_outcome_count_in_moves_only(run):
    summary = run[1]
    assert summary["ripe_dates"] == [d.isoformat() for d in DATES[:3]]
    last = summary["by_date"][-1]
    assert last["rows"] > 0
    assert (last["ripe"], last["loss_policy"], last["bad"]) == (0, 0, 0)


def test_movers_are_the_decisions_that_differ_and_say_why(run):
    out, summary = run
    movers = pl.read_parquet(out / "movers.parquet")
    assert movers.height == summary["movers"] == summary["total"]["moved"] > 0
    refused = movers.filter((pl.col("credit_policy") == "allowed") & (pl.col("credit_challenger") == "refused"))
    assert refused["rules_only_challenger"].list.contains("HST-PAY-001").all()
    size = movers["limit_change"].fill_null(0).abs()
    assert size.is_sorted(descending=True) or movers["limit_policy"].null_count()


def test_every_mover_is_what_the_chains_decide(run, request_of, small_world, stricter):
    """Both policies again, by themselves: the movers are where they differ."""
    outcome = load_spec(small_world.bundle / "spec.yaml").outcome
    history = build_history(small_world.open_tables(), DATES, model=small_world.model, outcome=outcome)
    chains = {p: list(follow_policy(history, LOAD(p))) for p in (RULES, stricter)}
    found = set()
    for one, other in zip(chains[RULES], chains[stricter], strict=True):
        for row, customer in enumerate(one.customer_ids):
            limits = (one.limits.limit[row], other.limits.limit[row])
            said = [(r.grades.final[row], r.terms.days[row], r.effects.actions_of(row)) for r in (one, other)]
            if repr((limits[0], said[0])) != repr((limits[1], said[1])):
                found.add((one.as_of, customer))
    movers = pl.read_parquet(run[0] / "movers.parquet")
    assert set(movers.select("as_of", "customer_id").iter_rows()) == found


def test_the_report_is_whole_in_both_languages(run):
    page = (run[0] / "report.html").read_text(encoding="utf-8")
    for text in ("What it would have been worth", "金额影响", "Swap set", "互换集", "Largest movers", "变动最大的客户"):
        assert text in page
    assert page.count("<svg ") == 8  # four pictures in two languages
    assert "http" not in page.replace("http://www.w3.org/", "").replace("http-equiv", "")
    assert "own, not yours. State yours with --cost" in page
    assert "the model had been trained on outcomes that came after the" in page


def test_neither_workers_nor_the_order_of_rows_change_a_byte(run, request_of, tmp_path, small_world):
    shuffled = tmp_path / "tables"
    shutil.copytree(small_world.tables, shuffled)
    for name in ("invoices", "payments", "customers"):
        frame = pl.read_parquet(shuffled / f"{name}.parquet")
        frame.sample(fraction=1.0, shuffle=True, seed=1).write_parquet(shuffled / f"{name}.parquet")
    again = simulate_folder(request_of(tmp_path / "out", tables=shuffled, workers=2), clock=perf_counter, load=LOAD)
    assert again["content_hash"] == run[1]["content_hash"]
    for name in ("movers.parquet", "report.html"):
        assert (tmp_path / "out" / name).read_bytes() == (run[0] / name).read_bytes()


def test_the_other_way_round_the_differences_turn_their_sign(run, request_of, tmp_path, stricter):
    back = simulate_folder(
        request_of(tmp_path / "out", policy=stricter, challenger=RULES), clock=perf_counter, load=LOAD
    )
    for name, found in run[1]["differences"].items():
        assert back["differences"][name]["value"] == pytest.approx(-found["value"])
        assert back["differences"][name]["low"] == pytest.approx(-found["high"], abs=abs(found["value"]) * 0.2 + 3)


def test_a_previous_run_comes_before_the_first_date(request_of, small_world, tmp_path, stricter):
    dates = (date(2024, 12, 31),)
    request = request_of(tmp_path / "out", dates=dates, previous=small_world.runs / "2024-11-30")
    summary = simulate_folder(request, clock=perf_counter, load=LOAD)
    assert summary["ripe_dates"] == []
    assert summary["differences"] == {}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "No outcome is known yet" in page
    later = replace(request, dates=(date(2024, 11, 30),))
    with pytest.raises(UsageError, match="not earlier than"):
        simulate_folder(later, clock=perf_counter, load=LOAD)


def test_the_command_prints_the_figures_for_people_and_the_summary_for_machines(small_world, stricter, tmp_path, run):
    words = ["--policy", str(RULES), "--challenger", str(stricter), "--tables", str(small_world.tables)]
    dates = ["--from", "2024-04-30", "--to", "2024-06-30", "--as-of", "2024-07-31"]
    place = ["--workspace", str(small_world.workspace), "--out", str(tmp_path / "out"), "--json"]
    done = CliRunner().invoke(app, ["rules", "simulate", *words, *dates, *place])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["content_hash"] == run[1]["content_hash"]
    for text in ("decisions differ", "result of the change", "good customers hurt", "caution: 1 of 4 dates"):
        assert text in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "there is no date"),
        (["--from", "2024-01-31"], "belong together"),
        (["--as-of", "31.01.2024"], "is not a date"),
        (["--from", "2024-01-01", "--to", "2024-01-30"], "no month ends"),
        (["--from", "2024-03-31", "--to", "2024-01-31"], "--from 2024-03-31 is later than --to 2024-01-31"),
    ],
)
def test_wrong_dates_are_refused(words, said, tmp_path):
    always = ["rules", "simulate", "--challenger", "b", "--tables", "t", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*always, *words])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


def test_a_policy_against_itself_is_refused_and_nothing_is_published(request_of, tmp_path):
    with pytest.raises(UsageError, match=r"say the same on every date.*--challenger-day"):
        simulate_folder(request_of(tmp_path / "out", challenger=RULES), clock=perf_counter, load=LOAD)
    assert not (tmp_path / "out").exists()


def test_a_policy_not_in_force_on_a_date_is_refused_by_name(request_of, tmp_path):
    def load(path, day):
        def policy_on(day):
            raise UsageError("the master scale begins on 2030-01-01")

        return policy_on if path == Path("newer") else LOAD(path, day)

    with pytest.raises(UsageError, match=r"newer: the policy is not in force on every date: the master scale begins"):
        simulate_folder(request_of(tmp_path / "out", challenger=Path("newer")), clock=perf_counter, load=load)


def test_a_change_that_begins_later_can_be_tried_on_the_past(request_of, tmp_path):
    root = challenger_policy(tmp_path, start="2030-01-01", hold_dpd=10, hold_amount=1000, hold_share=0.05)
    with pytest.raises(UsageError, match=r"say the same on every date.*--challenger-day"):
        simulate_folder(request_of(tmp_path / "out", challenger=root), clock=perf_counter, load=LOAD)
    tried = request_of(tmp_path / "out", challenger=root, challenger_day=date(2030, 1, 1), dates=DATES[:1])
    found = simulate_folder(tried, clock=perf_counter, load=LOAD)
    assert found["total"]["refused_challenger"] > found["total"]["refused_policy"]
    assert found["policies"]["challenger"]["name"].endswith("(2030-01-01)")


def test_a_policy_in_another_currency_is_refused_before_any_work(request_of, tmp_path):
    root = challenger_policy(tmp_path, hold_dpd=10)
    place = root / "policy.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("currency: CNY", "currency: EUR"), encoding="utf-8")
    with pytest.raises(InputError, match="the amounts of the policy are in EUR"):
        simulate_folder(request_of(tmp_path / "out", challenger=root), clock=perf_counter, load=LOAD)


def test_dates_outside_the_data_are_refused(request_of, tmp_path):
    with pytest.raises(InputError, match="the data ends on"):
        simulate_folder(request_of(tmp_path / "out", dates=(date(2027, 1, 31),)), clock=perf_counter, load=LOAD)


def test_an_unsound_policy_is_refused_with_its_findings(request_of, tmp_path):
    root = good_policy(tmp_path)
    (root / "master_scale.yaml").unlink()
    with pytest.raises(Exception, match=r"master_scale"):
        simulate_folder(request_of(tmp_path / "out", challenger=root), clock=perf_counter, load=LOAD)


def test_a_folder_in_the_way_is_refused_before_any_work(request_of, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds no earlier"):
        simulate_folder(request_of(tmp_path / "out", tables=Path("nowhere")), clock=perf_counter, load=LOAD)


# costs

EXAMPLE = RULES.parent / "examples" / "simulation_costs.yaml"


def test_the_example_of_costs_is_read_and_shown(request_of, tmp_path):
    dates = DATES[:1]
    summary = simulate_folder(request_of(tmp_path / "out", dates=dates, costs=EXAMPLE), clock=perf_counter, load=LOAD)
    assert summary["costs"]["loss_given_default"] == 0.55
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert summary["costs"]["reference"] in page
    assert "not yours" not in page


def test_costs_in_another_currency_are_refused():
    with pytest.raises(InputError, match="costs are in CNY, the tables in EUR"):
        load_costs(EXAMPLE, "EUR")


def test_every_error_of_a_cost_file_has_its_line(tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8").replace("loss_given_default: 0.55", "loss_given_defalt: 55 %")
    place = tmp_path / "costs.yaml"
    place.write_text(text.replace("margin_share: 0.18", "margin_share: 18"), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_costs(place, "CNY")
    said = str(caught.value)
    assert "loss_given_default" in said
    assert "unknown key 'loss_given_defalt'" in said
    assert "margin_share" in said
    assert all(f"{place}:" in line for line in said.splitlines())


def test_the_columns_of_movers_are_documented():
    text = (RULES.parent / "docs" / "how-to" / "simulate.md").read_text(encoding="utf-8")
    for name in ("movers.parquet", "summary.json", "credit_*", "rules_only_*", "loss_given_default", "prepaid_share"):
        assert name in text
