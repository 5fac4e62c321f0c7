"""One broken file per error, and what is said about it (tests/policy/broken)."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from riskengine.policy.checks.cases import check_coverage
from riskengine.policy.checks.every import COMPLETE, SOUND, Check
from riskengine.policy.source import examine
from riskengine.tables.yaml_file import Finding
from support.policy_folder import PROJECT, VOCABULARY, good_policy, policy_with

FOLDER = PROJECT / "tests" / "policy" / "broken"

_NO_COVERAGE = tuple(check for check in COMPLETE if check is not check_coverage)
_CHECKS: dict[str, tuple[Check, ...]] = {
    "": SOUND,
    "compared": (*SOUND, *_NO_COVERAGE),  # what was added needs no cases
    "complete": (*SOUND, *COMPLETE),
}


@dataclass(frozen=True)
class Broken:
    """`source` stands in for `target` in a sound policy; a folder of files for those of the same name."""

    source: str
    target: str
    checks: tuple[Check, ...]
    findings: tuple[str, ...]

    def find(self, folder: Path) -> tuple[Finding, ...]:
        source = FOLDER / self.source
        root = good_policy(folder) if source.is_dir() else policy_with(folder, self.target, source)
        if source.is_dir():
            shutil.copytree(source, root, dirs_exist_ok=True)
        return examine(root, VOCABULARY, self.checks)[1]


def broken_files() -> tuple[Broken, ...]:
    """The sections of findings.txt: `# source -> target, which checks`, then one finding a line."""
    found = []
    for section in (FOLDER / "findings.txt").read_text(encoding="utf-8").split("\n# ")[1:]:
        head, *lines = section.strip().splitlines()
        source, target = head.split(" -> ")
        target, _, checks = target.partition(", ")
        found.append(Broken(source, target, _CHECKS[checks], tuple(lines)))
    return tuple(found)
