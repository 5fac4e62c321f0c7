"""Tables as events and back."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskengine.tables.events.application import apply_events
from riskengine.tables.events.history import events_of
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.store import TableSet, open_tables, tables_in_memory
from riskengine.workflows.generate import generate
from support.event_worlds import consistent_ledger, sorted_rows


def same(one: TableSet, other: TableSet) -> None:
    left, right = sorted_rows(one), sorted_rows(other)
    for name in left:
        assert_frame_equal(left[name], right[name], check_exact=True)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_events_of_tables_make_the_same_tables_by_way_of_their_lines(seed: int):
    tables = consistent_ledger(seed)
    lines = [event.line for event in events_of(tables)]
    read = read_events(lines, Bounds(date(2025, 1, 1), days_back=None))
    assert read.refusals == ()
    assert read.events == tuple(events_of(tables))
    applied = apply_events(tables_in_memory({}, reporting_currency="CNY"), read.events)
    assert applied.set_aside == ()
    same(applied.tables, tables)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "tables"
    generate(customers=60, months=12, seed=5, end=date(2024, 12, 31), out=folder)
    return folder


def test_a_generated_portfolio_comes_back_from_its_events(generated: Path):
    tables = open_tables(generated)
    events = tuple(events_of(tables))
    assert [e.known_at for e in events] == sorted(e.known_at for e in events)
    assert len({e.id for e in events}) == len(events)
    applied = apply_events(tables_in_memory({}, reporting_currency=tables.reporting_currency), events)
    assert applied.set_aside == ()
    assert applied.noted == ()
    same(applied.tables, tables)


def test_events_do_not_depend_on_the_order_of_rows(generated: Path):
    tables = open_tables(generated)
    turned = {name: tables[name].reverse() for name in tables.frames}
    other = tables_in_memory(turned, reporting_currency=tables.reporting_currency)
    assert list(events_of(other)) == list(events_of(tables))
