"""Write the history of tables as events."""

from datetime import date
from itertools import takewhile
from pathlib import Path

from riskengine.tables.events.history import events_of
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.publish import publishing_file
from riskengine.tables.store import open_tables
from riskengine.terms.days import day_number


def export_events(folder: Path, out: Path, *, until: date | None = None) -> int:
    """The events of a folder of tables known by `until`, in the order they became known, one a line; how many.

    Disputes and closed orders are events of their own, known on their day. Raises InputError if the folder holds no
    tables, UsageError if `out` is a folder.
    """
    last = None if until is None else day_number(until)
    events = events_of(unfolded(open_tables(folder)))
    count = 0
    with publishing_file(out) as scratch, scratch.open("w", encoding="utf-8", newline="\n") as file:
        for event in takewhile(lambda event: last is None or event.known_at <= last, events):
            file.write(f"{event.line}\n")
            count += 1
    return count
