"""What a watcher hands over to be kept, all of it or nothing; and what it is given back when it starts again.

A day is *settled* once it is over: everybody was rated with what was known at its end. Whatever is told of a later day
is provisional. So the settled episodes are those that were told, rewound to the settled day, and need no place of
their own.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.case import Case
from riskengine.early_warning.change import Change
from riskengine.early_warning.episode import Episode
from riskengine.tables.events.event import Event
from riskengine.tables.events.refusal import Refusal, SetAside


class EpisodeId(NamedTuple):
    subject: str  # customer_id, or `industry:CODE`
    indicator: str
    opened_on: date


class CaseId(NamedTuple):
    customer_id: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class InputPosition:
    """How much of a file was taken: `lines` lines that are `size` bytes with the digest `sha256`.

    A file that still begins with these bytes is the same file, however much was added and wherever it lies.
    """

    source: str  # what the file is called; there is one position for each
    lines: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order that must not be shipped: refused, or referred to a person. `event_id` is unique."""

    event_id: str
    customer_id: str
    order_id: str
    day: date
    amount_cents: int | None  # in the reporting currency; None: there is no rate
    answer: str  # of the desk: `no` or `refer`
    available_cents: int | None  # before the order; None: no limit is set
    reasons: tuple[tuple[str, str, str], ...] = ()  # rule id, English, Chinese


@dataclass(frozen=True, slots=True)
class Profile:
    """What people must know of a customer besides its case, and by what cases are ranked. None: not known."""

    customer_id: str
    name: str | None = None
    industry: str | None = None
    sales_team: str | None = None
    pd_12m: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch of events, or the end of a day, changed. To be written in one transaction.

    `day` is the watcher's day after the step and `settled_on` the last settled day (None: none yet). `episodes` and
    `cases` take the place of those of the same id or are new; `episodes_gone` and `cases_gone` are ids of some that a
    late event undid. Of open episodes that only were looked at once more there is no word: they are known up to
    `settled_on`. `set_aside` is all that is set aside after the step; `noted` are events of this step that are in the
    tables and worth a look, `refused` those that were read and never will be.

    `changes` are new, or told before with other severities; `withdrawn` were told and hold no longer: paid the same
    day, or corrected by a late event. A reader goes by the last word on (subject, indicator, opened_on, kind, day).
    """

    first_day: date
    day: date
    settled_on: date | None
    stale_from: date | None = None  # the first settled day that a late event made stale; None: none is
    events: tuple[Event, ...] = ()  # new ones, in the order they came
    repeated: int = 0  # events that came and were in the log already
    source: str = ""  # the input whose lines `refusals` count; another one for each start that reads a stream
    refusals: tuple[Refusal, ...] = ()
    refused: tuple[SetAside, ...] = ()
    noted: tuple[SetAside, ...] = ()
    set_aside: tuple[SetAside, ...] | None = None  # None: as before
    episodes: tuple[Episode, ...] = ()
    episodes_gone: tuple[EpisodeId, ...] = ()
    changes: tuple[Change, ...] = ()
    withdrawn: tuple[Change, ...] = ()
    held_orders: tuple[HeldOrder, ...] = ()
    cases: tuple[Case, ...] = ()
    cases_gone: tuple[CaseId, ...] = ()
    standing: tuple[OrderStanding, ...] = ()  # they take the place of those of the same customer
    profiles: tuple[Profile, ...] = ()  # at least of customers with a case among `cases`; as `standing`
    surroundings: pl.DataFrame | None = None  # `Surroundings.frame` of the last day that is over; None: as before
    position: InputPosition | None = None
    tables: str | None = None  # fingerprint of the folder the watcher began with; None: as before

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be kept but the day and the position."""
        told = (self.events, self.refusals, self.refused, self.noted, self.episodes, self.episodes_gone, self.changes)
        more = (self.withdrawn, self.held_orders, self.cases, self.cases_gone, self.standing, self.profiles)
        return not any((*told, *more, self.set_aside is not None, self.surroundings is not None))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a watcher goes on from. `episodes` are open and closed ones as told, `set_aside` is as it was kept last. The
    log of events and what people said are asked for apart.
    """

    first_day: date
    day: date
    settled_on: date | None
    tables: str | None
    stale_from: date | None = None
    episodes: tuple[Episode, ...] = ()
    standing: tuple[OrderStanding, ...] = ()
    surroundings: pl.DataFrame | None = None
    positions: tuple[InputPosition, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
