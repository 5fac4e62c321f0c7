"""Rules about industries: what they may not have to do with single customers."""

from pathlib import Path

import pytest

from riskengine.policy.checks.subjects import check_subjects
from riskengine.policy.source import examine
from support.policy_folder import VOCABULARY, good_policy

RULES = """
ruleset: warnings.sector
stage: warnings
owner: credit-policy
rules:
  - id: EWS-SEC-001
    name: {en: Industry pays later, zh: 行业付款延迟}
    in_force: {from: 2020-01-01}
    subject: industry
    when: ind_delay_rise >= @rise
    on_missing: no_hit
    then: {warning: amber, actions: [watch_list]}
"""
PARAMETER = """
  rise:
    text: {en: Rise that warns, zh: 升幅警戒线}
    unit: score
    values:
      - {from: 2020-01-01, value: 10, reference: manual, decided_by: committee}
      - {from: 2020-01-01, segment: south, value: 12, reference: manual, decided_by: committee}
"""
SEGMENTS = """
segments:
  south: {text: {en: South, zh: 南欧}, for: {FACT: [X]}, if_unknown: out}
"""
EXCLUSION = """
exclusions:
  - {rule: EWS-SEC-001, customer: C1, from: 2022-01-01, until: 2022-06-01, reason: season,
     requested_by: a.meier, approved_by: b.chen}
"""


def findings(folder: Path, fact: str, exceptions: str = "") -> list[str]:
    root = good_policy(folder)
    (root / "warnings" / "sector.yaml").write_text(RULES, encoding="utf-8")
    parameters = root / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8").rstrip() + PARAMETER, encoding="utf-8")
    (root / "segments.yaml").write_text(SEGMENTS.replace("FACT", fact), encoding="utf-8")
    if exceptions:
        (root / "exceptions.yaml").write_text(exceptions, encoding="utf-8")
    return [finding.what for finding in examine(root, VOCABULARY, (check_subjects,))[1]]


@pytest.mark.parametrize(("fact", "count"), [("cus_industry", 0), ("cus_country", 1)])
def test_parameters_may_differ_by_industry_and_by_nothing_else(tmp_path: Path, fact: str, count: int) -> None:
    found = findings(tmp_path, fact)
    assert len(found) == count
    assert all("'@rise' has another value for segment 'south'" in what for what in found)


def test_nobody_is_exempted_from_a_rule_about_industries(tmp_path: Path) -> None:
    assert findings(tmp_path, "cus_industry", EXCLUSION) == [
        "EWS-SEC-001 is about industries; no customer can be exempted from it"
    ]
