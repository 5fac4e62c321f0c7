"""One network in durable_rules: facts go in one at a time, the names of rules that are true come out.

Only names come out; nothing of ours runs inside the library. Whether a rule that did not fire is false or unknown is
decided here, by `policy.condition.truth`, once for each combination of codes.
"""

import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter

from riskengine.policy.condition import facts_of, truth
from riskengine.rules.codes import MISSING_CODE, Value
from riskengine.rules.extension import HANDLED, SESSION, DurableEngineError, Extension, code_in, explain_error
from riskengine.rules.network import RETRACT, Network

_LAST = -1  # in the place of a rule of ours: the one that is always true
REMEMBERED = 4_096  # combinations of codes remembered for one rule


@dataclass(slots=True)
class _Handle:
    """What the extension holds for us. Deleting the state of a session that never fired would crash the process."""

    extension: Extension
    ruleset: int
    fired: bool = False
    failed: bool = False

    def free(self) -> None:
        """After a fault the state is left alone, because nobody knows what is in it: that memory is lost."""
        with suppress(Exception):
            if self.fired and not self.failed:
                self.extension.delete_state(self.ruleset, SESSION)
            self.extension.delete_ruleset(self.ruleset)


class Session:
    """One network loaded into the extension; one fact at a time. What the extension holds is freed with this object.

    Raises DurableEngineError. A session that raised, or was interrupted, must not be used again.
    """

    def __init__(self, network: Network, extension: Extension) -> None:
        self.network = network
        self.facts = tuple(network.facts)
        self._codes: tuple[Callable[[Value], int], ...] = tuple(f.coding.code for f in network.facts.values())
        named = [facts_of(rule.when) for rule in network.rules]
        self._naming = [sum(1 << place for place, names in enumerate(named) if fact in names) for fact in self.facts]
        self._reads = [_reader([self.facts.index(name) for name in names]) for names in named]
        self._truths: list[dict[object, bool | None]] = [{} for _ in named]
        self._rule_of = {name: place for name, (place, _) in zip(network.names[:-1], network.alternatives, strict=True)}
        self._last = network.names[-1]
        self._rule_of[self._last] = _LAST
        try:
            self._handle = _Handle(extension, extension.create_ruleset(network.name, network.definition))
        except Exception as error:  # the extension raises bare exceptions; explain_error tells them apart
            raise self._fault(explain_error(error), code_in(error)) from error
        self._free = weakref.finalize(self, self._handle.free)
        self._free.atexit = False

    def decide(self, values: Sequence[Value]) -> tuple[set[int], list[int]]:
        """The places of the rules that hit, and of those that are unknown, for one customer: a value for each of
        `facts`, in their order."""
        codes = [code(value) for code, value in zip(self._codes, values, strict=True)]
        try:
            fired = self._fire(self.network.message(codes))
            return fired, self._unknown(fired, codes, values) if MISSING_CODE in codes else []
        except BaseException:  # after an interrupt too it must not be asked again
            self._handle.failed = True
            raise

    def close(self) -> None:
        """Free at once what the extension holds."""
        self._free()

    def _fire(self, message: str) -> set[int]:
        try:
            return self._talk(message)
        except DurableEngineError:
            raise
        except Exception as error:  # the extension raises bare exceptions; explain_error tells them apart
            raise self._fault(explain_error(error), code_in(error)) from error

    def _talk(self, message: str) -> set[int]:
        """Assert the fact, take out the names of the engine rules that are true up to the last one, retract it."""
        ruleset, extension, names = self._handle.ruleset, self._handle.extension, set[str]()
        code, state = extension.assert_fact(ruleset, message)
        if code != HANDLED:
            raise self._fault(f"a fact was not taken (it said {code})")
        self._handle.fired = True
        started = extension.start_action_for_state(ruleset, state)
        said = started[1] if started else None
        while said and self._last not in names:
            name = said[2 : said.index('"', 2)]
            if name not in self._rule_of or name in names:
                raise self._fault(f"a rule fired that is unknown, or fired before: {name}")
            names.add(name)
            said = extension.complete_and_start_action(ruleset, state)
        if said or self._last not in names:
            raise self._fault("the last rule was not the last to fire")
        extension.retract_fact(ruleset, RETRACT)
        return {self._rule_of[name] for name in names} - {_LAST}

    def _unknown(self, fired: set[int], codes: Sequence[int], values: Sequence[Value]) -> list[int]:
        """The rules that did not fire and are unknown; only one that names a missing fact can be (bits of `asked`)."""
        asked, unknown = 0, []
        for code, naming in zip(codes, self._naming, strict=True):
            if code == MISSING_CODE:
                asked |= naming
        while asked:
            place = (asked & -asked).bit_length() - 1
            asked &= asked - 1
            if place not in fired and self._truth(place, codes, values) is None:
                unknown.append(place)
        return unknown

    def _truth(self, place: int, codes: Sequence[int], values: Sequence[Value]) -> bool | None:
        """What a rule that did not fire says. Customers with the same codes have the same truth."""
        key, known = self._reads[place](codes), self._truths[place]
        if key in known:
            return known[key]
        rule = self.network.rules[place]
        said = truth(rule.when, dict(zip(self.facts, values, strict=True)))
        if said:
            raise self._fault(f"rule {rule.id} is true and did not fire")
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = said
        return said

    def _fault(self, what: str, code: int | None = None) -> DurableEngineError:
        rules = tuple(rule.id for rule in self.network.rules)
        return DurableEngineError(what, where=self.network.name, rules=rules, facts=self.facts, code=code)


def _reader(places: Sequence[int]) -> Callable[[Sequence[int]], object]:
    return itemgetter(*places) if places else lambda _: None
