"""Random edits of the shipped policy end in findings or a policy, never in a traceback; `fuzz_policy.py` tries more."""

from pathlib import Path

import pytest

from riskengine.policy import reading
from support.policy_fuzz import cached_loader, edits, try_edit


def test_edited_files_are_explained_or_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "load_yaml", cached_loader())
    faults = [fault for edit in edits(20261121, 60) if (fault := try_edit(edit, tmp_path)) is not None]
    assert [(fault.edit.number, fault.edit.file, fault.what) for fault in faults] == []
