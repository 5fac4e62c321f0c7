"""Some rules loaded into durable_rules: decided one customer at a time, whatever the number of threads."""

import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from riskengine.policy.rule import Rule
from riskengine.rules.codes import Value
from riskengine.rules.extension import Extension
from riskengine.rules.facts import FactColumns
from riskengine.rules.kinds import check_conditions
from riskengine.rules.network import build_networks
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT, Int8Array
from riskengine.rules.session import Session
from riskengine.terms.decision import Outcome

CHUNK = 16_384  # customers whose values are taken out of the columns at once


class LoadedRules:
    """The networks of some rules. What the extension holds is freed with this object.

    After a fault, or an interruption, the networks are thrown away; the next decision loads them anew.
    """

    def __init__(self, rules: tuple[Rule, ...], extension: Extension) -> None:
        """Raises UsageError as `check_conditions` and for a rule beyond the limits of `network`."""
        check_conditions(rules)
        self.rules = rules
        self._networks = build_networks(rules)
        self._ids = [tuple(rule.id for rule in network.rules) for network in self._networks]
        self._no_hits = dict.fromkeys((rule.id for rule in rules), Outcome.NO_HIT)
        self._extension = extension
        self._sessions: list[Session] = []
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load what is not loaded yet, all or none. Raises DurableEngineError."""
        with self._lock:
            self._load()

    def close(self) -> None:
        """Free at once what the extension holds. A later decision loads it anew."""
        with self._lock:
            self._drop()

    def decide(self, record: Mapping[str, Value]) -> dict[str, Outcome]:
        """What every rule says about one customer. The record was checked. Raises DurableEngineError."""
        outcomes = self._no_hits.copy()
        for place, (network, ids) in enumerate(zip(self._networks, self._ids, strict=True)):
            hits, unknown = self._ask(place, [record.get(name) for name in network.facts])
            for rule in hits:
                outcomes[ids[rule]] = Outcome.HIT
            for rule in unknown:
                outcomes[ids[rule]] = Outcome.MISSING
        return outcomes

    def evaluate(self, facts: FactColumns) -> dict[str, Int8Array]:
        """What every rule says about every customer, one after the other. Raises DurableEngineError."""
        found = {rule.id: np.full(facts.count, NO_HIT) for rule in self.rules}
        for place, (network, ids) in enumerate(zip(self._networks, self._ids, strict=True)):
            outcomes = [found[rule_id] for rule_id in ids]
            for row, values in enumerate(_rows(facts, tuple(network.facts))):
                hits, unknown = self._ask(place, values)
                for rule in hits:
                    outcomes[rule][row] = HIT
                for rule in unknown:
                    outcomes[rule][row] = MISSING
        return found

    def _ask(self, network: int, values: Sequence[Value]) -> tuple[set[int], list[int]]:
        with self._lock:
            self._load()
            try:
                return self._sessions[network].decide(values)
            except BaseException:  # an interrupt too leaves the extension in a state nobody knows
                self._drop()
                raise

    def _load(self) -> None:
        if self._sessions:
            return
        try:
            for network in self._networks:
                self._sessions.append(Session(network, self._extension))
        except BaseException:  # half of the networks are none
            self._drop()
            raise

    def _drop(self) -> None:
        while self._sessions:
            self._sessions.pop().close()


def _rows(facts: FactColumns, names: Sequence[str]) -> Iterator[tuple[Value, ...]]:
    """The values of some facts for one customer after the other."""
    for start in range(0, facts.count, CHUNK):
        rows = slice(start, min(start + CHUNK, facts.count))
        columns = [_values(facts, name, rows) for name in names]
        yield from zip(*columns, strict=True) if columns else [()] * (rows.stop - start)


def _values(facts: FactColumns, name: str, rows: slice) -> list[Value]:
    if name in facts.numbers:
        return [None if value != value else value for value in facts.numbers[name][rows].tolist()]  # noqa: PLR0124 - NaN
    if name in facts.texts:
        return list(facts.texts[name][rows].tolist())
    return [None] * (rows.stop - rows.start)
