"""The JSON Schemas: shipped files conform, broken structures do not, and what is committed is what the code makes."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.schema import KINDS, kind_of, schema_of
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.workflows.rules.policy_schema import SUFFIX, policy_schemas, schema_text
from support.policy_folder import SHIPPED
from support.schemas import edited, is_valid, shipped_data, why_not

FILES = sorted(
    path.relative_to(SHIPPED).as_posix()
    for path in SHIPPED.rglob("*.yaml")
    if path.relative_to(SHIPPED).parts[0] not in ("published", "schema")
)


@pytest.mark.parametrize("file", FILES)
def test_every_shipped_file_conforms(file: str) -> None:
    assert why_not(kind_of(file), shipped_data(file)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_what_the_code_makes(kind: str) -> None:
    committed = (SHIPPED / "schema" / f"{kind}{SUFFIX}").read_text(encoding="utf-8")
    assert committed == schema_text(policy_schemas((kind,))[kind]), "run: riskengine rules schema --out rules/schema"


@pytest.mark.parametrize("file", FILES)
def test_every_shipped_file_names_its_schema(file: str) -> None:
    first = (SHIPPED / file).read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named is not None
    assert ((SHIPPED / file).parent / named[1]).resolve() == SHIPPED / "schema" / f"{kind_of(file)}{SUFFIX}"


RULES = "early_warning/payment.yaml"
CASES = "early_warning/payment.test.yaml"


@pytest.mark.parametrize(
    ("file", "path", "value"),
    [
        (RULES, ("stage",), "warning"),
        (RULES, ("owners",), "me"),
        (RULES, ("rules", 0, "id"), "ews1"),
        (RULES, ("rules", 0, "priority"), 3),
        (RULES, ("rules", 0, "on_missing"), "ignore"),
        (RULES, ("rules", 0, "when"), "pay_dpd_max = 30"),
        (RULES, ("rules", 0, "when"), "pay_dpd_max > 20%"),
        (RULES, ("rules", 0, "when"), "cus_country in 'NO'"),
        (RULES, ("rules", 0, "when"), {"and": ["pay_dpd_max > 3"]}),
        (RULES, ("rules", 0, "when"), {"all": []}),
        (RULES, ("rules", 0, "when"), {"all": ["pay_dpd_max > 3"], "any": ["pay_dpd_max > 3"]}),
        (RULES, ("rules", 0, "when"), ["pay_dpd_max > 3"]),
        (RULES, ("rules", 0, "when"), {"not": {"any": ["pay_dpd_max > 3", {"all": ["pay_dpd_max"]}]}}),
        (RULES, ("rules", 0, "then", "warning"), "orange"),
        (RULES, ("rules", 0, "then", "actions"), ["freeze_credits"]),
        (RULES, ("rules", 0, "then", "limit_cap"), "much"),
        (RULES, ("rules", 0, "in_force", "from"), "2024-1-1"),
        (RULES, ("rules", 0, "name"), {"en": "Only English"}),
        (CASES, ("cases", 0, "facts", "pay_dpd_maximum"), 3),
        (CASES, ("cases", 0, "facts", "pay_dpd_max"), "3"),
        (CASES, ("cases", 0, "facts", "pay_overdue_ratio"), 3),
        (CASES, ("cases", 0, "expect"), {"EWS-PAY-001": "maybe"}),
        ("parameters.yaml", ("parameters", "hold_dpd", "unit"), "day"),
        ("parameters.yaml", ("parameters", "hold_dpd", "values"), []),
        ("parameters.yaml", ("parameters", "hold_dpd", "values", 0, "value"), [1, "a"]),
        ("limits.yaml", ("versions", 0, "policy", "need", "headroom"), 2),
        ("limits.yaml", ("versions", 0, "policy", "need", "gift"), 2),
        ("terms.yaml", ("versions", 0, "policy", "follow_up", "red"), {"owner": "head"}),
        ("master_scale.yaml", ("versions", 0, "grades", 0, "pd_to"), 2),
        ("master_scale.yaml", ("versions", 0, "grades"), []),
        ("policy.yaml", ("currency",), "yuan"),
    ],
)
def test_a_broken_structure_is_refused(file: str, path: tuple[str | int, ...], value: object) -> None:
    assert not is_valid(kind_of(file), edited(shipped_data(file), path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rules", 0, "when"), {"not": {"any": ["cus_country not in ['NO', 'it''s']", "fin_equity is missing"]}}),
        (("rules", 0, "when"), "pay_dpd_max >= @hold_dpd"),
        (("rules", 0, "when"), "cus_country in @countries"),
        (("rules", 0, "then", "terms_cap_days"), "@late_payer_terms"),
    ],
)
def test_what_the_language_allows_is_allowed(path: tuple[str | int, ...], value: object) -> None:
    assert why_not("ruleset", edited(shipped_data(RULES), path, value)) == []


def test_a_number_of_limits_may_be_a_parameter() -> None:
    data = edited(shipped_data("limits.yaml"), ("versions", 0, "policy", "need", "least"), "@material_amount")
    assert why_not("limits", data) == []


def test_editors_can_complete_facts_and_actions() -> None:
    schema = schema_of("ruleset", standard_vocabulary())
    assert "pay_dpd_max >= 0" in schema["definitions"]["Leaf"]["examples"]
    assert "freeze_credit" in schema["definitions"]["Action"]["enum"]
    assert "grade" in schema["definitions"]["TableDocument"]["properties"]["over"]["items"]["anyOf"][0]["enum"]


def test_the_command_prints_one_or_writes_all(tmp_path: Path) -> None:
    runner = CliRunner()
    one = runner.invoke(app, ["rules", "schema", "--file", "cases"])
    assert json.loads(one.stdout)["definitions"]["CaseDocument"]
    written = runner.invoke(app, ["rules", "schema", "--out", str(tmp_path / "schema")])
    assert written.exit_code == 0
    assert {path.name for path in (tmp_path / "schema").iterdir()} == {f"{kind}{SUFFIX}" for kind in KINDS}
    wrong = runner.invoke(app, ["rules", "schema", "--file", "case"])
    assert wrong.exception is not None
    assert "did you mean 'cases'?" in str(wrong.exception)
