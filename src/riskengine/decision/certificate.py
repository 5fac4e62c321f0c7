"""The decision certificate: all that went into one rating and all that came out, as one JSON record."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from riskengine.decision.agreed_reasons import exclusions_for, snoozed_rules, temporary_limit_for
from riskengine.decision.arrays import NONE
from riskengine.decision.canonical import JsonValue, number_or_null, sha256_of
from riskengine.decision.frames import review_days
from riskengine.decision.ratings import Ratings
from riskengine.decision.reasons import Reason
from riskengine.decision.warnings import warnings_of
from riskengine.decision.words import write_grade
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.vocabulary import CONTEXT_FACTS
from riskengine.rules.facts import FactColumns
from riskengine.terms.decision import Outcome, Stage
from riskengine.terms.limit import Binding, CapacitySource, NeedSource

SCHEMA = "riskengine certificate 2"  # 1 took the model's reasons by another grouping, with other last bits

# What the caller gives beside the features: requests, the earlier rating, open cases, the review clock and anomalies.
# All other context rate() makes itself.
_GIVEN_FAMILIES = ("req_", "prev_", "ews_", "clk_", "ano_")
GIVEN = frozenset(
    fact.name for fact in CONTEXT_FACTS if fact.known_from is Stage.HARD_STOPS and fact.name.startswith(_GIVEN_FAMILIES)
)
COMPUTED = frozenset(fact.name for fact in CONTEXT_FACTS) - GIVEN


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model said it. `digest` is that of its verified bundle."""

    name: str
    version: str
    digest: str


def certify(ratings: Ratings, row: int, model: ModelIdentity, reasons: Sequence[Reason] = ()) -> dict[str, JsonValue]:
    """The certificate of one customer, JSON-ready: numbers exact, missing values and "no cap" null.

    `input_sha256` names what was known, `decision_sha256` everything else but itself. Two certificates of equal
    hashes are the same decision on the same facts.
    """
    given = given_facts(ratings.facts, row)
    content: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "customer_id": str(ratings.customer_ids[row]),
        "as_of": ratings.as_of.isoformat(),
        "input": given,
        "input_sha256": sha256_of(given),
        "model": _model(ratings, row, model),
        "policy": {"version": ratings.policy.version, "content_hash": ratings.policy.content_hash},
        "rules": {rule_id: outcome.value for rule_id, outcome in ratings.outcomes.record(row).items()},
        "rules_applied": list(ratings.effects.applied_to(row)),
        "rules_unknown_and_referred": list(ratings.effects.referred_by(row)),
        "parts": _parts(ratings, row),
        "exclusions": _exclusions(ratings, row),
        "status": ratings.status_of(row).value,
        "grade_path": _grade_path(ratings, row),
        "limit_path": _limit_path(ratings, row),
        "terms_path": _terms_path(ratings, row),
        "available_credit": number_or_null(ratings.available[row]),
        "frozen": bool(ratings.frozen[row]),
        "refer": bool(ratings.effects.refer[row]),
        "actions": [action.value for action in ratings.effects.actions_of(row)],
        "warnings": warnings_of(ratings, row),
        "review_on": _review_on(ratings, row),
        "reasons": [_reason(reason) for reason in reasons],
    }
    return {**content, "decision_sha256": sha256_of(content)}


def _parts(ratings: Ratings, row: int) -> dict[str, JsonValue]:
    """In words, which row or whose values, of every rule that said more than no."""
    said = ratings.outcomes.record(row)
    return {
        rule.id: {"en": rule.part.en, "zh": rule.part.zh}
        for rule in ratings.policy.all_rules
        if rule.part is not None and said[rule.id] is not Outcome.NO_HIT
    }


def _exclusions(ratings: Ratings, row: int) -> list[JsonValue]:
    """Every exclusion in force for the customer, and which rules it silenced."""
    return [
        {
            "rule": exclusion.rule_id,
            "customer": exclusion.customer_id,
            "group": exclusion.group_id,
            "silenced": [rule.id for rule in snoozed_rules(ratings, row, exclusion)],
            **_agreed(exclusion),
        }
        for exclusion in exclusions_for(ratings, row)
    ]


def _temporary_limit(ratings: Ratings, row: int) -> JsonValue:
    granted = temporary_limit_for(ratings, row)
    return None if granted is None else {"limit": granted.limit, **_agreed(granted)}


def _agreed(agreed: Exclusion | TemporaryLimit) -> dict[str, JsonValue]:
    return {
        "from": agreed.start.isoformat(),
        "until": agreed.until.isoformat(),
        "reason": agreed.reason,
        "requested_by": agreed.requested_by,
        "approved_by": agreed.approved_by,
    }


def given_facts(facts: FactColumns, row: int) -> dict[str, JsonValue]:
    """What was known of one customer before anything was concluded: numbers and texts apart, missing ones null."""
    return {
        "numbers": {n: number_or_null(v[row]) for n, v in sorted(facts.numbers.items()) if n not in COMPUTED},
        "texts": {n: v[row] for n, v in sorted(facts.texts.items()) if n not in COMPUTED},
        "portfolio_exposure": number_or_null(facts.numbers["ctx_portfolio_exposure"][row]),
    }


def _model(ratings: Ratings, row: int, model: ModelIdentity) -> dict[str, JsonValue]:
    unrated = ratings.unrated_reason(row)
    return {
        "name": model.name,
        "version": model.version,
        "digest": model.digest,
        "raw": number_or_null(ratings.predictions.raw[row]),
        "pd_12m": number_or_null(ratings.predictions.pd_12m[row]),
        "unrated_reason": None if unrated is None else unrated.value,
    }


def _grade_path(ratings: Ratings, row: int) -> dict[str, JsonValue]:
    path = ratings.grades
    stages = (Stage.HARD_STOPS, Stage.GRADING)
    return {
        "pd_grade": _grade(path.pd[row]),
        "in_default": bool(ratings.effects.in_default[row]),
        "cap": _grade(path.cap[row]) if path.cap[row] > 1 else None,
        "notch": int(path.notch[row]),
        "rule_grade": _grade(path.rule[row]),
        "final_grade": _grade(path.final[row]),
        "rules": _applied_in(ratings, row, stages),
    }


def _limit_path(ratings: Ratings, row: int) -> dict[str, JsonValue]:
    path = ratings.limits
    made = path.constraints
    return {
        "need": number_or_null(made.need[row]),
        "need_source": _word(made.need_source[row], tuple(NeedSource)),
        "capacity": number_or_null(made.capacity[row]),
        "capacity_source": _word(made.capacity_source[row], tuple(CapacitySource)),
        "policy_cap": number_or_null(made.policy_cap[row]),
        "concentration_cap": number_or_null(made.concentration_cap[row]),
        "pd_bound": number_or_null(ratings.pd_bound[row]),
        "grade_factor": number_or_null(path.factor[row]),
        "computed": number_or_null(path.computed[row]),
        "temporary_limit": _temporary_limit(ratings, row),
        "before_rules": number_or_null(path.before_rules[row]),
        "rule_cap": number_or_null(path.rule_cap[row]),
        "rule_factor": number_or_null(path.rule_factor[row]),
        "limit": number_or_null(path.limit[row]),
        "binding_constraint": _word(path.binding[row], tuple(Binding)),
        "rules": _applied_in(ratings, row, (Stage.LIMITS,)),
    }


def _terms_path(ratings: Ratings, row: int) -> dict[str, JsonValue]:
    path = ratings.terms
    discount = ratings.policy.terms.discount
    offered = bool(path.discount[row]) and discount is not None
    return {
        "wanted_days": number_or_null(path.wanted[row]),
        "grade_longest_days": number_or_null(path.grade_longest[row]),
        "extension_days": number_or_null(path.extension[row]),
        "rule_cap_days": number_or_null(path.rule_cap[row]),
        "longest_days": number_or_null(path.longest[row]),
        "terms_days": number_or_null(path.days[row]),
        "discount": None
        if not offered or discount is None
        else {"percent": discount.percent, "within_days": discount.within_days},
        "rules": _applied_in(ratings, row, (Stage.TERMS,)),
    }


def _applied_in(ratings: Ratings, row: int, stages: tuple[Stage, ...]) -> list[str]:
    return [r.id for stage in stages for r in ratings.policy.rules[stage] if ratings.effects.applied[r.id][row]]


def _grade(number: float) -> str | None:
    return None if number_or_null(number) is None else write_grade(number)


def _word(code: int, enum: tuple[StrEnum, ...]) -> str | None:
    return None if code == NONE else enum[int(code)].value


def _review_on(ratings: Ratings, row: int) -> str | None:
    day = review_days(ratings)[row]
    return None if day is None else str(day.isoformat())


def _reason(reason: Reason) -> dict[str, JsonValue]:
    return {
        "kind": reason.kind.value,
        "code": reason.code,
        "en": reason.text.en,
        "zh": reason.text.zh,
        "weight": reason.weight,
    }
