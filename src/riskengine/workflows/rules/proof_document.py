"""What `rules prove` found, as JSON-ready data."""

from riskengine.proof.breach import Breach
from riskengine.proof.scenario import FactValue, Rated, Scenario, end_record
from riskengine.proof.verdict import Verdict
from riskengine.workflows.rules.prove_policy import ProofReport

CONCLUSIONS = ("grade", "limit", "terms_days", "in_default", "frozen", "refer", "severity", "available_credit")


def proof_document(report: ProofReport) -> dict[str, object]:
    """Every verdict; of a refuted invariant the customers who break it, with what they are and how they are rated."""
    return {
        "is_good": report.is_good,
        "policies": [
            {"as_of": policy.as_of.isoformat(), "version": policy.version, "content_hash": policy.content_hash}
            for policy in report.policies
        ],
        "verdicts": [_verdict(verdict, report) for verdict in report.verdicts],
    }


def _verdict(verdict: Verdict, report: ProofReport) -> dict[str, object]:
    invariant = verdict.invariant
    return {
        "id": invariant.id,
        "name": {"en": invariant.name.en, "zh": invariant.name.zh},
        "place": invariant.place,
        "as_of": verdict.as_of.isoformat(),
        "finding": verdict.finding.value,
        "reason": verdict.reason,
        "seconds": round(verdict.seconds, 3),
        "excused_rules": [] if verdict.breach is None else list(verdict.breach.excused),
        "customers": [] if verdict.breach is None else _customers(verdict.breach, report),
    }


def _customers(breach: Breach, report: ProofReport) -> list[dict[str, object]]:
    facts = facts_of(breach.scenario)
    return [
        {
            "facts": dict(sorted(given.items())),
            "temporary_limit": breach.scenario.temporary,
            "rating": {name: end_record(rated, report.vocabulary)[name] for name in CONCLUSIONS},
            "actions": [action.value for action in rated.ratings.effects.actions_of(rated.row)],
            "rules_applied": list(rated.ratings.effects.applied_to(rated.row)),
        }
        for given, rated in zip(facts, breach.rated, strict=True)
    ]


def facts_of(scenario: Scenario) -> list[dict[str, FactValue]]:
    """The facts of each customer of a scenario; what is not there is missing."""
    return [dict(scenario.facts)] + ([scenario.second] if scenario.changed else [])


def rated_rules(rated: Rated) -> list[tuple[str, str]]:
    """The rules that applied to a customer, with their names."""
    names = {rule.id: rule.name.en for rule in rated.ratings.policy.all_rules}
    return [(rule_id, names[rule_id]) for rule_id in rated.ratings.effects.applied_to(rated.row)]
