"""The rules now in force, exchanged while decisions run."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskengine.policy.rule import Rule
from riskengine.rules.codes import Value
from riskengine.rules.durable_engine import open_extension
from riskengine.rules.extension import Extension
from riskengine.rules.loaded_rules import LoadedRules
from riskengine.rules.records import RecordSchema
from riskengine.terms.decision import Outcome


@dataclass(frozen=True, slots=True)
class LiveDecision:
    """What every rule of one version said: rule id -> outcome."""

    version: str
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class _Version:
    name: str
    loaded: LoadedRules
    schema: RecordSchema


class LiveRules:
    """Decides one customer at a time by the rules in force; any number of threads may decide and reload.

    A decision takes the version there is when it begins and keeps it to its end, so it is made wholly by the old or
    wholly by the new rules. The last decision by an old version frees what durable_rules holds of it.
    """

    def __init__(
        self,
        name: str,
        rules: Sequence[Rule],
        *,
        schema: RecordSchema | None = None,
        extension: Extension | None = None,
    ) -> None:
        """`schema` as in `DurableEngine.decide`. Raises as `reload`."""
        self._schema = schema
        self._extension = extension or open_extension()
        self._reloading = threading.Lock()
        self._current = self._make(name, rules)

    @property
    def version(self) -> str:
        return self._current.name

    def decide(self, record: Mapping[str, Value]) -> LiveDecision:
        """Raises UsageError, InputError and DurableEngineError as `DurableEngine.decide`. After a fault the rules are
        loaded anew by the next decision."""
        current = self._current
        current.schema.check(record)
        return LiveDecision(current.name, current.loaded.decide(record))

    def reload(self, name: str, rules: Sequence[Rule]) -> str:
        """Put other rules in force and return their version: the name with a hash of what the rules ask.

        The new rules are loaded before the old ones go. Raises UsageError for rules that cannot be evaluated and
        DurableEngineError; the old rules then stay in force.
        """
        with self._reloading:
            if _version(name, rules) != self._current.name:
                self._current = self._make(name, rules)
            return self._current.name

    def _make(self, name: str, rules: Sequence[Rule]) -> _Version:
        own = RecordSchema.of_rules(rules)
        schema = self._schema or own
        schema.check_covers(own)
        loaded = LoadedRules(tuple(rules), self._extension)
        loaded.load()
        return _Version(_version(name, rules), loaded, schema)


def _version(name: str, rules: Sequence[Rule]) -> str:
    content = "\n".join(f"{rule.id} {rule.when}" for rule in rules)
    return f"{name}@{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
