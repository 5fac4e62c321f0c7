"""What is in force on a date, and the name of its content."""

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest

from riskengine.policy.condition import AllOf, Comparison, Op
from riskengine.policy.source import PolicySource, examine, load_policy
from riskengine.terms.decision import Action, OnMissing, Severity, Stage
from riskengine.terms.errors import InputError, UsageError
from support.policy_folder import VOCABULARY, good_policy

BEFORE, AFTER = dt.date(2021, 12, 31), dt.date(2022, 1, 1)


@pytest.fixture
def source(tmp_path: Path) -> PolicySource:
    return load_policy(good_policy(tmp_path), VOCABULARY)


def test_a_parameter_has_the_value_of_the_date(source: PolicySource) -> None:
    thresholds = []
    for day in (BEFORE, AFTER):
        when = source.in_force(day).rules[Stage.WARNINGS][0].when
        assert isinstance(when, AllOf)
        thresholds.append(when.arms[0])
    assert thresholds == [Comparison("dpd", Op.GE, 90.0), Comparison("dpd", Op.GE, 60.0)]


def test_a_rule_is_resolved_whole(source: PolicySource) -> None:
    rules = {rule.id: rule for rule in source.in_force(AFTER).all_rules}
    rule = rules["EWS-PAY-001"]
    assert (rule.id, rule.on_missing, rule.ruleset) == ("EWS-PAY-001", OnMissing.REFER, "early_warning.payment")
    assert rule.then.severity is Severity.RED
    assert rule.then.actions == (Action.FREEZE_CREDIT,)
    effect = rules["LIM-NEW-001"].then
    assert (effect.grade_cap, effect.limit_factor, effect.limit_cap) == (None, 0.5, 5000.0)  # "@materiality"
    assert effect.actions == (Action.MANUAL_REVIEW, Action.REQUEST_STATEMENT)
    assert rules["EWS-PAY-002"].reason.zh == "关注国家"  # the name stands in for a reason


def test_every_stage_is_there(source: PolicySource) -> None:
    policy = source.in_force(AFTER)
    assert list(policy.rules) == list(Stage)
    assert policy.rules[Stage.GRADING] == ()


def test_the_hash_names_the_content_not_the_date(source: PolicySource) -> None:
    assert source.in_force(AFTER).content_hash == source.in_force(dt.date(2025, 5, 5)).content_hash
    assert source.in_force(AFTER).content_hash != source.in_force(BEFORE).content_hash
    assert source.in_force(AFTER).version.startswith("2022-01-01+")
    assert source.in_force(BEFORE).version.startswith("2020-01-01+")


def test_comments_and_order_do_not_change_the_hash_and_a_threshold_does(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    before = load_policy(root, VOCABULARY).in_force(AFTER).content_hash
    rules = root / "warnings" / "payment.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text("# a comment\n" + text, encoding="utf-8")
    assert load_policy(root, VOCABULARY).in_force(AFTER).content_hash == before
    rules.write_text(text.replace("warning: red", "warning: amber"), encoding="utf-8")
    assert load_policy(root, VOCABULARY).in_force(AFTER).content_hash != before


def test_the_hash_does_not_depend_on_the_place(tmp_path: Path) -> None:
    first = good_policy(tmp_path)
    second = tmp_path / "elsewhere" / "rules"
    shutil.copytree(first, second)
    hashes = {load_policy(root, VOCABULARY).in_force(AFTER).content_hash for root in (first, second)}
    assert len(hashes) == 1


def test_a_rule_can_have_versions(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    path = root / "warnings" / "payment.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "    in_force: {from: 2020-01-01}\n    when: country",
        "    in_force: {from: 2020-01-01, until: 2023-01-01}\n    when: country",
    )
    text += """
  - id: EWS-PAY-002
    name: {en: Country on watch, zh: 关注国家}
    in_force: {from: 2023-01-01}
    when: {any: [country in @risky_countries, country is missing]}
    on_missing: refer
    then: {warning: amber}
"""
    path.write_text(text, encoding="utf-8")
    source = load_policy(root, VOCABULARY)

    def severity(day: dt.date) -> Severity | None:
        return next(rule.then.severity for rule in source.in_force(day).all_rules if rule.id == "EWS-PAY-002")

    assert severity(dt.date(2022, 12, 31)) is Severity.WATCH
    assert severity(dt.date(2023, 1, 1)) is Severity.AMBER


def test_a_date_before_the_policy_is_refused(source: PolicySource) -> None:
    with pytest.raises(UsageError, match="the master scale begins on 2020-01-01"):
        source.in_force(dt.date(2019, 12, 31))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        load_policy(tmp_path / "none", VOCABULARY)


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    with pytest.raises(InputError, match="holds no policy"):
        load_policy(tmp_path, VOCABULARY)


def test_a_pd_on_a_boundary_belongs_to_the_worse_band(source: PolicySource) -> None:
    scale = source.in_force(AFTER).master_scale
    pds = np.array([0.0, np.nextafter(0.01, 0), 0.01, 0.1, 1.0])
    assert scale.grade_of(pds).tolist() == [1, 1, 2, 3, 8]
    assert (scale.grade(9).label, scale.grade(1).label) == ("D", "1")


@pytest.mark.parametrize("bad", [np.nan, -0.001, 1.001, np.inf])
def test_a_pd_that_is_none_has_no_grade(bad: float, source: PolicySource) -> None:
    with pytest.raises(InputError, match=r"1 of 2 PDs are not in 0\.\.1"):
        source.in_force(AFTER).master_scale.grade_of(np.array([0.5, bad]))


@pytest.mark.parametrize("folder", ["warnings", "early_warning"])
def test_rules_of_warnings_stand_in_either_folder(tmp_path: Path, folder: str) -> None:
    root = good_policy(tmp_path)
    before = load_policy(root, VOCABULARY).in_force(AFTER).content_hash
    if folder != "warnings":
        (root / "warnings").rename(root / folder)
    assert load_policy(root, VOCABULARY).in_force(AFTER).content_hash == before


def test_rules_of_other_stages_do_not_stand_in_early_warning(tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    (root / "limits").rename(root / "early_warning")
    _, findings = examine(root, VOCABULARY, (), with_cases=False)
    assert [str(finding) for finding in findings] == [
        "rules/early_warning/knowledge.yaml:2: the stage is limits, the folder is early_warning. "
        "Remedy: move the file or correct the stage"
    ]
