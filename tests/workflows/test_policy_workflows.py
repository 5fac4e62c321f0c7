"""`riskengine rules`: check, test, list, reference."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.findings import PolicyFindings
from riskengine.policy.schema import KINDS
from riskengine.policy.source import load_policy
from riskengine.terms.decision import Stage
from riskengine.terms.errors import UsageError
from riskengine.workflows.rules.check_policy import check_policy
from riskengine.workflows.rules.language_page import file_keys
from riskengine.workflows.rules.policy_cases import run_cases
from riskengine.workflows.rules.rules_page import BEGIN, END, rules_reference
from support.policy_folder import PROJECT, SHIPPED, VOCABULARY, good_policy

PAGE = PROJECT / "docs" / "reference" / "rules.md"


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_sound_policy(tmp_path: Path) -> None:
    report = check_policy(good_policy(tmp_path), None, VOCABULARY)
    assert report.findings == ()
    assert report.policy is not None
    assert len(report.rules_by_stage[Stage.WARNINGS]) == 3
    limits, result = run_cases(tmp_path / "rules", None, VOCABULARY)
    assert limits.is_good
    assert (result.rules, result.cases, len(result.expectations), result.is_good) == (3, 6, 12, True)


def test_a_case_that_fails_names_the_place_and_both_engines(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    edit(root / "warnings" / "payment.test.yaml", "facts: {dpd: 75", "facts: {dpd: 55")
    _, result = run_cases(root, None, VOCABULARY)
    (failure,) = result.failed
    assert (failure.place, failure.rule) == ("rules/warnings/payment.test.yaml:15", "EWS-PAY-001")
    assert (failure.expected, failure.columns, failure.durable) == ("hit", "no_hit", "no_hit")


def test_a_case_runs_as_of_its_own_date(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    edit(root / "warnings" / "payment.test.yaml", "as_of: 2022-01-01", "as_of: 2021-12-31")
    _, result = run_cases(root, None, VOCABULARY)
    assert [f.case for f in result.failed] == ["75 days after it fell"]


def test_a_rule_without_cases_is_lacking_them(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    edit(root / "warnings" / "payment.test.yaml", "EWS-PAY-002: missing, ", "")
    _, result = run_cases(root, None, VOCABULARY)
    assert not result.is_good
    assert [f.what for f in result.lacking] == ["EWS-PAY-002 has no case for missing"]


def test_cases_of_a_broken_policy_are_not_run(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    edit(root / "warnings" / "payment.yaml", "dpd >=", "dpdd >=")
    with pytest.raises(PolicyFindings):
        run_cases(root, None, VOCABULARY)


def test_the_shipped_policy_is_sound_and_its_cases_hold() -> None:
    assert [str(finding) for finding in check_policy(SHIPPED).findings] == []
    assert [f for result in run_cases(SHIPPED) for f in result.failed] == []


def test_the_shipped_policy_has_rules_in_every_stage() -> None:
    report = check_policy(SHIPPED)
    assert report.policy is not None
    assert len(report.policy.all_rules) >= 40
    assert all(report.policy.rules[stage] for stage in Stage)


def test_check_speaks_json_and_returns_3(tmp_path: Path) -> None:
    root = good_policy(tmp_path)  # its facts are not those of the project
    result = CliRunner().invoke(app, ["rules", "check", "--rules", str(root), "--json"])
    assert result.exit_code == 3
    first = json.loads(result.stdout)["findings"][0]
    assert first["place"] == "rules/limits/knowledge.yaml:8"
    assert first["what"].startswith("there is no fact")
    assert "findings" in result.stderr


def test_a_finding_has_a_kind_and_a_customer_for_machines(tmp_path: Path) -> None:
    root = tmp_path / "rules"
    shutil.copytree(SHIPPED, root)
    edit(root / "conditions" / "collection.yaml", "pay_dpd_max < @collect_call_dpd", "pay_dpd_max <= @collect_call_dpd")
    result = CliRunner().invoke(app, ["rules", "check", "--rules", str(root), "--json"])
    found = {finding["kind"]: finding for finding in json.loads(result.stdout)["findings"]}
    contradiction = found["contradiction"]
    assert "CND-COL-002 and CND-COL-001" in contradiction["what"]
    assert contradiction["example"] == {"in_default": 0.0, "pay_dpd_max": 15.0, "pay_overdue_amount": 1000.0}


def test_what_has_ended_is_a_note_and_no_finding(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    edit(
        root / "warnings" / "payment.yaml",
        "in_force: {from: 2020-01-01}\n    when: country",
        "in_force: {from: 2020-01-01, until: 2023-06-01}\n    when: country",
    )
    during, after = (check_policy(root, day, VOCABULARY) for day in (dt.date(2023, 5, 31), dt.date(2023, 6, 1)))
    assert during.notes == ()
    assert [note.what for note in after.notes] == ["EWS-PAY-002 ended on 2023-06-01 and nothing follows it"]
    assert "expired" in {finding.kind for finding in after.findings}  # its cases without a date


def test_check_test_and_list_of_the_shipped_policy() -> None:
    runner = CliRunner()
    checked = runner.invoke(app, ["rules", "check", "--rules", str(SHIPPED)])
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "no findings" in checked.stderr
    tested = runner.invoke(app, ["rules", "test", "--rules", str(SHIPPED)])
    assert tested.exit_code == 0
    assert "hard_stops" in tested.stdout
    listed = runner.invoke(app, ["rules", "list", "--rules", str(SHIPPED), "--json"])
    assert {rule["stage"] for rule in json.loads(listed.stdout)} == {stage.value for stage in Stage}


def test_a_failing_case_returns_3(tmp_path: Path) -> None:
    root = tmp_path / "rules"
    shutil.copytree(SHIPPED, root)
    cases = sorted((root / "hard_stops").glob("*.test.yaml"))[0]
    edit(cases, ": no_hit}", ": hit}")
    result = CliRunner().invoke(app, ["rules", "test", "--rules", str(root)])
    assert result.exit_code == 3
    assert "durable_rules says no_hit" in result.stdout


def test_a_date_before_the_policy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the master scale begins on 2020-01-01"):
        load_policy(good_policy(tmp_path), VOCABULARY).in_force(
            load_policy(SHIPPED).draft.dates()[0].replace(year=1990)
        )


def test_the_committed_page_is_what_the_code_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    generated = page[page.index(BEGIN) : page.index(END) + len(END)] + "\n"
    assert generated == rules_reference(), "replace the part between the markers by: riskengine rules reference"


def test_every_key_of_every_file_has_a_meaning() -> None:
    pages = dict(file_keys())
    assert len(pages) == len(KINDS)
    for about, rows in pages.items():
        assert rows, about
        assert [key for key, _, meaning in rows if not meaning] == [], about
    keys = {key for rows in pages.values() for key, *_ in rows}
    assert {"`versions[].policy.need.headroom`", "`tables[].rows`", "`segments.<name>.if_unknown`"} <= keys
