"""One policy at many values of a parameter over the same history, rated no more often than answers differ.

If every rule that the value moves says the same about every customer as at another value, and those rules' effects do
not depend on it, then so does everything that follows, stage by stage; the ratings of the other value are taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.policy.rule import Rule
from riskengine.rules.columns import ColumnsEngine
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.trial.history import History, Snapshot
from riskengine.workflows.trial.simulate_chain import rate_snapshot, run_of

Progress = Callable[[str, int, int], None]
Chain = tuple[Ratings, ...]  # one for each date, oldest first


@dataclass(frozen=True, slots=True)
class _Known:
    """What a date was rated as, after the run before it."""

    policy: Policy
    before: PreviousRun | None
    ratings: Ratings
    run: PreviousRun


def rate_values(
    history: History,
    policies: Sequence[Sequence[Policy]],
    previous: PreviousRun | None,
    progress: Progress,
) -> list[Chain]:
    """For each value the ratings of all dates; the same object where two values rate a date alike.

    `policies`: for each value one policy per date of the history.
    """
    chains = []
    known: list[list[_Known]] = [[] for _ in history.snapshots]
    progress("values", 0, len(policies))
    for number, on_dates in enumerate(policies, start=1):
        before, chain = previous, []
        for snapshot, policy, found in zip(history.snapshots, on_dates, known, strict=True):
            rated = _rated(snapshot, policy, before, found)
            before = rated.run
            chain.append(rated.ratings)
        chains.append(tuple(chain))
        progress("values", number, len(policies))
    return chains


def _rated(snapshot: Snapshot, policy: Policy, before: PreviousRun | None, known: list[_Known]) -> _Known:
    for one in reversed(known):
        if one.before is before and _same_answers(policy, one):
            return one
    ratings = rate_snapshot(snapshot, policy, before)
    found = _Known(policy, before, ratings, run_of(ratings))
    known.append(found)
    return found


def _same_answers(policy: Policy, other: _Known) -> bool:
    """Whether a policy says the same about everybody as the one somebody was rated with."""
    theirs = {rule.id: rule for rule in other.policy.all_rules}
    ours = {rule.id: rule for rule in policy.all_rules}
    if theirs.keys() != ours.keys() or _beside(policy) != _beside(other.policy):
        return False
    moved = [rule_id for rule_id, rule in ours.items() if rule.when != theirs[rule_id].when]
    if any(_effect(rule) != _effect(theirs[rule_id]) for rule_id, rule in ours.items()):
        return False
    engine, facts = ColumnsEngine(), other.ratings.facts
    old = engine.evaluate([theirs[rule_id] for rule_id in moved], facts).by_rule
    new = engine.evaluate([ours[rule_id] for rule_id in moved], facts).by_rule
    return all(np.array_equal(old[rule_id], new[rule_id]) for rule_id in moved)


def _beside(policy: Policy) -> tuple[object, ...]:
    """What decides beside the rules, or is asked by them."""
    return policy.limit, policy.terms, policy.master_scale, policy.windows


def _effect(rule: Rule) -> tuple[object, ...]:
    return rule.stage, rule.on_missing, rule.then
