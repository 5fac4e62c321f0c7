"""What one policy decided on many dates, as frames that can be laid beside those of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from riskengine.decision.arrays import Flags
from riskengine.decision.frames import action_lists, grade_labels, numbers, whole, words
from riskengine.decision.ratings import STATUSES, Ratings
from riskengine.policy.rule import base_id_of
from riskengine.terms.days import day_number
from riskengine.terms.decision import Action


class Credit(StrEnum):
    """Whether a customer may buy on open account. The severe decisions are those that refuse."""

    ALLOWED = "allowed"  # a limit above 0, and nothing that stops deliveries
    REFUSED = "refused"  # limit 0, frozen, in default, or prepayment asked for
    UNSET = "unset"  # nobody set a limit: not rated, a person decides


@dataclass(frozen=True, slots=True)
class Decided:
    """All dates of one policy.

    `decisions`: as_of (day number), customer_id, status, grade (1 to 9), grade_label, pd_grade, limit, terms_days,
    frozen, refer, severity (0 none to 3 red), actions, credit, and warnings_opened and reviews_opened: what was not
    there on the date before. `hits`: as_of, customer_id, rule_id (as written in the file), severity of every rule that
    applied.
    """

    decisions: pl.DataFrame
    hits: pl.DataFrame


def decided_on(ratings: Sequence[Ratings]) -> Decided:
    """The frames of a chain of ratings, oldest first; on the first date everything that stands counts as opened."""
    hits = pl.concat([_hits(r) for r in ratings])
    decisions = pl.concat([_decisions(r) for r in ratings])
    days = [day_number(r.as_of) for r in ratings]
    return Decided(_with_opened(decisions, hits, days), hits)


def _decisions(ratings: Ratings) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "as_of": pl.repeat(day_number(ratings.as_of), ratings.count, dtype=pl.Int32, eager=True),
            "customer_id": pl.Series(ratings.customer_ids, dtype=pl.String),
            "status": words(ratings.status, STATUSES),
            "grade": whole(ratings.grades.final),
            "grade_label": grade_labels(ratings.grades.final),
            "pd_grade": whole(ratings.grades.pd),
            "limit": numbers(ratings.limits.limit),
            "terms_days": whole(ratings.terms.days, pl.Int32),
            "frozen": pl.Series(ratings.frozen, dtype=pl.Boolean),
            "refer": pl.Series(ratings.effects.refer, dtype=pl.Boolean),
            "severity": pl.Series(ratings.effects.severity.astype(np.int8)),
            "actions": action_lists(ratings.effects.actions),
            "credit": _credit(ratings),
        }
    )


def _credit(ratings: Ratings) -> pl.Series:
    limit = ratings.limits.limit
    prepaid: Flags = ratings.effects.actions[Action.REQUIRE_PREPAYMENT] | (ratings.terms.days == 0)
    refused = ratings.frozen | (limit == 0) | (prepaid & ~np.isnan(limit))
    found = np.select([refused, np.isnan(limit)], [Credit.REFUSED.value, Credit.UNSET.value], Credit.ALLOWED.value)
    return pl.Series(found, dtype=pl.String)


def _hits(ratings: Ratings) -> pl.DataFrame:
    """One row per customer and rule of the file; a rule's parts (segments, rows) are one rule, the worst of them."""
    rules = {rule.id: rule for rule in ratings.policy.all_rules}
    applied = sorted((i, np.flatnonzero(mask)) for i, mask in ratings.effects.applied.items() if mask.any())
    sizes = [len(rows) for _, rows in applied]
    severities = [int(rules[i].then.severity or 0) for i, _ in applied]
    rows = np.concatenate([np.empty(0, np.int64), *(rows for _, rows in applied)]).astype(np.int64)
    ids = pl.Series([base_id_of(i) for i, _ in applied], dtype=pl.String)
    frame = pl.DataFrame(
        {
            "as_of": pl.repeat(day_number(ratings.as_of), len(rows), dtype=pl.Int32, eager=True),
            "customer_id": pl.Series(ratings.customer_ids[rows], dtype=pl.String),
            "rule_id": ids.gather(np.repeat(np.arange(len(applied), dtype=np.uint32), sizes)),
            "severity": pl.Series(np.repeat(np.array(severities, dtype=np.int8), sizes), dtype=pl.Int8),
        }
    )
    return (
        frame.group_by("as_of", "customer_id", "rule_id").agg(pl.col("severity").max()).sort("customer_id", "rule_id")
    )


def _with_opened(decisions: pl.DataFrame, hits: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    key = ["as_of", "customer_id"]
    before = pl.DataFrame({"as_of": days[1:], "before": days[:-1]}, schema={"as_of": pl.Int32, "before": pl.Int32})
    warnings = hits.filter(pl.col("severity") > 0).select(*key, "rule_id")
    opened = (
        warnings.join(before, on="as_of", how="left")
        .join(
            warnings,
            left_on=["before", "customer_id", "rule_id"],
            right_on=["as_of", "customer_id", "rule_id"],
            how="anti",
        )
        .group_by(key)
        .agg(warnings_opened=pl.len().cast(pl.Int32))
    )
    referred = decisions.filter("refer").select(*key)
    reviews = (
        referred.join(before, on="as_of", how="left")
        .join(referred, left_on=["before", "customer_id"], right_on=["as_of", "customer_id"], how="anti")
        .select(*key, reviews_opened=pl.lit(1, pl.Int32))
    )
    for found in (opened, reviews):
        decisions = decisions.join(found, on=key, how="left", maintain_order="left")
    return decisions.with_columns(pl.col("warnings_opened", "reviews_opened").fill_null(0))
