"""All figures of a portfolio as of a date, from its ledger. Amounts are units of the reporting currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from riskengine.portfolio.ageing import AgeBand, BandShift, DebtAge, ageing_shift, debt_age
from riskengine.portfolio.collection import (
    bad_debt_loss_rate,
    collection_effectiveness,
    on_time_collection_rate,
    overdue_ratio,
    receivables_turnover,
    share,
)
from riskengine.portfolio.days_outstanding import (
    MonthSales,
    average_days_delinquent,
    best_possible_dso,
    count_back_dso,
    days_sales_outstanding,
)
from riskengine.portfolio.ledger import (
    MONTHS,
    Balance,
    Ledger,
    balance_on,
    due_and_in_term,
    months_back,
    recovered_since,
    sales_between,
    written_off_between,
)
from riskengine.portfolio.provision import loss_rates, provision, roll_rates
from riskengine.terms.days import day_number

QUARTER = 3  # months DSO and CEI look at
SHIFT_MONTHS = 1
# Bands a month apart, so that a month's roll moves by one; what is over 90 days late is the last.
ROLL_BANDS: tuple[tuple[AgeBand, ...], ...] = (
    (AgeBand.NOT_DUE,),
    (AgeBand.TO_30,),
    (AgeBand.TO_60,),
    (AgeBand.TO_90,),
    (AgeBand.TO_180, AgeBand.TO_365, AgeBand.OVER_365),
)
LAST_ROLL_DAY = 90


@dataclass(frozen=True, slots=True)
class Collection:
    """How money came in. None where a figure has no denominator."""

    receivables: float
    overdue: float
    disputed: float
    sales_12m: float
    dso: float | None  # over the last three months
    best_possible_dso: float | None
    average_days_delinquent: float | None
    count_back_dso: float | None  # over twelve months
    collection_effectiveness: float | None  # percent, over the last three months
    receivables_turnover: float | None  # over twelve months
    overdue_ratio: float | None
    bad_debt_loss_rate: float | None  # over twelve months
    on_time_collection_rate: float | None  # over twelve months


@dataclass(frozen=True, slots=True)
class Provisions:
    """The matrix over ROLL_BANDS. `recovery` None: nothing was over 90 days late a year ago, so 0 is used."""

    balances: tuple[float, ...]
    roll_rates: tuple[float | None, ...]
    recovery: float | None
    loss_rates: tuple[float | None, ...]
    provision: float | None


@dataclass(frozen=True, slots=True)
class PortfolioFigures:
    collection: Collection
    ageing: Mapping[AgeBand, float]
    debt_age: Mapping[DebtAge, float]
    shifts: tuple[BandShift, ...]  # against a month ago
    ageing_before: Mapping[AgeBand, float]
    provisions: Provisions


def portfolio_figures(ledger: Ledger) -> PortfolioFigures:
    """Every figure of domain measures, as of the ledger's date."""
    days = [months_back(ledger.as_of, m) for m in range(MONTHS + 1)]  # newest first
    balances = [balance_on(ledger, day) for day in days]
    sales = [sales_between(ledger, after, until) for until, after in pairwise(days)]
    now, before = balances[0], balances[SHIFT_MONTHS]
    return PortfolioFigures(
        collection=_collection(ledger, balances, sales),
        ageing=_units(now),
        debt_age=ages_of_debt(ledger),
        shifts=ageing_shift(before.bands, now.bands),
        ageing_before=_units(before),
        provisions=_provisions(ledger, balances),
    )


def _collection(ledger: Ledger, balances: Sequence[Balance], sales: Sequence[int]) -> Collection:
    now, quarter_ago, year_ago = balances[0], balances[QUARTER], balances[MONTHS]
    quarter_sales, quarter_days = sum(sales[:QUARTER]), (now.on - quarter_ago.on).days
    dso = days_sales_outstanding(now.receivables, quarter_sales, quarter_days)
    best = best_possible_dso(now.current, quarter_sales, quarter_days)
    months = [
        MonthSales(s, (until.on - after.on).days) for s, (until, after) in zip(sales, pairwise(balances), strict=True)
    ]
    due, in_term = due_and_in_term(ledger, year_ago.on, now.on)
    written_off = written_off_between(ledger, year_ago.on, now.on)
    return Collection(
        receivables=now.receivables / 100,
        overdue=now.overdue / 100,
        disputed=now.disputed / 100,
        sales_12m=sum(sales) / 100,
        dso=dso,
        best_possible_dso=best,
        average_days_delinquent=average_days_delinquent(dso, best),
        count_back_dso=count_back_dso(now.receivables, months),
        collection_effectiveness=collection_effectiveness(
            begin=quarter_ago.receivables, sales=quarter_sales, end_total=now.receivables, end_current=now.current
        ),
        receivables_turnover=receivables_turnover(sum(sales), year_ago.receivables, now.receivables),
        overdue_ratio=overdue_ratio(now.overdue, now.receivables),
        bad_debt_loss_rate=bad_debt_loss_rate(written_off, sum(sales)),
        on_time_collection_rate=on_time_collection_rate(in_term, due),
    )


def _provisions(ledger: Ledger, balances: Sequence[Balance]) -> Provisions:
    oldest_first = balances[::-1]
    stock = [[float(sum(b.bands[band] for band in group)) for group in ROLL_BANDS] for b in oldest_first]
    # The last band keeps what rolled into it long ago, so its rate counts what can have come within a month.
    flow = [[*amounts[:-1], float(b.rolled_over_90)] for amounts, b in zip(stock, oldest_first, strict=True)]
    rolls = roll_rates(flow, MONTHS)
    late_then = stock[0][-1]
    recovered = share(recovered_since(ledger, balances[MONTHS].on, LAST_ROLL_DAY), late_then)
    recovery = None if recovered is None else min(1.0, recovered)
    rates = loss_rates(rolls, recovery or 0.0)
    now = tuple(amount / 100 for amount in stock[-1])
    return Provisions(now, rolls, recovery, rates, provision(rates, now))


def ages_of_debt(ledger: Ledger) -> dict[DebtAge, float]:
    """What is open by days since the invoice was issued, disputed or not."""
    at = day_number(ledger.as_of)
    ages = dict.fromkeys(DebtAge, 0)
    for rows, sign in ((ledger.invoices, 1), (ledger.applied, -1)):
        by_day = rows.lazy().group_by((at - pl.col("issued_on")).alias("days")).agg(pl.col("cents").sum()).collect()
        for days, cents in by_day.iter_rows():
            ages[debt_age(int(days))] += sign * int(cents)
    return {age: cents / 100 for age, cents in ages.items()}


def _units(balance: Balance) -> dict[AgeBand, float]:
    return {band: cents / 100 for band, cents in balance.bands.items()}
