"""The records of a workspace: what a watcher goes on from, what people said, what is to be told to others."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from riskengine.early_warning.case import Answer, Case
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.journal import Said
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import EpisodeId, Remembered, Step
from riskengine.policy.bundle import Policy
from riskengine.records import answering, cases, desk, episodes, events, outbox, positions, refused, standing
from riskengine.records.database import Database, only_writer, open_database
from riskengine.records.messages import Writer
from riskengine.records.outbox import Posted
from riskengine.records.refused import OddState
from riskengine.records.stepping import write_step
from riskengine.tables.events.event import Event
from riskengine.terms.errors import UsageError

_AT_ONCE = 200_000  # events: some 100 MB; each portion is joined with whole tables, so fewer take longer


class Records:
    """Records to be read, and to be answered. Whatever is asked sees one moment, and waits for nobody who writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def path(self) -> Path:
        return self._database.path

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Several questions about one moment, asked of the modules of this room."""
        with self._database.reading() as connection:
            yield connection

    def load(self) -> Remembered | None:
        """All that a watcher goes on from but the log; None where nothing was written yet."""
        with self._database.reading() as connection:
            about = positions.about(connection)
            first_day, day = (positions.day_said(about, name) for name in (positions.FIRST_DAY, positions.DAY))
            if first_day is None or day is None:
                return None
            settled_on = positions.day_said(about, positions.SETTLED_ON)
            return Remembered(
                first_day=first_day,
                day=day,
                settled_on=settled_on,
                tables=about.get(positions.TABLES),
                stale_from=positions.day_said(about, positions.STALE_FROM),
                episodes=episodes.read(connection, settled_on),
                standing=tuple(one for _, one in sorted(standing.read(connection).items())),
                surroundings=positions.surroundings(connection),
                positions=positions.positions(connection),
                set_aside=refused.odd(connection, OddState.WAITING),
            )

    def logged(self) -> Iterator[tuple[Event, ...]]:
        """All events in the order they came, some at a time."""
        with self._database.reading() as connection:
            yield from events.portions_of_log(connection, most=_AT_ONCE)

    def days(self) -> tuple[date | None, date | None]:
        """The day the records stand on, and the last settled one."""
        with self._database.reading() as connection:
            return positions.days(connection)

    def told(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        """The lines of those of the events that are in the log, by id."""
        with self._database.reading() as connection:
            return events.lines(connection, event_ids)

    def said(self) -> Said:
        """What people have said up to now."""
        with self._database.reading() as connection:
            return Said(desk.answers(connection), desk.snoozes(connection))

    def cases(self, *, customer_id: str | None = None, only_open: bool = False) -> tuple[Case, ...]:
        """With their episodes, by customer and the day they opened."""
        asked = None if customer_id is None else [customer_id]
        with self._database.reading() as connection:
            rows = cases.stored(connection, customer_ids=asked, only_open=only_open)
            customers = sorted({row.customer_id for row in rows})
            _, settled_on = positions.days(connection)
            found = episodes.read(connection, settled_on, customer_ids=customers)
        by_id = {EpisodeId(*one.key, one.opened_on): one for one in found}
        return tuple(cases.case_from(row, by_id) for row in rows)

    def episodes(self, *, customer_id: str | None = None) -> tuple[Episode, ...]:
        """Open and closed, by customer, indicator and the day they opened."""
        with self._database.reading() as connection:
            _, settled_on = positions.days(connection)
            return episodes.read(connection, settled_on, customer_ids=None if customer_id is None else [customer_id])

    def customer_ids(self) -> list[str]:
        """Everybody of whom there is a standing, an episode or a case, sorted."""
        with self._database.reading() as connection:
            return sorted({*standing.customer_ids(connection), *episodes.subjects(connection)})

    def outbox(self, *, after: int = 0, limit: int | None = None) -> tuple[Posted, ...]:
        """What is to be told to others, behind the number `after`, in order."""
        with self._database.reading() as connection:
            return outbox.read(connection, after=after, limit=limit)

    def undelivered(self, *, after: int = 0, limit: int | None = None) -> tuple[Posted, ...]:
        """What nobody has delivered yet, behind the number `after`, in order."""
        with self._database.reading() as connection:
            return outbox.read(connection, after=max(after, outbox.delivered_up_to(connection)), limit=limit)

    def mark_delivered(self, up_to: int, *, at: str) -> int:
        """All messages up to a number are delivered, at the moment `at`; how many were not before. Those that were keep
        their moment.

        Raises UsageError if no message has the number: who counts further than the outbox has lost another one.
        """
        with self._database.writing() as connection:
            last = outbox.last_number(connection)
            if not 1 <= up_to <= last:
                raise UsageError(
                    f"there is no message {up_to}; "
                    + (f"the numbers go from 1 to {last}" if last else "nothing was posted yet"),
                    where=str(self.path),
                    remedy="give the number of the last message that was delivered",
                )
            return outbox.mark_delivered(connection, up_to, at)

    def posted_up_to(self) -> int:
        """The number of what was posted last; 0 where nothing was."""
        with self._database.reading() as connection:
            return outbox.last_number(connection)

    def answer(self, answer: Answer, policy: Policy, *, said_at: str) -> Case:
        """Keep an answer, end the case that runs on its day and post the end, all or nothing; the case that ended.

        Raises UsageError if no case of the customer is open on the day.
        """
        with self._database.writing() as connection:
            return answering.answer(connection, answer, Writer(policy), said_at)

    def snooze(self, snooze: Snooze, *, said_at: str) -> None:
        """Keep a snooze; it counts in the next rating."""
        with self._database.writing() as connection:
            desk.append_snooze(connection, snooze, said_at)

    def close(self) -> None:
        self._database.close()


class Recorder(Records):
    """Records with the right to write steps."""

    def __init__(self, database: Database, policy: Policy) -> None:
        super().__init__(database)
        self._writer = Writer(policy)

    def write(self, step: Step) -> None:
        """Keep a step wholly, or raise and keep nothing of it."""
        with self._database.writing() as connection:
            write_step(connection, step, self._writer)


def open_records(path: Path) -> Records:
    """Records to be read and answered. Errors as in `open_database`."""
    return Records(open_database(path))


@contextmanager
def recording(path: Path, policy: Policy, *, patience: float = 0.0) -> Iterator[Recorder]:
    """Records to be written, for as long as the block runs; new ones where there are none.

    `policy` gives things their names in what is told. Raises UsageError while somebody else writes them, for
    longer than `patience` seconds; errors as in `open_database`.
    """
    with only_writer(path, patience=patience):
        database = open_database(path, create=True)
        try:
            yield Recorder(database, policy)
        finally:
            database.close()
