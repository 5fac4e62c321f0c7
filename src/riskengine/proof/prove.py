"""Prove an invariant for all inputs, or find the customer who breaks it, or say why neither was possible.

What the solver is told leaves more customers possible than there are. So where it finds none who breaks an invariant
there is none. Where it finds one, he is made concrete and rated as any customer is; only if that rating breaks the
invariant is it refuted. Otherwise what was left open is made exact at his values, and the solver is asked again.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import z3

from riskengine.decision.stages import check_stages
from riskengine.policy.bundle import Policy
from riskengine.policy.invariant import Invariant
from riskengine.policy.vocabulary import Vocabulary
from riskengine.proof.breach import Breach, find_breaches
from riskengine.proof.concrete import scenario_of
from riskengine.proof.limiting import Limit
from riskengine.proof.logic import Bool, conj, neg
from riskengine.proof.question import Question, ask, fingerprint
from riskengine.proof.settling import Room
from riskengine.proof.simplify import simplify
from riskengine.proof.solver import Solver
from riskengine.proof.stones import lay_stones
from riskengine.proof.verdict import Finding, Verdict
from riskengine.terms.errors import RiskEngineError

MOST_ROUNDS = 25
TIMEOUT_SECONDS = 30.0
_SLICE_STEPS = 5_000_000  # a second or two: worth a try, but there are other ways


@dataclass(slots=True)
class Prover:
    """Proves invariants of a policy on several dates. A question that was answered with a proof is not asked again."""

    vocabulary: Vocabulary
    timeout_seconds: float = TIMEOUT_SECONDS
    proved: set[tuple[str, str]] = field(default_factory=set)  # id of the invariant, fingerprint of the question

    def prove(self, invariant: Invariant, policy: Policy) -> Verdict:
        """What becomes of one invariant under the policy of one date.

        Raises InputError if the policy has an effect in a stage that comes too late for it.
        """
        check_stages(policy)
        start = time.perf_counter()
        question = ask(invariant, policy, self.vocabulary)
        key = (invariant.id, fingerprint(question))
        if key in self.proved:
            return Verdict(invariant, policy.as_of, Finding.PROVED, time.perf_counter() - start)
        search = _Search(invariant, policy, self.vocabulary, start + self.timeout_seconds)
        finding, breach, reason = search.run(question)
        if finding is Finding.PROVED and reason is None:
            self.proved.add(key)
        return Verdict(invariant, policy.as_of, finding, time.perf_counter() - start, breach, reason)


Answer = tuple[Finding, Breach | None, str | None]


class _UndecidedError(RiskEngineError):
    """The solver gave up; it says why."""


@dataclass(slots=True)
class _Search:
    invariant: Invariant
    policy: Policy
    vocabulary: Vocabulary
    deadline: float  # on time.perf_counter

    def run(self, question: Question) -> Answer:
        lemmas = lay_stones(question, self.deadline)
        try:
            for broken in question.broken:
                solver = Solver(self.deadline)
                solver.add(question.given, *question.premises, broken, *question.axioms, *lemmas)
                answer = self._settle(solver, question)
                if answer is not None:
                    return answer
                lemmas.append(z3.Not(broken))
            return Finding.PROVED, None, self._said_of_nobody(question)
        except _UndecidedError as error:
            return Finding.UNDECIDED, None, error.what

    def _settle(self, solver: Solver, question: Question) -> Answer | None:
        """None if nobody can break the invariant in this way."""
        if not _is_possible(solver):
            return None
        for model in self._candidates(solver, question):
            scenario = scenario_of(question, model)
            (breach,) = find_breaches(self.invariant, [scenario], self.policy, self.vocabulary)
            if breach is not None:
                return Finding.REFUTED, simplify(self.invariant, breach, self.policy, self.vocabulary), None
        if not _is_possible(solver):
            return None
        what = f"{MOST_ROUNDS} customers were found possible, and none of them breaks it when rated"
        return Finding.UNDECIDED, None, what

    def _candidates(self, solver: Solver, question: Question) -> Iterator[z3.ModelRef]:
        """Models, those first in which nothing is left open; what each leaves open is then made exact."""
        for exact in _slices(question):
            if solver.check(exact, steps=_SLICE_STEPS):
                yield solver.model()
        for _ in range(MOST_ROUNDS):
            if not _is_possible(solver):
                return
            model = solver.model()
            yield model
            solver.add(*_pinned(question, model))

    def _said_of_nobody(self, question: Question) -> str | None:
        """A proof about no customer protects nobody."""
        if self.invariant.given is None:
            return None
        solver = Solver(self.deadline)
        solver.add(question.given, *question.axioms)
        return None if _is_possible(solver) else "no customer meets `given`"


def _is_possible(solver: Solver) -> bool:
    found = solver.check()
    if found is None:
        raise _UndecidedError(solver.why_unknown)
    return found


def _pinned(question: Question, model: z3.ModelRef) -> list[Bool]:
    """All that is left open, made exact at the values of a model."""
    return [unknown.pinned_in(lambda term: model.eval(term, model_completion=True)) for unknown in question.unknowns]


def _slices(question: Question) -> Sequence[Bool]:
    """Among the customers, those of whom nothing is left open, then those of whom only rounding is."""
    clear = [quotient.is_clear() for customer in question.customers for quotient in customer.quotients.values()]
    usual = (neg(question.temporary.present), *clear)  # a limit granted for a time only where nothing else breaks it
    every = conj((*usual, *(unknown.is_exact() for unknown in question.unknowns)))
    but_rounding = conj((*usual, *(u.is_exact() for u in question.unknowns if not isinstance(u, Limit | Room))))
    with_grant = conj((*clear, *(unknown.is_exact() for unknown in question.unknowns)))
    return (every, but_rounding, with_grant)
