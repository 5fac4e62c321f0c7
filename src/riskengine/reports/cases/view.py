"""All that the page of a case shows, gathered by `workflows.case_pages`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.early_warning.case import Answer, Case
from riskengine.early_warning.finding import Known
from riskengine.early_warning.ranking import RankedCase
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import HeldOrder
from riskengine.early_warning.subject import industry_of
from riskengine.policy.bundle import Policy
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.events.event import Event
from riskengine.terms.decision import Action
from riskengine.terms.text import Text

HISTORY_SCHEMA = {
    "day": pl.Date,
    "open": pl.Float64,
    "overdue": pl.Float64,
    "dpd": pl.Float64,
    "exposure": pl.Float64,
    "limit": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class LateInvoice:
    """Past due and not disputed; amounts in the reporting currency."""

    invoice_id: str
    due_on: date
    days: int
    open_amount: float


@dataclass(frozen=True, slots=True)
class PastRating:
    """`actions`: all that the rating calls for, its warnings' among them."""

    as_of: date
    pd_12m: float | None
    grade: str | None
    limit: float | None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of an industry that is warned of."""

    customer_id: str
    name: str | None
    grade: str | None
    exposure: float | None
    overdue: float | None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, and of a payment how many days after its invoice was due it came (negative: before)."""

    day: date
    event: Event
    days_late: int | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """`case` is the one that runs, or ended last; None: nothing was ever warned of.

    `facts`: what is known of the customer on `as_of`, by fact; `sentences`: of the rules that warn in the newest
    rating, by rule id. `history` has HISTORY_SCHEMA, one row per month end; none where nobody asked for pictures.
    `rank` is the place among all open cases, of `open_cases`.
    """

    customer_id: str
    name: str | None
    as_of: date
    currency: str
    policy: Policy
    vocabulary: Vocabulary
    case: Case | None
    facts: Mapping[str, Known]
    sentences: Mapping[str, Text]
    history: pl.DataFrame
    ratings: tuple[PastRating, ...]  # oldest first
    late: tuple[LateInvoice, ...]  # oldest first
    happened: tuple[Happening, ...]  # newest first
    parents: tuple[str, ...]  # from the top of the group down, without the customer
    rank: RankedCase | None
    open_cases: int
    answers: tuple[Answer, ...] = ()  # of people, in the order given
    snoozes: tuple[Snooze, ...] = ()
    held_orders: tuple[HeldOrder, ...] = ()
    put_off_until: date | None = None
    members: tuple[Member, ...] = ()  # of an industry, by exposure

    @property
    def called(self) -> Text:
        """The name, or the id where there is none; an industry by its code."""
        return subject_text(self.customer_id) if self.name is None else Text(self.name, self.name)

    @property
    def who(self) -> Text:
        """The name and the id."""
        both = f"{self.name} ({self.customer_id})"
        return self.called if self.name is None else Text(both, both)


def subject_text(subject: str) -> Text:
    """
    >>> subject_text("industry:C26"), subject_text("C0012").zh
    (Text(en='Industry C26', zh='行业C26'), 'C0012')
    """
    code = industry_of(subject)
    return Text(subject, subject) if code is None else Text(f"Industry {code}", f"行业{code}")
