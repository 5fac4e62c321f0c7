"""What is found about a draft before it may be released: checks, cases, proofs."""

from pathlib import Path
from typing import Any

from riskengine.policy.findings import PolicyFindings
from riskengine.policy.release.changelog import changelog_findings, unsaid
from riskengine.policy.release.published_bundle import CHANGELOG
from riskengine.policy.source import load_policy
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import FindingsError
from riskengine.workflows.rules.check_policy import check_policy
from riskengine.workflows.rules.policy_cases import run_cases
from riskengine.workflows.rules.prove_policy import Progress, prove_policy


def checked_evidence(rules: Path) -> dict[str, Any]:
    """What `rules check` and `rules test` say of a policy that passes both.

    Raises PolicyFindings naming everything that is wrong, the changelog included; FindingsError if a case fails.
    """
    report = check_policy(rules)
    findings = (*report.findings, *_changelog(rules))
    if findings or report.policy is None:
        raise PolicyFindings(findings)
    results = run_cases(rules)
    failed = [failure for result in results for failure in result.failed]
    lacking = [finding for result in results for finding in result.lacking]
    if lacking:
        raise PolicyFindings(lacking)
    if failed:
        first = failed[0]
        raise FindingsError(
            f"{len(failed)} cases fail; first {first.rule}, case '{first.case}': expected {first.expected}",
            where=first.place,
            remedy="see riskengine rules test",
        )
    return {
        "findings": 0,
        "rules": len(report.policy.every_rule),
        "parameters": report.parameters,
        "cases": report.cases,
        "expectations": sum(len(result.expectations) for result in results),
        "content_hash": report.policy.content_hash,
        "as_of": report.policy.as_of.isoformat(),
    }


def proved_evidence(rules: Path, progress: Progress | None = None) -> dict[str, Any]:
    """What `rules prove` says of a policy whose invariants all hold, on every date on which anything changes.

    Raises FindingsError if one is refuted, cannot be decided, or is said of nobody; else as `prove_policy`.
    """
    report = prove_policy(rules, progress=progress)
    bad = [verdict for verdict in report.verdicts if not verdict.is_good]
    if bad:
        first = bad[0]
        why = f" ({first.reason})" if first.reason else ""
        raise FindingsError(
            f"{len(bad)} of {len(report.verdicts)} proofs fail; first {first.invariant.id} on {first.as_of}: "
            f"{first.finding.value}{why}",
            where=str(rules),
            remedy="see riskengine rules prove, which shows the customer",
        )
    return {
        "invariants": len({verdict.invariant.id for verdict in report.verdicts}),
        "proofs": len(report.verdicts),
        "as_of": [policy.as_of.isoformat() for policy in report.policies],
    }


def _changelog(rules: Path) -> tuple[Finding, ...]:
    """What is wrong with the changelog, and dates of change of which it says nothing."""
    path = rules / CHANGELOG
    where = f"{rules.resolve().name}/{CHANGELOG}"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    silent = unsaid(text, load_policy(rules).draft.dates())
    remedy = "say what changes for whom and on whose word"
    said = tuple(Finding(f"{where}:1", f"nothing is said about {day}", remedy) for day in silent)
    return (*changelog_findings(text, where), *said)
