"""The case of one customer, for its page: from the newest run or the records, with the tables beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from riskengine.early_warning.case import Case
from riskengine.early_warning.finding import Known
from riskengine.early_warning.subject import industry_of
from riskengine.features.neighbourhood import neighbours
from riskengine.policy.window_reader import known_in
from riskengine.portfolio.overdue_path import tables_of
from riskengine.reports.cases.view import HISTORY_SCHEMA, CaseView, Member, PastRating
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.events.application import apply_events
from riskengine.tables.publish import read_manifest
from riskengine.tables.store import TableSet, open_tables
from riskengine.terms.days import day_number
from riskengine.terms.decision import Action
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.text import Text
from riskengine.workflows.previous_run import RATINGS, RUN, PreviousRun
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.rating_means import DEFAULT_RULES
from riskengine.workflows.warnings.case_history import happenings, late_invoices, months_of, parents_of
from riskengine.workflows.warnings.case_source import CaseSource, find_case, newest_run

MOST_RATINGS = 24


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """`runs`: the folder of runs; None: `runs` in the workspace or beside it. `pictures`: whether the months of the
    past are asked for, which takes some seconds."""

    customer_id: str
    tables: Path
    workspace: Path = DEFAULT_ROOT
    rules: Path = DEFAULT_RULES
    runs: Path | None = None
    pictures: bool = True


def view_case(request: CaseRequest) -> CaseView:
    """All that the page of a case shows.

    Raises UsageError for a customer nobody knows (with the nearest id), or where there is neither a run nor records;
    InputError for tables that are none.
    """
    customer_id = request.customer_id
    stored = open_tables(request.tables)
    run, folder = newest_run(request.workspace, request.runs)
    near_ids = sorted(neighbours(stored, [customer_id]))
    source = find_case(customer_id, near_ids, request.workspace, request.rules, run)
    if industry_of(customer_id) is not None:
        return _industry(customer_id, source, run, stored.reporting_currency)
    policy, case = source.policy, source.own
    near = apply_events(tables_of(stored, near_ids), source.events).tables
    name = _name(near, stored, customer_id, source.as_of)
    own = tables_of(near, [customer_id])
    of_day = run if run is not None and run.as_of == source.as_of else None
    return CaseView(
        customer_id=customer_id,
        name=name,
        as_of=source.as_of,
        currency=stored.reporting_currency,
        policy=policy,
        vocabulary=known_in(policy),
        case=case,
        facts=_facts(near, source, of_day, customer_id),
        sentences=_sentences(of_day, customer_id),
        history=months_of(own, customer_id, source.as_of) if request.pictures else pl.DataFrame(schema=HISTORY_SCHEMA),
        ratings=past_ratings(folder, customer_id),
        late=late_invoices(own, customer_id, source.as_of),
        happened=happenings(own, customer_id, source.as_of, _asked(case)),
        parents=parents_of(near, customer_id, source.as_of),
        rank=source.rank,
        open_cases=source.open_cases,
        answers=source.answers,
        snoozes=source.snoozes,
        held_orders=source.held_orders,
        put_off_until=source.put_off_until,
    )


def _industry(subject: str, source: CaseSource, run: PreviousRun | None, currency: str) -> CaseView:
    """Of a whole industry there is no ledger, no rating and no group, but customers who are concerned."""
    return CaseView(
        customer_id=subject,
        name=None,
        as_of=source.as_of,
        currency=currency,
        policy=source.policy,
        vocabulary=known_in(source.policy),
        case=source.own,
        facts={},
        sentences={},
        history=pl.DataFrame(schema=HISTORY_SCHEMA),
        ratings=(),
        late=(),
        happened=(),
        parents=(),
        rank=source.rank,
        open_cases=source.open_cases,
        answers=source.answers,
        snoozes=source.snoozes,
        put_off_until=source.put_off_until,
        members=() if run is None else _members(subject, run),
    )


def _members(subject: str, run: PreviousRun) -> tuple[Member, ...]:
    own = run.ratings.filter(pl.col("industry") == industry_of(subject))
    ordered = own.sort("exposure", "customer_id", descending=[True, False], nulls_last=True)
    return tuple(Member(*row) for row in ordered.select("customer_id", "name", "grade", "exposure", "overdue").rows())


def past_ratings(runs: Path | None, customer_id: str) -> tuple[PastRating, ...]:
    """What the runs in a folder said of the customer, oldest first; folders that hold no run are passed over."""
    found = []
    for place in sorted(runs.iterdir()) if runs is not None else []:
        try:
            as_of = date.fromisoformat(str(read_manifest(place, RUN)["as_of"]))
        except (InputError, KeyError, ValueError):
            continue
        own = pl.scan_parquet(place / RATINGS).filter(pl.col("customer_id") == customer_id)
        for pd_12m, grade, limit, actions in own.select("pd_12m", "grade", "limit", "actions").collect().iter_rows():
            found.append(PastRating(as_of, pd_12m, grade, limit, tuple(Action(one) for one in actions)))
    return tuple(sorted(found, key=lambda one: one.as_of)[-MOST_RATINGS:])


def _facts(near: TableSet, source: CaseSource, of_day: PreviousRun | None, customer_id: str) -> Mapping[str, Known]:
    """What is known now, and the PD if a run rated the customer on the same day."""
    windows, around = source.policy.windows, source.surroundings
    built = rating_features(near, source.as_of, windows=windows, surroundings=around).features
    own = built.filter(pl.col("customer_id") == customer_id)
    rated = None if of_day is None else of_day.ratings.filter(pl.col("customer_id") == customer_id)
    known = {} if rated is None or rated.is_empty() else {"pd_12m": rated["pd_12m"][0]}
    return {**known, **(own.row(0, named=True) if own.height else {})}


def _sentences(of_day: PreviousRun | None, customer_id: str) -> Mapping[str, Text]:
    if of_day is None:
        return {}
    own = of_day.warnings.filter(pl.col("customer_id") == customer_id)
    return {rule: Text(en, zh) for rule, en, zh in own.select("rule_id", "evidence_en", "evidence_zh").iter_rows()}


def _asked(case: Case | None) -> set[str]:
    episodes = () if case is None else case.episodes
    return {found.leaf.fact for one in episodes for turn in one.turns for found in turn.evidence}


def _name(near: TableSet, stored: TableSet, customer_id: str, as_of: date) -> str | None:
    """Raises UsageError if nobody of the id is known on the day."""
    own = near["customers"].filter((pl.col("customer_id") == customer_id) & (pl.col("known_at") <= day_number(as_of)))
    rows = own.sort("known_at").select("name").collect()
    if rows.is_empty():
        ids = stored["customers"].select(pl.col("customer_id").unique()).collect()["customer_id"].to_list()
        close = get_close_matches(customer_id, ids, n=1, cutoff=0.6)
        remedy = f"did you mean '{close[0]}'?" if close else "give an id of the table customers"
        raise UsageError(f"no customer '{customer_id}' is known by {as_of}", where="customers", remedy=remedy)
    return str(rows["name"][-1]) if rows["name"][-1] else None
