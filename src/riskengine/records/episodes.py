"""Episodes, open and closed, each by its latest word."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, Row, select

from riskengine.early_warning.episode import Episode
from riskengine.early_warning.step import EpisodeId
from riskengine.records.rows import portions, put, remove
from riskengine.records.schema import EPISODES
from riskengine.records.turns import turns_from, turns_text


def write(connection: Connection, episodes: Iterable[Episode], gone: Iterable[EpisodeId] = ()) -> None:
    remove(
        connection,
        EPISODES,
        [{"customer_id": one.subject, "indicator": one.indicator, "opened_on": one.opened_on} for one in gone],
    )
    put(
        connection,
        EPISODES,
        [
            {
                "customer_id": one.customer_id,
                "indicator": one.indicator,
                "opened_on": one.opened_on,
                "severity": one.severity.word,
                "phase": one.phase.value,
                "evaluated_on": one.evaluated_on,
                "closed_on": one.closed_on,
                "turns": turns_text(one.turns),
            }
            for one in episodes
        ],
    )


def read(
    connection: Connection, settled_on: date | None, *, customer_ids: Iterable[str] | None = None
) -> tuple[Episode, ...]:
    """By customer, indicator and the day they opened; of some customers, or of all.

    Nothing is written of an open episode on days on which nothing became of it; it was looked at on the settled one.
    """
    asked = select(EPISODES).order_by(EPISODES.c.customer_id, EPISODES.c.indicator, EPISODES.c.opened_on)
    if customer_ids is None:
        return tuple(_episode(row, settled_on) for row in connection.execute(asked))
    return tuple(
        _episode(row, settled_on)
        for some in portions(customer_ids)
        for row in connection.execute(asked.where(EPISODES.c.customer_id.in_(some)))
    )


def subjects(connection: Connection) -> list[str]:
    """Everybody of whom there is an episode, sorted."""
    return list(connection.scalars(select(EPISODES.c.customer_id).distinct().order_by(EPISODES.c.customer_id)))


def _episode(row: Row[tuple[object, ...]], settled_on: date | None) -> Episode:
    found = Episode(row.customer_id, row.indicator, turns_from(row.turns), row.evaluated_on, row.closed_on)
    if found.is_open and settled_on is not None and found.evaluated_on < settled_on:
        return replace(found, evaluated_on=settled_on)
    return found
