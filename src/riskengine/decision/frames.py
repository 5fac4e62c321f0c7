"""Ratings as a Polars frame, one row per customer."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from riskengine.decision.arrays import NONE, Codes, Flags, Floats
from riskengine.decision.predictions import UNRATED_REASONS
from riskengine.decision.ratings import STATUSES, Ratings
from riskengine.policy.vocabulary import DEFAULT_GRADE
from riskengine.rules.outcomes import SNOOZED
from riskengine.terms.days import month_later
from riskengine.terms.decision import Action, Severity
from riskengine.terms.limit import Binding, CapacitySource, NeedSource

ACTIONS: tuple[Action, ...] = tuple(Action)
SEVERITY_WORDS = tuple(severity.word for severity in Severity)


def ratings_frame(ratings: Ratings) -> pl.DataFrame:
    """Every conclusion and the steps to it, in the order of the customers.

    Money is Float64 units of the reporting currency, terms are days (0: prepayment), PDs are shares. Null: not known,
    or not set; a limit of 0 is no credit. `severity` is that of the worst warning. `grade` is the final grade as people
    write it, `1` to `8` or `D`.
    """
    limits, terms, grades = ratings.limits, ratings.terms, ratings.grades
    constraints = limits.constraints
    return pl.DataFrame(
        {
            "customer_id": pl.Series(ratings.customer_ids, dtype=pl.String),
            "as_of": pl.repeat(ratings.as_of, ratings.count, dtype=pl.Date, eager=True),
            "status": words(ratings.status, STATUSES),
            "unrated_reason": words(ratings.predictions.unrated, UNRATED_REASONS),
            "raw_score": numbers(ratings.predictions.raw),
            "pd_12m": numbers(ratings.predictions.pd_12m),
            "pd_bound": numbers(ratings.pd_bound),
            "grade": grade_labels(grades.final),
            "pd_grade": whole(grades.pd),
            "rule_grade": whole(grades.rule),
            "final_grade": whole(grades.final),
            "limit": numbers(limits.limit),
            "binding_constraint": words(limits.binding, tuple(Binding)),
            "need": numbers(constraints.need),
            "need_source": words(constraints.need_source, tuple(NeedSource)),
            "capacity": numbers(constraints.capacity),
            "capacity_source": words(constraints.capacity_source, tuple(CapacitySource)),
            "policy_cap": numbers(constraints.policy_cap),
            "concentration_cap": numbers(constraints.concentration_cap),
            "grade_factor": numbers(limits.factor),
            "temporary_limit": numbers(limits.temporary),
            "rule_limit_cap": numbers(limits.rule_cap),
            "rule_limit_factor": numbers(limits.rule_factor),
            "available_credit": numbers(ratings.available),
            "terms_days": whole(terms.days, pl.Int32),
            "terms_longest_days": whole(terms.longest, pl.Int32),
            "discount": pl.Series(terms.discount, dtype=pl.Boolean),
            "frozen": pl.Series(ratings.frozen, dtype=pl.Boolean),
            "refer": pl.Series(ratings.effects.refer, dtype=pl.Boolean),
            "severity": words((ratings.effects.severity - 1).astype(np.int8), SEVERITY_WORDS),
            "actions": action_lists(ratings.effects.actions),
            "rules_applied": rule_lists(ratings.effects.applied, ratings.count),
            "rules_snoozed": rule_lists(_snoozed(ratings), ratings.count),
            "review_on": review_days(ratings),
            "policy_version": pl.repeat(ratings.policy.version, ratings.count, dtype=pl.String, eager=True),
        }
    )


def numbers(values: Floats) -> pl.Series:
    """Null for NaN, and for the infinity that stands for "no rule said so"."""
    kept = np.where(np.isfinite(values), values, np.nan)
    return pl.Series(kept, dtype=pl.Float64).fill_nan(None)


def whole(values: Floats, dtype: type[pl.DataType] = pl.Int8) -> pl.Series:
    return numbers(values).cast(dtype)


def words(codes: Codes, known_words: Sequence[str]) -> pl.Series:
    """Positions in an enum as its words; null for none."""
    known = pl.Series([str(word) for word in known_words], dtype=pl.String)
    places = pl.Series(codes).cast(pl.Int32).replace(NONE, None)
    return known.gather(places)


def grade_labels(grades: Floats) -> pl.Series:
    labels = [str(number) for number in range(1, DEFAULT_GRADE)] + ["D"]
    places = numbers(grades - 1.0).cast(pl.Int32)
    return pl.Series(labels, dtype=pl.String).gather(places)


def action_lists(actions: dict[Action, Flags]) -> pl.Series:
    """The actions of each customer, in the order of the enum. Few combinations occur, so each list is made once."""
    bits = np.zeros(len(next(iter(actions.values()))), dtype=np.int64)
    for place, action in enumerate(ACTIONS):
        bits |= actions[action].astype(np.int64) << place
    patterns, places = np.unique(bits, return_inverse=True)
    lists = [[a.value for i, a in enumerate(ACTIONS) if int(pattern) >> i & 1] for pattern in patterns]
    return pl.Series(lists, dtype=pl.List(pl.String)).gather(places.astype(np.uint32))


def _snoozed(ratings: Ratings) -> dict[str, Flags]:
    """Where each rule would have said something, had the customer not been exempt; few rules have any."""
    if not ratings.policy.exclusions:
        return {}
    return {rule_id: codes == SNOOZED for rule_id, codes in ratings.outcomes.by_rule.items()}


def rule_lists(by_rule: Mapping[str, Flags], count: int) -> pl.Series:
    """The rules that hold for each customer, sorted by id."""
    applied = sorted(by_rule.items())
    rows = [np.flatnonzero(mask) for _, mask in applied]
    found = pl.DataFrame(
        {
            "row": np.concatenate([*rows, np.empty(0, np.int64)]),
            "rule": np.repeat(np.arange(len(applied), dtype=np.int32), [len(r) for r in rows]),
        }
    )
    ids = pl.Series([rule_id for rule_id, _ in applied], dtype=pl.String)
    lists = found.with_columns(rule=ids.gather(found["rule"])).group_by("row", maintain_order=True).agg("rule")
    every = pl.DataFrame({"row": np.arange(count, dtype=np.int64)})
    joined = every.join(lists, on="row", how="left", maintain_order="left")
    return joined.select(pl.col("rule").fill_null(pl.lit([], dtype=pl.List(pl.String)))).to_series()


def review_days(ratings: Ratings) -> pl.Series:
    """When the next review falls due by the grade's interval; null where a person is on the case anyway."""
    months = whole(ratings.review_months, pl.Int32)
    dates = {m: month_later(ratings.as_of, m) for m in months.unique().drop_nulls().to_list()}
    return months.replace_strict(dates, return_dtype=pl.Date, default=None)
