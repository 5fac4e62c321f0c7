"""The peer's stress of related companies: from each company in trouble along its ties, three steps at most."""

from collections import defaultdict

import numpy as np
import pandas as pd

BY_SIGNAL = {
    "insolvency_filing": 1000,
    "dishonest_debtor": 900,
    "enforcement": 600,
    "serious_violation": 600,
    "equity_frozen": 500,
    "bounced_payment": 300,
    "lawsuit_defendant": 200,
}
BY_WRITE_OFF, LONGEST_DPD, STEPS = 800, 90.0, 3
# Tenths of the stress that reach: (the one below from the one above, the other way round), and among those controlled.
PARENT, GUARANTOR, CONTROLLER, SHARED = (6, 3), (5, 3), (6, 3), 4


def own_stress(known):
    """Thousandths: arrears, signals and write-offs of the last year, the worst of them."""
    days, owed = known["pay_dpd_max"].clip(0.0, LONGEST_DPD), known["open_cents"].astype("float64")
    late = 1000 * days * known["overdue_cents"] / (owed.where(owed > 0) * LONGEST_DPD)
    parts = [np.floor(late.clip(0.0, 1000.0)).fillna(0.0)]
    parts += [(known[f"sig_{kind}_count_365d"] > 0) * float(stress) for kind, stress in BY_SIGNAL.items()]
    parts.append((known["pay_written_off_amount_365d"] > 0) * float(BY_WRITE_OFF))
    return pd.concat(parts, axis=1).max(axis=1).astype("int64")


def related_stress(links, customers, known, day):
    """The most that reaches each customer from another; missing for those tied to nobody."""
    ties = ties_of(links, customers, day)
    best = defaultdict(int)
    for source, stress in zip(customers["customer_id"], own_stress(known), strict=True):
        reached = {source: stress * 1000} if stress else {}
        for _ in range(STEPS):
            moved = {}
            for node, score in reached.items():
                for other, tenths in ties[node]:
                    if other != source:
                        moved[other] = max(moved.get(other, 0), score * tenths // 10)
            reached = moved
            for node, score in moved.items():
                best[node] = max(best[node], score)
    tied = {other for found in ties.values() for other, _ in found}
    ids = customers["customer_id"]
    return pd.DataFrame({"rel_stress": [best[one] / 1e6 if one in tied else np.nan for one in ids]})


def ties_of(links, customers, day):
    """Whom the stress of each reaches, and how much of it."""
    links = links.sort_values("known_at", kind="stable")
    links = links.drop_duplicates(["customer_id", "other_id", "kind", "holds_from"], keep="last")
    links = links[(links["holds_from"] <= day) & (links["until"].isna() | (links["until"] >= day))]
    links = links[links["customer_id"] != links["other_id"]]
    found = defaultdict(list)

    def tie(below, above, shares):
        found[above].append((below, shares[0]))
        found[below].append((above, shares[1]))

    parents = customers[customers["parent_id"].notna() & (customers["parent_id"] != customers["customer_id"])]
    for below, above in zip(parents["customer_id"], parents["parent_id"], strict=True):
        tie(below, above, PARENT)
    for kind, shares in (("guarantor", GUARANTOR), ("controller", CONTROLLER)):
        pairs = links.loc[links["kind"] == kind, ["customer_id", "other_id"]].drop_duplicates()
        for below, above in pairs.itertuples(index=False):
            tie(below, above, shares)
        if kind == "controller":
            for _, own in pairs.groupby("other_id")["customer_id"]:
                for one in own:
                    found[one] += [(other, SHARED) for other in own if other != one]
    return found
