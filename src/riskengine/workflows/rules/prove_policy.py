"""Prove the invariants of a policy folder on every date on which anything changes."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from riskengine.policy.bundle import Policy
from riskengine.policy.invariant import Invariant
from riskengine.policy.invariant_facts import end_vocabulary
from riskengine.policy.invariant_resolve import resolve_invariant
from riskengine.policy.placed_invariant import AuthoredInvariant
from riskengine.policy.release.published import open_source
from riskengine.policy.source import PolicySource
from riskengine.policy.vocabulary import Vocabulary
from riskengine.terms.errors import RiskEngineError, UsageError, nearest

if TYPE_CHECKING:
    from riskengine.proof.verdict import Verdict

Progress = Callable[[str, int, int], None]  # what, done, in all
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ProofReport:
    """`policies` are those of the dates looked at; `vocabulary` names the facts of invariants and customers."""

    verdicts: "tuple[Verdict, ...]"
    policies: tuple[Policy, ...]
    vocabulary: Vocabulary

    @property
    def is_good(self) -> bool:
        return all(verdict.is_good for verdict in self.verdicts)


def prove_policy(
    root: Path,
    *,
    as_of: dt.date | None = None,
    only: str | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    progress: Progress | None = None,
) -> ProofReport:
    """Prove every invariant, or the one called `only`, on `as_of` or on every date on which anything changes.

    An invariant is given `timeout_seconds` on each date. On a date on which nothing changed that it depends on, the
    proof of the date before stands. Of published policies it is the one in force on `as_of`, else the last one.

    Raises RiskEngineError without z3, PolicyFindings if the policy cannot be used, InputError if there is no such
    folder, UsageError if there are no invariants, none called `only`, or no policy on `as_of`.
    """
    _check_solver()
    source = open_source(root, as_of)
    chosen = _chosen(source, only)
    policies = tuple(source.in_force(day) for day in _dates(source, chosen, as_of))
    work = [(policy, one) for policy in policies for one in chosen if one.is_in_force(policy.as_of)]
    verdicts = tuple(_proved(source, work, timeout_seconds, progress or _silent))
    return ProofReport(verdicts, policies, end_vocabulary(source.draft.vocabulary))


def _proved(
    source: PolicySource, work: list[tuple[Policy, AuthoredInvariant]], timeout_seconds: float, progress: Progress
) -> "Iterator[Verdict]":
    from riskengine.proof.prove import Prover  # noqa: PLC0415 - needs z3, which is an extra

    prover = Prover(source.draft.vocabulary, timeout_seconds)
    for done, (policy, authored) in enumerate(work):
        progress(f"{authored.id} on {policy.as_of}", done, len(work))
        invariant: Invariant = resolve_invariant(authored, policy.parameters)
        yield prover.prove(invariant, policy)


def _chosen(source: PolicySource, only: str | None) -> list[AuthoredInvariant]:
    invariants = list(source.draft.invariants)
    if not invariants:
        raise UsageError(
            "the policy has no invariants", where=str(source.root), remedy="write them into invariants.yaml"
        )
    chosen = [one for one in invariants if only in (None, one.id)]
    if not chosen:
        hint = nearest(only or "", [one.id for one in invariants])
        raise UsageError(f"there is no invariant '{only}'", where=str(source.root), remedy=hint)
    return chosen


def _dates(source: PolicySource, chosen: list[AuthoredInvariant], as_of: dt.date | None) -> list[dt.date]:
    """The date asked for; else all on which the whole policy is in force and it or an invariant begins or ends."""
    if as_of is not None:
        return [as_of]
    draft = source.draft
    first = max(draft.scales[0].version.start, draft.limits[0].start, draft.terms[0].start)
    days = {first, *draft.dates()}
    for one in chosen:
        period = one.written.in_force
        days |= {day for day in (period.start, period.until) if day is not None} if period is not None else set()
    return sorted(day for day in days if day >= first)


def _check_solver() -> None:
    if find_spec("z3") is None:
        raise RiskEngineError(
            "proofs need the solver z3, which is not installed", remedy="pip install 'riskengine[prove]'"
        )


def _silent(what: str, done: int, total: int) -> None:
    del what, done, total
