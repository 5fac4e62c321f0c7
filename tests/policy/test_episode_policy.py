"""`indicator`, `until` and episodes.yaml: what a policy says of how warnings live on."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import truth
from riskengine.policy.difference.compare import Part, ValueChange, compare_on
from riskengine.policy.difference.rule import RuleChange
from riskengine.policy.episode_policy import AT_ONCE, EpisodePolicy
from riskengine.policy.rule import Rule
from riskengine.policy.source import PolicySource, load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.reports.assessment_text import Speaker
from riskengine.reports.difference.rule_text import RuleWriter
from riskengine.terms.decision import Severity
from support.policy_folder import SHIPPED, VOCABULARY, good_policy

DAY = dt.date(2023, 1, 1)
EPISODES = """versions:
  - from: 2022-01-01
    reference: Manual 9
    decided_by: Committee
    policy:
      close_after_days: {watch: 7, amber: 14, red: 30}
      cooling_days: {watch: "@calm_days", amber: 30, red: 60}
      indicators:
        arrears: {cooling_days: {watch: 1, amber: 2, red: 3}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return good_policy(tmp_path)


def rule_of(root: Path, rule_id: str = "EWS-PAY-001", as_of: dt.date = DAY) -> Rule:
    return next(rule for rule in load_policy(root, VOCABULARY).in_force(as_of).all_rules if rule.id == rule_id)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def with_exit(root: Path, until: str = "dpd < @materiality_days") -> Path:
    edit(root / "warnings" / "payment.yaml", "    then: {warning: red", f"    until: {until}\n    then: {{warning: red")
    return root


def add_parameter(root: Path, name: str, *values: str) -> None:
    parameters = root / "parameters.yaml"
    lines = "".join(f"      - {{{value}, reference: M, decided_by: C}}\n" for value in values)
    written = f"  {name}:\n    text: {{en: Days, zh: 天数}}\n    unit: days\n    values:\n{lines}"
    parameters.write_text(parameters.read_text(encoding="utf-8") + written, encoding="utf-8")


def with_episodes(root: Path) -> Path:
    edit(
        root / "warnings" / "payment.yaml", "    then: {warning: red", "    indicator: arrears\n    then: {warning: red"
    )
    add_parameter(root, "calm_days", "from: 2020-01-01, value: 10", "from: 2022-06-01, value: 20")
    (root / "early_warning").mkdir()
    (root / "early_warning" / "episodes.yaml").write_text(EPISODES, encoding="utf-8")
    return root


def test_a_rule_is_an_indicator_of_its_own_unless_it_names_one(root: Path) -> None:
    assert rule_of(root).indicator_id == "EWS-PAY-001"
    assert rule_of(with_episodes(root)).indicator_id == "arrears"


def test_an_exit_is_resolved_with_the_parameters_of_the_day(root: Path) -> None:
    add_parameter(root, "materiality_days", "from: 2020-01-01, value: 30", "from: 2022-06-01, value: 20")
    with_exit(root)
    assert str(rule_of(root, as_of=dt.date(2022, 5, 31)).until) == "dpd < 30"
    assert str(rule_of(root).until) == "dpd < 20"


def test_what_a_segment_was_warned_of_is_over_for_who_leaves_it(root: Path) -> None:
    (root / "segments.yaml").write_text(
        "segments:\n  south:\n    text: {en: South, zh: 南欧}\n    for: {cus_country: [IT, ES]}\n    if_unknown: out\n"
    )
    add_parameter(root, "calm_days", "from: 2020-01-01, value: 30", "from: 2020-01-01, value: 10, segment: south")
    with_exit(root, "dpd < @calm_days")
    usual, south = rule_of(root), rule_of(root, "EWS-PAY-001@south")

    def over(rule: Rule, **facts: Value) -> bool | None:
        return None if rule.until is None else truth(rule.until, facts)

    assert [over(south, cus_country="IT", dpd=days) for days in (20.0, 5.0, None)] == [False, True, None]
    assert over(south, cus_country="NO", dpd=20.0) is True
    assert over(south, dpd=20.0) is True
    assert [over(usual, cus_country="NO", dpd=days) for days in (40.0, 20.0)] == [False, True]
    assert over(usual, cus_country="IT", dpd=40.0) is True


def test_without_the_file_a_warning_ends_at_once(root: Path) -> None:
    policy = load_policy(root, VOCABULARY).in_force(DAY)
    assert policy.episodes == AT_ONCE
    assert policy.episodes.close_after("arrears", Severity.RED) == 0


def test_the_policy_of_episodes_has_its_dates_and_parameters(root: Path) -> None:
    source = load_policy(with_episodes(root), VOCABULARY)
    assert source.in_force(dt.date(2021, 12, 31)).episodes == AT_ONCE
    before, after = (source.in_force(day).episodes for day in (dt.date(2022, 1, 1), DAY))
    assert [one.cooling("EWS-PAY-002", Severity.WATCH) for one in (before, after)] == [10, 20]
    assert after.close_after("arrears", Severity.RED) == 30
    assert after.cooling("arrears", Severity.RED) == 3
    assert {dt.date(2022, 1, 1), dt.date(2022, 6, 1)} <= set(source.draft.dates())


def test_the_hash_counts_what_is_said_and_not_what_could_have_been(root: Path, tmp_path: Path) -> None:
    plain = load_policy(root, VOCABULARY).in_force(DAY).content_hash
    other = tmp_path / "other"
    shutil.copytree(root, other / "rules")
    same = with_exit(other / "rules", "dpd < 30")
    assert load_policy(same, VOCABULARY).in_force(DAY).content_hash != plain
    source = load_policy(with_episodes(root), VOCABULARY)
    told = source.in_force(DAY).content_hash
    edit(root / "early_warning" / "episodes.yaml", "red: 30", "red: 31")
    hashes = {plain, told, load_policy(root, VOCABULARY).in_force(DAY).content_hash}
    assert len(hashes) == 3


def test_a_difference_is_told(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "new" / "rules")
    old = load_policy(root, VOCABULARY)
    new = load_policy(with_exit(with_episodes(tmp_path / "new" / "rules"), "dpd < 30"), VOCABULARY)
    changes = compare_on(old, DAY, new, DAY)
    rule = next(change for change in changes if isinstance(change, RuleChange))
    assert rule.aspects == ("indicator", "until")
    lines = list(RuleWriter(VOCABULARY, Speaker("en")).aspects(rule, ""))
    assert lines == ["indicator: EWS-PAY-001 -> arrears", "over when: it no longer applies -> dpd: below 30 days"]
    values = {c.path: (c.before, c.after) for c in changes if isinstance(c, ValueChange) and c.part is Part.EPISODES}
    assert values["close_after_days.red"] == (0, 30)


def test_the_shipped_exits_leave_a_gap_and_are_named(shipped: PolicySource) -> None:
    policy = shipped.in_force(dt.date(2025, 6, 30))
    with_until = [rule for rule in policy.all_rules if rule.until is not None]
    assert {rule.indicator_id for rule in with_until} >= {"default_risk", "utilisation"}
    assert policy.episodes.cooling("default", Severity.RED) < policy.episodes.cooling("x", Severity.RED)
    assert policy.episodes.budget is not None


@pytest.fixture(scope="module")
def shipped() -> PolicySource:
    return load_policy(SHIPPED, standard_vocabulary())


def test_the_closest_owner_answers(shipped: PolicySource) -> None:
    policy = shipped.in_force(dt.date(2025, 6, 30))
    general = policy.terms.follow_up

    def owner(episodes: EpisodePolicy, severity: Severity, exposure: float | None) -> str:
        return episodes.follow_up(severity, general, exposure=exposure, sales_team="north").owner

    assert owner(policy.episodes, Severity.AMBER, 999_999.0) == general.amber.owner
    assert owner(policy.episodes, Severity.AMBER, 1e6) == "head_of_credit"
    assert owner(policy.episodes, Severity.RED, None) == general.red.owner
    assert owner(replace(policy, episodes=AT_ONCE).episodes, Severity.RED, 1e9) == general.red.owner
