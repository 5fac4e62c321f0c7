"""Rows that are added, or take the place of others; and values with a shape of their own as canonical JSON.

Statements are those of SQLite, made once for each table; rows go to the driver as they are, many in one call.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date, Table, and_, bindparam, or_
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]
_HELD = 5_000  # rows
_AT_ONCE = 500  # values of one IN; databases take no unlimited number
_DIALECT = sqlite.dialect(paramstyle="qmark")


def add(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """New rows; each names every column but the number that counts up."""
    _execute(connection, _insertion(table), rows)


def put(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Rows, new or in the place of those with the same primary key. One that says nothing new is not written."""
    _execute(connection, _replacement(table), rows)


def remove(connection: Connection, table: Table, keys: Iterable[Row]) -> None:
    """The rows with these primary keys; those that are not there are none."""
    _execute(connection, _removal(table), keys)


def portions(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, each once and sorted, in lists that a statement can name."""
    every = sorted(set(values))
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def json_text(content: Any) -> str:  # noqa: ANN401 - any JSON
    """The same text for the same content; days as ISO text. Raises ValueError for a number that is none."""
    return _ENCODER.encode(content)


def _day_text(value: Any) -> str:  # noqa: ANN401 - what JSON does not know
    return str(value.isoformat())


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_day_text
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """`values` gives those of a row in the order in which `text` takes them; those at `days` are days."""

    text: str
    values: Callable[[Row], tuple[Any, ...]]
    days: tuple[int, ...]

    def parameters(self, row: Row) -> tuple[Any, ...]:
        if not self.days:
            return self.values(row)
        held = list(self.values(row))
        for place in self.days:
            if held[place] is not None:
                held[place] = held[place].isoformat()
        return tuple(held)


def _execute(connection: Connection, statement: _Statement, rows: Iterable[Row]) -> None:
    """Not all rows are held at once, if they come one by one."""
    coming = map(statement.parameters, rows)
    while some := list(islice(coming, _HELD)):
        connection.exec_driver_sql(statement.text, some)


@cache
def _insertion(table: Table) -> _Statement:
    return _statement(_inserting(table), table)


@cache
def _replacement(table: Table) -> _Statement:
    keys, inserting = list(table.primary_key.columns), _inserting(table)
    others = {column: inserting.excluded[column.name] for column in table.columns if column not in keys}
    differs = or_(*(column.is_distinct_from(new) for column, new in others.items()))
    return _statement(inserting.on_conflict_do_update(index_elements=keys, set_=others, where=differs), table)


@cache
def _removal(table: Table) -> _Statement:
    own = and_(*(column == bindparam(column.name) for column in table.primary_key.columns))
    return _statement(table.delete().where(own), table)


def _inserting(table: Table) -> sqlite.Insert:
    counted = table.autoincrement_column
    return sqlite.insert(table).values({c.name: bindparam(c.name) for c in table.columns if c is not counted})


def _statement(made: UpdateBase, table: Table) -> _Statement:
    compiled = made.compile(dialect=_DIALECT)
    names = list(compiled.positiontup or ())
    days = tuple(place for place, name in enumerate(names) if isinstance(table.columns[name].type, Date))
    return _Statement(str(compiled), itemgetter(*names) if len(names) > 1 else _only(names[0]), days)


def _only(name: str) -> Callable[[Row], tuple[Any, ...]]:
    return lambda row: (row[name],)
