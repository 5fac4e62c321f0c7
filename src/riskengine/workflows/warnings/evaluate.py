"""What the warnings of a policy said on past dates, each with what was known then, and what came of it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from riskengine.decision.frames import numbers
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Key
from riskengine.early_warning.fold import fold
from riskengine.early_warning.observation import indicators_of, observe
from riskengine.early_warning.quality import naive
from riskengine.early_warning.quality.evaluation import Evaluation, evaluate_warnings
from riskengine.early_warning.quality.population import judge_population
from riskengine.early_warning.quality.standing import STANDING_SCHEMA
from riskengine.policy.bundle import Policy
from riskengine.portfolio.trial.side_by_side import who_columns
from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Text
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.trial.history import History, Snapshot, month_ends_between
from riskengine.workflows.trial.simulate_chain import PolicyOn, follow_policy

Progress = Callable[[str, int, int], None]
_SUNDAY = 6


class Every(StrEnum):
    """How far apart the evaluation dates are."""

    WEEK = "week"  # Sundays
    MONTH = "month"  # month ends


def evaluation_dates(first: date, last: date, every: Every) -> tuple[date, ...]:
    """The Sundays or the month ends from `first` to `last`, both included.

    Raises UsageError if the days are in the wrong order or there are fewer than two dates.

    >>> [str(day) for day in evaluation_dates(date(2024, 3, 1), date(2024, 3, 20), Every.WEEK)]
    ['2024-03-03', '2024-03-10', '2024-03-17']
    """
    if last < first:
        raise UsageError(f"--from {first} is later than --to {last}", remedy="give the earlier day first")
    if every is Every.MONTH:
        found = month_ends_between(first, last)
    else:
        start = first + timedelta(days=(_SUNDAY - first.weekday()) % 7)
        found = tuple(start + timedelta(days=days) for days in range(0, (last - start).days + 1, 7))
    if len(found) < 2:
        named = "month ends" if every is Every.MONTH else "Sundays"
        raise UsageError(
            f"from {first} to {last} there are fewer than two {named}, and on a single date nothing is new",
            remedy="give a longer period" + (", or --every week" if every is Every.MONTH else ""),
        )
    return found


@dataclass(frozen=True, slots=True)
class Watched:
    """The past under a policy, one date after the other.

    `standing`: STANDING_SCHEMA, the policy's open episodes after each date. `indicators`: id and name of all that were
    watched, as they stand on the last date that had them. `who`: side_by_side.who_columns and pd_12m of everybody on
    every date. `scores`: naive.FEATURES and overdue of the same. `versions`: of the policy on each date.
    """

    standing: pl.DataFrame
    indicators: Mapping[str, Text]
    who: pl.DataFrame
    scores: pl.DataFrame
    versions: tuple[str, ...]


def watch_past(
    history: History,
    policy_on: PolicyOn,
    previous: PreviousRun | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Watched:
    """Rate every date with what the same policy decided on the date before, and follow its episodes from date to date.

    Nothing is open before the first date. Raises what `follow_policy` raises; UsageError if no rule warns on any date.
    """
    standing, who, scores, versions = [], [], [], []
    indicators: dict[str, Text] = {}
    open_: Mapping[Key, Episode] = {}
    progress("rating", 0, len(history.snapshots))
    for snapshot, ratings in zip(history.snapshots, follow_policy(history, policy_on, previous), strict=True):
        before = open_
        open_ = fold(observe(ratings, before), ratings.policy.episodes, start=before).open
        standing.append(_standing(open_, before, snapshot.as_of))
        who.append(_who(snapshot))
        scores.append(_scores(snapshot))
        versions.append(ratings.policy.version)
        indicators.update(names_of(ratings.policy))
        progress("rating", len(versions), len(history.snapshots))
    if not indicators:
        raise UsageError("no rule of the policy warns on these dates", where="--rules", remedy="give another policy")
    return Watched(pl.concat(standing), indicators, pl.concat(who), pl.concat(scores), tuple(versions))


def names_of(policy: Policy) -> dict[str, Text]:
    """Each indicator by id, with the name of its most severe rule."""
    return {
        name: max(rules, key=lambda rule: (rule.then.severity or 0, rule.id)).name
        for name, rules in indicators_of(policy).items()
    }


def evaluate_past(
    history: History,
    watched: Watched,
    costs: CostAssumptions,
    *,
    per_week: float | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Evaluation:
    """Judge what was found. Raises UsageError if no outcome is known on any date."""
    progress("judging", 0, 1)
    days = tuple(day_number(day) for day in history.dates)
    aftermath = pl.concat([snapshot.aftermath for snapshot in history.snapshots])
    population = judge_population(watched.who, aftermath, days, history.outcome.horizon_days, costs)
    found = evaluate_warnings(
        watched.standing,
        population,
        watched.scores,
        indicators=tuple(watched.indicators),
        per_week=per_week,
    )
    progress("judging", 1, 1)
    return found


def _standing(open_: Mapping[Key, Episode], before: Mapping[Key, Episode], day: date) -> pl.DataFrame:
    """STANDING_SCHEMA of the episodes open after a day's findings."""
    as_of = day_number(day)
    rows = []
    for key, episode in open_.items():
        earlier = before.get(key)
        is_opening = earlier is None or earlier.opened_on != episode.opened_on
        is_raised = is_opening or (earlier is not None and episode.severity > earlier.severity)
        opened_on = day_number(episode.opened_on)
        rows.append((as_of, *key, int(episode.severity), opened_on, is_opening, is_raised))
    return pl.DataFrame(rows, schema=STANDING_SCHEMA, orient="row")


def _who(snapshot: Snapshot) -> pl.DataFrame:
    named = who_columns(snapshot.features, day_number(snapshot.as_of))
    return named.with_columns(pd_12m=numbers(snapshot.predictions.pd_12m))


def _scores(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.features.select(
        pl.lit(day_number(snapshot.as_of), pl.Int32).alias("as_of"),
        "customer_id",
        *(pl.col(name).cast(pl.Float64) for name in naive.FEATURES),
        overdue=pl.col("pay_overdue_amount").cast(pl.Float64),
    )
