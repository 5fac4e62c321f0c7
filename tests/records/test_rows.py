"""Rows as they are written, and JSON as it is kept."""

import json
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from riskengine.decision.order_standing import OrderStanding
from riskengine.records.database import open_database
from riskengine.records.rows import add, json_text, put, remove
from riskengine.records.schema import ABOUT, CASES, METADATA, POSITIONS
from riskengine.records.standing import standing_from, standing_text

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)  # no halves of characters
CENTS = st.integers(-(2**62), 2**62)


@pytest.fixture
def database(tmp_path):
    found = open_database(tmp_path / "r.sqlite", create=True)
    yield found
    found.close()


def case(number, **changes):
    said = {"severity": "red", "owner": "li", "due_on": date(2025, 1, 31), "episodes": "[]", "actions": "[]"}
    ends = {"ended_on": None, "end": None, "by": None, "reason": None, "taken": "[]"}
    return {"opened_on": date(2025, 1, 1), **said, **ends, "customer_id": f"C{number}", **changes}


def cases_in(database):
    with database.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(select(CASES).order_by(CASES.c.customer_id))]


def test_rows_take_the_place_of_those_with_their_key(database):
    with database.writing() as connection:
        put(connection, CASES, (case(number) for number in (2, 1)))
        put(connection, CASES, [case(1, owner="wang"), case(1, opened_on=date(2025, 2, 1)), case(3)])
        remove(connection, CASES, [case(3), case(4)])
    january, february = case(1, owner="wang"), case(1, opened_on=date(2025, 2, 1))
    assert cases_in(database) == [january, february, case(2)]


def test_a_row_that_says_nothing_new_is_not_written(database):
    with database.writing() as connection:
        put(connection, CASES, [case(1), case(2)])
    with database.writing() as connection:
        before = connection.connection.dbapi_connection.total_changes
        put(connection, CASES, [case(1), case(2, ended_on=date(2025, 1, 2))])
        assert connection.connection.dbapi_connection.total_changes == before + 1
    assert cases_in(database)[1]["ended_on"] == date(2025, 1, 2)


def test_more_rows_than_are_held_are_written(database):
    rows = ({"source": str(number), "lines": number, "size": 0, "sha256": ""} for number in range(10_001))
    with database.writing() as connection:
        put(connection, POSITIONS, rows)
        assert connection.exec_driver_sql("SELECT count(*), max(lines) FROM positions").one() == (10_001, 10_000)


def test_a_row_that_leaves_a_column_out_is_refused(database):
    with database.writing() as connection, pytest.raises(KeyError, match="value"):
        add(connection, ABOUT, [{"name": "half"}])


def test_every_table_has_statements_of_its_own_columns(database):
    with database.writing() as connection:
        for table in METADATA.tables.values():
            add(connection, table, [])
            put(connection, table, [])
            remove(connection, table, [])


def test_json_is_the_same_for_the_same_content():
    said = {"b": date(2025, 1, 1), "a": [1.5, None, "客户"], "c": {"z": True, "y": -1}}
    texts = {json_text(dict(order)) for order in permutations(said.items())}
    assert texts == {'{"a":[1.5,null,"客户"],"b":"2025-01-01","c":{"y":-1,"z":true}}'}
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": float("nan")})


STANDINGS = st.builds(
    OrderStanding,
    WORDS,
    st.dates(),
    WORDS,
    st.none() | CENTS,
    CENTS,
    frozen=st.booleans(),
    terms_days=st.none() | st.integers(0, 400),
    open_orders=st.dictionaries(WORDS, CENTS, max_size=4),
)


@given(STANDINGS)
def test_a_standing_is_written_as_all_else_is_and_comes_back(one):
    text = standing_text(one)
    assert text == json_text(json.loads(text))
    assert standing_from(text) == one
