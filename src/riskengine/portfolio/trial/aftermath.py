"""What happened to customers after a date: whether they defaulted, how late they paid, what they bought and owed.

This looks ahead of the date on purpose and must never reach a rating. Default is as the model's spec defines it
(`riskengine.scoring.label`); nobody is good until the whole horizon lies inside the data.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import polars as pl

from riskengine.scoring.arrears import Ledger, balance_days, open_value, serious_days
from riskengine.scoring.label import Standing, defaulted_at
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.days import day_number

KEY = ["as_of", "customer_id"]
_UNIT = 100.0  # cents

# Null wherever nobody can say: outcomes of censored rows, amounts of days after the end of the data.
AFTERMATH_SCHEMA: dict[str, pl.DataType] = {
    "as_of": pl.Int32(),  # days since 1970-01-01
    "customer_id": pl.String(),
    "was_in_default": pl.Boolean(),  # already, on the date itself
    "is_censored": pl.Boolean(),  # the horizon runs past the end of the data
    "defaulted": pl.Boolean(),
    "default_on": pl.Int32(),
    "days_to_default": pl.Int32(),
    "default_reason": pl.String(),  # arrears, write_off, insolvency
    "severe_delay": pl.Boolean(),  # an undisputed invoice became `severe_days` late within the horizon
    "exposure_at_default": pl.Float64(),  # open invoices on the evening before the default; 0 without one
    "sold_and_lost": pl.Float64(),  # of that, what was invoiced while the date's decision governed
    "sales_horizon": pl.Float64(),  # invoiced within the horizon
    "sales_governed": pl.Float64(),  # invoiced while the date's decision governed
    "peak_balance": pl.Float64(),  # highest evening balance from the date on while its decision governed
}


def severe_days_of(outcome: OutcomeSpec) -> int:
    """Two thirds of the way to default: bad enough that nobody calls the customer good, and no default.

    60 days where default is 90 days past due, 20 where it is 30.
    """
    return max(1, outcome.days_past_due * 2 // 3)


def governed_until(dates: Sequence[date], horizon_days: int) -> tuple[int, ...]:
    """The last day (since 1970-01-01) each date's decision governs: the next date, at most the horizon.

    So each invoice is governed by one decision and amounts add up over dates. The last decision governs as long as the
    one before it did; a single one for the whole horizon. `dates` ascend.

    >>> governed_until([date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)], 365)
    (19782, 19813, 19844)
    """
    days = [day_number(d) for d in dates]
    lengths = [min(later - day, horizon_days) for day, later in pairwise(days)]
    lengths.append(lengths[-1] if lengths else horizon_days)
    return tuple(day + length for day, length in zip(days, lengths, strict=True))


def observe_aftermath(
    ledger: Ledger, standing: Standing, population: pl.DataFrame, outcome: OutcomeSpec, dates: Sequence[date]
) -> pl.DataFrame:
    """One row per row of `population` (as_of as day number, customer_id), in its order, with AFTERMATH_SCHEMA.

    `dates` are all dates of the population, ascending. Amounts are units of the reporting currency.
    """
    days = [day_number(d) for d in dates]
    windows = pl.DataFrame(
        {"as_of": days, "until": governed_until(dates, outcome.horizon_days)},
        schema={"as_of": pl.Int32, "until": pl.Int32},
    ).with_columns(horizon_end=pl.col("as_of") + outcome.horizon_days)
    severe = serious_days(ledger, severe_days_of(outcome))
    defaults = _first_defaults(standing, windows)
    rows = population.select(KEY).join(windows, on="as_of", how="left", maintain_order="left")
    for found in (
        _already(standing, days),
        defaults,
        _owed_at_default(ledger, defaults, windows),
        _within(severe.select("customer_id", day="serious_on"), windows).unique().with_columns(severe_delay=True),
        _sales(ledger, windows, "horizon_end", "sales_horizon"),
        _sales(ledger, windows, "until", "sales_governed"),
        _peaks(balance_days(ledger, severe), windows),
    ):
        rows = rows.join(found, on=KEY, how="left", maintain_order="left")
    return _known_only(rows, ledger.last_day)


def _known_only(rows: pl.DataFrame, last_day: int) -> pl.DataFrame:
    """Zero where nothing happened, null where nobody can say."""
    censored = pl.col("horizon_end") > last_day
    governed = pl.col("until") <= last_day
    none = pl.lit(None)
    after = {
        "defaulted": pl.col("default_on").is_not_null(),
        "default_on": pl.col("default_on"),
        "days_to_default": pl.col("default_on") - pl.col("as_of"),
        "default_reason": pl.col("default_reason"),
        "severe_delay": pl.col("severe_delay").fill_null(value=False),
        "exposure_at_default": pl.col("exposure_at_default").fill_null(0.0),
        "sold_and_lost": pl.col("sold_and_lost").fill_null(0.0),
        "sales_horizon": pl.col("sales_horizon").fill_null(0.0),
    }
    bought = {name: pl.col(name).fill_null(0.0) for name in ("sales_governed", "peak_balance")}
    return rows.with_columns(
        pl.col("was_in_default").fill_null(value=False),
        censored.alias("is_censored"),
        *(pl.when(~censored).then(value).otherwise(none).alias(name) for name, value in after.items()),
        *(pl.when(governed).then(value).otherwise(none).alias(name) for name, value in bought.items()),
    ).select(pl.col(name).cast(dtype) for name, dtype in AFTERMATH_SCHEMA.items())


def _already(standing: Standing, days: Sequence[int]) -> pl.DataFrame:
    parts = [defaulted_at(standing, day).with_columns(as_of=pl.lit(day, pl.Int32)) for day in days]
    return pl.concat(parts).select(*KEY, was_in_default=True)


def _within(events: pl.DataFrame, windows: pl.DataFrame, end: str = "horizon_end") -> pl.DataFrame:
    """as_of and customer_id of each event (customer_id, day) in each window (as_of, end] it falls into."""
    return _placed(events, windows, end).select(KEY)


def _placed(events: pl.DataFrame, windows: pl.DataFrame, end: str) -> pl.DataFrame:
    return events.join_where(
        windows.select("as_of", last=end), pl.col("day") > pl.col("as_of"), pl.col("day") <= pl.col("last")
    )


def _first_defaults(standing: Standing, windows: pl.DataFrame) -> pl.DataFrame:
    return (
        _placed(standing.events, windows, "horizon_end")
        .sort("day", "reason")
        .group_by(KEY, maintain_order=True)
        .agg(default_on=pl.col("day").first(), default_reason=pl.col("reason").first())
    )


def _owed_at_default(ledger: Ledger, defaults: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """Open on the evening before the default: a write-off on the day itself empties the account."""
    owed = (
        defaults.select(*KEY, "default_on")
        .join(windows.select("as_of", "until"), on="as_of")
        .join(ledger.invoices.select("invoice_id", "customer_id", "issued_on", "own_cents", "amount_cents"), on=KEY[1])
        .filter(pl.col("issued_on") < pl.col("default_on"))
    )
    paid = (
        owed.select("as_of", "invoice_id", "default_on")
        .join(ledger.payments, on="invoice_id")
        .filter(pl.col("paid_on") < pl.col("default_on"))
        .group_by("as_of", "invoice_id")
        .agg(paid=pl.col("paid_cents").max())
    )
    value = open_value(pl.col("own_cents") - pl.col("paid").fill_null(0))
    governed = (pl.col("issued_on") > pl.col("as_of")) & (pl.col("issued_on") <= pl.col("until"))
    return (
        owed.join(paid, on=["as_of", "invoice_id"], how="left")
        .with_columns(open=value)
        .group_by(KEY)
        .agg(
            exposure_at_default=pl.col("open").sum() / _UNIT,
            sold_and_lost=pl.col("open").filter(governed).sum() / _UNIT,
        )
    )


def _sales(ledger: Ledger, windows: pl.DataFrame, end: str, name: str) -> pl.DataFrame:
    """Running totals at both ends of each window, so that windows may overlap without repeating the invoices."""
    daily = (
        ledger.invoices.group_by("customer_id", day="issued_on")
        .agg(pl.col("amount_cents").sum())
        .sort("customer_id", "day")
        .with_columns(total=pl.col("amount_cents").cum_sum().over("customer_id"))
        .select("customer_id", "day", "total")
    )
    edges = windows.select("as_of", last=end).join(daily.select("customer_id").unique(), how="cross")
    first = _latest(edges.rename({"as_of": "edge"}), daily).rename({"edge": "as_of", "total": "total_first"})
    both = _latest(first.rename({"last": "edge"}), daily).rename({"total": "total_last"})
    sold = pl.col("total_last").fill_null(0) - pl.col("total_first").fill_null(0)
    return both.select(*KEY, (sold / _UNIT).alias(name))


def _peaks(balances: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """Highest balance of the evenings from the date itself to the end of what it governs."""
    held = balances.select("customer_id", "day", "open_cents")
    changed = _placed(held, windows, "until").select(*KEY, "open_cents")
    edges = windows.select(edge="as_of").join(held.select("customer_id").unique(), how="cross")
    carried = _latest(edges, held).rename({"edge": "as_of"})
    every = pl.concat([changed, carried.select(*KEY, pl.col("open_cents").fill_null(0))])
    return every.group_by(KEY).agg(peak_balance=pl.col("open_cents").max() / _UNIT)


def _latest(edges: pl.DataFrame, daily: pl.DataFrame) -> pl.DataFrame:
    """Beside each customer's day `edge` what `daily` last said on or before it."""
    return (
        edges.sort("edge")
        .join_asof(daily.sort("day"), left_on="edge", right_on="day", by="customer_id", check_sortedness=False)
        .drop("day", strict=False)
    )
