"""The peer's comparison of customers with others of their industry, region and size, in pandas."""

import numpy as np
import pandas as pd
from peer_ledger import ratio

LEAST = 20
SIZES = ([50_000, 250_000, 1_000_000], ["micro", "small", "medium", "large"])
# What is compared, within which bounds, and by what.
COMPARED = {
    "late_days_90d": ("pay_late_days_mean_90d", -30, 60, ("industry", "region", "size")),
    "late_change_90d": ("pay_late_days_change_90d", -60, 60, ("industry",)),
    "overdue_ratio": ("pay_overdue_ratio", 0, 1, ("industry",)),
    "overdue_change_90d": ("pay_overdue_ratio_change_90d", -1, 1, ("industry",)),
    "due_unpaid_90d": ("pay_due_unpaid_share_90d", 0, 1, ("industry",)),
    "pay_index_24m": ("pay_index_24m", 0, 100, ("industry",)),
    "dso_over_terms": ("pay_dso_over_terms", -60, 90, ("industry",)),
    "disputed_share_90d": ("pay_disputed_share_90d", 0, 1, ("industry",)),
    "orders_change_90d": ("ord_amount_change_90d", -1, 1, ("industry",)),
    "equity_ratio": ("fin_equity_ratio", -1, 1, ("industry",)),
    "ebit_margin": ("fin_ebit_margin", -0.5, 0.5, ("industry",)),
    "utilisation": ("cus_utilisation", 0, 2, ("size",)),
}


def shares_of_invoices(facts, customers):
    """Of the invoices of 90 days: how many that fell due are unpaid, how many were disputed; and a year's purchases."""

    def size(rows):
        return rows.groupby("customer").size().reindex(customers.index, fill_value=0)

    due = facts[(facts["due_age"] > 0) & (facts["due_age"] <= 90) & ~facts["disputed"]]
    issued = facts[facts["age"] < 90]
    bought = facts[facts["age"] < 365].groupby("customer")["amount_cents"].sum()
    return pd.DataFrame(
        {
            "pay_due_unpaid_share_90d": ratio(size(due[due["open"] > 0]), size(due)),
            "pay_disputed_share_90d": ratio(size(issued[issued["was_disputed"]]), size(issued)),
            "bought": bought.reindex(customers.index, fill_value=0) / 100.0,
        }
    )


def deviations(customers, known):
    """How many standard deviations each customer is from the mean of its peers."""
    size = np.array(SIZES[1], dtype=object)[np.searchsorted(SIZES[0], known["bought"], side="left")]
    size = pd.Series(size, index=known.index).where(known["bought"] > 0)
    groups = {"industry": customers["industry"], "region": customers["region"], "size": size}
    found = {}
    for name, (feature, low, high, compared) in COMPARED.items():
        value = np.floor(known[feature].clip(low, high) * 1000.0 + 0.5)
        for by in compared:
            group = value.groupby(groups[by])
            count, mean, spread = (group.transform(part) for part in ("count", "mean", "std"))
            found[f"peer_{by}_{name}"] = ((value - mean) / spread.where(spread > 0)).where(count >= LEAST)
    return pd.DataFrame(found)
