"""Every error a policy can hold is found, with file, line and what to do."""

from pathlib import Path

import pytest

from riskengine.policy.findings import PolicyFindings
from riskengine.policy.source import examine, load_policy
from support.broken_policy import FOLDER, Broken, broken_files
from support.policy_folder import VOCABULARY, good_policy, policy_with


@pytest.mark.parametrize("broken", broken_files(), ids=lambda broken: broken.source)
def test_a_broken_file_is_explained(broken: Broken, tmp_path: Path) -> None:
    assert broken.examine(tmp_path) == broken.findings


def test_every_broken_file_is_in_the_list() -> None:
    assert {path.name for path in FOLDER.glob("*.yaml")} == {broken.source for broken in broken_files()}


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
