"""The peer's patterns of events: a loop over the customers to whom the first step happened at all."""

import numpy as np
import pandas as pd

# The table, day and fixed kind of each event that patterns of the shipped policy name.
EVENTS = {
    "promise_broken": ("signals", "occurred_on", "broken_promise"),
    "payment_bounced": ("signals", "occurred_on", "bounced_payment"),
    "signal": ("signals", "occurred_on", None),
    "order": ("orders", "ordered_on", None),
    "dispute_opened": ("invoices", "disputed_on", None),
}


def patterns(windows, load, as_of):
    """evt_ID_holds and evt_ID_days_ago by customer_id, for customers to whom a pattern happened; and what all others
    have. `load(table)` gives the rows known by the date.
    """
    found, others = {}, {}
    for window in windows:
        names = f"evt_{window['id']}_holds", f"evt_{window['id']}_days_ago"
        given = all(len(load(EVENTS[step["event"]][0])) for step in window["steps"])
        others[names[0]], others[names[1]] = (0.0 if given else np.nan), np.nan
        for customer, last in _last_complete(window, load, as_of).items() if given else ():
            ago = (pd.Timestamp(as_of) - last).days
            found.setdefault(customer, {}).update({names[0]: float(ago < window["counts_for_days"]), names[1]: ago})
    return found, others


def _last_complete(window, load, as_of):
    steps = [_rows(step, load, as_of) for step in window["steps"]]
    last = {}
    for customer in set.intersection(*(set(rows) for rows in steps)):
        starts = None
        for step, rows in zip(window["steps"], steps, strict=True):
            starts = [
                day for day in sorted({d for d, _ in rows[customer]}) if _complete(day, rows[customer], step, starts)
            ]
        if starts:
            last[customer] = starts[-1]
    return last


def _rows(step, load, as_of):
    table, day, kind = EVENTS[step["event"]]
    rows = load(table)
    rows = rows[rows[day].notna() & (rows[day] <= pd.Timestamp(as_of))]
    kinds = [kind] if kind else step["kinds"]
    if kinds:
        rows = rows[rows["kind"].isin(kinds)]
    if step["amount_from"] is not None:
        rows = rows[rows["amount_cents"] >= step["amount_from"] * 100]
    by_customer = {}
    for customer, on, cents in zip(rows["customer_id"], rows[day], rows["amount_cents"], strict=True):
        by_customer.setdefault(customer, []).append((on, 0 if pd.isna(cents) else cents))
    return by_customer


def _complete(day, rows, step, starts):
    within = pd.Timedelta(days=step["within_days"])
    if starts is None:
        first = day - within + pd.Timedelta(days=1)
    else:
        near = [start for start in starts if day - within <= start <= day]
        if not near:
            return False
        first = near[0]
    inside = [cents for on, cents in rows if first <= on <= day]
    return len(inside) >= step["count"] and (step["sum_from"] is None or sum(inside) >= step["sum_from"] * 100)
