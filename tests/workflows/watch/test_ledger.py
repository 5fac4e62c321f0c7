"""Events applied to the rows of whom they meet do what they do among all rows."""

import random
from itertools import pairwise

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.application import apply_events
from riskengine.terms.days import day_number
from riskengine.workflows.watch import held_table
from riskengine.workflows.watch.ledger import ledger_of
from support.event_worlds import NO_TABLES, consistent_ledger, hostile_events, sorted_rows
from support.small_world import LAST_DAY, SmallWorld


def everything(ledger):
    return ledger.of(ledger.known(10**6))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("few", [0, 20_000])
def test_events_do_what_they_do_to_whole_tables(seed, few, monkeypatch):
    monkeypatch.setattr(held_table, "_FEW_RECENT", few)
    rng = random.Random(seed)
    events = hostile_events(seed)
    rng.shuffle(events)
    cuts = sorted({0, len(events), *(rng.randrange(len(events)) for _ in range(6))})
    tables = consistent_ledger(seed) if seed % 2 else NO_TABLES
    ledger, whole = ledger_of(tables), apply_events(tables, ())
    for start, end in pairwise(cuts):
        part = events[start:end]
        whole = apply_events(whole.tables, [*(one.event for one in whole.set_aside), *part])
        moved = ledger.after(part)
        assert moved.noted == whole.noted
        assert moved.ledger.set_aside == whole.set_aside
        assert moved.customers >= set(whole.first_days())
        ledger = moved.ledger.settled()
        ours, theirs = sorted_rows(everything(ledger)), sorted_rows(whole.tables)
        for name in CONTRACTS:
            assert_frame_equal(ours[name], theirs[name])


def test_rows_of_some_are_theirs_alone(small_world: SmallWorld):
    tables = small_world.open_tables()
    ledger = ledger_of(tables)
    known = ledger.known(day_number(LAST_DAY))
    some = known.gather_every(7)
    for name, frame in ledger.of(some.to_list()).frames.items():
        whole = tables[name].collect()
        own = whole.filter(pl.col("customer_id").is_in(some.implode())) if "customer_id" in whole.columns else whole
        assert_frame_equal(frame.collect(), own, check_row_order=False)


def test_parts_are_all_customers_once_in_order(small_world: SmallWorld):
    ledger = ledger_of(small_world.open_tables())
    known = ledger.known(day_number(LAST_DAY))
    for most in (1, 500, 10**9):
        parts = list(ledger.parts(known, most))
        assert pl.concat(parts).to_list() == known.to_list()
    assert len(parts) == 1
    assert list(ledger.parts(known.clear(), 10)) == []


def test_who_has_no_rows_makes_no_part_of_its_own(small_world: SmallWorld):
    ledger = ledger_of(small_world.open_tables())
    names = pl.Series([*ledger.known(day_number(LAST_DAY))[:3], "nobody", "nobody else"])
    assert [part.to_list() for part in ledger.parts(names)] == [names.to_list()]


def test_delivered_are_the_tables_of_which_anything_is_known():
    assert ledger_of(NO_TABLES).delivered(20_000) == frozenset()
    ledger = ledger_of(consistent_ledger(1))
    assert ledger.delivered(0) == frozenset()
    rows = sorted_rows(everything(ledger))
    assert ledger.delivered(10**6) == {name for name, frame in rows.items() if not frame.is_empty()}
