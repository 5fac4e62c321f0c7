"""What the warnings of a policy said on past dates, each with what was known then, and what came of it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

from riskengine.decision.frames import numbers
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Finding, Key
from riskengine.early_warning.fold import fold
from riskengine.early_warning.observation import indicators_of, observe
from riskengine.early_warning.quality import naive
from riskengine.early_warning.quality.evaluation import Evaluation, evaluate_warnings
from riskengine.early_warning.quality.population import judge_population
from riskengine.early_warning.quality.standing import FINDING_SCHEMA, STANDING_SCHEMA
from riskengine.early_warning.subject import industry_of
from riskengine.policy.bundle import Policy
from riskengine.policy.names import indicator_names
from riskengine.portfolio.trial.side_by_side import who_columns
from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.terms.days import day_number
from riskengine.terms.decision import Subject
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Text
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.trial.history import Snapshot, month_ends_between
from riskengine.workflows.trial.passing import Outcomes, Passing
from riskengine.workflows.trial.simulate_chain import PolicyOn, follow_snapshots

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
    every date. `scores`: naive.FEATURES and overdue of the same. `versions`: of the policy on each date. `rules`: of
    each indicator that has several, with their names; `by_rule`: FINDING_SCHEMA of every one of them that applied, its
    id as the indicator. All these are of customers; `industries`: STANDING_SCHEMA of the warnings of whole industries,
    with their subject in place of a customer, `industry_indicators` as `indicators`. Nobody knows what would make one
    of them true, so they are counted and not judged.
    """

    standing: pl.DataFrame
    indicators: Mapping[str, Text]
    who: pl.DataFrame
    scores: pl.DataFrame
    versions: tuple[str, ...]
    rules: Mapping[str, Mapping[str, Text]]
    by_rule: pl.DataFrame
    industries: pl.DataFrame
    industry_indicators: Mapping[str, Text]


def watch_past(
    passing: Passing,
    policy_on: PolicyOn,
    previous: PreviousRun | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Watched:
    """Rate every date with what the same policy decided on the date before, and follow its episodes from date to date.

    Nothing is open before the first date; of a date no more is kept than what is judged later. Raises what
    `follow_snapshots` raises; UsageError if no rule warns on any date.
    """
    standing, industries, who, scores, versions, applied = [], [], [], [], [], []
    indicators: dict[str, Text] = {}
    industry_indicators: dict[str, Text] = {}
    rules: dict[str, dict[str, Text]] = {}
    open_: Mapping[Key, Episode] = {}
    progress("past dates", 0, len(passing.dates))
    currency = passing.tables.reporting_currency
    for snapshot, ratings in follow_snapshots(passing.snapshots(), policy_on, previous, currency=currency):
        before = open_
        findings = observe(ratings, before)
        open_ = fold(findings, ratings.policy.episodes, start=before).open
        applied.append(_applied(findings))
        now = _standing(open_, before, snapshot.as_of)
        of_industry = pl.Series([industry_of(one) is not None for one in now["customer_id"]], dtype=pl.Boolean)
        standing.append(now.filter(~of_industry))
        industries.append(now.filter(of_industry))
        who.append(_who(snapshot))
        scores.append(_scores(snapshot))
        versions.append(ratings.policy.version)
        indicators.update(names_of(ratings.policy))
        industry_indicators.update(names_of(ratings.policy, Subject.INDUSTRY))
        for name, own in indicators_of(ratings.policy).items():
            if name in indicators:
                rules.setdefault(name, {}).update({rule.base_id: rule.name for rule in own})
        progress("past dates", len(versions), len(passing.dates))
    if not indicators:
        raise UsageError("no rule of the policy warns on these dates", where="--rules", remedy="give another policy")
    several = {name: own for name, own in rules.items() if len(own) > 1}
    by_rule = pl.concat(applied).filter(pl.col("indicator").is_in(sorted({r for own in several.values() for r in own})))
    return Watched(
        pl.concat(standing),
        indicators,
        pl.concat(who),
        pl.concat(scores),
        tuple(versions),
        several,
        by_rule,
        pl.concat(industries),
        industry_indicators,
    )


def names_of(policy: Policy, subject: Subject = Subject.CUSTOMER) -> dict[str, Text]:
    """Each indicator of customers (or of industries) by id, with what people call it."""
    names = indicator_names(policy)
    return {name: names[name] for name, rules in indicators_of(policy).items() if rules[0].subject is subject}


def evaluate_past(
    passing: Passing,
    watched: Watched,
    outcomes: Outcomes,
    costs: CostAssumptions,
    *,
    per_week: float | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Evaluation:
    """Judge what was found. Raises UsageError if no outcome is known on any date."""
    progress("judging", 0, 1)
    days = tuple(day_number(day) for day in passing.dates)
    population = judge_population(watched.who, outcomes.aftermath, days, passing.outcome.horizon_days, costs)
    found = evaluate_warnings(
        watched.standing,
        population,
        watched.scores,
        indicators=tuple(watched.indicators),
        by_rule=watched.by_rule,
        rules={name: tuple(sorted(own)) for name, own in watched.rules.items()},
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


def _applied(findings: Sequence[Finding]) -> pl.DataFrame:
    """FINDING_SCHEMA: every rule that applied, its id as the indicator."""
    rows = [
        (day_number(found.day), found.customer_id, entry.rule_id, int(entry.severity))
        for found in findings
        for entry in found.entries
    ]
    return pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row")


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
