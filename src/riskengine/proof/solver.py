"""The solver: every question is asked anew, in a context of its own, and again in another way if it takes long.

How z3 searches depends on what it was asked before in the same context, and even in a fresh one on where things lie in
memory: a question answered in a second may, by bad luck, not be answered in an hour. So a search that has taken many
steps is given up and begun again with another seed, with more steps each time. Steps are counted by z3, so that they
are the same on every machine.
"""

import time
from dataclasses import dataclass, field
from itertools import count

import z3

from riskengine.proof.logic import Bool

FIRST_STEPS = 20_000_000  # some seconds
STEPS_MORE = 1.5  # times as many with the next seed

OUT_OF_STEPS = "the steps given were not enough"
OUT_OF_TIME = "the time given was not enough"


@dataclass(slots=True)
class Solver:
    """What has been said, in z3's main context, and z3's answers. A model belongs to that context too."""

    deadline: float  # on time.perf_counter
    said: list[Bool] = field(default_factory=list)
    _model: z3.ModelRef | None = None
    why_unknown: str = ""

    def add(self, *formulas: Bool) -> None:
        self.said.extend(formulas)

    def check(self, *also: Bool, steps: int | None = None) -> bool | None:
        """Whether what was said, and `also`, can hold. None if unknown after so many steps, or at the deadline."""
        budget = steps or FIRST_STEPS
        for seed in count():
            left = self.deadline - time.perf_counter()
            if left <= 0:
                self.why_unknown = OUT_OF_TIME
                return None
            found, why = self._search(also, seed, budget, left)
            if found is not None:
                return found
            self.why_unknown = OUT_OF_STEPS if _is_spent(why) else f"the solver gave up: {why}"
            if steps is not None or not _is_spent(why):
                return None
            budget = int(budget * STEPS_MORE)
        raise AssertionError("seeds do not end")

    def model(self) -> z3.ModelRef:
        """What the last check that said yes found.

        Raises LookupError if none did.
        """
        if self._model is None:
            raise LookupError("no check has found anything")
        return self._model

    def _search(self, also: tuple[Bool, ...], seed: int, steps: int, seconds: float) -> tuple[bool | None, str]:
        context = z3.Context()
        solver = z3.Solver(ctx=context)
        solver.set("random_seed", seed)
        solver.set("rlimit", steps)
        solver.set("timeout", max(int(seconds * 1000), 1))
        solver.add(*(formula.translate(context) for formula in (*self.said, *also)))
        found = solver.check()
        if found == z3.unknown:
            return None, str(solver.reason_unknown())
        if found == z3.sat:
            self._model = solver.model().translate(z3.main_ctx())
        return bool(found == z3.sat), ""


def _is_spent(why: str) -> bool:
    """Whether steps or time ran out; z3 tells both in several ways."""
    return why in ("timeout", "canceled") or "resource" in why
