"""A refutation a person can take in: as few facts as possible, and as round ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from riskengine.policy.bundle import Policy
from riskengine.policy.invariant import Invariant
from riskengine.policy.vocabulary import Vocabulary
from riskengine.proof.breach import Breach, find_breaches
from riskengine.proof.scenario import FactValue, Scenario

Kept = TypeVar("Kept", FactValue, FactValue | None)
Offers = Callable[[Scenario], Iterator[tuple[str, Scenario]]]


def simplify(invariant: Invariant, breach: Breach, policy: Policy, vocabulary: Vocabulary) -> Breach:
    """A breach of the same invariant by simpler customers, until nothing can be left out any more; every step is rated,
    so it stays one."""
    best = breach
    while True:
        before = best.scenario
        for offers in (_fewer_facts, _fewer_changes, _rounder_values):
            best = _improved(invariant, best, policy, vocabulary, offers)
        if best.scenario == before:
            return best


def _improved(invariant: Invariant, best: Breach, policy: Policy, vocabulary: Vocabulary, offers: Offers) -> Breach:
    """Take offers as long as one of them is still a breach."""
    refused: set[str] = set()
    while True:
        fresh = [(name, simpler) for name, simpler in offers(best.scenario) if name not in refused]
        found = find_breaches(invariant, [simpler for _, simpler in fresh], policy, vocabulary) if fresh else []
        first = next((one for one in found if one is not None), None)
        if first is None:
            return best
        refused.update(name for (name, _), one in zip(fresh, found, strict=True) if one is None)
        best = first


def _fewer_facts(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """Half of the facts at once, then a quarter, at last one by one."""
    if scenario.temporary is not None:
        yield "temporary", replace(scenario, temporary=None)
    names = sorted(scenario.facts)
    size = max(len(names) // 2, 1)
    while size:
        for start in range(0, len(names), size):
            gone = names[start : start + size]
            yield f"without {', '.join(gone)}", _without(scenario, gone)
        size //= 2


def _fewer_changes(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    if len(scenario.changed) > 1:
        for name in sorted(scenario.changed):
            kept = {n: value for n, value in scenario.changed.items() if n != name}
            yield f"{name} equal", replace(scenario, changed=kept)


def _rounder_values(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    for name, value in scenario.facts.items():
        for rounder in _rounder(value):
            yield f"{name} {rounder!r}", replace(scenario, facts={**scenario.facts, name: rounder})
    for name, changed in scenario.changed.items():
        if changed is not None:
            for rounder in _rounder(changed):
                yield f"{name} then {rounder!r}", replace(scenario, changed={**scenario.changed, name: rounder})
    if scenario.temporary is not None:
        for rounder in _rounder(scenario.temporary):
            yield f"temporary {rounder!r}", replace(scenario, temporary=float(rounder))


def _rounder(value: FactValue) -> Iterable[FactValue]:
    """Simpler values than this one, the simplest first."""
    if isinstance(value, str):
        return ()
    offers = [0.0, 1.0, *(float(f"{value:.{digits}g}") for digits in (1, 2, 3, 4)), float(round(value))]
    found = []
    for offer in offers:
        if offer == value:
            break
        found.append(offer)
    return tuple(dict.fromkeys(found))


def _without(scenario: Scenario, names: Iterable[str]) -> Scenario:
    gone = frozenset(names)
    return replace(scenario, facts=_kept(scenario.facts, gone), changed=_kept(scenario.changed, gone))


def _kept(facts: Mapping[str, Kept], gone: frozenset[str]) -> dict[str, Kept]:
    return {name: value for name, value in facts.items() if name not in gone}
