"""All that is wrong with a policy, at once."""

from collections.abc import Iterable

from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import FindingsError


class PolicyFindings(FindingsError):  # noqa: N818 - it carries many errors
    """The policy cannot be used; `findings` names every reason with file and line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        super().__init__(f"the policy has {count} error{'' if count == 1 else 's'}")

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by file and line."""
    return tuple(sorted(dict.fromkeys(findings), key=_order))


def _order(finding: Finding) -> tuple[str, int, str]:
    file, _, line = finding.place.rpartition(":")
    return (file, int(line), finding.what) if line.isdigit() else (finding.place, 0, finding.what)
