"""Warnings: every rule with a severity that applied, one row per customer and rule."""

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
    "evidence_en": pl.String(),
    "evidence_zh": pl.String(),
    "actions": pl.List(pl.String()),
    "owner": pl.String(),
    "due_on": pl.Date(),
}


def warnings_frame(ratings: Ratings) -> pl.DataFrame:
    """Columns of WARNING_SCHEMA, by customer in the order given, then most severe first, then rule id.

    `evidence` is the rule's reason with the customer's numbers; owner and due day follow from the severity by policy.
    """
    found = [
        (int(row), -int(rule.then.severity), rule)
        for rule in ratings.policy.all_rules
        if rule.then.severity is not None
        for row in np.flatnonzero(ratings.effects.applied[rule.id])
    ]
    found.sort(key=lambda hit: (hit[0], hit[1], hit[2].id))
    return pl.DataFrame([_warning(rule, ratings, row) for row, _, rule in found], schema=WARNING_SCHEMA)


def _warning(rule: Rule, ratings: Ratings, row: int) -> dict[str, object]:
    severity = rule.then.severity
    if severity is None:
        raise ValueError(f"{rule.id} warns of nothing")
    follow_up = ratings.policy.terms.follow_up.of(severity)
    evidence = rule_text(rule, ratings, row)
    return {
        "customer_id": ratings.customer_ids[row],
        "as_of": ratings.as_of,
        "rule_id": rule.id,
        "severity": severity.word,
        "name_en": rule.name.en,
        "name_zh": rule.name.zh,
        "evidence_en": evidence.en,
        "evidence_zh": evidence.zh,
        "actions": [action.value for action in rule.then.actions],
        "owner": follow_up.owner,
        "due_on": ratings.as_of + timedelta(days=follow_up.due_days),
    }


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
        warning = _warning(rule, ratings, row)
        del warning["customer_id"], warning["as_of"]
        listed.append({**warning, "due_on": str(warning["due_on"])})
    return listed
