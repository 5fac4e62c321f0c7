"""The peer's figures against an earlier time, in pandas: orders, sales, what is open, statements, signals that fade."""

import numpy as np
import pandas as pd
from peer_ledger import growth, ratio

POINTS = {"low": 1, "high": 4}  # of a signal; medium or not stated: 2
HALF_LIFE = 90.0


def order_changes(orders, day, customers):
    """Orders against those of a year ago, and the mean order against that of the months before."""
    is_open = orders["closed_on"].isna() | (orders["closed_on"] > day)
    recent, before = _aged(orders, 0, 90), _aged(orders, 90, 365)
    found = pd.DataFrame({"open_order_cents": _cents(orders[is_open], customers)})
    found["ord_amount_change_year_ago_90d"] = growth(
        _cents(recent, customers), _cents(_aged(orders, 365, 455), customers)
    )
    mean = [ratio(_cents(part, customers), _size(part, customers)) for part in (recent, before)]
    found["ord_size_change_90d"] = growth(*mean)
    return found


def invoice_changes(facts, owed, customers):
    """What is open, sold, disputed and paid in parts, each against its own past."""
    recent, year = _aged(facts, 0, 90), _aged(facts, 0, 365)
    sold = _cents(recent, customers)
    found = pd.DataFrame({"recent_sales_cents": sold})
    was_open = facts[facts["open_90"] > 0].groupby("customer")["open_90"].sum()
    found["pay_open_change_90d"] = growth(owed["open_cents"], was_open.reindex(customers.index, fill_value=0))
    found["pay_sales_change_year_ago_90d"] = growth(sold, _cents(_aged(facts, 365, 455), customers))
    found["pay_disputed_share_365d"] = ratio(_size(year[year["was_disputed"]], customers), _size(year, customers))
    paid = facts[facts["is_paid"] & (facts["settled_age"] < 365)]
    found["pay_part_paid_share_365d"] = ratio(_size(paid[paid["cash_count"] > 1], customers), _size(paid, customers))
    found["pay_days_since_invoice"] = facts.groupby("customer")["age"].min()
    return found


def combined_changes(known):
    """Of two parts: open orders over sales, the payment index against that of two years."""
    return pd.DataFrame(
        {
            "ord_open_to_sales_90d": ratio(known["open_order_cents"], known["recent_sales_cents"]),
            "pay_index_change_90d": known["pay_index_90d"] - known["pay_index_24m"],
        }
    )


def statement_changes(now, before):
    """Equity, margin and Altman's Z'' against the statement a year before; rows by customer."""

    def figures(period):
        assets, debts = period["total_assets_cents"], period["total_liabilities_cents"]
        working = period["current_assets_cents"] - period["current_liabilities_cents"]
        ebit = ratio(period["ebit_cents"] * 12.0, period["months"])
        shares = [ratio(part, assets) for part in (working, period["retained_earnings_cents"], ebit)]
        return {
            "fin_equity_ratio": ratio(period["equity_cents"], assets),
            "fin_ebit_margin": ratio(period["ebit_cents"], period["revenue_cents"]),
            "fin_z_general": 6.56 * shares[0]
            + 3.26 * shares[1]
            + 6.72 * shares[2]
            + 1.05 * ratio(period["equity_cents"], debts),
        }

    then = figures(before)
    return pd.DataFrame({f"{name}_change": value - then[name] for name, value in figures(now).items()})


def faded_signals(signals, customers):
    """How many kinds of signals there were in a year, bounced payments of 60 days, and severity that halves."""
    recent = signals[signals["age"] < 365]
    bounced = signals[(signals["kind"] == "bounced_payment") & (signals["age"] < 60)]
    weight = np.rint(np.exp(signals["age"] * (-np.log(2.0) / HALF_LIFE)) * 1e6)
    points = signals["severity"].astype(object).map(POINTS).fillna(2) * weight
    faded = points.groupby(signals["customer"]).sum().reindex(customers.index, fill_value=0) / 1e6
    kinds = recent.groupby("customer")["kind"].nunique().reindex(customers.index, fill_value=0)
    return pd.DataFrame(
        {
            "sig_kinds_count_365d": kinds,
            "sig_bounced_payment_count_60d": _size(bounced, customers),
            "sig_severity_faded": faded,
        }
    )


def _aged(rows, young, old):
    return rows[(rows["age"] >= young) & (rows["age"] < old)]


def _cents(rows, customers):
    return rows.groupby("customer")["amount_cents"].sum().reindex(customers.index, fill_value=0)


def _size(rows, customers):
    return rows.groupby("customer").size().reindex(customers.index, fill_value=0)
