"""A desk that answers whether orders may be shipped, from the newest run, or the records of a watcher if newer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from riskengine.decision.order_answer import OrderAnswer
from riskengine.decision.order_desk import OrderDesk
from riskengine.decision.order_standing import OrderStanding, Rates
from riskengine.early_warning.credit_standing import OpenOrders, standings_of_run
from riskengine.early_warning.freeze import states_of_run
from riskengine.features.engines import Engine, engine_session
from riskengine.features.known import known_by
from riskengine.policy.release.published import open_policy
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.records.standing import read as read_standing
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.store import TableSet, open_tables
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, UsageError, nearest
from riskengine.workflows.case_state import newest_run
from riskengine.workflows.json_document import load_json
from riskengine.workflows.previous_run import CASES, RATINGS, SUMMARY, WARNINGS, read_run
from riskengine.workflows.rating_means import DEFAULT_RULES

_NO_RATES: Rates = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OrderSources:
    """Where a desk learns how customers stand.

    `runs`: a run, or a folder of runs of which the newest is taken; None: `runs` in the workspace or beside it.
    `tables` give exchange rates, and the numbers of open orders.
    """

    rules: Path = DEFAULT_RULES
    workspace: Path = DEFAULT_ROOT
    runs: Path | None = None
    tables: Path | None = None


def open_desk(sources: OrderSources, as_of: date, *, customer_id: str | None = None) -> OrderDesk:
    """A desk for orders of a day, for all customers or one; close it when it is no longer needed.

    A customer stands as at its newest rating up to that day, of the newest run or of the records in the workspace.
    Raises InputError if there is neither, or a run was changed; UsageError for a customer nobody knows, with the
    nearest id; and as `open_policy`.
    """
    policy = open_policy(sources.rules, as_of)
    tables = None if sources.tables is None else open_tables(sources.tables)
    found = _of_run(sources, as_of, tables, customer_id)
    recorded = _of_records(sources.workspace, as_of, customer_id)
    if found is None and recorded is None:
        raise InputError(
            f"nobody was rated by {as_of}",
            where=str(sources.runs or sources.workspace),
            remedy="run rerate first, or name its folder with --run",
        )
    standing = {**(found or {})}
    for name, one in (recorded or {}).items():
        if name not in standing or one.rated_on >= standing[name].rated_on:
            standing[name] = one
    if customer_id is not None and customer_id not in standing:
        known = _every_id(sources, as_of)
        raise UsageError(f"nobody knows a customer '{customer_id}'", remedy=nearest(customer_id, known))
    rates = _NO_RATES if tables is None else rates_on(tables, as_of)
    return OrderDesk(policy, standing, as_of=as_of, rates=rates)


def check_order(
    customer_id: str,
    amount_cents: int,
    sources: OrderSources,
    as_of: date,
    *,
    currency: str | None = None,
    prepaid: bool = False,
    order_id: str | None = None,
) -> OrderAnswer:
    """One question; see `OrderDesk.check` and `open_desk` for what it means and raises."""
    with open_desk(sources, as_of, customer_id=customer_id) as desk:
        return desk.check(customer_id, amount_cents, currency=currency, prepaid=prepaid, order_id=order_id)


def answer_as_json(answer: OrderAnswer) -> dict[str, Any]:
    """For machines; amounts in cents, days as ISO text."""
    return {
        "customer_id": answer.customer_id,
        "as_of": answer.as_of.isoformat(),
        "answer": answer.verdict.value,
        "currency": answer.currency,
        "amount_cents": answer.amount_cents,
        "available_before_cents": answer.available_before_cents,
        "available_after_cents": answer.available_after_cents,
        "rated_on": None if answer.rated_on is None else answer.rated_on.isoformat(),
        "policy_version": answer.policy_version,
        "reasons": [
            {
                "rule": reason.rule_id,
                "says": None if reason.stop is None else reason.stop.word,
                "unknown": reason.is_unknown,
                **asdict(reason.text),
            }
            for reason in answer.reasons
        ],
    }


def rates_on(tables: TableSet, as_of: date) -> Rates:
    """Reporting currency per unit of every other one, by the last quotation known on a day."""
    day = day_number(as_of)
    quoted = tables["fx"].filter((pl.col("known_at") <= day) & (pl.col("quoted_on") <= day))
    last = quoted.sort("quoted_on", "known_at").group_by("currency").agg(pl.col("rate").last()).sort("currency")
    return MappingProxyType(dict(last.collect().iter_rows()))


def open_orders_on(tables: TableSet, as_of: date, customer_id: str | None = None) -> OpenOrders:
    """The orders that were open at the end of a day, in cents of the reporting currency."""
    day = day_number(as_of)
    with engine_session(Engine.POLARS) as session:
        orders = session.collect(known_by(tables, as_of, session)["orders"])
    is_open = pl.col("closed_on").is_null() | (pl.col("closed_on") > day)
    own = pl.lit(value=True) if customer_id is None else pl.col("customer_id") == customer_id
    found: dict[str, dict[str, int]] = {}
    rows = orders.filter(is_open & own).select("customer_id", "order_id", "amount_cents").iter_rows()
    for customer, order, cents in rows:
        found.setdefault(customer, {})[order] = cents
    return found


def _of_run(
    sources: OrderSources, as_of: date, tables: TableSet | None, customer_id: str | None
) -> Mapping[str, OrderStanding] | None:
    """By the newest run up to a day; None where there is none."""
    folder = _newest_run(sources, as_of)
    if folder is None:
        return None
    run = read_run(folder, files=(RATINGS, WARNINGS, CASES))
    currency = str(load_json(folder / SUMMARY).mapping()["reporting_currency"])
    ratings = run.ratings if customer_id is None else run.ratings.filter(pl.col("customer_id") == customer_id)
    orders = {} if tables is None else open_orders_on(tables, run.as_of, customer_id)
    states = None if run.cases is None else states_of_run(run.cases)
    return {one.customer_id: one for one in standings_of_run(ratings, states, currency, orders)}


def _of_records(workspace: Path, as_of: date, customer_id: str | None) -> Mapping[str, OrderStanding] | None:
    place = workspace / RECORDS
    if not place.is_file():
        return None
    records = open_records(place)
    try:
        with records.reading() as connection:
            found = read_standing(connection, customer_ids=None if customer_id is None else [customer_id])
    finally:
        records.close()
    return {name: one for name, one in found.items() if one.rated_on <= as_of}


def _newest_run(sources: OrderSources, as_of: date) -> Path | None:
    """The run named, or the newest up to the day."""
    if sources.runs is not None and (sources.runs / RATINGS).is_file():
        return sources.runs
    return newest_run(sources.workspace, as_of, sources.runs)


def _every_id(sources: OrderSources, as_of: date) -> set[str]:
    folder = _newest_run(sources, as_of)
    rated = set() if folder is None else set(pl.read_parquet(folder / RATINGS, columns=["customer_id"])["customer_id"])
    return rated | set(_of_records(sources.workspace, as_of, None) or ())
