"""Warnings: every rule with a severity that applied, one row per customer and rule.

A rule with other values for segments is one rule here, by its id as written: a customer keeps the warning when he moves
from one segment to another.
"""

from datetime import timedelta

import numpy as np
import polars as pl

from riskengine.decision.ratings import Ratings
from riskengine.decision.reasons import rule_text
from riskengine.policy.rule import Rule

WARNING_SCHEMA: dict[str, pl.DataType] = {
    "customer_id": pl.String(),
    "as_of": pl.Date(),
    "rule_id": pl.String(),
    "severity": pl.String(),
    "name_en": pl.String(),
    "name_zh": pl.String(),
    "part_en": pl.String(),
    "part_zh": pl.String(),
    "evidence_en": pl.String(),
    "evidence_zh": pl.String(),
    "actions": pl.List(pl.String()),
    "owner": pl.String(),
    "due_on": pl.Date(),
}
_OF_THE_CUSTOMER = ("customer_id", "as_of", "evidence_en", "evidence_zh")
_STANDING_SCHEMA = {name: dtype for name, dtype in WARNING_SCHEMA.items() if name not in _OF_THE_CUSTOMER}


def warnings_frame(ratings: Ratings) -> pl.DataFrame:
    """Columns of WARNING_SCHEMA, by customer in the order given, then most severe first, then rule id.

    `evidence` is the rule's reason with the customer's numbers; owner and due day follow from the severity by policy.
    """
    rules = sorted(
        (rule for rule in ratings.policy.all_rules if rule.then.severity is not None),
        key=lambda rule: (-int(rule.then.severity or 0), rule.id),
    )
    rows = [np.flatnonzero(ratings.effects.applied[rule.id]) for rule in rules]
    evidence = [rule_text(rule, ratings, int(row)) for rule, hits in zip(rules, rows, strict=True) for row in hits]
    every_row = np.concatenate([*rows, np.empty(0, np.int64)]).astype(np.int64)
    every_rule = np.repeat(np.arange(len(rules), dtype=np.int32), [len(hits) for hits in rows])
    said = pl.DataFrame([_standing_parts(rule, ratings) for rule in rules], schema=_STANDING_SCHEMA)
    return (
        said[every_rule]
        .with_columns(
            pl.Series("customer_id", ratings.customer_ids[every_row], dtype=pl.String),
            pl.lit(ratings.as_of).cast(pl.Date).alias("as_of"),
            pl.Series("evidence_en", [text.en for text in evidence], dtype=pl.String),
            pl.Series("evidence_zh", [text.zh for text in evidence], dtype=pl.String),
        )
        .select(*WARNING_SCHEMA)[np.argsort(every_row, kind="stable")]
    )


def warnings_of(ratings: Ratings, row: int) -> list[dict[str, object]]:
    """The warnings of one customer, most severe first; days as ISO text."""
    found = [
        rule
        for rule in ratings.policy.all_rules
        if rule.then.severity is not None and ratings.effects.applied[rule.id][row]
    ]
    found.sort(key=lambda rule: (-int(rule.then.severity or 0), rule.id))
    listed = []
    for rule in found:
        evidence = rule_text(rule, ratings, row)
        parts = _standing_parts(rule, ratings)
        due_on = str(parts["due_on"])
        listed.append({**parts, "evidence_en": evidence.en, "evidence_zh": evidence.zh, "due_on": due_on})
    return listed


def _standing_parts(rule: Rule, ratings: Ratings) -> dict[str, object]:
    """What is the same for every customer whom the rule warns of."""
    severity = rule.then.severity
    if severity is None:
        raise ValueError(f"{rule.id} warns of nothing")
    follow_up = ratings.policy.terms.follow_up.of(severity)
    return {
        "rule_id": rule.base_id,
        "severity": severity.word,
        "name_en": rule.name.en,
        "name_zh": rule.name.zh,
        "part_en": None if rule.part is None else rule.part.en,
        "part_zh": None if rule.part is None else rule.part.zh,
        "actions": [action.value for action in rule.then.actions],
        "owner": follow_up.owner,
        "due_on": ratings.as_of + timedelta(days=follow_up.due_days),
    }
