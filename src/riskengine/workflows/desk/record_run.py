"""A run of rerate in the records of its workspace: what is open now, and what is to be told of it."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from riskengine.early_warning.credit_standing import standings_of_run
from riskengine.early_warning.freeze import case_states
from riskengine.early_warning.journal import Said
from riskengine.early_warning.step import CaseId, EpisodeId, Profile, Step
from riskengine.features.surroundings import surroundings_from
from riskengine.policy.bundle import Policy
from riskengine.records import cases, episodes, positions
from riskengine.records.database import PATIENCE, RECORDS
from riskengine.records.records import Recorder, open_records, recording
from riskengine.tables.store import TableSet
from riskengine.workflows.check_order import open_orders_on
from riskengine.workflows.day_rating import with_exposure
from riskengine.workflows.rerate import PortfolioRating
from riskengine.workflows.run_episodes import NOTHING_SAID


def said_in(workspace: Path) -> Said:
    """What people said up to now; nothing where there are no records."""
    place = workspace / RECORDS
    if not place.is_file():
        return NOTHING_SAID
    records = open_records(place)
    try:
        return records.said()
    finally:
        records.close()


def record_run(
    rating: PortfolioRating, policy: Policy, tables: TableSet, workspace: Path, tell: Callable[[str], None]
) -> bool:
    """Write a run into the records of a workspace, in one step; whether it was.

    A watch settles every day itself, so runs add nothing to records that it keeps; and a run of a day before what is
    settled tells of the past. Raises UsageError while somebody else writes the records.
    """
    place = workspace / RECORDS
    reason = _not_recorded(place, rating.as_of)
    if reason is not None:
        tell(reason)
        return False
    with recording(place, policy, patience=PATIENCE) as records:
        with records.reading() as connection:
            about = positions.about(connection)
        first_day = positions.day_said(about, positions.FIRST_DAY) or rating.as_of
        records.write(_step(records, rating, tables, first_day))
    return True


def _not_recorded(place: Path, as_of: date) -> str | None:
    """Why a run is not written; asked first, for a watch that keeps records does not let go of them."""
    if not place.is_file():
        return None
    records = open_records(place)
    try:
        with records.reading() as connection:
            about = positions.about(connection)
    finally:
        records.close()
    if positions.TABLES in about:
        return "the records of this workspace are kept by a watch; this run is not written into them"
    settled_on = positions.day_said(about, positions.SETTLED_ON)
    if settled_on is not None and as_of < settled_on:
        return f"the records of this workspace stand on {settled_on}; this earlier run is not written into them"
    return None


def _step(records: Recorder, rating: PortfolioRating, tables: TableSet, first_day: date) -> Step:
    found = rating.episodes.found
    named = {EpisodeId(*one.key, one.opened_on) for one in found.episodes}
    cased = {CaseId(one.customer_id, one.opened_on) for one in found.cases}
    with records.reading() as connection:
        gone = [
            name
            for one in episodes.read(connection, None)
            if one.is_open and (name := EpisodeId(*one.key, one.opened_on)) not in named
        ]
        open_ = [CaseId(row.customer_id, row.opened_on) for row in cases.stored(connection, only_open=True)]
    orders = open_orders_on(tables, rating.as_of)
    return Step(
        first_day=first_day,
        day=rating.as_of,
        settled_on=rating.as_of,
        episodes=found.episodes,
        episodes_gone=tuple(gone),
        changes=found.changes,
        cases=found.cases,
        cases_gone=tuple(name for name in open_ if name not in cased),
        standing=standings_of_run(rating.ratings, case_states(found.cases), rating.reporting_currency, orders),
        profiles=tuple(_profiles(rating)),
        surroundings=with_exposure(surroundings_from(rating.surroundings), rating.portfolio_exposure).frame(),
    )


def _profiles(rating: PortfolioRating) -> Iterator[Profile]:
    teams = rating.episodes.found.customers
    for customer_id, name, industry, pd_12m in rating.ratings.select(
        "customer_id", "name", "industry", "pd_12m"
    ).iter_rows():
        team = teams[customer_id].sales_team if customer_id in teams else None
        yield Profile(customer_id, name, industry, team, pd_12m)
