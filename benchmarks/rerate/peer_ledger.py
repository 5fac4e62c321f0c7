"""The peer's features of the ledger, in pandas: one row per customer, filters by date and a group-by per window.

Customers are numbered once, so that every group-by is over whole numbers instead of texts; sums are over whole cents.
"""

import numpy as np
import pandas as pd

SCORE_DAYS = [-30, -20, 0, 15, 22, 30, 60, 90, 120, 180]
SCORES = [100, 90, 80, 70, 60, 50, 40, 30, 20, 0]
MONTHS = 12


def ratio(numerator, denominator):
    """Missing unless the denominator is positive."""
    return numerator / denominator.where(denominator > 0)


def growth(now, before):
    return now / before.where(before > 0) - 1.0


def invoice_facts(invoices, payments, day):
    """Each invoice: what is open, whether it was settled, and how late."""
    number = pd.Index(invoices["invoice_id"])
    applied = payments[payments["invoice_id"].notna()]
    applied = applied.assign(invoice=number.get_indexer(applied["invoice_id"]))
    applied = applied[applied["invoice"] >= 0]
    cash = applied[applied["kind"] == "cash"].groupby("invoice")
    credit = applied[applied["kind"] == "credit_note"].groupby("invoice")
    write_off = applied[applied["kind"] == "write_off"].groupby("invoice")
    paid = applied[applied["kind"] != "write_off"].groupby("invoice")
    earlier = applied[applied["age"] >= 90].groupby("invoice")

    def amount(group):
        return group["amount_cents"].sum().reindex(invoices.index, fill_value=0)

    def last_age(group):
        return group["age"].min().reindex(invoices.index).fillna(invoices["age"])

    facts = invoices[["customer", "amount_cents", "age"]].copy()
    facts["due_age"] = (day - invoices["due_on"]).dt.days
    facts["terms"] = facts["age"] - facts["due_age"]
    raised = invoices["disputed_on"].fillna(invoices["known_at"])
    for name, then in (("disputed", day), ("disputed_90", day - pd.Timedelta(days=90))):
        not_closed = invoices["dispute_closed_on"].isna() | (invoices["dispute_closed_on"] > then)
        facts[name] = invoices["disputed"] & (raised <= then) & not_closed
    facts["was_disputed"] = invoices["disputed"] & (raised <= day)
    owed, in_cash, written = invoices["amount_cents"], amount(cash), amount(write_off)
    in_cash_or_credit = in_cash + amount(credit)
    settled = in_cash_or_credit + written >= owed
    lost = settled & (in_cash_or_credit < owed) & (written * 10 > owed)
    settled_age = last_age(paid).mask(in_cash >= owed, last_age(cash)).mask(lost, last_age(applied.groupby("invoice")))
    facts["settled_age"] = settled_age.where(settled, 0).astype("int64")
    facts["open"] = (owed - in_cash_or_credit - written).where(~settled, 0)
    facts["cash_count"] = cash.size().reindex(invoices.index, fill_value=0)
    facts["part_paid"] = facts["open"].where(facts["cash_count"] > 0, 0)
    facts["open_90"] = (owed - amount(earlier)).clip(lower=0).where(facts["age"] >= 90, 0)
    facts["is_paid"] = settled & ~lost & (in_cash > 0)
    facts["overdue"] = (facts["open"] > 0) & (facts["due_age"] > 0) & ~facts["disputed"]
    late = facts["due_age"] - facts["settled_age"].where(settled & ~lost, 0)
    facts["late"] = late.mask(lost & (facts["due_age"] < 1), 1).clip(-3650, 3650)
    facts["is_experience"] = ((facts["is_paid"] | lost) & ~facts["disputed"]) | facts["overdue"]
    return facts


def lateness(facts, customers):
    """How late each customer pays, by window, over invoices that say so."""
    rows = facts[facts["is_experience"]].drop(columns=["age"]).rename(columns={"settled_age": "age"})
    score = np.rint(np.interp(rows["late"], SCORE_DAYS, SCORES) * 1000).astype("int64")
    rows = rows.assign(late_cents=rows["late"] * rows["amount_cents"], score_cents=score * rows["amount_cents"])
    rows = rows.assign(age_late=rows["age"] * rows["late"], age_square=rows["age"] ** 2)
    windows = {
        "90d": rows[rows["age"] < 90],
        "prior": rows[(rows["age"] >= 90) & (rows["age"] < 365)],
        "365d": rows[rows["age"] < 365],
        "24m": rows[rows["age"] < 730],
        "all": rows,
    }
    found, by = pd.DataFrame(index=customers.index), {}
    for name, part in windows.items():
        group = part.groupby("customer")
        sums = group[["amount_cents", "late", "late_cents", "score_cents", "age", "age_late", "age_square"]].sum()
        sums["count"], sums["max"] = group.size(), group["late"].max()
        by[name] = sums.reindex(customers.index)
    for name in ("90d", "365d", "all"):
        found[f"pay_late_days_mean_{name}"] = by[name]["late"] / by[name]["count"]
        found[f"pay_late_days_wmean_{name}"] = ratio(by[name]["late_cents"], by[name]["amount_cents"])
        found[f"pay_late_days_max_{name}"] = by[name]["max"]
    found["pay_late_days_std_365d"] = windows["365d"].groupby("customer")["late"].std()
    found["pay_late_days_slope_365d"] = slope(by["365d"])
    found["pay_late_days_change_90d"] = found["pay_late_days_mean_90d"] - by["prior"]["late"] / by["prior"]["count"]
    for name in ("90d", "24m"):
        index = by[name]["score_cents"] / (by[name]["amount_cents"] * 1000.0)
        found[f"pay_index_{name}"] = index.where((by[name]["count"] >= 3) & (by[name]["amount_cents"] > 0))
    for name, days in (("90d", (0, 30)), ("365d", (0, 30, 60, 90))):
        for least in days:
            late = windows[name][windows[name]["late"] > least].groupby("customer")
            found[f"pay_late_share_{least}_{name}"] = (
                late.size().reindex(customers.index, fill_value=0) / (by[name]["count"])
            )
            if (least, name) == (30, "365d"):
                cents = late["amount_cents"].sum().reindex(customers.index, fill_value=0)
                found["pay_late_amount_share_30_365d"] = ratio(cents, by[name]["amount_cents"])
    found["pay_late_months_streak_current"] = late_months(rows, len(customers)).where(by["365d"]["count"] > 0)
    found["pay_first_late_30_flag_90d"] = first_late(rows, customers)
    return found


def slope(sums):
    """Least-squares slope of days late over time, per 30 days."""
    n, age = sums["count"], sums["age"].astype("float64")
    width = n * sums["age_square"] - age * age
    found = (n * sums["age_late"] - age * sums["late"]) / width.where(width > 0) * -30.0
    return found.where(n >= 3)


def late_months(rows, count):
    """Months in a row with a late payment up to today; one in which all was on time ends the streak."""
    recent = rows[rows["age"] < 30 * MONTHS]
    late, on_time = np.zeros((count, MONTHS), dtype=bool), np.zeros((count, MONTHS), dtype=bool)
    is_late = (recent["late"] > 0).to_numpy()
    customer, month = recent["customer"].to_numpy(), (recent["age"] // 30).to_numpy()
    late[customer[is_late], month[is_late]] = True
    on_time[customer[~is_late], month[~is_late]] = True
    streak = np.zeros(count)
    for m in reversed(range(MONTHS)):
        streak = np.where(on_time[:, m] & ~late[:, m], 0.0, streak + late[:, m])
    return pd.Series(streak)


def first_late(rows, customers):
    """Passed 30 days beyond terms in the last 90 days and never before; missing without three earlier experiences."""
    passed = rows[rows["late"] > 30]
    recent = passed[passed["due_age"] < 121].groupby("customer").size().reindex(customers.index, fill_value=0)
    before = passed[passed["due_age"] >= 121].groupby("customer").size().reindex(customers.index, fill_value=0)
    known = rows[rows["age"] >= 90].groupby("customer").size().reindex(customers.index, fill_value=0)
    return ((recent > 0) & (before == 0)).astype("float64").where(known >= 3)


def balance(facts, customers):
    """What is open, overdue, disputed and partly paid today; the sums in cents serve the group and exposure too."""

    def cents(rows, column="open"):
        return rows.groupby("customer")[column].sum().reindex(customers.index, fill_value=0)

    is_open = facts[facts["open"] > 0]
    overdue = is_open[is_open["overdue"]]
    found = pd.DataFrame({"open_cents": cents(is_open), "overdue_cents": cents(overdue)})
    opened = found["open_cents"]
    found["pay_open_amount"], found["pay_overdue_amount"] = opened / 100.0, found["overdue_cents"] / 100.0
    found["pay_overdue_ratio"] = ratio(found["overdue_cents"], opened)
    for days in (30, 60, 90):
        late = cents(overdue[overdue["due_age"] > days])
        found[f"pay_overdue_{days}_ratio"] = ratio(late, opened)
    found["pay_overdue_90_amount"] = late / 100.0
    found["pay_dpd_max"] = overdue.groupby("customer")["due_age"].max().reindex(customers.index, fill_value=0)
    was_open = facts[facts["open_90"] > 0]
    was_overdue = was_open[(was_open["due_age"] > 90) & ~was_open["disputed_90"]]
    found["pay_overdue_ratio_change_90d"] = found["pay_overdue_ratio"] - ratio(
        cents(was_overdue, "open_90"), cents(was_open, "open_90")
    )
    disputed = cents(is_open[is_open["disputed"]])
    found["pay_disputed_amount"], found["pay_disputed_ratio"] = disputed / 100.0, ratio(disputed, opened)
    found["pay_part_paid_ratio"] = ratio(cents(is_open, "part_paid"), opened)
    paid = facts[facts["is_paid"]]
    found["pay_settled_count_all"] = paid.groupby("customer").size().reindex(customers.index, fill_value=0)
    recent = paid[paid["settled_age"] < 365]
    found["pay_settled_count_365d"] = recent.groupby("customer").size().reindex(customers.index, fill_value=0)
    return found


def sales(facts, open_cents, customers):
    """What was bought, how often, and how many days of sales are open."""
    by_age = {name: facts[(facts["age"] >= young) & (facts["age"] < old)] for name, young, old in (
        ("90d", 0, 90), ("prior", 90, 180), ("365d", 0, 365),
    )}  # fmt: skip
    cents = {
        name: part.groupby("customer")["amount_cents"].sum().reindex(customers.index, fill_value=0)
        for name, part in by_age.items()
    }
    first = facts.groupby("customer")["age"].max().reindex(customers.index)
    year = by_age["365d"]
    found = pd.DataFrame({"pay_sales_change_90d": growth(cents["90d"], cents["prior"])})
    found["pay_history_days"] = first
    found["pay_purchases_month_mean_365d"] = cents["365d"] * 30.0 / (first.clip(30, 365) * 100.0)
    found["pay_invoice_amount_max_365d"] = year.groupby("customer")["amount_cents"].max() / 100.0
    terms = (year["amount_cents"] * year["terms"]).groupby(year["customer"]).sum().reindex(customers.index)
    found["pay_dso_countback"] = count_back(facts, open_cents, customers)
    found["pay_dso_over_terms"] = found["pay_dso_countback"] - ratio(terms, cents["365d"])
    return found


def count_back(facts, open_cents, customers):
    """Count-back DSO: sales of the newest months are taken off the open amount, each counting 30 days."""
    recent = facts[facts["age"] < 30 * MONTHS]
    monthly = recent.groupby(["customer", recent["age"] // 30])["amount_cents"].sum().unstack(fill_value=0)
    monthly = monthly.reindex(index=customers.index, columns=range(MONTHS), fill_value=0)
    left, shares = open_cents.astype("float64"), 0.0
    for month in range(MONTHS):
        sold = monthly[month]
        part = (left / sold.where(sold > 0)).clip(0.0, 1.0).fillna((left > 0).astype("float64"))
        shares, left = shares + part, left - sold
    return (shares * 30.0).where((open_cents > 0) | (monthly.sum(axis=1) > 0))


def cash_flow(payments, customers):
    """Cash, write-offs and what was not applied to an invoice."""

    def cents(rows):
        return rows.groupby("customer")["amount_cents"].sum().reindex(customers.index, fill_value=0)

    cash, lost = payments[payments["kind"] == "cash"], payments[payments["kind"] == "write_off"]
    loose = payments[payments["invoice_id"].isna() & (payments["kind"] != "write_off")]
    found = pd.DataFrame({"unapplied_cents": cents(loose)})
    found["pay_paid_amount_365d"] = cents(cash[cash["age"] < 365]) / 100.0
    found["pay_paid_change_90d"] = growth(
        cents(cash[cash["age"] < 90]), cents(cash[(cash["age"] >= 90) & (cash["age"] < 180)])
    )
    found["pay_days_since_payment"] = cash.groupby("customer")["age"].min()
    found["pay_written_off_amount_365d"] = cents(lost[lost["age"] < 365]) / 100.0
    return found


def orders_features(orders, day, customers):
    def cents(rows):
        return rows.groupby("customer")["amount_cents"].sum().reindex(customers.index, fill_value=0)

    is_open = orders["closed_on"].isna() | (orders["closed_on"] > day)
    before = orders[(orders["age"] >= 90) & (orders["age"] < 180)]
    found = pd.DataFrame({"order_cents": cents(orders[is_open])})
    found["ord_open_amount"] = found["order_cents"] / 100.0
    found["ord_amount_change_90d"] = growth(cents(orders[orders["age"] < 90]), cents(before))
    return found
