"""The shipped policy in rules/: its cases on both engines, and what a reader may rely on."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from riskengine.decision.stages import check_stages
from riskengine.policy.condition import Comparison, ParameterName, facts_of
from riskengine.policy.source import load_policy
from riskengine.tables.yaml_file import load_yaml
from riskengine.terms.codes import SignalKind
from riskengine.terms.decision import Action, OnMissing, Severity, Stage
from riskengine.workflows.rules.policy_cases import run_cases
from support.decisions import AS_OF, RULES, shipped_policy

RESULTS = run_cases(RULES, AS_OF)
POLICY = shipped_policy()


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: r.file.removeprefix(str(RULES)).strip("/"))
def test_every_case_is_met_on_both_engines_and_every_rule_has_its_cases(result):
    assert [str(finding) for finding in result.lacking] == []
    assert [(f.place, f.case, f.columns, f.durable) for f in result.failed] == []
    assert result.cases >= 2 * result.rules


def test_the_readme_counts_tables_and_segments():
    readme = (RULES / "README.md").read_text(encoding="utf-8")
    draft = load_policy(RULES).draft
    rows = sum(len(table.rows) for table in draft.tables)
    assert f"{len(draft.tables)} lookup tables with {rows} rows" in readme
    assert f"{len(draft.segments)} segments" in readme


def test_all_stages_have_rules_and_there_are_enough():
    counts = {stage: len(rules) for stage, rules in POLICY.rules.items()}
    assert all(counts.values())
    assert sum(counts.values()) >= 40


def test_the_readme_counts_the_rules():
    readme = (RULES / "README.md").read_text(encoding="utf-8")
    for stage, rules in POLICY.rules.items():
        row = re.search(rf"^\| `{stage.value}` \| .*? \| (\d+) \|", readme, re.MULTILINE)
        assert row is not None, stage
        assert int(row[1]) == len({rule.base_id for rule in rules}), stage


def test_every_action_can_occur_and_most_of_all_the_three_that_must_exist():
    called = {action for rule in POLICY.all_rules for action in rule.then.actions}
    called |= {Action.FREEZE_CREDIT for rule in POLICY.all_rules if rule.then.freeze}
    assert {Action.FREEZE_CREDIT, Action.SHORTEN_TERMS, Action.REQUIRE_GUARANTEE} <= called
    assert called == set(Action)


def test_every_severity_and_every_effect_is_used():
    severities = Counter(rule.then.severity for rule in POLICY.rules[Stage.WARNINGS])
    assert set(severities) == set(Severity)
    effects = [rule.then for rule in POLICY.all_rules]
    for part in ("grade_cap", "limit_cap", "limit_factor", "terms_cap_days"):
        assert any(getattr(effect, part) is not None for effect in effects), part
    for part in ("notch", "terms_add_days", "freeze", "refer", "in_default"):
        assert any(getattr(effect, part) for effect in effects), part


def test_no_effect_comes_after_the_stage_that_uses_it():
    check_stages(POLICY)


def test_every_kind_of_signal_is_looked_at_by_some_rule():
    named = {fact for rule in POLICY.all_rules for fact in facts_of(rule.when)}
    missing = [kind for kind in SignalKind if not any(n.startswith(f"sig_{kind.value}_count") for n in named)]
    assert missing == [SignalKind.INDUSTRY_DELAY]  # the industry's own series says it better


def test_every_parameter_is_used_and_says_who_decided_it():
    text = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("*/*.yaml"))
    parameters = load_yaml(RULES / "parameters.yaml").mapping()["parameters"]
    for name, parameter in parameters.items():
        assert re.search(rf"@{name}\b", text), name
        assert all(value["reference"] and value["decided_by"] for value in parameter["values"]), name


def test_warnings_never_wait_for_a_missing_source():
    assert {rule.on_missing for rule in POLICY.rules[Stage.WARNINGS]} == {OnMissing.NO_HIT}


def test_each_day_on_which_the_policy_changes_stands_in_the_changelog():
    changelog = (RULES / "CHANGELOG.md").read_text(encoding="utf-8")
    days = {day.isoformat() for day in load_policy(RULES).draft.dates()}
    assert days == set(re.findall(r"^## (\d{4}-\d{2}-\d{2})$", changelog, re.MULTILINE))


def test_a_threshold_changed_on_its_day_and_not_before():
    def hold(as_of):
        rule = next(r for r in shipped_policy(as_of).all_rules if r.id == "HST-PAY-001")
        return next(arm.operand for arm in rule.when.arms if arm.fact == "pay_dpd_max")

    assert hold(date(2018, 12, 31)) == 90
    assert hold(date(2019, 1, 1)) == 60


def test_resolved_rules_hold_numbers_only():
    for rule in POLICY.all_rules:
        for arm in getattr(rule.when, "arms", (rule.when,)):
            if isinstance(arm, Comparison):
                assert not isinstance(arm.operand, ParameterName)


def test_better_grades_never_allow_less():
    grades = POLICY.master_scale.grades
    for better, worse in pairwise(grades):
        assert better.limit_factor >= worse.limit_factor
        assert better.terms_cap_days >= worse.terms_cap_days
        assert better.review_months >= worse.review_months
    assert POLICY.master_scale.default.limit_factor == 0


def test_no_warning_depends_on_what_a_freeze_changes():
    """Or a case that freezes credit could keep itself open."""
    changed = {"frozen", "refer", "limit", "limit_to_prev", "limit_to_current", "exposure_to_limit", "req_to_limit"}
    changed |= {"terms_days", "prev_limit", "prev_terms_days", "ews_freeze_flag", "ews_case_severity"}
    for rule in POLICY.rules[Stage.WARNINGS]:
        asked = {*facts_of(rule.when), *(() if rule.until is None else facts_of(rule.until))}
        assert not asked & changed, rule.id
