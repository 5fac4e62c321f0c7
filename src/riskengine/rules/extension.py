"""The C extension of durable_rules as we use it, what its error codes mean, and the one error they become."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from riskengine.terms.errors import RiskEngineError

HANDLED, NOT_HANDLED, OBSERVED = 0, 1, 2  # what asserting a fact returns
SESSION = "0"  # one session only: the 1,025th of a ruleset is a memory error, then a crash

MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        202: "a text could not be read",
        204: "an object could not be read; the library refuses numbers such as 5e-05",
        302: "a fact has too many fields",
        303: "too many conditions are true at one level",
        314: "a field is too long",
    }
)


class Extension(Protocol):
    """Handles are numbers; a message is JSON, {rule: fact}. Raises a bare Exception with a code in its text."""

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def assert_fact(self, ruleset: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, ruleset: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, ruleset: int, state: int, /) -> str | None: ...
    def retract_fact(self, ruleset: int, fact: str, /) -> object: ...
    def delete_state(self, ruleset: int, session: str, /) -> object: ...
    def delete_ruleset(self, ruleset: int, /) -> object: ...


class DurableEngineError(RiskEngineError):
    """durable_rules failed or contradicted itself. The ruleset was thrown away; the next evaluation builds it anew.

    `code` is the library's, None if it gave none; `rules` and `facts` are those of the ruleset.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str,
        rules: tuple[str, ...] = (),
        facts: tuple[str, ...] = (),
        code: int | None = None,
    ) -> None:
        self.code = code
        self.rules = rules
        self.facts = facts
        super().__init__(
            f"durable_rules: {what} (rules {_some(rules)}; facts {_some(facts)})",
            where=where,
            remedy="run it again; if it stays, use the columns engine and report the case",
        )


def code_in(error: BaseException) -> int | None:
    """The library's code.

    >>> code_in(Exception("Could not assert fact, error code: 204")), code_in(MemoryError())
    (204, None)
    """
    found = re.search(r"error code: (\d+)", str(error))
    return int(found[1]) if found else None


def explain_error(error: BaseException) -> str:
    """What the library said, with what its code means.

    >>> explain_error(Exception("Could not assert fact, error code: 302"))
    'Could not assert fact, error code: 302: a fact has too many fields'
    """
    said = str(error) or type(error).__name__
    meaning = MEANINGS.get(code_in(error) or 0)
    return f"{said}: {meaning}" if meaning else said


def _some(names: tuple[str, ...], shown: int = 8) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
