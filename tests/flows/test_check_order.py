"""`riskengine check-order` on a small world: answers, exit codes, and what is wrong with a question."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.step import Step
from riskengine.features.build import build_features
from riskengine.policy.source import load_policy
from riskengine.records.database import RECORDS
from riskengine.records.records import recording
from riskengine.terms.decision import OrderVerdict
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.check_order import OrderSources, check_order, open_desk, open_orders_on
from support.small_world import LAST_DAY, RULES, SmallWorld

DAY = LAST_DAY + timedelta(days=5)


@pytest.fixture(scope="module")
def ratings(small_world: SmallWorld) -> pl.DataFrame:
    return pl.read_parquet(small_world.run / "ratings.parquet")


@pytest.fixture(scope="module")
def sound(ratings: pl.DataFrame) -> dict[str, object]:
    """The rating of somebody with credit to spare."""
    fine = ratings.filter(
        ~pl.col("frozen") & ~pl.col("refer") & pl.col("severity").is_null() & (pl.col("overdue") == 0)
    )
    return fine.sort("available_credit", descending=True).row(0, named=True)


@pytest.fixture
def sources(small_world: SmallWorld) -> OrderSources:
    return OrderSources(RULES, small_world.workspace)


def asked(world: SmallWorld, *words: str, day: date = DAY) -> Result:
    options = ["--rules", str(RULES), "--workspace", str(world.workspace), "--as-of", str(day)]
    return CliRunner().invoke(app, ["check-order", *words, *options])


def test_the_answer_for_people_has_both_languages(small_world: SmallWorld, sound: dict[str, object]) -> None:
    done = asked(small_world, str(sound["customer_id"]), "1000")
    assert done.exit_code == 0, done.output
    assert "Yes, ship it" in done.stdout
    assert "可以发货" in done.stdout
    assert f"rated on {LAST_DAY}" in done.stdout
    only = asked(small_world, str(sound["customer_id"]), "1000", "--language", "en").stdout
    assert "可以发货" not in only


def test_the_answer_for_machines_counts_in_cents(small_world: SmallWorld, sound: dict[str, object]) -> None:
    done = asked(small_world, str(sound["customer_id"]), "1000.50", "--json")
    found = json.loads(done.stdout)
    available = round(float(str(sound["available_credit"])) * 100)
    assert (found["answer"], found["amount_cents"]) == ("yes", 100_050)
    assert (found["available_before_cents"], found["available_after_cents"]) == (available, available - 100_050)
    assert found["reasons"][0]["rule"] is None


def test_the_exit_code_tells_a_script_if_it_asks(small_world: SmallWorld, sound: dict[str, object]) -> None:
    known = str(sound["customer_id"])
    words = [("1000", 0), ("900000000", 3)]
    assert [asked(small_world, known, amount, "--exit-code").exit_code for amount, _ in words] == [c for _, c in words]
    assert asked(small_world, known, "900000000").exit_code == 0
    stale = asked(small_world, known, "1000", "--exit-code", day=LAST_DAY + timedelta(days=46))
    assert stale.exit_code == 5
    assert "ORD-AGE-001" in stale.stdout


def test_a_frozen_customer_gets_nothing_on_credit(ratings: pl.DataFrame, sources: OrderSources) -> None:
    frozen = ratings.filter(pl.col("frozen") & (pl.col("status") != "in_default"))["customer_id"][0]
    assert check_order(frozen, 1, sources, DAY).verdict is OrderVerdict.NO
    assert check_order(frozen, 1, sources, DAY, prepaid=True).verdict is OrderVerdict.YES


def test_the_desk_says_what_the_rating_says_of_everybody(ratings: pl.DataFrame, sources: OrderSources) -> None:
    """Available credit is the rating's to the cent, and no limit is no amount."""
    with open_desk(sources, DAY) as desk:
        said = [desk.check(customer, 1).available_before_cents for customer in ratings["customer_id"]]
    assert said == (ratings["available_credit"] * 100).round().cast(pl.Int64).to_list()
    assert any(cents is not None and cents < 0 for cents in said)


def test_a_customer_nobody_knows_is_an_error_with_the_nearest(sound: dict[str, object], sources: OrderSources) -> None:
    known = str(sound["customer_id"])
    with pytest.raises(UsageError, match=r"nobody knows a customer .*did you mean"):
        check_order(known[:-1] + "X", 1, sources, DAY)


def test_the_run_is_the_newest_up_to_the_day(
    sources: OrderSources, sound: dict[str, object], small_world: SmallWorld
) -> None:
    known = str(sound["customer_id"])
    earlier = check_order(known, 1, sources, LAST_DAY - timedelta(days=1))
    assert earlier.rated_on is not None
    assert earlier.rated_on < LAST_DAY
    assert check_order(known, 1, sources, LAST_DAY).rated_on == LAST_DAY
    named = replace(sources, runs=small_world.run)
    with pytest.raises(UsageError, match="later than"):
        check_order(known, 1, named, LAST_DAY - timedelta(days=1))


def test_without_a_run_nobody_can_be_asked_about(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nobody was rated"):
        check_order("C1", 1, OrderSources(RULES, tmp_path / "workspace"), DAY)


def test_a_run_that_was_changed_is_refused(small_world: SmallWorld, sources: OrderSources, tmp_path: Path) -> None:
    changed = tmp_path / "run"
    shutil.copytree(small_world.run, changed)
    frame = pl.read_parquet(changed / "ratings.parquet")
    frame.with_columns(pl.lit(1e9).alias("limit")).write_parquet(changed / "ratings.parquet")
    with pytest.raises(InputError, match="changed"):
        check_order(frame["customer_id"][0], 1, replace(sources, runs=changed), DAY)


@pytest.mark.parametrize("amount", ["0", "-5", "1e400", "NaN", "1,000", "12.345", "ten", "1_000", ""])
def test_what_is_no_amount_is_refused(small_world: SmallWorld, amount: str) -> None:
    done = asked(small_world, "C1", "--", amount) if amount.startswith("-") else asked(small_world, "C1", amount)
    assert done.exit_code != 0
    assert isinstance(done.exception, UsageError | SystemExit)


def test_open_orders_of_the_tables_do_not_count_twice(small_world: SmallWorld, sources: OrderSources) -> None:
    tables = small_world.open_tables()
    orders = open_orders_on(tables, LAST_DAY)
    features = build_features(tables, LAST_DAY).select("customer_id", "ord_open_amount").drop_nulls()
    totals = {name: sum(own.values()) for name, own in orders.items()}
    expected = {name: round(amount * 100) for name, amount in features.iter_rows() if amount}
    assert totals == expected
    customer = next(name for name in sorted(totals))
    order, cents = next(iter(orders[customer].items()))
    with_tables = replace(sources, tables=small_world.tables)
    twice = check_order(customer, cents, with_tables, DAY)
    once = check_order(customer, cents, with_tables, DAY, order_id=order)
    assert None not in (once.available_after_cents, twice.available_after_cents)
    assert (once.available_after_cents or 0) - (twice.available_after_cents or 0) == cents


def test_the_records_of_a_watcher_win_if_they_are_newer(
    small_world: SmallWorld, sound: dict[str, object], tmp_path: Path
) -> None:
    known = str(sound["customer_id"])
    newer = OrderStanding(known, LAST_DAY + timedelta(days=2), "CNY", limit_cents=0, exposure_cents=0, frozen=True)
    older = replace(newer, customer_id="OLD", rated_on=LAST_DAY - timedelta(days=2))
    policy = load_policy(RULES).in_force(LAST_DAY)
    with recording(tmp_path / RECORDS, policy) as records:
        records.write(Step(LAST_DAY, LAST_DAY, None, standing=(newer, older)))
    sources = OrderSources(RULES, tmp_path, runs=small_world.runs)
    assert check_order(known, 1, sources, DAY).rated_on == newer.rated_on
    assert check_order("OLD", 1, sources, DAY).rated_on == older.rated_on
    assert check_order(known, 1, sources, LAST_DAY).rated_on == LAST_DAY, "what came later was not known then"
    alone = OrderSources(RULES, tmp_path, runs=tmp_path / "none")
    assert check_order(known, 1, alone, DAY).verdict is OrderVerdict.NO


def test_a_case_of_a_known_customer_knows_its_open_warnings(small_world: SmallWorld, tmp_path: Path) -> None:
    """From the newest run beside the workspace, without being told of it, up to the day of the case."""
    workspace = tmp_path / "workspace"  # with one run beside it, whatever other tests rate in the small world
    shutil.copytree(small_world.workspace, workspace, ignore=shutil.ignore_patterns("runs", f"{RECORDS}*"))
    shutil.copytree(small_world.run, tmp_path / "runs" / small_world.run.name)
    cases = pl.read_parquet(small_world.run / "cases.parquet")
    frozen = cases.filter(pl.col("freezes") & pl.col("end").is_null())["customer_id"][0]
    case = {
        "currency": "CNY",
        "customer": {"id": frozen, "name": "Acme"},
        "request": {"amount": 1000},
        "signals": [],
    }
    said = []
    for customer, day in ((frozen, LAST_DAY), (frozen, date(2024, 11, 1)), ("NEW", LAST_DAY)):
        case["customer"]["id"] = customer
        (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
        options = ["--as-of", str(day), "--rules", str(RULES), "--workspace", str(workspace), "--json"]
        done = CliRunner().invoke(app, ["assess", str(tmp_path / "case.json"), *options])
        assert done.exit_code == 0, done.output
        given = json.loads(done.stdout)["certificate"]["input"]["numbers"]
        said.append(given.get("ews_freeze_flag"))
    assert said == [1.0, None, None]
