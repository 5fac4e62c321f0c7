"""The engine for single cases and events: durable_rules, driven through its C extension in the lane where it is exact.

One flat fact of small whole numbers, constants only, one evaluation at a time. The library gets no text, no fraction
and no missing value (see `codes`), no nesting (see `network`), no thread and no timer; nothing runs inside it, it only
names the alternatives that are true. Whether a rule that did not fire is false or unknown is decided here.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import ParamSpec, Protocol, Self, TypeVar, cast

import numpy as np
import numpy.typing as npt

from riskengine.policy.condition import facts_of, truth
from riskengine.policy.rule import Rule
from riskengine.rules.codes import MISSING_CODE, CodeArray, NumberCoding, TextCoding
from riskengine.rules.facts import FactColumns
from riskengine.rules.kinds import check_rules
from riskengine.rules.network import Network, Presence, build_networks, codes_of, engine_rule_name, fact_texts
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT, Int8Array, Outcomes
from riskengine.terms.errors import RiskEngineError

P = ParamSpec("P")
T = TypeVar("T")
IntArray = npt.NDArray[np.int64]
CHUNK = 16_384
KEPT = 32  # rule sequences whose networks stay loaded: some policies of six stages
_HANDLED, _NOT_HANDLED = 0, 1
_SESSION = "0"


class DurableEngineError(RiskEngineError):
    """durable_rules failed or contradicted itself. The ruleset was thrown away; the next evaluation builds it anew."""


@dataclass(slots=True)
class DurableEngine:
    """Keeps the networks of the rules it has seen; one evaluation at a time, whatever the number of threads.

    Use it as a context manager, or `close` it: what the extension holds is not freed otherwise.
    """

    _networks: "OrderedDict[tuple[Rule, ...], tuple[_Session, ...]]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def evaluate(self, rules: Sequence[Rule], facts: FactColumns) -> Outcomes:
        """What every rule says about every customer.

        Raises UsageError and InputError as `check_rules`, UsageError for a rule beyond the limits of `network`, and
        DurableEngineError.
        """
        check_rules(rules, facts)
        by_rule: dict[str, Int8Array] = {rule.id: np.full(facts.count, NO_HIT) for rule in rules}
        with self._lock:
            sessions = self._sessions(tuple(rules))
            try:
                for start in range(0, facts.count, CHUNK):
                    rows = slice(start, min(start + CHUNK, facts.count))
                    chunk = facts.take(rows)
                    for session in sessions:
                        _evaluate_chunk(session, chunk, [by_rule[rule.id][rows] for rule in session.network.rules])
            except BaseException:
                self._drop(tuple(rules))
                raise
        return Outcomes(facts.count, by_rule)

    def close(self) -> None:
        with self._lock:
            for rules in list(self._networks):
                self._drop(rules)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sessions(self, rules: tuple[Rule, ...]) -> "tuple[_Session, ...]":
        if rules not in self._networks:
            self._networks[rules] = _load(build_networks(rules))
            if len(self._networks) > KEPT:
                self._drop(next(iter(self._networks)))
        self._networks.move_to_end(rules)
        return self._networks[rules]

    def _drop(self, rules: tuple[Rule, ...]) -> None:
        """Throw the ruleset away. If even that fails some memory is lost, and the first error is the one to tell."""
        for session in self._networks.pop(rules, ()):
            with suppress(DurableEngineError):
                session.close()


class _Extension(Protocol):
    """The calls used of the C extension. Handles are numbers; a message is JSON, {rule: fact}."""

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def assert_fact(self, ruleset: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, ruleset: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, ruleset: int, state: int, /) -> str | None: ...
    def retract_fact(self, ruleset: int, fact: str, /) -> object: ...
    def delete_state(self, ruleset: int, session: str, /) -> object: ...
    def delete_ruleset(self, ruleset: int, /) -> object: ...


class _Session:
    """One network loaded into the extension."""

    def __init__(self, network: Network) -> None:
        import durable_rules_engine  # noqa: PLC0415 - a compiled library, loaded when first used

        self.network = network
        self._extension = cast("_Extension", durable_rules_engine)
        self._has_state = False
        self._engine_rules = {engine_rule_name(place): rule for place, (rule, _) in enumerate(network.alternatives)}
        self._handle: int | None = self._guarded(self._extension.create_ruleset, network.name, network.definition)

    def fired(self, fact: str) -> set[int]:
        """The rules of the network that are true for one fact. Raises DurableEngineError."""
        handle = self._open_handle()
        code, state = self._guarded(self._extension.assert_fact, handle, fact)
        if code == _NOT_HANDLED:
            return set()
        if code != _HANDLED:
            raise self._fault(f"a fact was taken for one already seen (code {code})")
        self._has_state = True
        found = self._drain(handle, state)
        if not found:
            raise self._fault("a fact was taken and no rule fired")
        self._guarded(self._extension.retract_fact, handle, fact)
        return found

    def unknown(self, rule: Rule, rows: IntArray, columns: Sequence[CodeArray], facts: FactColumns) -> IntArray:
        """Those of `rows`, where the rule did not fire, in which it is unknown; elsewhere it is false.

        `columns` are the codes of the rule's facts. Rows with the same codes have the same truth, so one of each is
        asked. Raises DurableEngineError if a rule that did not fire is true.
        """
        rows = rows[_any_missing([column[rows] for column in columns], len(rows))]
        if not len(rows):
            return rows
        _, first, group = np.unique(
            _group_keys([column[rows] for column in columns]), return_index=True, return_inverse=True
        )
        names = facts_of(rule.when)
        said = [truth(rule.when, facts.record(int(rows[place]), names)) for place in first]
        if True in said:
            raise self._fault(f"rule {rule.id} is true and did not fire")
        return rows[np.array([answer is None for answer in said], dtype=np.bool_)[group]]

    def close(self) -> None:
        """Free what the extension holds. Deleting the state of a session that never fired would crash it."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        if self._has_state:
            self._guarded(self._extension.delete_state, handle, _SESSION)
        self._guarded(self._extension.delete_ruleset, handle)

    def _drain(self, handle: int, state: int) -> set[int]:
        found: set[int] = set()
        started = self._guarded(self._extension.start_action_for_state, handle, state)
        message = started[1] if started else None
        for _ in range(len(self._engine_rules) + 1):
            if not message:
                return found
            name = message[2 : message.index('"', 2)]
            if name not in self._engine_rules:
                raise self._fault(f"an unknown rule fired: {message[:80]}")
            found.add(self._engine_rules[name])
            message = self._guarded(self._extension.complete_and_start_action, handle, state)
        raise self._fault("more rules fired than there are")

    def _guarded(self, call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        try:
            return call(*arguments, **named)
        except Exception as error:  # the extension raises bare Exception with a code in the text
            raise self._fault(f"{call.__name__} failed: {error}") from error

    def _open_handle(self) -> int:
        if self._handle is None:
            raise self._fault("the ruleset is closed")
        return self._handle

    def _fault(self, what: str) -> DurableEngineError:
        rules = ", ".join(rule.id for rule in self.network.rules[:5])
        more = f" and {len(self.network.rules) - 5} more" if len(self.network.rules) > 5 else ""
        names = ", ".join(sorted({name for rule in self.network.rules for name in facts_of(rule.when)})[:8])
        return DurableEngineError(
            f"durable_rules: {what} (rules {rules}{more}; facts {names})",
            where=self.network.name,
            remedy="run it again; if it stays, use the columns engine and report the case",
        )


def _load(networks: Sequence[Network]) -> tuple[_Session, ...]:
    """Load all or none."""
    loaded: list[_Session] = []
    try:
        for network in networks:
            loaded.append(_Session(network))  # noqa: PERF401 - what was loaded must be known if the next one fails
    except DurableEngineError:
        for session in loaded:
            session.close()
        raise
    return tuple(loaded)


def _evaluate_chunk(session: _Session, facts: FactColumns, outcomes: Sequence[Int8Array]) -> None:
    """Fill `outcomes`, one array for each rule of the session's network, all NO_HIT before."""
    network = session.network
    codes = codes_of(network, facts)
    for row, fact in enumerate(fact_texts(network, codes, facts.count)):
        for place in session.fired(fact):
            outcomes[place][row] = HIT
    by_fact = {field.fact: column for field, column in codes.items() if isinstance(field, Presence)}
    by_fact.update({f.fact: column for f, column in codes.items() if isinstance(f, NumberCoding | TextCoding)})
    for rule, found in zip(network.rules, outcomes, strict=True):
        columns = [by_fact[name] for name in facts_of(rule.when)]
        found[session.unknown(rule, np.flatnonzero(found == NO_HIT), columns, facts)] = MISSING


def _any_missing(columns: Sequence[CodeArray], count: int) -> npt.NDArray[np.bool_]:
    found = np.zeros(count, np.bool_)
    for column in columns:
        found |= column == MISSING_CODE
    return found


def _group_keys(columns: Sequence[CodeArray]) -> IntArray:
    """One whole number for each row, equal where all columns are equal; ranks keep it small."""
    keys = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        keys = np.unique(keys, return_inverse=True)[1] * (int(column.max()) + 2) + column + 1
    return keys
