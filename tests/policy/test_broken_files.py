"""Every error a policy can hold is found, with file, line and what to do."""

from pathlib import Path

import pytest

from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.findings import PolicyFindings
from riskengine.policy.source import examine, load_policy
from riskengine.tables.yaml_file import Finding
from support.broken_policy import FOLDER, Broken, broken_files
from support.policy_folder import VOCABULARY, good_policy, policy_with

REASONED = {
    FindingKind.CONTAINED,
    FindingKind.SAME_CONDITION,
    FindingKind.CONTRADICTION,
    FindingKind.IMPOSSIBLE_ACTION,
    FindingKind.NOBODY_ACTS,
    FindingKind.TABLE_GAP,
    FindingKind.TABLE_OVERLAP,
    FindingKind.SEGMENT_TIE,
    FindingKind.ALWAYS_HITS,
    FindingKind.OUT_OF_RANGE,
    FindingKind.WRONG_UNIT,
}


@pytest.mark.parametrize("broken", broken_files(), ids=lambda broken: broken.source)
def test_a_broken_file_is_explained(broken: Broken, tmp_path: Path) -> None:
    assert tuple(str(finding) for finding in broken.find(tmp_path)) == broken.findings


def test_every_broken_file_is_in_the_list() -> None:
    assert {path.name for path in FOLDER.iterdir()} - {"findings.txt"} == {broken.source for broken in broken_files()}


@pytest.fixture(scope="module")
def everything_found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    folder = tmp_path_factory.mktemp("broken")
    return tuple(f for place, broken in enumerate(broken_files()) for f in broken.find(folder / str(place)))


def test_every_kind_of_mistake_has_a_broken_file(everything_found: tuple[Finding, ...]) -> None:
    assert {finding.kind for finding in everything_found} == {kind.value for kind in FindingKind}


def test_what_is_found_by_reasoning_is_shown_in_a_customer(everything_found: tuple[Finding, ...]) -> None:
    shown = [finding for finding in everything_found if finding.kind in REASONED]
    assert {finding.kind for finding in shown} == REASONED
    assert [str(finding) for finding in shown if not finding.example] == []


def test_the_sound_policy_has_no_findings(tmp_path: Path) -> None:
    assert examine(good_policy(tmp_path), VOCABULARY)[1] == ()


def test_all_files_are_reported_at_once(tmp_path: Path) -> None:
    root = policy_with(tmp_path, "warnings/broken.yaml", FOLDER / "bad_leaves.yaml")
    (root / "warnings" / "other.yaml").write_bytes((FOLDER / "unknown_action.yaml").read_bytes())
    (root / "master_scale.yaml").write_bytes((FOLDER / "scale_gap.yaml").read_bytes())
    with pytest.raises(PolicyFindings) as caught:
        load_policy(root, VOCABULARY)
    files = {finding.place.rpartition(":")[0] for finding in caught.value.findings}
    assert files == {"rules/warnings/broken.yaml", "rules/warnings/other.yaml", "rules/master_scale.yaml"}
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["policy.yaml", "parameters.yaml", "master_scale.yaml", "limits.yaml", "terms.yaml"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    root = good_policy(tmp_path)
    (root / name).unlink()
    _, findings = examine(root, VOCABULARY)
    assert (f"rules/{name}:1", "there is no such file") in [(f.place, f.what) for f in findings]
