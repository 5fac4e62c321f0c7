"""The tables as they stood when a watcher stopped: those it began with, and its log."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from riskengine.tables.events.event import Event
from riskengine.tables.events.refusal import SetAside
from riskengine.tables.store import TableSet
from riskengine.workflows.watch.ledger import Ledger, ledger_of


def replayed_ledger(tables: TableSet, log: Iterable[Sequence[Event]], set_aside: Sequence[SetAside]) -> Ledger:
    """The log comes some events at a time; no more of it is held.

    `set_aside`: as it was kept. The same events are set aside again, but in which order, under which of several ids
    and with what said of them depends on how the log is cut; so they stand as they were kept. Other tables than before
    may leave other events aside; then those hold.
    """
    ledger = ledger_of(tables)
    for events in log:
        ledger = ledger.after(events).ledger.settled()
    is_same = _contents(ledger.set_aside) == _contents(set_aside)
    return replace(ledger, set_aside=tuple(set_aside)) if is_same else ledger


def _contents(set_aside: Iterable[SetAside]) -> set[tuple[object, ...]]:
    return {(one.event.kind, one.event.values) for one in set_aside}
