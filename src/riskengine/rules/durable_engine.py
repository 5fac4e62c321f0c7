"""The engine for single cases and events: durable_rules, driven through its C extension in the lane where it is exact.

One flat fact of small whole numbers, constants only, one evaluation at a time. The library gets no text, no fraction
and no missing value (see `codes`), no nesting (see `network`), no thread and no timer; it only names the alternatives
that are true (see `session`).
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, cast

from riskengine.policy.rule import Rule
from riskengine.rules.codes import Value
from riskengine.rules.extension import DurableEngineError, Extension
from riskengine.rules.facts import FactColumns
from riskengine.rules.kinds import check_rules
from riskengine.rules.loaded_rules import LoadedRules
from riskengine.rules.outcomes import Outcomes
from riskengine.rules.records import RecordSchema
from riskengine.terms.decision import Outcome

__all__ = ["KEPT", "DurableEngine", "DurableEngineError", "open_extension"]

KEPT = 32  # rule sequences whose networks stay loaded: some policies of six stages


def open_extension() -> Extension:
    """The compiled library, loaded when first used."""
    import durable_rules_engine  # noqa: PLC0415 - a compiled library

    return cast("Extension", durable_rules_engine)


@dataclass(slots=True)
class _Kept:
    loaded: LoadedRules
    own: RecordSchema
    covered_by: RecordSchema  # that was last found to cover what the rules name


class DurableEngine:
    """Keeps the networks of the rules it has seen. Threads may share it: decisions on the same rules take turns.

    What the extension holds is freed with the engine, or before by `close` and by use as a context manager.
    """

    def __init__(self, extension: Extension | None = None) -> None:
        self._extension = extension
        self._kept: list[_Kept] = []  # what was used last is last
        self._lock = threading.Lock()

    def evaluate(self, rules: Sequence[Rule], facts: FactColumns) -> Outcomes:
        """What every rule says about every customer.

        Raises UsageError and InputError as `check_rules`, UsageError for a rule beyond the limits of `network`, and
        DurableEngineError.
        """
        check_rules(rules, facts)
        return Outcomes(facts.count, self._find(rules).loaded.evaluate(facts))

    def decide(
        self, rules: Sequence[Rule], record: Mapping[str, Value], schema: RecordSchema | None = None
    ) -> dict[str, Outcome]:
        """What every rule says about one customer: rule id -> outcome. Fastest with the same tuple of rules each time.

        `schema` tells which facts a record may hold; without one, those that the rules name. Raises UsageError and
        InputError as `RecordSchema.check`, UsageError as `evaluate`, and DurableEngineError.
        """
        kept = self._find(rules)
        schema = schema or kept.own
        if schema is not kept.covered_by:
            schema.check_covers(kept.own)
            kept.covered_by = schema
        schema.check(record)
        return kept.loaded.decide(record)

    def close(self) -> None:
        with self._lock:
            while self._kept:
                self._kept.pop().loaded.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _find(self, rules: Sequence[Rule]) -> _Kept:
        with self._lock:
            if self._kept and self._kept[-1].loaded.rules is rules:
                return self._kept[-1]
            wanted = tuple(rules)
            found = next((kept for kept in self._kept if kept.loaded.rules == wanted), None)
            if found is None:
                own = RecordSchema.of_rules(wanted)
                found = _Kept(LoadedRules(wanted, self._extension or open_extension()), own, own)
            self._kept = [*(kept for kept in self._kept if kept is not found), found][-KEPT:]
            return found
