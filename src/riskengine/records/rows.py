"""Rows that are added, or take the place of others; and values with a shape of their own as canonical JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam

Row = Mapping[str, Any]
_HELD = 5_000  # rows
_AT_ONCE = 500  # values of one IN; databases take no unlimited number


def add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(table.insert(), list(rows))


def remove(connection: Connection, table: Table, keys: Sequence[Row]) -> None:
    """The rows with these primary keys; those that are not there are none."""
    if keys:
        columns = list(table.primary_key.columns)
        mine = and_(*(column == bindparam(f"key_{column.name}") for column in columns))
        connection.execute(
            table.delete().where(mine), [{f"key_{c.name}": key[c.name] for c in columns} for key in keys]
        )


def put(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Rows in the place of those with the same primary key. Not all are held at once, if they come one by one."""
    coming = iter(rows)
    while some := list(islice(coming, _HELD)):
        remove(connection, table, some)
        add(connection, table, some)


def portions(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, each once and sorted, in lists that a statement can name."""
    every = sorted(set(values))
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def json_text(content: Any) -> str:  # noqa: ANN401 - any JSON
    """The same text for the same content; days as ISO text. Raises ValueError for a number that is none."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_day_text
    )


def _day_text(value: Any) -> str:  # noqa: ANN401 - what JSON does not know
    return str(value.isoformat())
