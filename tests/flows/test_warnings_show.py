"""`riskengine warnings show`: the case of a customer from the newest run, as a page, as text and as JSON."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.reports.cases.page import case_page
from riskengine.terms.errors import UsageError
from riskengine.workflows.case_pages import CaseRequest, view_case
from support.small_world import RULES, SmallWorld

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def customer(small_world: SmallWorld) -> str:
    """Who owes something overdue and has the most warnings open."""
    cases = pl.read_parquet(small_world.run / "cases.parquet").filter(pl.col("end").is_null())
    ratings = pl.read_parquet(small_world.run / "ratings.parquet").filter(pl.col("overdue") > 0)
    own = cases.join(ratings.select("customer_id"), on="customer_id").with_columns(n=pl.col("indicators").list.len())
    return str(own.sort("n", "customer_id", descending=[True, False])["customer_id"][0])


def arguments(world: SmallWorld, customer: str, *more: str) -> list[str]:
    places = ["--tables", str(world.tables), "--workspace", str(world.workspace), "--rules", str(RULES)]
    return ["warnings", "show", customer, *places, *more]


@pytest.fixture(scope="module")
def shown(small_world: SmallWorld, customer: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict]:
    page = tmp_path_factory.mktemp("case") / "case.html"
    found = RUNNER.invoke(app, arguments(small_world, customer, "--out", str(page), "--json"), catch_exceptions=False)
    assert found.exit_code == 0
    return page.read_text(encoding="utf-8"), json.loads(found.stdout)


def test_the_page_has_everything_in_both_languages(shown: tuple[str, dict], customer: str) -> None:
    page, document = shown
    assert customer in page
    for words in ("What to do", "措施", "What warns", "预警条件", "What happened", "近期事件", "Answered by", "最早于"):
        assert words in page
    assert page.count("<svg") >= 4
    for one in document["case"]["episodes"]:
        assert one["name"]["en"] in page
        assert one["name"]["zh"] in page


def test_nothing_raw_is_shown_to_a_credit_officer(shown: tuple[str, dict]) -> None:
    page, document = shown
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert document["case"]["owner"] not in text
    assert not re.search(r"\b(pay|cus|fin|sig|ord|grp|ind|peer|clk|evt|ews)_[a-z]", text)
    assert not re.search(r"\b[A-Z]{3}-[A-Z]{3}-\d{3}\b", text)
    assert not re.search(r"\d\.\d{5,}", text)


def test_machines_get_the_same_case(shown: tuple[str, dict], small_world: SmallWorld, customer: str) -> None:
    document = shown[1]
    own = (
        pl.read_parquet(small_world.run / "cases.parquet").filter(pl.col("customer_id") == customer).row(0, named=True)
    )
    case = document["case"]
    assert (case["severity"], case["opened_on"]) == (own["severity"], own["opened_on"].isoformat())
    assert sorted({one["indicator"] for one in case["episodes"]}) == own["indicators"]
    assert all(one["closes_not_before"] > document["as_of"] for one in case["episodes"] if one["closed_on"] is None)
    assert [one["as_of"] for one in document["ratings"]] == ["2024-11-30", "2024-12-31"]
    assert document["late_invoices"]
    assert document["happened"] == sorted(document["happened"], key=lambda one: one["day"], reverse=True)


def test_a_terminal_gets_a_few_lines(small_world: SmallWorld, customer: str) -> None:
    found = RUNNER.invoke(app, arguments(small_world, customer, "--language", "en"), catch_exceptions=False)
    assert found.exit_code == 0
    for words in ("case since", "Answered by: ", "What warns", "at the earliest", "What happened last"):
        assert words in found.stdout


def test_the_same_input_gives_the_same_page(shown: tuple[str, dict], small_world: SmallWorld, customer: str) -> None:
    view = view_case(CaseRequest(customer, small_world.tables, small_world.workspace, RULES))
    assert case_page(view) == shown[0]


def test_a_customer_without_a_case_says_so(small_world: SmallWorld) -> None:
    warned = pl.read_parquet(small_world.run / "cases.parquet")["customer_id"].to_list()
    ratings = pl.read_parquet(small_world.run / "ratings.parquet")
    quiet = ratings.filter(~pl.col("customer_id").is_in(warned))["customer_id"][0]
    found = RUNNER.invoke(app, arguments(small_world, quiet, "--language", "both"), catch_exceptions=False)
    assert "Nothing warns of this customer." in found.stdout
    assert "该客户没有预警。" in found.stdout


def test_an_unknown_customer_is_answered_with_the_nearest(small_world: SmallWorld, customer: str) -> None:
    with pytest.raises(UsageError, match="did you mean"):
        view_case(CaseRequest(f"{customer}9", small_world.tables, small_world.workspace, RULES))


def test_without_a_run_it_says_what_to_do(small_world: SmallWorld, customer: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="riskengine rerate"):
        view_case(CaseRequest(customer, small_world.tables, tmp_path, RULES))
    with pytest.raises(UsageError, match="no such folder"):
        view_case(CaseRequest(customer, small_world.tables, tmp_path, RULES, runs=tmp_path / "none"))
