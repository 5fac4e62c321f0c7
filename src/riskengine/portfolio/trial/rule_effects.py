"""How often each rule applied under each policy, and what happened to those customers."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import polars as pl

from riskengine.policy.bundle import Policy
from riskengine.policy.rule import Rule
from riskengine.portfolio.trial.aftermath import KEY
from riskengine.portfolio.trial.decided import Decided
from riskengine.portfolio.trial.side_by_side import Side


class Change(StrEnum):
    """What became of a rule of the file, over all dates."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"  # the challenger alone has it
    REMOVED = "removed"  # the policy alone has it


def rule_effects(
    cases: pl.DataFrame, decided: Mapping[Side, Decided], policies: Mapping[Side, Sequence[Policy]]
) -> pl.DataFrame:
    """One row per rule of either policy, those that differ first, then by id.

    rule_id, stage, name_en, name_zh, change, and for each side with its suffix: hits (customers on dates), customers,
    ripe (hits with a known outcome at customers not in default already), bad, good. Rules that never applied are there.
    """
    held = {side: _by_file_id(policies[side]) for side in Side}
    known = held[Side.POLICY] | held[Side.CHALLENGER]
    listed = [
        {
            "rule_id": rule_id,
            "stage": parts[0].stage.value,
            "name_en": parts[0].name.en,
            "name_zh": parts[0].name.zh,
            "change": _change(rule_id, policies, held).value,
        }
        for rule_id, parts in known.items()
    ]
    text = pl.String()
    frame = pl.DataFrame(listed, schema=dict.fromkeys(("rule_id", "stage", "name_en", "name_zh", "change"), text))
    for side in Side:
        frame = frame.join(_counted(cases, decided[side].hits, side), on="rule_id", how="left")
    frame = frame.with_columns(pl.col(pl.UInt32).cast(pl.Int64).fill_null(0))
    return frame.sort((pl.col("change") == Change.SAME.value), "rule_id")


def _counted(cases: pl.DataFrame, hits: pl.DataFrame, side: Side) -> pl.DataFrame:
    outcomes = cases.select(*KEY, "is_censored", "was_open", "is_bad", "is_good")
    ripe = ~pl.col("is_censored") & pl.col("was_open")
    counted = hits.join(outcomes, on=KEY, how="left").group_by("rule_id")
    return counted.agg(
        pl.len().alias(f"hits_{side}"),
        pl.col("customer_id").n_unique().alias(f"customers_{side}"),
        ripe.sum().alias(f"ripe_{side}"),
        pl.col("is_bad").sum().alias(f"bad_{side}"),
        pl.col("is_good").sum().alias(f"good_{side}"),
    )


def _by_file_id(policies: Iterable[Policy]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for policy in policies:
        for rule in policy.all_rules:
            found.setdefault(rule.base_id, []).append(rule)
    return found


def _change(
    rule_id: str, policies: Mapping[Side, Sequence[Policy]], held: Mapping[Side, Mapping[str, list[Rule]]]
) -> Change:
    if rule_id not in held[Side.POLICY]:
        return Change.ADDED
    if rule_id not in held[Side.CHALLENGER]:
        return Change.REMOVED
    one, other = ([_says(rule_id, policy) for policy in policies[side]] for side in Side)
    return Change.SAME if one == other else Change.CHANGED


def _says(rule_id: str, policy: Policy) -> list[tuple[object, ...]]:
    """What a rule of the file says on one date, in all its parts."""
    parts = (rule for rule in policy.all_rules if rule.base_id == rule_id)
    return [(rule.id, rule.stage, rule.when, rule.on_missing, rule.then) for rule in parts]
