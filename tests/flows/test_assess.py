"""A case from its file to a decision: the examples, bad input, missing information, both languages."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from riskengine.reports.assessment_text import assessment_lines
from riskengine.tables.yaml_file import DocumentError
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.assess import assess, case_day, load_case
from riskengine.workflows.assessment import Assessment
from riskengine.workflows.case_document import Case
from riskengine.workflows.run_context import RunContext, open_run_context
from support.small_world import LAST_DAY, ROOT, RULES, SmallWorld

EXAMPLES = sorted((ROOT / "examples" / "cases").glob("*.json"))
BASE = {
    "as_of": "2024-12-31",
    "currency": "CNY",
    "customer": {"name": "Acme", "country": "CN", "industry": "C34", "registered_on": "2010-01-01"},
    "request": {"amount": 200000, "terms_days": 30},
    "statements": [
        {
            "period_end": "2023-12-31",
            "published_on": "2024-05-01",
            "amounts_in": "thousands",
            "revenue": 50000,
            "ebit": 4000,
            "interest": 300,
            "current_assets": 20000,
            "total_assets": 32000,
            "current_liabilities": 9000,
            "total_liabilities": 12000,
            "equity": 20000,
            "retained_earnings": 8000,
        }
    ],
    "signals": [],
}
REFERENCE = {"supplier": "S", "amount": 10000, "terms_days": 30, "due_on": "2024-09-30", "paid_on": "2024-10-05"}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "case.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return path


def with_changes(**changes: object) -> dict[str, object]:
    return {**BASE, **changes}


@pytest.fixture(scope="module")
def context(small_world: SmallWorld) -> RunContext:
    return open_run_context(small_world.run)


def decide(world: SmallWorld, content: dict[str, object], **more: object) -> Assessment:
    case = Case.model_validate_json(json.dumps(content))
    return assess(case, LAST_DAY, world.means, **more)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_is_decided_and_told_in_both_languages(
    small_world: SmallWorld, context: RunContext, path: Path
) -> None:
    case = load_case(path)
    found = assess(case, case.as_of, small_world.means, tables=small_world.open_tables(), context=context)
    for language in ("en", "zh"):
        lines = list(
            assessment_lines(
                found.certificate,
                found.missing,
                name=found.name,
                currency=found.reporting_currency,
                requested=found.requested,
                requested_days=found.requested_days,
                trade_references=found.trade_references,
                has_donors=found.has_donors,
                language=language,
            )
        )
        assert len([line for line in lines if line.startswith("# ")]) == 5
        assert not any("None" in line or "nan" in line.split() for line in lines)


def test_a_sound_applicant_gets_a_limit_with_its_constraint(small_world: SmallWorld, context: RunContext) -> None:
    certificate = decide(small_world, BASE, context=context).certificate
    assert certificate["status"] == "rated"
    assert 0 < certificate["limit_path"]["limit"] <= 200000
    assert certificate["limit_path"]["binding_constraint"] == "need"
    assert certificate["terms_path"]["terms_days"] <= 30
    assert certificate["input"]["numbers"]["fin_equity"] == 20_000_000
    assert certificate["input"]["numbers"]["pay_settled_count_all"] == 0


def test_who_nothing_is_known_of_is_not_rated(small_world: SmallWorld, context: RunContext) -> None:
    bare = {name: part for name, part in BASE.items() if name not in ("statements", "signals")}
    found = decide(small_world, bare, context=context)
    assert found.certificate["status"] == "unrated"
    assert found.certificate["grade_path"]["final_grade"] is None
    assert found.certificate["limit_path"]["limit"] is None
    assert "manual_review" in found.certificate["actions"]
    missing = {source.source.value for source in found.missing.sources}
    assert {"payment", "statement", "signal"} <= missing


def test_no_signals_looked_for_is_not_the_same_as_none_found(small_world: SmallWorld) -> None:
    looked = decide(small_world, BASE)
    not_looked = decide(small_world, {name: part for name, part in BASE.items() if name != "signals"})
    kind = "sig_insolvency_filing_count_all"
    assert looked.certificate["input"]["numbers"][kind] == 0
    assert not_looked.certificate["input"]["numbers"][kind] is None


def test_what_is_missing_would_change_the_answer(small_world: SmallWorld, context: RunContext) -> None:
    without = {name: part for name, part in BASE.items() if name != "statements"}
    found = decide(
        small_world, {**without, "signals": [{"kind": "equity_change", "occurred_on": "2024-06-01"}]}, context=context
    )
    statement = next(s for s in found.missing.sources if s.source.value == "statement")
    assert [p.percentile for p in statement.prospects] == [10, 50, 90]
    assert statement.prospects[0].pd_12m <= statement.prospects[2].pd_12m


def test_trade_references_count_as_experiences(small_world: SmallWorld) -> None:
    found = decide(small_world, with_changes(trade_references=[REFERENCE, REFERENCE]))
    numbers = found.certificate["input"]["numbers"]
    assert numbers["pay_settled_count_all"] == 2
    assert numbers["pay_late_days_max_all"] == 5
    assert numbers["cus_exposure"] == 0
    assert found.trade_references == 2


def test_amounts_in_other_units_are_the_same_amounts(small_world: SmallWorld) -> None:
    statement = BASE["statements"][0]
    in_units = {k: v * 1000 if isinstance(v, int) else v for k, v in statement.items()} | {"amounts_in": "units"}
    first, second = (decide(small_world, with_changes(statements=[s])) for s in (statement, in_units))
    assert first.certificate == second.certificate


def test_another_currency_is_converted_by_the_rate_given(small_world: SmallWorld) -> None:
    dollars = with_changes(currency="USD", fx={"USD": 7.0})
    found = decide(small_world, dollars, tables=small_world.open_tables())
    assert found.reporting_currency == "CNY"
    assert found.requested == 1_400_000
    assert found.certificate["input"]["numbers"]["fin_equity"] == 140_000_000
    with pytest.raises(InputError, match="no rate of USD to CNY"):
        decide(small_world, with_changes(currency="USD"), tables=small_world.open_tables())


def test_the_run_and_the_case_must_share_a_currency(small_world: SmallWorld, context: RunContext) -> None:
    with pytest.raises(InputError, match="the case is in CNY, the run in EUR"):
        decide(small_world, with_changes(), context=replace(context, reporting_currency="EUR"))


def test_a_run_later_than_the_case_is_refused(small_world: SmallWorld, context: RunContext) -> None:
    later = replace(context, run=replace(context.run, as_of=date(2025, 1, 31)))
    with pytest.raises(UsageError, match="the run is as of 2025-01-31, later than the case, 2024-12-31"):
        decide(small_world, with_changes(), context=later)


def test_without_tables_a_case_is_converted_to_the_currency_of_the_model(small_world: SmallWorld) -> None:
    found = decide(small_world, with_changes(currency="USD", fx={"USD": 7.0}))
    assert (found.reporting_currency, found.requested) == ("CNY", 7 * decide(small_world, with_changes()).requested)
    with pytest.raises(InputError, match="no rate of USD to CNY"):
        decide(small_world, with_changes(currency="USD"))


def test_an_existing_customer_who_asks_for_more_is_rated_on_his_history(
    small_world: SmallWorld, context: RunContext
) -> None:
    rated = (
        context.run.ratings.filter(context.run.ratings["status"] == "rated").sort("open_invoices").row(-1, named=True)
    )
    content = {"currency": "CNY", "customer": {"id": rated["customer_id"]}, "request": {"amount": 100000}}
    found = decide(small_world, content, tables=small_world.open_tables(), context=context)
    numbers = found.certificate["input"]["numbers"]
    assert numbers["pay_open_amount"] == rated["open_invoices"]
    assert numbers["prev_grade"] == rated["final_grade"]
    # of the portfolio's industry and group the case sees what the nightly run sees, but for other customers' payments
    assert found.certificate["input"]["texts"]["cus_industry"] == rated["industry"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"currency": "CNY", "currency": "CNY"}', "the key 'currency' is there twice"),
        ('{"currency": NaN}', "NaN is not a value"),
        ('{"currency": 1e999}', "too large"),
        ('{"currency": "\\ud800"}', "holds half a character"),
        ("{", "not valid JSON"),
        ("[]", "'the file'"),
        (with_changes(curency="CNY"), "unknown key 'curency'.*did you mean 'currency'"),
        (with_changes(currency="yuan"), "'currency'"),
        (with_changes(request={"amount": "1000"}), "'request.amount'"),
        (with_changes(request={"amount": 0}), "'request.amount'"),
        (with_changes(request={"amount": True}), "'request.amount'"),
        (with_changes(request={}), "'request.amount' is missing"),
        (
            with_changes(statements=[{"period_end": "2023-12-31", "published_on": "2024-05-01"}]),
            "amounts_in' is missing",
        ),
        (with_changes(signals=[{"kind": "law_suit", "occurred_on": "2024-01-01"}]), "signals.0.kind"),
        (with_changes(as_of="31.12.2024"), "'as_of'"),
        (with_changes(statements=[{**BASE["statements"][0], "total_assets": -1}]), "'statements.0.total_assets'"),
        (
            with_changes(trade_references=[{**REFERENCE, "paid_on": "2024-08-30"}]),
            "'trade_references.0': paid_on lies before the invoice was issued, 2024-08-31",
        ),
        (
            with_changes(statements=[BASE["statements"][0], {**BASE["statements"][0], "revenue": 1}]),
            "two statements of 2023-12-31 published on 2024-05-01 differ",
        ),
    ],
)
def test_bad_cases_are_refused_with_the_place_and_the_remedy(tmp_path: Path, content: object, what: str) -> None:
    with pytest.raises(DocumentError, match=what) as caught:
        load_case(written(tmp_path, content))
    assert "case.json:" in str(caught.value)


def test_all_errors_of_a_case_come_at_once(tmp_path: Path) -> None:
    bad = with_changes(
        curency="CNY", request={"amount": "x"}, signals=[{"kind": "nothing", "occurred_on": "2024-01-01"}]
    )
    with pytest.raises(DocumentError) as caught:
        load_case(written(tmp_path, bad))
    assert len(caught.value.findings) >= 3


def test_facts_from_the_future_are_refused(small_world: SmallWorld) -> None:
    late = [{"kind": "lawsuit_defendant", "occurred_on": "2025-02-01"}]
    with pytest.raises(InputError, match="signals: occurred_on is 2025-02-01, after 2024-12-31"):
        decide(small_world, with_changes(signals=late))
    with pytest.raises(InputError, match="signals: occurred_on is 2025-02-01, after 2024-12-31"):
        decide(small_world, with_changes(signals=[{**late[0], "known_on": "2024-06-01"}]))
    with pytest.raises(InputError, match="customer: registered_on is 2025-01-01, after 2024-12-31"):
        decide(small_world, with_changes(customer={**BASE["customer"], "registered_on": "2025-01-01"}))


def test_statements_a_thousand_times_apart_are_refused(small_world: SmallWorld) -> None:
    before = {**BASE["statements"][0], "period_end": "2022-12-31", "published_on": "2023-05-01"}
    decide(small_world, with_changes(statements=[before, *BASE["statements"]]))
    with pytest.raises(InputError, match="statements of 2022-12-31, 2023-12-31 are about a thousand"):
        decide(small_world, with_changes(statements=[{**before, "amounts_in": "units"}, *BASE["statements"]]))


def test_the_command(small_world: SmallWorld, tmp_path: Path) -> None:
    case = written(tmp_path, {name: part for name, part in BASE.items() if name != "as_of"})
    base = [sys.executable, "-m", "riskengine.cli.main", "assess", str(case), "--rules", str(RULES)]
    base += ["--workspace", str(small_world.workspace)]
    without_day = subprocess.run(base, capture_output=True, text=True, check=False, timeout=120)
    assert without_day.returncode == 2
    assert "the case has no as_of" in without_day.stderr
    file = tmp_path / "certificate.json"
    more = ["--as-of", "2024-12-31", "--json", "--certificate", str(file)]
    done = subprocess.run([*base, *more], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["certificate"] == json.loads(file.read_text(encoding="utf-8"))


def test_a_day_beside_the_case_must_agree_with_it() -> None:
    case = Case.model_validate_json(json.dumps(BASE))
    assert case_day(case, None) == LAST_DAY
    with pytest.raises(UsageError, match="give one of the two"):
        case_day(case, date(2024, 6, 30))


def test_a_changed_run_is_refused(small_world: SmallWorld, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(small_world.run, copy)
    text = (copy / "run.json").read_text(encoding="utf-8")
    (copy / "run.json").write_text(text.replace('"portfolio_exposure": ', '"portfolio_exposure": 1'), encoding="utf-8")
    with pytest.raises(InputError, match="the summary was changed after the run"):
        open_run_context(copy)
    (copy / "donors.parquet").write_bytes(b"")
    with pytest.raises(InputError, match="the file was changed after the run"):
        open_run_context(copy)


def test_peers_of_a_case_are_the_customers_of_the_run(small_world: SmallWorld, context: RunContext) -> None:
    """An existing customer is as far from its peers as the nightly run found; without a run nobody is its peer."""
    peers = [name for name in context.donors.columns if name.startswith(("peer_industry_", "peer_region_", "ind_"))]
    known = context.donors.filter(context.donors["peer_industry_late_days_90d"].is_not_null()).row(0, named=True)
    content = {"currency": "CNY", "customer": {"id": known["customer_id"]}, "request": {"amount": 100000}}
    found = decide(small_world, content, tables=small_world.open_tables(), context=context)
    numbers = found.certificate["input"]["numbers"]
    assert len(peers) > 15
    assert {name: numbers[name] for name in peers} == {name: known[name] for name in peers}
    alone = decide(small_world, content, tables=small_world.open_tables()).certificate["input"]["numbers"]
    assert alone["peer_industry_late_days_90d"] is None
