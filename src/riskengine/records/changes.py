"""Every word that was told of an episode: what happened to it, and what was withdrawn again. Only ever added to."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from riskengine.early_warning.change import Change, ChangeKind
from riskengine.records.rows import add
from riskengine.records.schema import CHANGES
from riskengine.records.turns import evidence_from, evidence_text, severity_of

ChangeKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """`revision` counts what was told of the same thing before; the last word holds."""

    change: Change
    withdrawn: bool = False
    revision: int = 0

    @property
    def key(self) -> ChangeKey:
        one = self.change
        return (one.customer_id, one.indicator, one.opened_on.isoformat(), one.kind.value, one.day.isoformat())


def append(connection: Connection, words: Iterable[Word]) -> None:
    add(
        connection,
        CHANGES,
        [
            {
                "customer_id": word.change.customer_id,
                "indicator": word.change.indicator,
                "opened_on": word.change.opened_on,
                "change": word.change.kind.value,
                "day": word.change.day,
                "revision": word.revision,
                "withdrawn": word.withdrawn,
                "severity_before": None if word.change.before is None else word.change.before.word,
                "severity": word.change.after.word,
                "evidence": evidence_text(word.change.evidence),
            }
            for word in words
        ],
    )


def read(connection: Connection, *, customer_id: str | None = None) -> tuple[Change, ...]:
    """The changes that hold, by day: each by its last word, those withdrawn left out."""
    asked = select(CHANGES).order_by(CHANGES.c.number)
    if customer_id is not None:
        asked = asked.where(CHANGES.c.customer_id == customer_id)
    last: dict[ChangeKey, Change | None] = {}
    for row in connection.execute(asked):
        found = _change(row)
        last[Word(found).key] = None if row.withdrawn else found
    return tuple(sorted((one for one in last.values() if one is not None), key=lambda one: (one.day, one.key)))


def _change(row: Row[tuple[object, ...]]) -> Change:
    return Change(
        kind=ChangeKind(row.change),
        customer_id=row.customer_id,
        indicator=row.indicator,
        opened_on=row.opened_on,
        day=row.day,
        before=None if row.severity_before is None else severity_of(row.severity_before),
        after=severity_of(row.severity),
        evidence=evidence_from(row.evidence),
    )
