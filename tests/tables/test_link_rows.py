"""Guarantors and controllers, from files and from events."""

import json
from datetime import date
from pathlib import Path

import pytest

from riskengine.tables.events.application import apply_events
from riskengine.tables.events.history import events_of
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.store import open_tables
from support.event_worlds import NO_TABLES, consistent_ledger, sorted_rows
from support.intake_case import CUSTOMERS, INVOICES, MAPPING, PAYMENTS, Result, take, take_files

_SOURCE = """  links:
    files: ["links*"]
    tables:
      links:
        columns:
          customer_id: customer
          other_id: who
          kind: {column: what, codes: {担保: guarantor, 控制: controller}}
          holds_from: since
          until: until
"""
HEADER = "customer,who,what,since,until\n"


def _taken(folder: Path, rows: str) -> Result:
    for name, content in (("customers", CUSTOMERS), ("invoices", INVOICES), ("payments", PAYMENTS)):
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "links.csv").write_text(HEADER + rows, encoding="utf-8")
    return take_files(folder, MAPPING + _SOURCE, ("customers.csv", "invoices.csv", "payments.csv", "links.csv"))


def test_rows_of_a_file_are_links(tmp_path: Path):
    rows = "C1,C2,担保,2023-01-01,\nC2,张三,控制,2022-05-01,2025-12-31\n"
    found = _taken(tmp_path, rows)
    assert found.quarantine.is_empty()
    links = found.table("links").sort("customer_id")
    assert links["other_id"].to_list() == ["C2", "张三"], "the other need not be a customer"
    assert links["known_at"].to_list() == links["holds_from"].to_list()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C1,C1,担保,2023-01-01,", "linked_to_itself"),
        ("C9,C1,担保,2023-01-01,", "unknown_customer"),
        ("C1,C2,朋友,2023-01-01,", "unknown_code"),
        ("C1,,担保,2023-01-01,", "missing"),
        ("C1,C2,担保,2023-01-01,2022-01-01", "ends_before_it_begins"),
    ],
)
def test_what_is_quarantined(tmp_path: Path, row: str, reason: str):
    assert _taken(tmp_path, row + "\n").reasons == {reason}


def test_tables_without_links_are_complete(tmp_path: Path):
    found = take(tmp_path)
    assert not (found.out / "links.parquet").exists()
    assert open_tables(found.out)["links"].collect().is_empty()


def _events(*rows: dict[str, object]):
    lines = [json.dumps({"event_id": f"e{number}", **row}) for number, row in enumerate(rows)]
    return read_events(lines, Bounds(date(2024, 12, 31)))


def _linked(**changed: object) -> dict[str, object]:
    said = {"event": "link_changed", "customer_id": "C1", "other_id": "P1", "kind": "controller"}
    return {**said, "holds_from": "2024-03-01", **changed}


def test_a_link_that_ends_is_told_again():
    customer = {"event": "customer_updated", "customer_id": "C1", "known_at": "2024-01-01"}
    ended = _linked(until="2024-06-30", known_at="2024-07-05")
    found = apply_events(NO_TABLES, _events(customer, _linked(), ended).events)
    assert not found.set_aside
    assert found.tables["links"].collect().sort("known_at")["until"].is_null().to_list() == [True, False]


def test_events_about_nobody_or_oneself_are_set_aside():
    batch = _events(_linked(other_id="C1"))
    assert [one.problems[0].why.value for one in batch.refusals] == ["linked_to_itself"]
    waiting = apply_events(NO_TABLES, _events(_linked()).events)
    assert [one.problem.why.value for one in waiting.set_aside] == ["unknown_customer"]


def test_the_history_of_links_makes_the_same_rows():
    tables = consistent_ledger(3)
    assert tables["links"].collect().height
    again = apply_events(NO_TABLES, list(events_of(tables)))
    assert sorted_rows(again.tables)["links"].equals(sorted_rows(tables)["links"])
