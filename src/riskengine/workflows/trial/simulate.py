"""Two policies over the same past, and what would have come of it. Pure: everything it needs is handed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.portfolio.trial.decided import Decided, decided_on
from riskengine.portfolio.trial.decision_trace import Mover
from riskengine.portfolio.trial.side_by_side import Side, lay_side_by_side, who_columns
from riskengine.portfolio.trial.trial import Trial, compare_policies
from riskengine.portfolio.trial.trial_money import CostAssumptions, with_money
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.trial.history import History
from riskengine.workflows.trial.simulate_chain import PolicyOn, follow_policy
from riskengine.workflows.trial.simulate_movers import find_movers, trace_largest

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What two policies would have done on the dates of a history, and what would have come of it."""

    history: History
    names: Mapping[Side, str]
    policies: Mapping[Side, tuple[Policy, ...]]  # one per date
    costs: CostAssumptions
    trial: Trial
    movers: pl.DataFrame  # simulate_movers.find_movers
    largest: tuple[Mover, ...]

    @property
    def same_dates(self) -> tuple[date, ...]:
        """Dates on which the two say the same."""
        pairs = zip(*(self.policies[side] for side in Side), strict=True)
        return tuple(one.as_of for one, other in pairs if one.content_hash == other.content_hash)


def resolve_policies(
    policies: Mapping[Side, PolicyOn], names: Mapping[Side, str], dates: Sequence[date]
) -> dict[Side, tuple[Policy, ...]]:
    """The policies of each date, in the order of `dates`.

    Raises UsageError if a policy is not in force on a date, or the two say the same on all of them.
    """
    chosen = {side: _on_dates(policies[side], dates, names[side]) for side in Side}
    _refuse_same(chosen, names)
    return chosen


def simulate(
    history: History,
    policies: Mapping[Side, tuple[Policy, ...]],
    names: Mapping[Side, str],
    costs: CostAssumptions,
    *,
    customer_names: pl.DataFrame,
    previous: PreviousRun | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Simulation:
    """Rate every date of the history under both policies and compare.

    `policies`: one for each date of the history. `customer_names`: customer_id, name. Each policy's `prev_*` facts
    follow its own chain, which begins at `previous`.
    """
    chains = _follow(history, policies, previous, progress)
    progress("comparing", 0, 1)
    decided = {side: decided_on(chains[side]) for side in Side}
    cases = with_money(_cases(history, decided), costs)
    movers = find_movers(cases, decided, customer_names)
    found = Simulation(
        history=history,
        names=names,
        policies=policies,
        costs=costs,
        trial=compare_policies(cases, decided, policies),
        movers=movers,
        largest=trace_largest(movers, chains),
    )
    progress("comparing", 1, 1)
    return found


def _on_dates(policy_on: PolicyOn, dates: Sequence[date], name: str) -> tuple[Policy, ...]:
    try:
        return tuple(policy_on(day) for day in dates)
    except UsageError as error:
        raise UsageError(
            f"the policy is not in force on every date: {error.what}", where=name, remedy="choose later dates"
        ) from None


def _refuse_same(policies: Mapping[Side, tuple[Policy, ...]], names: Mapping[Side, str]) -> None:
    hashes = {side: [p.content_hash for p in policies[side]] for side in Side}
    if hashes[Side.POLICY] == hashes[Side.CHALLENGER]:
        raise UsageError(
            f"{names[Side.POLICY]} and {names[Side.CHALLENGER]} say the same on every date "
            f"(version {policies[Side.POLICY][-1].version})",
            where="--challenger",
            remedy="change something that is in force on one of the dates, or try a change that begins later with "
            "--challenger-day",
        )


def _follow(
    history: History,
    policies: Mapping[Side, tuple[Policy, ...]],
    previous: PreviousRun | None,
    progress: Progress,
) -> dict[Side, tuple[Ratings, ...]]:
    chains: dict[Side, tuple[Ratings, ...]] = {}
    done, total = 0, 2 * len(history.snapshots)
    progress("rating", done, total)
    for side in Side:
        on = {policy.as_of: policy for policy in policies[side]}
        rated = []
        for ratings in follow_policy(history, on.__getitem__, previous):
            rated.append(ratings)
            done += 1
            progress("rating", done, total)
        chains[side] = tuple(rated)
    return chains


def _cases(history: History, decided: Mapping[Side, Decided]) -> pl.DataFrame:
    who = pl.concat([who_columns(s.features, day_number(s.as_of)) for s in history.snapshots])
    aftermath = pl.concat([s.aftermath for s in history.snapshots])
    return lay_side_by_side(who, aftermath, decided[Side.POLICY], decided[Side.CHALLENGER])
