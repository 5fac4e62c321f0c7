"""`riskengine warnings show`: the case of a customer from the newest run, as a page, as text and as JSON."""

import json
import re
import shutil
import time
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.early_warning.case import Answer, CaseEnd
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.reports.cases.page import case_page
from riskengine.reports.cases.text import case_lines
from riskengine.tables.store import file_sha256
from riskengine.terms.decision import Action
from riskengine.terms.errors import UsageError
from riskengine.terms.text import LANGUAGES
from riskengine.workflows.case_pages import CaseRequest, view_case
from riskengine.workflows.rerate_folder import rerate_folder
from support.small_world import EARLIER, RULES, SmallWorld

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


@pytest.fixture(scope="module")
def recorded(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with records of a run, and no folder of runs that could be found."""
    root = tmp_path_factory.mktemp("recorded") / "deep"
    workspace = root / "workspace"
    shutil.copytree(small_world.workspace, workspace, ignore=shutil.ignore_patterns("records.sqlite*"))
    request = small_world.request(root / "elsewhere" / "run", workspace=workspace, previous="none", records=True)
    rerate_folder(request, clock=time.perf_counter)
    return workspace


def test_the_records_tell_the_same_and_what_people_said(recorded: Path, small_world: SmallWorld, customer: str) -> None:
    request = CaseRequest(customer, small_world.tables, recorded, RULES, pictures=False)
    before = view_case(request)
    assert before.case is not None
    assert before.case.is_open
    assert before.rank is not None
    records = open_records(recorded / RECORDS)
    reason = "paid up to the last invoice"
    answer = Answer(customer, before.as_of, CaseEnd.ACTED_ON, "Li Wei", reason, (Action.SHORTEN_TERMS,))
    records.answer(answer, before.policy, said_at="2025-01-02T08:00:00+00:00")
    records.close()
    after = view_case(request)
    assert after.case is not None
    assert (after.case.end, after.rank) == (CaseEnd.ACTED_ON, None)
    lines = "\n".join(line for language in LANGUAGES for line in case_lines(after, language))
    assert "Li Wei: acted on (shorten terms). paid up to the last invoice" in lines
    assert "Li Wei：已处理（缩短账期）。" in lines
    assert reason in case_page(after)


def test_a_whole_industry_is_shown_with_who_is_concerned(small_world: SmallWorld) -> None:
    ratings = pl.read_parquet(small_world.run / "ratings.parquet")
    code = str(ratings["industry"].drop_nulls().mode().sort()[0])
    page = case_page(view_case(CaseRequest(f"industry:{code}", small_world.tables, small_world.workspace, RULES)))
    own = ratings.filter(pl.col("industry") == code)
    assert f"Industry {code}" in page
    assert f"行业{code}" in page
    assert f"{own.height} customers owe" in page
    assert own.sort("exposure", descending=True)["customer_id"][0] in page


def test_a_run_may_have_pages_of_its_first_cases_and_links_them(small_world: SmallWorld, tmp_path: Path) -> None:
    out, before = tmp_path / "run", str(small_world.runs / EARLIER.isoformat())
    made = rerate_folder(small_world.request(out, case_pages=2, previous=before), clock=time.perf_counter)
    pages = sorted(path.relative_to(out).as_posix() for path in (out / "cases").iterdir())
    assert len(pages) == 2
    report = (out / "report.html").read_text(encoding="utf-8")
    for name in pages:
        page = (out / name).read_text(encoding="utf-8")
        assert f'href="{quote(name)}"' in report
        assert made["files"][name] == file_sha256(out / name)
        assert all(words in page for words in (Path(name).stem, "What warns", "逾期", "Open and overdue by month"))
    usual = json.loads((small_world.run / "run.json").read_text(encoding="utf-8"))["files"]
    assert {name for name, digest in made["files"].items() if usual.get(name) != digest} == {*pages, "report.html"}
