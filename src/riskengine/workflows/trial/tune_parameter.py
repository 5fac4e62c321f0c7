"""The curve of a parameter over past dates, and the value a budget or money calls for. Pure: all is handed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.policy.parameters import Parameter
from riskengine.policy.rule import Rule
from riskengine.portfolio.trial.decided import Decided, decided_on
from riskengine.portfolio.trial.side_by_side import lay_side_by_side, who_columns
from riskengine.portfolio.trial.trial_money import CostAssumptions, with_money
from riskengine.portfolio.trial.tuning_choice import Budget, Choice, Point, Volume, choose, curve_of, resample
from riskengine.portfolio.trial.tuning_curve import Evidence, foreseeable_defaults, gather_evidence, measure_value
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError, nearest
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.scored import check_policy_currency
from riskengine.workflows.trial.history import History
from riskengine.workflows.trial.rate_text import parse_rate
from riskengine.workflows.trial.tune_chain import Chain, rate_values
from riskengine.workflows.trial.tune_values import Tried, moves_documents, rules_moved

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the values of a parameter would have done. `rules`: those it moves, as they stand on the last date.

    `current`: the value on each date. `choice` None: nobody asked for one.
    """

    history: History
    parameter: Parameter
    tried: Tried
    current: tuple[float | None, ...]
    rules: tuple[Rule, ...]
    documents: bool  # it also moves the limits, the terms or the scale
    costs: CostAssumptions
    budget: Budget | None
    by_money: bool
    evidence: Evidence
    points: tuple[Point, ...]
    choice: Choice | None


def parse_budget(text: str) -> Budget:
    """A volume per time.

    Raises UsageError with the form it must have.

    >>> parse_budget("20 warnings a week")
    Budget(volume=<Volume.WARNINGS: 'warnings'>, per_week=20.0)
    >>> round(parse_budget("30 reviews per month").per_week, 2)
    6.9
    """
    per_week, what = parse_rate(text, example="20 warnings a week")
    words = [volume.value for volume in Volume]
    if what is None:
        raise UsageError(
            f"'{text}' does not say of what", where="--budget", remedy='write it like "20 warnings a week"'
        )
    if what not in words:
        raise UsageError(f"'{what}' cannot be counted", where="--budget", remedy=nearest(what, words))
    return Budget(Volume(what), per_week)


def tune(
    history: History,
    tried: Tried,
    values: Sequence[float],
    costs: CostAssumptions,
    *,
    budget: Budget | None = None,
    by_money: bool = False,
    previous: PreviousRun | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Tuning:
    """Rate the history with every value and see what then happened.

    Raises UsageError if no rule uses the parameter on the dates, or the budget counts what the rules do not do;
    InputError if the policy's amounts are in another currency than the tables.
    """
    policies = [tried.policies(value) for value in values]
    moved, documents = rules_moved(policies), moves_documents(policies)
    as_it_is = tried.policies()
    for policy in as_it_is:
        check_policy_currency(policy, history.reporting_currency)
    rules = _rules(tried, policies, moved, documents=documents)
    _check_budget(budget, rules, history)
    chains = rate_values(history, [as_it_is, *policies], previous, progress)
    frames = _Frames.of(history, costs)
    evidence = frames.evidence(values, chains, moved, progress)
    has_outcomes = bool(history.ripe_dates)
    drawn = resample(evidence)
    choice = None
    if budget is not None or by_money:
        choice = choose(evidence, drawn, budget=budget, by_money=by_money, has_outcomes=has_outcomes)
    return Tuning(
        history=history,
        parameter=tried.parameter(),
        tried=tried,
        current=tried.current(),
        rules=rules,
        documents=documents,
        costs=costs,
        budget=budget,
        by_money=by_money,
        evidence=evidence,
        points=curve_of(evidence, drawn),
        choice=choice,
    )


def _rules(
    tried: Tried, policies: Sequence[Sequence[Policy]], moved: Sequence[frozenset[str]], *, documents: bool
) -> tuple[Rule, ...]:
    """The rules the value moves on any date, as on the last on which they are there."""
    found: dict[str, Rule] = {}
    for on_dates in policies:
        for policy, ids in zip(on_dates, moved, strict=True):
            found.update({rule.id: rule for rule in policy.all_rules if rule.id in ids})
    if not found and not documents:
        raise UsageError(
            f"no rule in force on these dates depends on '{tried.name}'"
            + ("" if tried.segment is None else f" for segment '{tried.segment}'"),
            where="--parameter",
            remedy="choose dates on which a rule uses it, a wider range, or another parameter",
        )
    return tuple(found[rule_id] for rule_id in sorted(found))


def _check_budget(budget: Budget | None, rules: Sequence[Rule], history: History) -> None:
    if budget is None:
        return
    if len(history.dates) < 2:
        raise UsageError("a budget per time needs two dates or more", where="--budget", remedy="give more dates")
    if budget.volume is Volume.WARNINGS and not any(rule.then.severity for rule in rules):
        raise UsageError(
            "none of the rules that use the parameter warns",
            where="--budget",
            remedy="count 'hits' of these rules, or 'all warnings' or 'reviews' of the whole policy",
        )


@dataclass(frozen=True, slots=True)
class _Frames:
    """What is the same for all values."""

    days: tuple[int, ...]
    who: pl.DataFrame
    aftermath: pl.DataFrame
    costs: CostAssumptions

    @classmethod
    def of(cls, history: History, costs: CostAssumptions) -> "_Frames":
        return cls(
            tuple(day_number(day) for day in history.dates),
            pl.concat([who_columns(s.features, day_number(s.as_of)) for s in history.snapshots]),
            pl.concat([s.aftermath for s in history.snapshots]),
            costs,
        )

    def evidence(
        self, values: Sequence[float], chains: Sequence[Chain], moved: Sequence[frozenset[str]], progress: Progress
    ) -> Evidence:
        """`chains`: the ratings under the policy as it is, then those of each value."""
        decided: dict[tuple[int, ...], Decided] = {}

        def of(chain: Chain) -> Decided:
            key = tuple(id(ratings) for ratings in chain)
            if key not in decided:
                decided[key] = decided_on(chain)
            return decided[key]

        measured, leads, defaults = [], [], pl.DataFrame()
        progress("outcomes of values", 0, len(values))
        for number, chain in enumerate(chains[1:], start=1):
            laid = lay_side_by_side(self.who, self.aftermath, of(chains[0]), of(chain))
            cases = with_money(laid, self.costs)
            defaults = foreseeable_defaults(cases) if number == 1 else defaults
            frame, lead = measure_value(cases, _hits(chain, moved), self.days)
            measured.append(frame)
            leads.append(lead)
            progress("outcomes of values", number, len(values))
        return gather_evidence(values, measured, leads, defaults, self.days)


def _hits(chain: Chain, moved: Sequence[frozenset[str]]) -> pl.DataFrame:
    """as_of, customer_id of everyone to whom one of the moved rules applied."""
    return pl.concat([_hits_on(ratings, ids) for ratings, ids in zip(chain, moved, strict=True)])


def _hits_on(ratings: Ratings, ids: frozenset[str]) -> pl.DataFrame:
    mask = np.zeros(ratings.count, dtype=np.bool_)
    for rule_id in sorted(ids):
        if rule_id in ratings.effects.applied:
            mask |= ratings.effects.applied[rule_id]
    rows = np.flatnonzero(mask)
    return pl.DataFrame(
        {
            "as_of": pl.repeat(day_number(ratings.as_of), len(rows), dtype=pl.Int32, eager=True),
            "customer_id": pl.Series(ratings.customer_ids[rows], dtype=pl.String),
        }
    )
