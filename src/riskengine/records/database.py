"""The database of the records: one file, one writer of steps, any number of readers who wait for nobody."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from riskengine.records.schema import ABOUT, METADATA, SCHEMA_VERSION
from riskengine.terms.errors import InputError, RiskEngineError, UsageError

RECORDS = "records.sqlite"  # in a workspace
_VERSION = "schema_version"
_WRITES = "riskengine_writes"
_PAUSE = 0.1
PATIENCE = 30.0  # seconds that a short piece of writing waits for another
_BEGIN_ANEW = (
    "use the riskengine that wrote them; or move them away, and watch or rerate begins new ones, which know nothing of"
    " what people answered and put off"
)


class Database:
    """A file of records. `writing` and `reading` are transactions; what they do is there wholly or not at all."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that changes something; others who write wait, readers see what was before.

        Raises RiskEngineError if the disk or another writer stands in the way; then nothing was changed.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """All that is read in the block stood at one moment."""
        with self._transaction(writes=False) as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with explained(self.path), self._engine.connect() as connection:
            connection.execution_options(**{_WRITES: writes})
            with connection.begin():
                yield connection


def open_database(path: Path, *, create: bool = False, patience: float = PATIENCE) -> Database:
    """The records in a file; with `create` a new one where there is none.

    Raises UsageError if there is none, InputError if it is something else or of another version of riskengine.
    """
    if not path.is_file():
        if path.exists():
            raise UsageError("is a folder, a file is needed", where=str(path), remedy="give the name of a file")
        if not create:
            raise UsageError(
                "there are no records yet", where=str(path), remedy="run rerate or watch with this workspace first"
            )
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(path, _engine(path, patience))
    try:
        _check(database, create=create)
    except BaseException:  # an interrupt too must not leave it open
        database.close()
        raise
    return database


@contextmanager
def only_writer(path: Path, *, patience: float = 0.0) -> Iterator[None]:
    """The right to write steps, for as long as the block runs; it ends with the process, however that ends.

    Raises UsageError if another has it for longer than `patience` seconds. What people say (answers, snoozes) needs no
    such right.
    """
    lock = path.with_name(f"{path.name}.writer")
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        tries = int(patience / _PAUSE)
        while not _is_locked(handle):
            if tries <= 0:
                raise _taken(handle, path)
            tries -= 1
            time.sleep(_PAUSE)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    """Whether we have the lock now."""
    import fcntl  # noqa: PLC0415 - systems without it can read records all the same

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _taken(handle: int, path: Path) -> UsageError:
    held_by = os.read(handle, 32).decode("ascii", "replace").strip()
    return UsageError(
        "somebody else writes these records" + (f" (process {held_by})" if held_by else ""),
        where=str(path),
        remedy="stop that watch or rerate, or wait for its end; reading and answering need not wait",
    )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What the database or the system refuses, as an error that says what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _refusal(str(getattr(error, "orig", None) or error).splitlines()[0], path) from error
    except OSError as error:
        raise _refusal(error.strerror or str(error), path) from error


def _engine(path: Path, patience: float) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": patience})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's, which has no type
    connection.isolation_level = None  # we begin transactions, not the driver: it would not begin those that read
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # what is told is on the disk, also when the power fails


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then writes may be refused halfway; one that means to write says so.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(database: Database, *, create: bool) -> None:
    with database.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        found = _version(connection) if ABOUT.name in tables else None
    if not tables and create:
        with database.writing() as connection:
            METADATA.create_all(connection)
            if _version(connection) is None:
                connection.execute(ABOUT.insert().values(name=_VERSION, value=str(SCHEMA_VERSION)))
    elif not tables:
        raise UsageError(
            "there are no records yet",
            where=str(database.path),
            remedy="run rerate or watch with this workspace first",
        )
    elif found is None:
        raise InputError(
            "this database holds something else than records", where=str(database.path), remedy="name another file"
        )
    elif found != str(SCHEMA_VERSION):
        is_newer = found.isdigit() and int(found) > SCHEMA_VERSION
        raise InputError(
            f"these records are of version {found}; this riskengine reads version {SCHEMA_VERSION}",
            where=str(database.path),
            remedy="use a riskengine as new as the one that wrote them" if is_newer else _BEGIN_ANEW,
        )


def _version(connection: Connection) -> str | None:
    return connection.scalar(select(ABOUT.c.value).where(ABOUT.c.name == _VERSION))


def _refusal(reason: str, path: Path) -> RiskEngineError:
    lower = reason.lower()
    if "not a database" in lower or "malformed" in lower:
        return InputError(f"cannot be read as records ({reason})", where=str(path), remedy="restore it from a backup")
    if "locked" in lower or "busy" in lower:
        return RiskEngineError("others were writing all the time", where=str(path), remedy="try again")
    if "full" in lower or "no space" in lower:
        return RiskEngineError(
            "the disk or a quota is full; nothing was written", where=str(path), remedy="free space, then run again"
        )
    if "readonly" in lower or "read-only" in lower or "permission" in lower or "unable to open" in lower:
        return RiskEngineError(
            f"may not be written ({reason})", where=str(path), remedy="choose a folder you may write to"
        )
    return RiskEngineError(f"the database refused: {reason}", where=str(path), remedy="check the disk, then run again")
