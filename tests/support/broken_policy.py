"""One broken file per error, and what is said about it (tests/policy/broken)."""

from dataclasses import dataclass
from pathlib import Path

from riskengine.policy.source import COMPLETE, SOUND, Check, examine
from support.policy_folder import PROJECT, VOCABULARY, policy_with

FOLDER = PROJECT / "tests" / "policy" / "broken"

_OF_A_COMPLETE_POLICY = ("unused_parameter.yaml", "same_condition.yaml", "no_cases.yaml")


@dataclass(frozen=True)
class Broken:
    """`source` stands in for `target` in a sound policy."""

    source: str
    target: str
    findings: tuple[str, ...]

    def examine(self, folder: Path) -> tuple[str, ...]:
        root = policy_with(folder, self.target, FOLDER / self.source)
        _, findings = examine(root, VOCABULARY, self._checks)
        return tuple(str(finding) for finding in findings)

    @property
    def _checks(self) -> tuple[Check, ...]:
        """A file added for one error has no cases and need not have any."""
        wants_all = self.target.endswith(".test.yaml") or self.source in _OF_A_COMPLETE_POLICY
        return (*SOUND, *COMPLETE) if wants_all else SOUND


def broken_files() -> tuple[Broken, ...]:
    """The sections of findings.txt: `# source -> target`, then one finding a line."""
    found = []
    for section in (FOLDER / "findings.txt").read_text(encoding="utf-8").split("\n# ")[1:]:
        head, *lines = section.strip().splitlines()
        source, target = head.split(" -> ")
        found.append(Broken(source, target, tuple(lines)))
    return tuple(found)
