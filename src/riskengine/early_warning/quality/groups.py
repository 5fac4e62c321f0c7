"""The sets of warnings that are judged: each indicator, each severity, all together, segments, and naive rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl

from riskengine.early_warning.quality.counts import split_new
from riskengine.early_warning.quality.naive import SCORES, NaiveRule, list_largest, threshold_for, warn_from
from riskengine.early_warning.quality.population import Population
from riskengine.early_warning.quality.standing import KEY, customer_standing, fold_findings
from riskengine.portfolio.trial.side_by_side import SEGMENTS
from riskengine.terms.decision import Severity
from riskengine.terms.errors import InputError


class Kind(StrEnum):
    """What a set of warnings is."""

    ALL = "all"  # every warning of every indicator
    INDICATOR = "indicator"
    RULE = "rule"  # one of several rules of an indicator, standing while it applies
    SEVERITY = "severity"  # new: opened at or escalated to this very severity
    CUSTOMER = "customer"  # customers under any warning of at least this severity; new: had none the date before
    CASE = "case"  # all warnings of a customer as one; new: opened, or more severe than on the date before
    INDUSTRY = "industry"
    REGION = "region"
    COUNTRY = "country"
    NAIVE = "naive"  # a naive rule as it is used
    NAIVE_LIKE = "naive_like"  # with the threshold that gives as many new warnings as CUSTOMER of the same level
    NAIVE_LIST = "naive_list"  # the largest values, on each date as many as CUSTOMER of the same level


@dataclass(frozen=True, slots=True)
class Group:
    """`view`: warnings standing on dates, with the columns of the population's rows and `is_new`. `population`: whom
    they are compared with. `level`: the severity of CUSTOMER, NAIVE_LIKE and NAIVE_LIST. `threshold`: of a naive rule.
    """

    kind: Kind
    name: str | None  # None: customers of whom the segment is not stated
    view: pl.DataFrame
    population: Population
    level: Severity | None = None
    threshold: float | None = None


def with_outcomes(standing: pl.DataFrame, population: Population) -> pl.DataFrame:
    """Standing warnings with the columns of the population's rows, sorted.

    Raises InputError for a warning of somebody who is not in the population on that date.
    """
    found = standing.join(population.rows, on=KEY, how="left", validate="m:1")
    unknown = found["is_censored"].null_count()
    if unknown:
        raise InputError(f"{unknown} warnings are of customers not known on their date", where="warnings")
    return found.sort([*KEY, "indicator"])


def policy_groups(flags: pl.DataFrame, population: Population) -> Iterator[Group]:
    """All warnings together, each indicator, each severity, and each segment. `flags`: of `with_outcomes`."""
    opened = flags.with_columns(is_new="is_opening")
    yield Group(Kind.ALL, "all", opened, population)
    for name in sorted(flags["indicator"].unique().to_list()):
        yield Group(Kind.INDICATOR, name, opened.filter(pl.col("indicator") == name), population)
    for severity in reversed(Severity):
        exactly = flags.filter(pl.col("severity") == int(severity)).with_columns(is_new="is_raised")
        yield Group(Kind.SEVERITY, severity.word, exactly, population, level=severity)
    for dimension in SEGMENTS:
        for value in population.rows[dimension].unique().sort(nulls_last=True).to_list():
            inside = pl.col(dimension).eq_missing(pl.lit(value, pl.String))
            held = replace(population, rows=population.rows.filter(inside), defaults=population.defaults.filter(inside))
            yield Group(Kind(dimension), value, opened.filter(inside), held)


def rule_groups(rules: pl.DataFrame, population: Population) -> Iterator[Group]:
    """Each rule by itself. `rules`: FINDING_SCHEMA of every rule that applied, the rule's id as the indicator."""
    opened = _judged(fold_findings(rules, population.days), population)
    for name in sorted(opened["indicator"].unique().to_list()):
        yield Group(Kind.RULE, name, opened.filter(pl.col("indicator") == name), population)


def customer_groups(cases: Mapping[Severity, pl.DataFrame], population: Population) -> Iterator[Group]:
    """Customers under warning, by level, and their cases. `cases`: of `customer_cases`."""
    every = cases[Severity.WATCH].with_columns(is_new="is_raised")
    yield Group(Kind.CASE, Kind.CASE.value, every, population)
    for level, view in cases.items():
        yield Group(Kind.CUSTOMER, level.word, view, population, level=level)


def customer_cases(standing: pl.DataFrame, population: Population) -> dict[Severity, pl.DataFrame]:
    """For each level the customers under any warning of at least that severity, with outcomes and `is_new`."""
    found = {}
    for level in Severity:
        folded = customer_standing(standing, population.days, at_least=int(level), name=level.word)
        found[level] = _judged(folded, population)
    return found


def naive_groups(
    scores: pl.DataFrame, population: Population, cases: Mapping[Severity, pl.DataFrame]
) -> Iterator[Group]:
    """Naive rules as they are used, and each at the volume of the customers under warning of each level.

    `scores`: as_of, customer_id and naive.FEATURES of everybody. `cases`: of `customer_cases`.
    """
    rows = with_scores(scores, population)
    days = population.days
    for rule in NaiveRule:
        used = SCORES[rule].threshold
        if used is not None:
            view = _judged(warn_from(rows, rule, used, days), population)
            yield Group(Kind.NAIVE, rule.value, view, population, threshold=used)
        for level, own in cases.items():
            threshold = threshold_for(rows, rule, split_new(own, days[0])[0].new, days)
            if threshold is not None:
                view = _judged(warn_from(rows, rule, threshold, days), population)
                yield Group(Kind.NAIVE_LIKE, rule.value, view, population, level, threshold)
            sizes = dict(own.group_by("as_of").len().sort("as_of").iter_rows())
            view = _judged(list_largest(rows, rule, sizes, days), population)
            if view.height:  # nobody has a limit to exceed, say
                yield Group(Kind.NAIVE_LIST, rule.value, view, population, level)


def with_scores(scores: pl.DataFrame, population: Population) -> pl.DataFrame:
    """`scores` with what naive rules look at beside them."""
    return scores.join(population.rows.select(*KEY, "was_in_default", "exposure"), on=KEY, how="left")


def _judged(standing: pl.DataFrame, population: Population) -> pl.DataFrame:
    return with_outcomes(standing, population).with_columns(is_new="is_opening")
