"""What no case shows is found, and drafted cases show it: on both engines, once an analyst confirms them."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.checks.coverage import find_gaps
from riskengine.policy.source import examine, load_policy
from riskengine.tables.yaml_file import load_yaml
from riskengine.workflows.rules.missing_cases import write_missing_cases
from riskengine.workflows.rules.policy_cases import run_cases
from support.policy_folder import SHIPPED, VOCABULARY, good_policy

TABLE = """ruleset: limits.table
stage: limits
owner: credit-policy
tables:
  - id: LIM-GRD-001
    name: {en: Limits by grade, zh: 按等级的额度}
    in_force: {from: 2020-01-01}
    over: [grade, dpd]
    on_missing: no_hit
    sets: limit_cap
    rows:
      - ["<= 1", any, none]
      - ["> 1", "< @dpd_serious", 1000]
      - ["> 1", ">= @dpd_serious", 500]
"""
SEGMENTS = """segments:
  south:
    text: {en: South, zh: 南欧}
    for: {cus_country: [IT, ES]}
    if_unknown: out
"""
SOUTHERN = "      - {from: 2022-01-01, value: 45, segment: south, reference: Minutes, decided_by: Committee}\n"


@pytest.fixture
def rich_policy(tmp_path: Path) -> Path:
    """With a table and a segment, and no case for either."""
    root = good_policy(tmp_path)
    (root / "limits" / "table.yaml").write_text(TABLE, encoding="utf-8")
    (root / "segments.yaml").write_text(SEGMENTS, encoding="utf-8")
    parameters = root / "parameters.yaml"
    text = parameters.read_text(encoding="utf-8")
    parameters.write_text(text.replace("  materiality:\n", f"{SOUTHERN}  materiality:\n"), encoding="utf-8")
    return root


def gaps(root: Path) -> list[str]:
    source, findings = examine(root, VOCABULARY)
    assert {finding.kind for finding in findings} <= {"not-covered"}
    return [f"{gap.name} {gap.what}" for gap in find_gaps(source.draft)]


def confirm(root: Path) -> None:
    for path in root.rglob("*.test.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("    draft: true\n", ""), encoding="utf-8")


def test_rows_segments_outcomes_and_dates_without_cases(rich_policy: Path) -> None:
    found = gaps(rich_policy)
    assert "EWS-PAY-001@south for hit" in found
    assert {f"LIM-GRD-001#{row} for hit" for row in (1, 2, 3)} <= set(found)
    assert {"LIM-GRD-001#2@south for hit", "LIM-GRD-001 for missing"} <= set(found)
    assert "LIM-GRD-001 for no_hit" not in found  # some row always hits


def test_a_side_of_a_threshold_without_a_case(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    cases = root / "warnings" / "payment.test.yaml"
    text = cases.read_text(encoding="utf-8")
    cases.write_text(text.replace("facts: {dpd: 0, overdue: 0,", "facts: {dpd: 0, overdue: 80000,"), encoding="utf-8")
    assert gaps(root) == ["EWS-PAY-001 where overdue > 5000 is false"]


def test_drafts_show_it_all_once_they_are_confirmed(rich_policy: Path) -> None:
    before = len(gaps(rich_policy))
    written = write_missing_cases(rich_policy, VOCABULARY)
    assert {one.file for one in written} == {"rules/limits/table.test.yaml", "rules/warnings/payment.test.yaml"}
    assert len(gaps(rich_policy)) == before  # drafts do not count
    assert write_missing_cases(rich_policy, VOCABULARY) == ()  # and are not drafted twice
    assert sum(result.drafts for result in run_cases(rich_policy, None, VOCABULARY)) == sum(
        len(one.cases) for one in written
    )
    confirm(rich_policy)
    assert gaps(rich_policy) == []
    results = run_cases(rich_policy, None, VOCABULARY)
    assert [result.file for result in results if not result.is_good or result.drafts] == []


def test_a_date_without_a_case_gets_a_customer_who_is_treated_otherwise(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    cases = root / "warnings" / "payment.test.yaml"
    text = cases.read_text(encoding="utf-8")
    cases.write_text(
        text.replace("as_of: 2021-12-31", "as_of: 2022-12-31").replace(
            "no_hit}\n  - name: 75 days after", "hit}\n  - name: 75 days after"
        ),
        encoding="utf-8",
    )
    (written,) = write_missing_cases(root, VOCABULARY)
    (case,) = written.cases
    assert (case.name, str(case.as_of)) == ("EWS-PAY-001 does not hit on 2020-01-01", "2020-01-01")
    source = load_policy(root, VOCABULARY)
    low, high = (source.in_force(day).parameters["dpd_serious"] for day in (dt.date(2022, 1, 1), dt.date(2020, 1, 1)))
    assert low <= dict(case.facts)["dpd"] < high


def test_what_stands_in_the_file_stays_as_it_is(rich_policy: Path) -> None:
    cases = rich_policy / "warnings" / "payment.test.yaml"
    before = "# why these cases\n" + cases.read_text(encoding="utf-8") + "  # the last word\n"
    cases.write_text(before, encoding="utf-8")
    write_missing_cases(rich_policy, VOCABULARY)
    after = cases.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert all(case.get("draft") for case in load_yaml(cases).mapping()["cases"][6:])


def test_the_command_says_how_many_drafts_wait(tmp_path: Path) -> None:
    root = tmp_path / "rules"
    shutil.copytree(SHIPPED, root)
    cases = root / "early_warning" / "exposure.test.yaml"
    text = cases.read_text(encoding="utf-8")
    cases.write_text(text.replace("    facts:", "    draft: true\n    facts:", 1), encoding="utf-8")
    result = CliRunner().invoke(app, ["rules", "test", "--rules", str(root), "--json"])
    assert "1 draft of a case waits" in result.stderr
    assert '"drafts": 1' in result.stdout
