"""How far each input was taken, on which day the records stand, and the surroundings of that day."""

import json
from collections.abc import Mapping
from datetime import date

import polars as pl
from sqlalchemy import Connection, select

from riskengine.early_warning.step import InputPosition
from riskengine.records.rows import put
from riskengine.records.schema import ABOUT, POSITIONS, SURROUNDINGS

FIRST_DAY, DAY, SETTLED_ON, STALE_FROM, TABLES = "first_day", "day", "settled_on", "stale_from", "tables"
NO_DAY = ""
_WHOLE = "portfolio"


def write_about(connection: Connection, **said: date | str | None) -> None:
    """Days and texts by name; None says nothing."""
    put(
        connection,
        ABOUT,
        [
            {"name": name, "value": value.isoformat() if isinstance(value, date) else value}
            for name, value in said.items()
            if value is not None
        ],
    )


def about(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(ABOUT))}


def day_said(said: Mapping[str, str], name: str) -> date | None:
    text = said.get(name, NO_DAY)
    return None if text == NO_DAY else date.fromisoformat(text)


def days(connection: Connection) -> tuple[date | None, date | None]:
    """The day the records stand on, and the last settled one."""
    said = about(connection)
    return day_said(said, DAY), day_said(said, SETTLED_ON)


def write_position(connection: Connection, position: InputPosition) -> None:
    row = {
        "source": position.source,
        "lines": position.lines,
        "size": position.size,
        "sha256": position.sha256,
    }
    put(connection, POSITIONS, [row])


def positions(connection: Connection) -> tuple[InputPosition, ...]:
    rows = connection.execute(select(POSITIONS).order_by(POSITIONS.c.source))
    return tuple(InputPosition(row.source, row.lines, row.size, row.sha256) for row in rows)


def write_surroundings(connection: Connection, frame: pl.DataFrame) -> None:
    """As text: equal frames are equal bytes, which neither Parquet nor Arrow promises."""
    schema = {name: str(dtype) for name, dtype in frame.schema.items()}
    kept = json.dumps({"schema": schema, "rows": frame.rows()}, ensure_ascii=False, separators=(",", ":"))
    put(connection, SURROUNDINGS, [{"name": _WHOLE, "kept": kept.encode("utf-8")}])


def surroundings(connection: Connection) -> pl.DataFrame | None:
    kept = connection.scalar(select(SURROUNDINGS.c.kept).where(SURROUNDINGS.c.name == _WHOLE))
    if kept is None:
        return None
    said = json.loads(kept)
    schema = {name: getattr(pl, dtype) for name, dtype in said["schema"].items()}
    return pl.DataFrame(said["rows"], schema=schema, orient="row")
