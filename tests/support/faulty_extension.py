"""The real extension of durable_rules, counted or made to fail at a given call."""

from riskengine.rules.durable_engine import open_extension
from riskengine.rules.extension import Extension

CALLS = ("create_ruleset", "assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact")
FREEING = ("delete_state", "delete_ruleset")


class CountingExtension:
    """Counts the rulesets that were made and not deleted."""

    def __init__(self) -> None:
        self.alive = 0
        self._real: Extension = open_extension()

    def __getattr__(self, name: str) -> object:
        call = getattr(self._real, name)

        def counted(*arguments: object) -> object:
            answer = call(*arguments)
            self.alive += {"create_ruleset": 1, "delete_ruleset": -1}.get(name, 0)
            return answer

        return counted


class FaultyExtension(CountingExtension):
    """Fails at the `at`-th call of `name` (from 1), before or after the library was really called, once."""

    def __init__(self, name: str, at: int, error: BaseException, *, after: bool = False) -> None:
        super().__init__()
        self.failed = False
        self._name, self._left, self._error, self._after = name, at, error, after

    def __getattr__(self, name: str) -> object:
        call = super().__getattr__(name)

        def faulty(*arguments: object) -> object:
            self._left -= name == self._name
            fails = name == self._name and self._left == 0
            if fails and not self._after:
                self.failed = True
                raise self._error
            answer = call(*arguments)
            if fails:
                self.failed = True
                raise self._error
            return answer

        return faulty


class LyingExtension(CountingExtension):
    """Answers the `at`-th call of `name` with `answer` in place of what the library says."""

    def __init__(self, name: str, at: int, answer: object) -> None:
        super().__init__()
        self.lied = False
        self._name, self._left, self._answer = name, at, answer

    def __getattr__(self, name: str) -> object:
        call = super().__getattr__(name)

        def lying(*arguments: object) -> object:
            said = call(*arguments)
            self._left -= name == self._name
            if name == self._name and self._left == 0:
                self.lied = True
                return self._answer
            return said

        return lying
