"""What people agreed for single customers, looked up for the customers at hand."""

from collections.abc import Collection

import numpy as np

from riskengine.decision.arrays import Flags, Floats, Texts
from riskengine.policy.bundle import Policy
from riskengine.policy.exception import Exclusion, TemporaryLimit

GROUP = "grp_id"  # the fact by which a group is named


def exempt_rows(policy: Policy, ids: Texts, groups: Texts | None) -> dict[str, Flags]:
    """Base id of a rule -> who is exempt from it, shape (n,); only rules of which somebody here is.

    `groups` holds the group of each customer, None where it is not known.
    """
    found: dict[str, Flags] = {}
    for exclusion in policy.exclusions:
        mask = _rows_of(exclusion, ids, groups)
        if mask.any():
            known = found.get(exclusion.rule_id)
            found[exclusion.rule_id] = mask if known is None else known | mask
    return found


def exclusions_of(policy: Policy, customer_id: str, group_id: str | None) -> tuple[Exclusion, ...]:
    """The exclusions in force for one customer, by rule; his own before those of his group."""
    return tuple(
        exclusion
        for exclusion in policy.exclusions
        if (exclusion.customer_id == customer_id if exclusion.group_id is None else exclusion.group_id == group_id)
    )


def temporary_limits(policy: Policy, ids: Texts) -> Floats:
    """The amount granted to each customer for a time, shape (n,); NaN for none."""
    amounts = np.full(len(ids), np.nan)
    for granted in policy.temporary_limits:
        amounts[ids == granted.customer_id] = granted.limit
    return amounts


def temporary_limit_of(policy: Policy, customer_id: str) -> TemporaryLimit | None:
    return next((granted for granted in policy.temporary_limits if granted.customer_id == customer_id), None)


def agreed_of_nobody(policy: Policy, ids: Collection[str], groups: Collection[str]) -> tuple[str, ...]:
    """What was agreed for customers and groups that are not there: a slip of the pen, or somebody who left."""
    exclusions = [
        f"exclusion of {one.who} from {one.rule_id}"
        for one in policy.exclusions
        if (one.customer_id not in ids if one.group_id is None else one.group_id not in groups)
    ]
    limits = [f"temporary limit of {one.who}" for one in policy.temporary_limits if one.customer_id not in ids]
    return (*exclusions, *limits)


def _rows_of(exclusion: Exclusion, ids: Texts, groups: Texts | None) -> Flags:
    wanted, known = (exclusion.customer_id, ids) if exclusion.group_id is None else (exclusion.group_id, groups)
    rows = [] if known is None else [value == wanted for value in known.tolist()]
    return np.array(rows, dtype=np.bool_) if rows else np.zeros(len(ids), np.bool_)
