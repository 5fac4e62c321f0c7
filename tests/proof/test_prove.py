"""What becomes of invariants that cannot be settled, that nobody meets, and of files with mistakes."""

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.condition import Comparison, Op
from riskengine.policy.findings import PolicyFindings
from riskengine.policy.invariant import Always, Invariant, Measure, Missing, StandIn
from riskengine.policy.source import load_policy
from riskengine.policy.window_reader import known_in
from riskengine.proof.prove import Prover
from riskengine.proof.verdict import Finding
from riskengine.terms.errors import RiskEngineError, UsageError
from riskengine.terms.text import Text
from riskengine.workflows.rules import prove_policy as workflow
from support.decisions import shipped_policy
from support.policy_folder import SHIPPED
from support.shipped_copy import copy_shipped, edited

LIMIT_BELOW = Comparison("limit", Op.LE, 1e9)


def prove(says, given=None, policy=None, seconds=600.0):
    name = Text("test", "测试")
    invariant = Invariant("INV-TEST-001", name, name, given, says, "invariants.yaml:1")
    judged = policy or shipped_policy()
    return Prover(known_in(judged), seconds).prove(invariant, judged)


def test_without_time_it_is_undecided_and_says_so():
    verdict = prove(Always(LIMIT_BELOW), seconds=0.0)
    assert (verdict.finding, verdict.reason) == (Finding.UNDECIDED, "the time given was not enough")


def test_unknown_is_not_true():
    """A customer whom nobody rated has no limit, so it is not true that his limit is small."""
    verdict = prove(Always(LIMIT_BELOW))
    assert verdict.finding is Finding.REFUTED
    assert dict(verdict.breach.scenario.facts) == {}


def test_a_proof_about_nobody_is_not_good():
    verdict = prove(Always(LIMIT_BELOW), given=Comparison("limit", Op.GT, 9e9))
    assert (verdict.finding, verdict.is_good) == (Finding.PROVED, False)
    assert verdict.reason == "no customer meets `given`"


def test_what_limits_yaml_puts_in_place_of_a_gap_must_be_declared():
    """Without the stand-in, who shows no statement has the starter limit, and who shows a bad one has less."""
    says = Missing(("fin_equity",), tuple(Measure), (StandIn.NEED,))
    verdict = prove(says)
    assert verdict.finding is Finding.REFUTED
    assert set(verdict.breach.scenario.changed) == {"fin_equity"}


def test_rows_of_tables_and_variants_of_segments_are_rules_like_any():
    ids = {rule.id for rule in shipped_policy().all_rules}
    assert any("#" in rule_id for rule_id in ids)
    grade_cap = Comparison("grade", Op.LE, 9.0)
    assert prove(Always(grade_cap), given=Comparison("limit", Op.GT, 0.0)).finding is Finding.PROVED


SAYS = "always: limit == 0\n"
TWICE = "  - {id: INV-A-001, name: {en: a, zh: 甲}, why: {en: a, zh: 甲}, always: frozen == 1}\n"
WORSE = "worse: {fact: FACT, when: higher, never_better: [limit]}\n"
MISTAKES = {
    "unknown fact": (SAYS, "always: limt == 0\n", "there is no fact 'limt'"),
    "unknown parameter": (SAYS, "always: limit <= @nothing\n", "there is no parameter '@nothing'"),
    "two kinds": (SAYS, SAYS + "    " + WORSE.replace("FACT", "pd_12m"), "says one of"),
    "bad id": ("id: INV-A-001", "id: A-001", "is not the id of an invariant"),
    "no condition": (SAYS, "always: limit = 0\n", "is not a condition"),
    "concluded fact": (SAYS, WORSE.replace("FACT", "grade"), "is concluded"),
    "text": (SAYS, WORSE.replace("FACT", "cus_country"), "is a text"),
    "not Chinese": ("zh: 无额度", "zh: none", "is not translated"),
    "twice": (SAYS, SAYS + TWICE, "stands already in"),
    "out of range": (SAYS, "always: terms_days <= 100000\n", "is outside"),
}
GOOD = """invariants:
  - id: INV-A-001
    name: {en: No credit, zh: 无额度}
    why: {en: Because, zh: 原因}
    given: frozen == 1
    always: limit == 0
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return copy_shipped(tmp_path_factory.mktemp("mistakes"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_a_finding_with_its_line(mistake, copy):
    old, new, what = MISTAKES[mistake]
    (copy / "invariants.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyFindings) as error:
        load_policy(copy)
    finding = next(one for one in error.value.findings if what in one.what)
    file, _, line = finding.place.partition(":")
    assert file == "rules/invariants.yaml"
    assert int(line) >= 2


def test_by_default_every_date_is_proved_and_equal_questions_once(copy):
    (copy / "invariants.yaml").write_text(GOOD, encoding="utf-8")
    told = []
    report = workflow.prove_policy(copy, timeout_seconds=600.0, progress=lambda *what: told.append(what))
    assert report.is_good
    assert [verdict.as_of for verdict in report.verdicts] == [policy.as_of for policy in report.policies]
    assert dt.date(2019, 1, 1) in [policy.as_of for policy in report.policies]
    assert len(told) == len(report.verdicts)
    with pytest.raises(UsageError, match="INV-A-001"):
        workflow.prove_policy(copy, only="INV-A-002")


def test_without_the_solver_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(workflow, "find_spec", lambda name: None)
    with pytest.raises(RiskEngineError, match=r"riskengine\[prove\]"):
        workflow.prove_policy(SHIPPED)


def test_the_command_shows_the_customer_and_ends_with_3(tmp_path):
    root = edited(tmp_path, ("hard_stops/law.yaml", "HST-LAW-005", "grade_cap: 8", "grade_cap: 7"))
    wanted = ["rules", "prove", "--rules", str(root), "--as-of", "2024-06-30", "--only", "INV-LAW-002"]
    shown = CliRunner().invoke(app, wanted)
    assert shown.exit_code == 3
    assert "sig_enforcement_count_365d: 1" in shown.stdout
    assert "HST-LAW-005 applies" in shown.stdout
    found = json.loads(CliRunner().invoke(app, [*wanted, "--json"]).stdout)
    (verdict,) = found["verdicts"]
    assert (verdict["finding"], verdict["customers"][0]["rating"]["grade"]) == ("refuted", 7.0)


def test_the_command_ends_with_0_where_all_is_proved():
    done = CliRunner().invoke(
        app, ["rules", "prove", "--rules", str(SHIPPED), "--as-of", "2024-06-30", "--only", "INV-LAW-002"]
    )
    assert done.exit_code == 0
    assert "proved" in done.stdout
