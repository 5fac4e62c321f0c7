"""The peer's view of a customer beside its own past, and how unusual that is in the portfolio: pandas, scikit-learn."""

import numpy as np
import pandas as pd
from peer_ledger import growth, ratio
from scipy.stats import chi2
from sklearn.covariance import MinCovDet

NOW, PAST = (0, 90), (90, 455)
MAINS = ["late", "late_share", "days", "part", "amount", "dispute"]
FARTHEST, NARROWEST, LEAST_ROWS, MOST_ROWS = 12.0, 0.5, 100, 500


def own_past(facts, payments, customers):
    """The last 90 days of each customer against the 365 days before, in its own usual swings."""

    def by_customer(rows):
        return rows.groupby("customer").sum().reindex(customers.index, fill_value=0)

    def spans(rows, age):
        within = [rows[(rows[age] >= young) & (rows[age] < old)] for young, old in (NOW, PAST)]
        return [by_customer(part.drop(columns=age)) for part in within]

    paid = facts[facts["is_experience"]]
    late = paid["late"].clip(-30, 90)
    parts = (paid["cash_count"] >= 2) | ((paid["open"] > 0) & (paid["cash_count"] >= 1))
    lateness = pd.DataFrame({"customer": paid["customer"], "age": paid["settled_age"], "n": 1, "sum": late})
    lateness = lateness.assign(squares=late**2, late=(late > 0).astype(int), part=parts.astype(int))
    now, past = spans(lateness, "age")
    within = facts[(facts["age"] >= 0) & (facts["age"] < PAST[1])]
    largest = within.groupby("customer")["amount_cents"].transform("max").reindex(facts.index)
    size = np.floor(facts["amount_cents"] * 1000.0 / largest).where((facts["amount_cents"] > 0) & (largest > 0), 0.0)
    sold = pd.DataFrame({"customer": facts["customer"], "age": facts["age"], "n": 1, "sum": size})
    sold = sold.assign(squares=size**2, dispute=facts["was_disputed"].astype(int))
    sold_now, sold_past = spans(sold, "age")
    found = pd.DataFrame(index=customers.index)
    enough, enough_sold = (now["n"] >= 2) & (past["n"] >= 4), (sold_now["n"] >= 2) & (sold_past["n"] >= 4)
    change = ratio(now["sum"], now["n"]) - ratio(past["sum"], past["n"])
    found["pay_own_late_days_change_90d"] = change.where(enough)
    spread = swing(now, past, variance(past, 64.0))
    found["pay_own_late_deviation_90d"] = (change / spread).where(enough)
    found["pay_own_late_share_deviation_90d"] = share(now, past, "late").where(enough)
    found = pd.concat([found, paying_days(payments, customers)], axis=1)
    found["pay_own_part_deviation_90d"] = share(now, past, "part").where(enough)
    usual = ratio(sold_past["sum"], sold_past["n"])
    spread = swing(sold_now, sold_past, variance(sold_past, usual * usual * 0.09))
    smaller = (usual - ratio(sold_now["sum"], sold_now["n"])) / spread.where(spread > 0)
    found["pay_own_amount_deviation_90d"] = smaller.where(enough_sold)
    found["pay_own_dispute_deviation_90d"] = share(sold_now, sold_past, "dispute").where(enough_sold)
    return found


def swing(now, past, square):
    return np.sqrt(square * (1.0 / now["n"].where(now["n"] > 0) + 1.0 / past["n"].where(past["n"] > 0) + 0.25))


def variance(past, common):
    n = past["n"].where(past["n"] > 0)
    return ((past["squares"] - past["sum"] ** 2 / n).clip(lower=0) + common * 4.0) / (n + 3.0)


def share(now, past, part):
    usual = (past[part] + 1.0) / (past["n"] + 2.0)
    return (ratio(now[part], now["n"]) - usual) / swing(now, past, usual * (1.0 - usual))


def paying_days(payments, customers):
    """Days on which cash came, against as many as 90 days of the past had."""
    cash = payments[payments["kind"] == "cash"][["customer", "age"]].drop_duplicates()

    def days(young, old):
        rows = cash[(cash["age"] >= young) & (cash["age"] < old)]
        return rows.groupby("customer").size().reindex(customers.index, fill_value=0)

    span = (cash.groupby("customer")["age"].max().reindex(customers.index) - 89.0).clip(upper=365.0)
    now, past = days(*NOW), days(*PAST)
    usual = ratio(past * 90.0, span).where(past >= 4)
    deviation = (usual - now) / np.sqrt(1.0 + usual + usual * usual * 0.0625)
    return pd.DataFrame({"pay_own_days_deviation_90d": deviation})


def deferred(facts, customers):
    """Invoices paid in parts, and invoices that shrink."""
    settled = facts["is_paid"] & (facts["cash_count"] >= 2) & (facts["settled_age"] < 90)
    begun = (facts["open"] > 0) & (facts["cash_count"] >= 1)
    found = pd.DataFrame({"pay_in_parts_count_90d": (settled | begun).groupby(facts["customer"]).sum()})
    found = found.reindex(customers.index, fill_value=0)
    means = [
        facts[(facts["age"] >= young) & (facts["age"] < old)].groupby("customer")["amount_cents"].mean()
        for young, old in ((0, 90), (90, 365))
    ]
    now, before = (mean.reindex(customers.index) for mean in means)
    found["pay_invoice_amount_change_90d"] = growth(now, before)
    return found


def anomalies(found):
    """How rarely an ordinary customer is so far from its own past for the worse, and in what this one is most."""
    deviations = found[[f"pay_own_{main}_deviation_90d" for main in MAINS]].to_numpy("float64", na_value=np.nan)
    p, main = np.full(len(found), np.nan), np.full(len(found), None, dtype=object)
    held = np.clip(deviations, -FARTHEST, FARTHEST)
    complete = held[~np.isnan(held).any(axis=1)]
    if len(complete) >= LEAST_ROWS:
        usual, spread = reference(complete[np.lexsort(complete.T[::-1])])
        beyond = np.clip(np.minimum(deviations, FARTHEST) - np.maximum(usual, 0.0), 0.0, None)
        for row, values in enumerate(beyond):
            known = np.flatnonzero(~np.isnan(values))
            if len(known):
                parts = values[known] * (np.linalg.inv(spread[np.ix_(known, known)]) @ values[known])
                p[row] = chi2.sf(parts.sum(), len(known))
                main[row] = MAINS[known[parts.argmax()]] if (values[known] > 0).any() else None
    return found.assign(ano_distance_p=p, ano_main=main)


def reference(ordered):
    rows = ordered[np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_ROWS)).astype(int)]
    usual, spread = np.median(rows, axis=0), np.zeros((len(MAINS), len(MAINS)))
    low, high = np.percentile(rows, [25.0, 75.0], axis=0)
    moving = np.flatnonzero(high - low > 1e-6)
    if len(moving):
        fitted = MinCovDet(random_state=0).fit(rows[:, moving])
        usual[moving], spread[np.ix_(moving, moving)] = fitted.location_, fitted.covariance_
    spread += np.diag(np.maximum(NARROWEST**2 - np.diag(spread), 0.0))
    return np.round(usual, 9), np.round(spread, 9)
