"""Who went bad within the horizon, by configuration. Outcomes look ahead; features never do.

A default event is a day on which a customer owes, on invoices at least `days_past_due` late, more than the material
amount and more than the material share of what it has open, and either did not the day before or one more invoice
became that late; or a write-off; or an insolvency signal. The outcome of a snapshot T is 1 if an event falls in
(T, T + horizon]. If T + horizon lies after the last day the data knows, nobody can say: the row is censored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.scoring.arrears import Ledger, balance_days, serious_days
from riskengine.scoring.spec import OutcomeSpec, PopulationSpec
from riskengine.terms.days import day_number


@dataclass(frozen=True, slots=True)
class Standing:
    """Default events and default standing of all customers.

    `events`: customer_id, day, reason (arrears, write_off, insolvency). `spells`: customer_id, day, in_default - the
    standing from that day until the next row of the customer.
    """

    events: pl.DataFrame
    spells: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Sample:
    """`rows`: customer_id, as_of (day number), outcome (0.0 or 1.0). The counts say who was left out, and why."""

    rows: pl.DataFrame
    censored: int
    in_default: int
    not_eligible: int


def find_standing(ledger: Ledger, spec: OutcomeSpec) -> Standing:
    """Default events and spells under an outcome definition."""
    balances = balance_days(ledger, serious_days(ledger, spec.days_past_due))
    late = pl.col("serious_cents")
    material = (late > round(spec.material_amount * 100)) & (late > pl.col("open_cents") * spec.material_share)
    days = balances.with_columns(in_default=material).with_columns(
        began=pl.col("in_default") & ~pl.col("in_default").shift(1, fill_value=False).over("customer_id")
    )
    arrears = days.filter(pl.col("in_default") & (pl.col("began") | (pl.col("fresh") > 0)))
    write_offs = ledger.write_offs
    if spec.write_off_above is None:
        write_offs = write_offs.clear()
    else:
        write_offs = write_offs.filter(pl.col("amount_cents") > round(spec.write_off_above * 100))
    insolvency = ledger.signals.filter(pl.col("kind").is_in([kind.value for kind in spec.insolvency_signals]))
    events = pl.concat(
        [
            frame.select("customer_id", pl.col("day").cast(pl.Int32), reason=pl.lit(reason))
            for frame, reason in ((arrears, "arrears"), (write_offs, "write_off"), (insolvency, "insolvency"))
        ]
    )
    return Standing(
        events.sort("customer_id", "day", "reason"),
        days.select("customer_id", pl.col("day").cast(pl.Int32), "in_default"),
    )


def label_snapshots(
    ledger: Ledger,
    standing: Standing,
    known: pl.DataFrame,
    as_of: Sequence[date],
    *,
    outcome: OutcomeSpec,
    population: PopulationSpec,
) -> Sample:
    """Outcomes of every eligible customer at every snapshot, sorted by snapshot and customer.

    `known`: customer_id and day (when we first knew the customer). A customer counts as in default at a snapshot while
    its arrears are material, for a year after a write-off, and from an insolvency signal on for good.
    """
    parts, censored, in_default, not_eligible = [], 0, 0, 0
    for day in sorted(day_number(d) for d in as_of):
        there = known.filter(pl.col("day") <= day).select("customer_id")
        eligible = (
            there.join(_eligible(ledger, population, day), on="customer_id", how="semi")
            if (population.min_settled_invoices or population.active_within_days)
            else there
        )
        not_eligible += there.height - eligible.height
        kept = eligible
        if population.exclude_in_default:
            kept = eligible.join(defaulted_at(standing, day), on="customer_id", how="anti")
            in_default += eligible.height - kept.height
        if day + outcome.horizon_days > ledger.last_day:
            censored += kept.height
            continue
        parts.append(_outcomes(kept, standing.events, day, outcome.horizon_days))
    schema = {"customer_id": pl.String, "as_of": pl.Int32, "outcome": pl.Float64}
    rows = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    return Sample(rows.sort("as_of", "customer_id"), censored, in_default, not_eligible)


def defaulted_at(standing: Standing, day: int) -> pl.DataFrame:
    """The customers in default at the end of a day: one column, customer_id."""
    now = standing.spells.filter(pl.col("day") <= day).group_by("customer_id").agg(pl.col("in_default").last())
    past = standing.events.filter(pl.col("day") <= day)
    lasting = past.filter(
        (pl.col("reason") == "insolvency") | ((pl.col("reason") == "write_off") & (pl.col("day") > day - 365))
    )
    return pl.concat([now.filter("in_default").select("customer_id"), lasting.select("customer_id")]).unique()


def _eligible(ledger: Ledger, spec: PopulationSpec, day: int) -> pl.DataFrame:
    settled = pl.col("settled_on")
    is_open = (pl.col("issued_on") <= day) & (settled.is_null() | (settled > day))
    seen = (
        ledger.invoices.filter((pl.col("known_at") <= day) & ((settled <= day) | is_open))
        .group_by("customer_id")
        .agg(settled=(settled <= day).sum(), last_settled=settled.filter(settled <= day).max(), is_open=is_open.any())
    )
    enough = seen.filter(pl.col("settled") >= spec.min_settled_invoices)
    if spec.active_within_days is None:
        return enough
    recently = (pl.col("last_settled") > day - spec.active_within_days).fill_null(value=False)
    return enough.filter(pl.col("is_open") | recently)


def _outcomes(customers: pl.DataFrame, events: pl.DataFrame, day: int, horizon: int) -> pl.DataFrame:
    bad = events.filter((pl.col("day") > day) & (pl.col("day") <= day + horizon)).select("customer_id").unique()
    return customers.join(bad.with_columns(outcome=pl.lit(1.0)), on="customer_id", how="left").select(
        "customer_id", as_of=pl.lit(day, pl.Int32), outcome=pl.col("outcome").fill_null(0.0)
    )
