"""Events as rows of frames, and rows as events."""

from collections.abc import Iterable, Sequence

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.event import Event
from riskengine.tables.store import memory_schema


def framed(events: Iterable[Event]) -> dict[str, tuple[list[int], pl.DataFrame]]:
    """By table: the places of its events among `events`, and their rows in the engine's types."""
    places: dict[str, list[int]] = {}
    rows: dict[str, list[Sequence[object]]] = {}
    for place, event in enumerate(events):
        places.setdefault(event.table, []).append(place)
        rows.setdefault(event.table, []).append(event.values)
    return {
        table: (places[table], pl.DataFrame(rows[table], schema=memory_schema(CONTRACTS[table]), orient="row"))
        for table in CONTRACTS
        if table in rows
    }
