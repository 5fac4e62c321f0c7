"""How good warnings were, whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from riskengine.early_warning.quality.budget import Worked, work_through
from riskengine.early_warning.quality.certainty import Verdict
from riskengine.early_warning.quality.counts import amount_caught, default_tracks
from riskengine.early_warning.quality.examples import Example, choose_examples
from riskengine.early_warning.quality.figures import Figures, measure_groups
from riskengine.early_warning.quality.groups import (
    Group,
    Kind,
    customer_cases,
    customer_groups,
    naive_groups,
    policy_groups,
    rule_groups,
    with_outcomes,
    with_scores,
)
from riskengine.early_warning.quality.naive import NaiveRule, threshold_for, warn_from
from riskengine.early_warning.quality.population import Population
from riskengine.early_warning.quality.standing import KEY
from riskengine.terms.decision import Severity

_SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)  # of the cases that opened, where the curve has a point

_PARTS = (Kind.INDICATOR, Kind.RULE)
_NO_RULES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Cases worked a week, their precision and the share of defaults before which one of them stood.

    `rule` None: the policy's cases, largest expected loss first; else a naive rule with the threshold for the volume.
    """

    rule: NaiveRule | None
    per_week: float
    precision: float | None
    recall: float | None
    recall_amount: float | None  # the same by exposure at default


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`flags`: every warning on every date it stood, with what then happened. `tracks`: the defaults with the lead of
    warnings of at least each severity. `budget` None: nobody asked for one. `rules`: of each indicator
    that has several.
    """

    population: Population
    flags: pl.DataFrame
    tracks: Mapping[Severity, pl.DataFrame]
    figures: tuple[Figures, ...]
    curve: tuple[CurvePoint, ...]
    unlimited: Worked
    budget: Worked | None
    examples: tuple[Example, ...]
    rules: Mapping[str, tuple[str, ...]]

    def of_kind(self, kind: Kind) -> tuple[Figures, ...]:
        return tuple(found for found in self.figures if found.kind is kind)

    @property
    def to_retire(self) -> tuple[Figures, ...]:
        """What has no lift, the most frequent first: of an indicator with several rules those rules that have none, and
        the indicator itself only where it has none although each of its rules has, or cannot be judged.
        """
        without = {f.name: f for f in self.figures if f.verdict is Verdict.NO_LIFT and f.kind in _PARTS}
        found = []
        for figure in self.of_kind(Kind.INDICATOR):
            rules = [without[rule] for rule in self.rules.get(str(figure.name), ()) if rule in without]
            found += rules or [f for f in (figure,) if f.name in without]
        return tuple(sorted(found, key=lambda f: (-f.counts.new, str(f.name))))


def evaluate_warnings(
    standing: pl.DataFrame,
    population: Population,
    scores: pl.DataFrame,
    *,
    indicators: tuple[str, ...] = (),
    by_rule: pl.DataFrame | None = None,
    rules: Mapping[str, tuple[str, ...]] = _NO_RULES,
    per_week: float | None = None,
) -> Evaluation:
    """Judge warnings by what happened afterwards.

    `standing`: STANDING_SCHEMA. `scores`: as_of, customer_id, naive.FEATURES and `overdue` of everybody on every date.
    `indicators`: those that are watched, so that silent ones are named too. `rules`: of indicators that have several,
    and `by_rule`: FINDING_SCHEMA of each such rule that applied, its id as the indicator. The result does not
    depend on the order of rows. Raises InputError for warnings of customers or dates that are not in the population.
    """
    flags = with_outcomes(standing, population)
    cases = customer_cases(standing, population)
    groups = [*policy_groups(flags, population), *_silent(flags, population, indicators)]
    if by_rule is not None:
        groups += rule_groups(by_rule, population)
    groups += customer_groups(cases, population)
    groups += naive_groups(scores, population, cases)
    customers = population.rows["customer_id"].unique().sort().to_list()
    tracks = {level: default_tracks(population.defaults, view) for level, view in cases.items()}
    every = cases[Severity.WATCH]
    unlimited = work_through(every, population, None)
    return Evaluation(
        population=population,
        flags=flags,
        tracks=tracks,
        figures=measure_groups(groups, customers),
        curve=(*_policy_curve(every, unlimited, population), *_naive_curve(scores, unlimited, population)),
        unlimited=unlimited,
        budget=None if per_week is None else work_through(every, population, per_week),
        examples=choose_examples(
            tracks[Severity.AMBER],
            tracks[Severity.WATCH],
            standing,
            population,
            scores.select(*KEY, "overdue"),
        ),
        rules=rules,
    )


def _silent(flags: pl.DataFrame, population: Population, indicators: tuple[str, ...]) -> Iterator[Group]:
    heard = set(flags["indicator"].unique().to_list())
    nothing = flags.clear().with_columns(is_new="is_opening")
    for name in sorted(set(indicators) - heard):
        yield Group(Kind.INDICATOR, name, nothing, population)


def weeks_of(population: Population) -> float:
    """The period in weeks, with one step before the first date, whose cases are worked too."""
    first, second, last = population.days[0], population.days[1], population.days[-1]
    return (last - first + second - first) / 7.0


def _policy_curve(cases: pl.DataFrame, unlimited: Worked, population: Population) -> Iterator[CurvePoint]:
    weeks = weeks_of(population)
    for share in _SHARES:
        done = unlimited if share == 1.0 else work_through(cases, population, share * unlimited.worked / weeks)
        yield CurvePoint(None, done.worked / weeks, done.precision, done.recall, done.amount_caught)


def _naive_curve(scores: pl.DataFrame, unlimited: Worked, population: Population) -> Iterator[CurvePoint]:
    rows = with_scores(scores, population)
    for rule in NaiveRule:
        thresholds = {threshold_for(rows, rule, int(share * unlimited.worked), population.days) for share in _SHARES}
        for threshold in sorted((t for t in thresholds if t is not None), reverse=True):
            yield _naive_point(rule, threshold, rows, population)


def _naive_point(rule: NaiveRule, threshold: float, rows: pl.DataFrame, population: Population) -> CurvePoint:
    standing = warn_from(rows, rule, threshold, population.days)
    view = with_outcomes(standing, population).with_columns(is_new="is_opening")
    every = view.filter("is_new").drop_nulls("is_troubled")
    tracks = default_tracks(population.defaults, view)
    return CurvePoint(
        rule,
        int(view["is_new"].sum()) / weeks_of(population),
        int(every["is_troubled"].sum()) / every.height if every.height else None,
        int(tracks["is_caught"].sum()) / tracks.height if tracks.height else None,
        amount_caught(tracks, population.defaults),
    )
