"""Where the policy says itself that a gap is not held against a customer.

One customer does not know what another knows. A rule is excused if it is unknown for him and says `on_missing: no_hit`,
or if it names a fact of that difference in an `is missing` leaf. What an excused rule takes from the one who knows, and
what it gives to the one who does not, does not count when the two are compared.
"""

from collections.abc import Sequence
from dataclasses import replace

from riskengine.policy.bundle import Policy
from riskengine.policy.condition import IsMissing, leaves
from riskengine.policy.rule import Effect, Rule
from riskengine.proof.customer import Customer
from riskengine.proof.logic import FALSE, Bool, conj, disj, neg
from riskengine.proof.scenario import Rated, Scenario, rate_all
from riskengine.rules.outcomes import HIT, MISSING
from riskengine.terms.decision import RATING_STAGES, OnMissing


def asks_whether_missing(rule: Rule) -> frozenset[str]:
    return frozenset(leaf.fact for leaf in leaves(rule.when) if isinstance(leaf, IsMissing))


def compare_leniently(unknowing: Customer, knowing: Customer) -> None:
    """Let both customers leave out of account what the policy excuses."""

    def excused(rule: Rule) -> Bool:
        by_name = [
            conj((neg(unknowing.fact(name, rule.stage).present), knowing.fact(name, rule.stage).present))
            for name in sorted(asks_whether_missing(rule))
        ]
        unknown = unknowing.heard(rule).truth.unknown if rule.on_missing is OnMissing.NO_HIT else FALSE
        return disj((unknown, *by_name))

    def lean_unknowing(rule: Rule) -> tuple[Bool, Bool]:
        mine, theirs = unknowing.heard(rule).applies, knowing.heard(rule).applies
        return mine, conj((mine, disj((neg(excused(rule)), theirs))))

    def lean_knowing(rule: Rule) -> tuple[Bool, Bool]:
        mine, theirs = knowing.heard(rule).applies, unknowing.heard(rule).applies
        return conj((mine, disj((neg(excused(rule)), theirs)))), mine

    unknowing.lean, knowing.lean = lean_unknowing, lean_knowing


def rate_leniently(scenarios: Sequence[Scenario], policy: Policy) -> list[tuple[Policy, Rated, Rated]]:
    """Of each scenario the policy without what it excuses between the two, and by it first him who knows, then him who
    does not.

    What is left out of one stage can change what rules of a later one say, so it is done again until nothing changes.
    """
    lenient = [policy] * len(scenarios)
    found: dict[int, tuple[Policy, Rated, Rated]] = {}
    while len(found) < len(scenarios):
        for places in _together([p for p in range(len(scenarios)) if p not in found], lenient):
            used = lenient[places[0]]
            given = [
                (facts, scenarios[p].temporary) for p in places for facts in (scenarios[p].facts, scenarios[p].second)
            ]
            rated = rate_all(given, used)
            for place, knowing, unknowing in zip(places, rated[::2], rated[1::2], strict=True):
                narrowed = _without_excused(policy, knowing, unknowing)
                if narrowed.rules == used.rules:
                    found[place] = (used, knowing, unknowing)
                lenient[place] = narrowed
    return [found[place] for place in range(len(scenarios))]


def _together(places: Sequence[int], policies: Sequence[Policy]) -> list[list[int]]:
    """Places with equal rules."""
    groups: list[list[int]] = []
    for place in places:
        same = next((group for group in groups if policies[group[0]].rules == policies[place].rules), None)
        if same is None:
            groups.append([place])
        else:
            same.append(place)
    return groups


def _without_excused(policy: Policy, knowing: Rated, unknowing: Rated) -> Policy:
    there, here = (rated.ratings.facts.record(rated.row) for rated in (knowing, unknowing))
    gaps = frozenset(name for name, value in there.items() if value is not None and here.get(name) is None)

    def trimmed(rule: Rule) -> Rule:
        """The rule without the parts that the excuse leaves out."""
        hits, hits_unknowing = (_counts(rule, rated) for rated in (knowing, unknowing))
        if hits == hits_unknowing or not _is_excused(rule, unknowing, gaps):
            return rule
        return replace(rule, then=_giving(rule.then) if hits else _taking(rule.then))

    rules = {stage: tuple(trimmed(rule) for rule in policy.rules[stage]) for stage in RATING_STAGES}
    return replace(policy, rules={**policy.rules, **rules})


def _counts(rule: Rule, rated: Rated) -> bool:
    """Whether the rule holds for somebody, whatever has been left out of its effect."""
    outcome = rated.ratings.outcomes.by_rule[rule.id][rated.row]
    return bool(outcome == HIT or (outcome == MISSING and rule.on_missing is OnMissing.HIT))


def _is_excused(rule: Rule, unknowing: Rated, gaps: frozenset[str]) -> bool:
    outcome = unknowing.ratings.outcomes.by_rule[rule.id][unknowing.row]
    is_unknown = rule.on_missing is OnMissing.NO_HIT and outcome == MISSING
    return bool(is_unknown) or not gaps.isdisjoint(asks_whether_missing(rule))


def _giving(effect: Effect) -> Effect:
    """The effect without what it takes."""
    return replace(
        effect,
        grade_cap=None,
        notch=min(effect.notch, 0),
        limit_cap=None,
        limit_factor=None,
        terms_cap_days=None,
        terms_add_days=max(effect.terms_add_days, 0),
        freeze=False,
        in_default=False,
    )


def _taking(effect: Effect) -> Effect:
    """The effect without what it gives."""
    return replace(effect, notch=max(effect.notch, 0), terms_add_days=min(effect.terms_add_days, 0))
