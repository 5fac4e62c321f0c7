"""rules explain from tables to text, page and JSON; what paying would change is what the ledger then says."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.release.published import open_source
from riskengine.tables.store import tables_in_memory
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError
from riskengine.terms.text import LANGUAGES
from riskengine.workflows.explain.explain_customer import Explanation, explain_customer
from riskengine.workflows.explain.explain_payments import pay_oldest
from riskengine.workflows.explain.explanation_document import explanation_as_json, lines_of, page_of
from riskengine.workflows.previous_run import read_run
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.scored import facts_of_features
from support.small_world import LAST_DAY, RULES, SmallWorld


@pytest.fixture(scope="module")
def ratings(small_world: SmallWorld) -> pl.DataFrame:
    return pl.read_parquet(small_world.run / "ratings.parquet")


def explain(world: SmallWorld, customer: str) -> Explanation:
    previous = read_run(world.runs / "2024-11-30", before=LAST_DAY)
    return explain_customer(
        world.open_tables(), LAST_DAY, customer, world.means, source=open_source(RULES), previous=previous
    )


@pytest.fixture(scope="module")
def late(small_world: SmallWorld, ratings: pl.DataFrame) -> Explanation:
    """A customer in arrears, not in default."""
    rows = ratings.filter((pl.col("status") == "rated") & (pl.col("overdue") > 20_000)).sort("overdue", descending=True)
    return explain(small_world, rows["customer_id"][0])


def test_it_explains_the_rating_of_the_run(late: Explanation, ratings: pl.DataFrame) -> None:
    row = ratings.filter(pl.col("customer_id") == late.certificate["customer_id"]).row(0, named=True)
    assert late.certificate["grade_path"]["final_grade"] == row["grade"]
    assert late.certificate["limit_path"]["limit"] == row["limit"]
    assert late.certificate["model"]["pd_12m"] == row["pd_12m"]
    assert sorted(t.rule.id for t in late.traces if t.applied) == sorted(row["rules_applied"])


def test_paying_is_what_the_ledger_would_say(small_world: SmallWorld, late: Explanation) -> None:
    """The features after paying two invoices are those of tables in which they are paid."""
    customer = str(late.certificate["customer_id"])
    tables = small_world.open_tables()
    built = rating_features(tables, LAST_DAY)
    facts = facts_of_features(built.features.filter(pl.col("customer_id") == customer))
    scenarios = pay_oldest(tables, LAST_DAY, customer, facts, surroundings=built.surroundings)
    assert scenarios is not None
    count = min(2, scenarios.overdue)
    paid = _pay_by_hand(small_world, customer, count)
    after = rating_features(paid, LAST_DAY, surroundings=built.surroundings).features
    expected = facts_of_features(after.filter(pl.col("customer_id") == customer))
    row = scenarios.counts.index(count)
    for name, values in expected.numbers.items():
        assert np.array_equal(values, scenarios.facts.numbers[name][row : row + 1], equal_nan=True), name
    assert scenarios.amounts[row] == pytest.approx(
        facts.numbers["pay_overdue_amount"][0] - expected.numbers["pay_overdue_amount"][0]
    )


def _pay_by_hand(world: SmallWorld, customer: str, count: int):
    tables, today = world.open_tables(), day_number(LAST_DAY)
    frames = {name: frame.collect() for name, frame in tables.frames.items()}
    own = frames["invoices"].filter((pl.col("customer_id") == customer) & (pl.col("known_at") <= today))
    applied = (
        frames["payments"]
        .filter((pl.col("known_at") <= today) & (pl.col("paid_on") <= today))
        .group_by("invoice_id")
        .agg(pl.col("amount_cents").sum().alias("paid"))
    )
    disputed = (
        pl.col("disputed")
        & (pl.col("disputed_on").is_null() | (pl.col("disputed_on") <= today))
        & (pl.col("dispute_closed_on").is_null() | (pl.col("dispute_closed_on") > today))
    )
    owed = (
        own.join(applied, on="invoice_id", how="left")
        .with_columns(left=pl.col("amount_cents") - pl.col("paid").fill_null(0))
        .filter((pl.col("left") > 0) & (pl.col("due_on") < today) & ~disputed)
        .sort("due_on", "invoice_id", descending=[False, False])
        .head(count)
    )
    rows = owed.select(
        payment_id=pl.concat_str(pl.lit("paid "), pl.col("invoice_id")),
        invoice_id="invoice_id",
        customer_id="customer_id",
        paid_on=pl.lit(today, pl.Int32),
        amount_cents="left",
        currency="currency",
        kind=pl.lit("cash"),
        known_at=pl.lit(today, pl.Int32),
    )
    frames["payments"] = pl.concat([frames["payments"], rows])
    return tables_in_memory(frames, reporting_currency=tables.reporting_currency)


def test_the_text_in_both_languages(late: Explanation) -> None:
    en, zh = ("\n".join(lines_of(late, language)) for language in LANGUAGES)
    for heading in ("# How the grade was found", "# Rules: hard stops", "# What would lead to a better decision"):
        assert heading in en
    assert "# 怎样可以改善决策" in zh
    assert "overdue invoice" in en
    assert "@hold_dpd" in en
    assert "with the model asked again" in en
    assert len([line for line in en.splitlines() if line.startswith("# ")]) == len(
        [line for line in zh.splitlines() if line.startswith("# ")]
    )
    assert len(list(lines_of(late, "en", brief=True))) < len(list(lines_of(late, "en")))


def test_the_page_holds_both_languages_and_no_script(late: Explanation) -> None:
    page = page_of(late)
    assert "What would lead to a better decision" in page
    assert "怎样可以改善决策" in page
    assert "<script" not in page


def test_json_has_the_trace_and_the_ways(late: Explanation) -> None:
    found = json.loads(json.dumps(explanation_as_json(late), allow_nan=False))
    assert len(found["trace"]) == len(late.ratings.policy.all_rules)
    assert {leaf["parameter"] for rule in found["trace"] for leaf in rule["leaves"]} > {"hold_dpd", None}
    goals = [one["goal"] for one in found["nearest"]]
    assert "better_grade" in goals
    ways = [way for one in found["nearest"] for way in one["ways"]]
    assert any(way["model_asked_again"] for way in ways)
    assert all(way["moves"] for way in ways)


def test_in_default_and_unrated_are_said_in_a_sentence(small_world: SmallWorld, ratings: pl.DataFrame) -> None:
    of_status = {status: found["customer_id"][0] for (status,), found in ratings.group_by("status")}
    said = "\n".join(lines_of(explain(small_world, of_status["in_default"]), "en", brief=True))
    assert "The customer is in default: " in said
    assert "To lift the freeze:" in said
    if "unrated" in of_status:
        said = "\n".join(lines_of(explain(small_world, of_status["unrated"]), "en", brief=True))
        assert "There is no PD, no grade and no limit; a person decides." in said
        assert "There is no PD, so no grade can be reached" in said
        assert "rules could not be decided because these facts are not known" in said


def test_somebody_unknown_is_an_error_with_the_nearest_id(small_world: SmallWorld, ratings: pl.DataFrame) -> None:
    known = ratings["customer_id"][0]
    with pytest.raises(UsageError, match=r"no customer 'C\w+' is known by 2024-12-31. Remedy: did you mean 'C"):
        explain(small_world, known + "0")


def test_the_command(small_world: SmallWorld, late: Explanation, tmp_path: Path) -> None:
    words = ["rules", "explain", str(late.certificate["customer_id"]), "--tables", str(small_world.tables)]
    words += ["--as-of", LAST_DAY.isoformat(), "--rules", str(RULES), "--workspace", str(small_world.workspace)]
    page = tmp_path / "page.html"
    done = CliRunner().invoke(app, [*words, "--json", "--html", str(page)], catch_exceptions=False)
    assert json.loads(done.stdout)["certificate"]["customer_id"] == late.certificate["customer_id"]
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    brief = CliRunner().invoke(app, [*words, "--brief", "--language", "zh"], catch_exceptions=False)
    assert "怎样可以改善决策" in brief.stdout
