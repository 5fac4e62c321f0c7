"""Read a table or a query from a database. The only module that imports SQLAlchemy."""

from pathlib import Path

import polars as pl
from sqlalchemy import Engine, MetaData, Table, create_engine, inspect, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from riskengine.tables.raw import RawSource, without_blank_rows
from riskengine.terms.errors import InputError, UsageError


def read_database(url: str, *, source: str = "", query: str | None = None, table: str | None = None) -> RawSource:
    """The rows of a query or of a table (`name` or `schema.name`). Passwords never appear in messages.

    Raises UsageError for a URL that cannot be used, InputError if the database refuses.
    """
    parsed = _parsed(url)
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        _require_file(parsed, shown)
    engine = _engine(parsed, shown)
    try:
        with engine.connect() as connection:
            if table is not None:
                schema, _, name = table.rpartition(".")
                statement = select(Table(name, MetaData(), schema=schema or None, autoload_with=connection))
                result = connection.execute(statement)
            else:
                result = connection.execute(text(query or ""))
            names = list(result.keys())
            rows = [tuple(row) for row in result]
    except SQLAlchemyError as error:
        raise _refusal(error, shown) from None
    finally:
        engine.dispose()
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None, strict=False)
    kept, numbers = without_blank_rows(frame, first_row=1)
    return RawSource(source, shown, kept, numbers)


def table_names(url: str) -> list[str]:
    """The tables of a database."""
    parsed = _parsed(url)
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        _require_file(parsed, shown)
    engine = _engine(parsed, shown)
    try:
        return sorted(inspect(engine).get_table_names())
    except SQLAlchemyError as error:
        raise _refusal(error, shown) from None
    finally:
        engine.dispose()


def _engine(parsed: URL, shown: str) -> Engine:
    try:
        return create_engine(parsed)
    except (NoSuchModuleError, ImportError, ArgumentError) as error:
        raise UsageError(
            f"no driver for this database ({error})", where=shown, remedy="install the driver that the URL names"
        ) from None


def _refusal(error: SQLAlchemyError, shown: str) -> InputError:
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return InputError(f"the database refused: {reason}", where=shown, remedy="check query and table")


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise UsageError(
            "not a database URL", remedy="such as sqlite:///ledger.db or postgresql+psycopg://user@host/name"
        ) from None


def _require_file(url: URL, shown: str) -> None:
    # SQLite would make an empty database where a name is mistyped.
    if url.database and url.database != ":memory:" and not Path(url.database).is_file():
        raise InputError("there is no such database file", where=shown, remedy="check the path")
