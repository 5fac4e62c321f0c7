"""The peer's features beside the ledger, in pandas: statements, outside signals, industry, group and master data."""

import numpy as np
import pandas as pd
from peer_changes import statement_changes
from peer_ledger import growth, ratio

SIGNALS_365D = [
    "lawsuit_defendant",
    "enforcement",
    "dishonest_debtor",
    "insolvency_filing",
    "equity_change",
    "equity_frozen",
    "equity_pledged",
    "legal_rep_change",
    "admin_penalty",
    "abnormal_operation",
    "serious_violation",
    "tax_arrears",
    "rating_change",
    "insurance_cut",
    "negative_news",
    "bounced_payment",
    "broken_promise",
    "industry_delay",
]
LEGAL = ["lawsuit_defendant", "enforcement", "dishonest_debtor", "insolvency_filing"]
OWNERSHIP = ["equity_change", "equity_frozen", "equity_pledged", "legal_rep_change"]
MODIFIED = ["qualified", "adverse", "disclaimer"]


def statement_features(statements, day, customers):
    """The newest statement of each customer, and the one that ends 330 to 400 days before it."""
    rows = statements[statements["period_end"] <= day].sort_values("known_at", kind="stable")
    rows = rows.drop_duplicates(["customer", "period_end"], keep="last").sort_values("period_end", kind="stable")
    newest = rows.drop_duplicates("customer", keep="last").set_index("customer")
    behind = (rows["customer"].map(newest["period_end"]) - rows["period_end"]).dt.days
    earlier = rows[(behind >= 330) & (behind <= 400)].drop_duplicates("customer", keep="last").set_index("customer")
    now, before = newest.reindex(customers.index), earlier.reindex(customers.index)

    def money(item, period=now):
        return period[f"{item}_cents"] / 100.0

    def annual(item, period=now):
        return ratio(money(item, period) * 12.0, period["months"])

    assets, equity, revenue = money("total_assets"), money("equity"), money("revenue")
    working = money("current_assets") - money("current_liabilities")
    found = pd.DataFrame({"fin_revenue": annual("revenue"), "fin_total_assets": assets, "fin_equity": equity})
    found["fin_working_capital"], found["fin_equity_ratio"] = working, ratio(equity, assets)
    found["fin_current_ratio"] = ratio(money("current_assets"), money("current_liabilities"))
    found["fin_debt_to_equity"] = ratio(money("total_liabilities"), equity)
    found["fin_ebit_margin"] = ratio(money("ebit"), revenue)
    found["fin_interest_cover"] = ratio(money("ebit"), money("interest"))
    x1, x2 = ratio(working, assets), ratio(money("retained_earnings"), assets)
    x3, x4 = ratio(annual("ebit"), assets), ratio(equity, money("total_liabilities"))
    x5 = ratio(annual("revenue"), assets)
    found["fin_z_private"] = 0.717 * x1 + 0.847 * x2 + 3.107 * x3 + 0.420 * x4 + 0.998 * x5
    found["fin_z_general"] = 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * x4
    found["fin_revenue_change"] = growth(annual("revenue"), annual("revenue", before))
    found["fin_statement_age_days"] = (day - now["period_end"]).dt.days
    found["clk_statement_awaited_days"] = np.floor(found["fin_statement_age_days"] - now["months"] * 30.4375)
    opinion = now["audit_opinion"]
    found["fin_qualified_flag"] = opinion.isin(MODIFIED).astype("float64").where(opinion.notna())
    return pd.concat([found, statement_changes(now, before)], axis=1)


def signal_features(signals, customers):
    recent = signals[signals["age"] < 365]
    counts = pd.crosstab(recent["customer"], recent["kind"])
    counts = counts.reindex(index=customers.index, columns=SIGNALS_365D, fill_value=0)
    found = counts.add_prefix("sig_").add_suffix("_count_365d")

    def size(rows):
        return rows.groupby("customer").size().reindex(customers.index, fill_value=0)

    for kind in ("insolvency_filing", "dishonest_debtor"):
        found[f"sig_{kind}_count_all"] = size(signals[signals["kind"] == kind])
    found["sig_count_90d"] = size(signals[signals["age"] < 90])
    found["sig_legal_count_365d"] = counts[LEGAL].sum(axis=1)
    stated = recent[recent["kind"].isin(LEGAL) & recent["amount_cents"].notna()].groupby("customer")
    amount = stated["amount_cents"].sum().reindex(customers.index, fill_value=0) / 100.0
    unknown = (found["sig_legal_count_365d"] > 0) & (stated.size().reindex(customers.index, fill_value=0) == 0)
    found["legal_amount"] = amount.mask(unknown)
    for name, kinds in (("legal", LEGAL), ("ownership", OWNERSHIP)):
        last = signals[signals["kind"].isin(kinds)].groupby("customer")["age"].min()
        found[f"sig_{name}_days_since_last"] = last.reindex(customers.index)
    return found


def industry_features(industry, customers):
    """The published series of the customer's industry, and their change against the same month a year before."""
    of, found = customers["industry"], {}
    for series in ("delay_index", "default_rate"):
        rows = industry[np.isfinite(industry[series])].sort_values("known_at", kind="stable")
        rows = rows.drop_duplicates(["industry", "observed_on"], keep="last").sort_values("observed_on", kind="stable")
        newest = rows.drop_duplicates("industry", keep="last").set_index("industry")
        behind = (rows["industry"].map(newest["observed_on"]) - rows["observed_on"]).dt.days
        before = rows[(behind >= 360) & (behind <= 400)].drop_duplicates("industry", keep="last").set_index("industry")
        change = newest[series] - before[series].reindex(newest.index)
        found[f"ind_{series}"], found[f"ind_{series}_change"] = of.map(newest[series]), of.map(change)
    return pd.DataFrame(found)


def customer_features(customers, known, day):
    """Master data, and exposure against limit and collateral; `known` has the sums in cents."""
    exposure = known["open_cents"] + known["order_cents"] - known["unapplied_cents"]
    collateral = customers["guarantee_amount_cents"].fillna(0) + customers["insured_amount_cents"].fillna(0)
    found = pd.DataFrame({"exposure_cents": exposure, "cus_exposure": exposure / 100.0})
    found["cus_country"], found["cus_industry"] = customers["country"], customers["industry"]
    for name in ("current_limit", "guarantee_amount", "insured_amount"):
        found[f"cus_{name}"] = customers[f"{name}_cents"] / 100.0
    found["cus_current_terms_days"] = customers["current_terms_days"]
    oldest = known["pay_dpd_max"].where((customers["insured_amount_cents"] > 0) & (known["pay_dpd_max"] > 0))
    found["clk_insured_due_days"] = oldest
    found["cus_utilisation"] = ratio(found["cus_exposure"], found["cus_current_limit"])
    found["cus_uncovered_exposure"] = (found["cus_exposure"] - collateral / 100.0).clip(lower=0.0)
    for name, column in (("age", "registered_on"), ("relationship", "customer_since")):
        age = (day - customers[column]).dt.days
        found[f"cus_{name}_days"] = age.where(age >= 0)
    return found


def group_features(customers, known):
    """The other members of the customer's group: overdue, oldest arrears, insolvency."""
    linked = customers[customers["parent_id"].notna() & (customers["parent_id"] != customers["customer_id"])]
    parent = linked.set_index("customer_id")["parent_id"]
    top = customers["customer_id"].copy()
    for _ in range(8):
        top = top.map(parent).fillna(top)
    rows = known[["open_cents", "overdue_cents", "exposure_cents", "pay_dpd_max"]].assign(
        insolvent=known["sig_insolvency_filing_count_all"] + known["sig_dishonest_debtor_count_all"], members=1
    )
    group = rows.groupby(top)
    total = group.transform("sum")
    others = total - rows
    at_top = rows["pay_dpd_max"] == group["pay_dpd_max"].transform("max")
    second = rows["pay_dpd_max"].mask(at_top).groupby(top).transform("max")
    alone = at_top & (at_top.groupby(top).transform("sum") == 1)
    has_others = total["members"] > 1
    found = pd.DataFrame({"grp_exposure": total["exposure_cents"] / 100.0})
    found["grp_others_dpd_max"] = group["pay_dpd_max"].transform("max").mask(alone, second).where(has_others)
    found["grp_others_overdue_amount"] = (total["overdue_cents"] / 100.0 - rows["overdue_cents"] / 100.0).where(
        has_others
    )
    found["grp_others_overdue_ratio"] = ratio(others["overdue_cents"], others["open_cents"]).where(has_others)
    found["grp_others_insolvent_flag"] = (others["insolvent"] > 0).astype("float64").where(has_others)
    return found
