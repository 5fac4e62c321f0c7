"""Whether real ratings break an invariant: the same statement, of numbers instead of formulas."""

from collections.abc import Sequence
from dataclasses import dataclass

from riskengine.policy.bundle import Policy
from riskengine.policy.condition import truth
from riskengine.policy.invariant import Always, Direction, Invariant, Measure, Missing, StandIn, Worse
from riskengine.policy.vocabulary import Vocabulary
from riskengine.proof.excuse import rate_leniently
from riskengine.proof.scenario import FactValue, Rated, Scenario, end_record, rate_all

Record = dict[str, FactValue | None]


@dataclass(frozen=True, slots=True)
class Breach:
    """Ratings that break an invariant. `excused`: rules of which something is left out, see `excuse`."""

    scenario: Scenario
    excused: tuple[str, ...]
    rated: tuple[Rated, ...]


def find_breaches(
    invariant: Invariant, scenarios: Sequence[Scenario], policy: Policy, vocabulary: Vocabulary
) -> list[Breach | None]:
    """The ratings of each scenario that breaks the invariant."""
    found: list[Breach | None] = []
    for scenario, (used, rated) in zip(scenarios, _rated(invariant, scenarios, policy), strict=True):
        records = [end_record(one, vocabulary) for one in rated]
        said_of = invariant.given is None or all(truth(invariant.given, record) is True for record in records)
        broken = said_of and _is_broken(invariant, scenario, records, rated)
        found.append(Breach(scenario, _excused(policy, used), rated) if broken else None)
    return found


def _excused(policy: Policy, used: Policy) -> tuple[str, ...]:
    then = {rule.id: rule.then for rule in used.all_rules}
    return tuple(rule.id for rule in policy.all_rules if then[rule.id] != rule.then)


def _rated(
    invariant: Invariant, scenarios: Sequence[Scenario], policy: Policy
) -> list[tuple[Policy, tuple[Rated, ...]]]:
    match invariant.says:
        case Always():
            return [(policy, (one,)) for one in rate_all([(s.facts, s.temporary) for s in scenarios], policy)]
        case Worse():
            both = rate_all([(facts, s.temporary) for s in scenarios for facts in (s.facts, s.second)], policy)
            return [(policy, pair) for pair in zip(both[::2], both[1::2], strict=True)]
        case Missing():
            return [(used, (knowing, unknowing)) for used, knowing, unknowing in rate_leniently(scenarios, policy)]


def _is_broken(invariant: Invariant, scenario: Scenario, records: Sequence[Record], rated: tuple[Rated, ...]) -> bool:
    match invariant.says:
        case Always(condition):
            return truth(condition, records[0]) is not True
        case Worse() as worse:
            return _is_worse(worse, *records) and _is_better(worse.never_better, *records)
        case Missing() as missing:
            return _is_broken_by_gap(missing, scenario, records, rated)


def _is_worse(worse: Worse, first: Record, second: Record) -> bool:
    one, other = first[worse.fact], second[worse.fact]
    if not isinstance(one, float) or not isinstance(other, float):
        return False
    return one <= other if worse.when is Direction.HIGHER else one >= other


def _is_better(measures: Sequence[Measure], first: Record, second: Record) -> bool:
    """Whether the second customer is better off in any of them."""
    return any(_gains(measure, first[measure.value], second[measure.value]) for measure in measures)


def _gains(measure: Measure, first: FactValue | None, second: FactValue | None) -> bool:
    if first is None or second is None:
        return False
    return float(second) < float(first) if measure is Measure.GRADE else float(second) > float(first)


def _is_broken_by_gap(
    missing: Missing, scenario: Scenario, records: Sequence[Record], rated: tuple[Rated, ...]
) -> bool:
    allowed = frozenset(missing.facts)
    gaps = all(value is None and (not allowed or name in allowed) for name, value in scenario.changed.items())
    knowing, unknowing = rated
    fair = all(_not_stood_in(one, knowing, unknowing) for one in missing.stand_ins)
    return gaps and fair and not records[1]["refer"] and _is_better(missing.never_better, *records)


def _not_stood_in(stand_in: StandIn, knowing: Rated, unknowing: Rated) -> bool:
    """As in `question`; a constraint that is not known does not hold anybody down."""
    there, here = knowing.ratings.limits.constraints, unknowing.ratings.limits.constraints
    k, u = knowing.row, unknowing.row
    match stand_in:
        case StandIn.NEED:
            return not there.need[k] < here.need[u]
        case StandIn.CAPACITY:
            return bool(there.capacity[k] >= here.capacity[u])
        case StandIn.CONCENTRATION:
            cap = there.concentration_cap[k]
            return not cap < there.policy_cap[k] or bool(cap >= here.concentration_cap[u])
        case StandIn.TERMS:
            return bool(knowing.ratings.terms.wanted[k] >= unknowing.ratings.terms.wanted[u])
