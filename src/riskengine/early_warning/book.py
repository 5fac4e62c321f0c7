"""All episodes of a portfolio, open and closed, as they stood after a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from riskengine.early_warning.episode import Episode, rewound
from riskengine.early_warning.finding import Key
from riskengine.early_warning.fold import Folded


@dataclass(frozen=True, slots=True)
class Book:
    """`closed` are by customer, each customer's in the order in which they closed."""

    open: Mapping[Key, Episode] = field(default_factory=lambda: MappingProxyType({}))
    closed: Mapping[str, tuple[Episode, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset({*(key.customer_id for key in self.open), *self.closed})

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """By customer, indicator and the day they opened."""
        every = [*self.open.values(), *(one for own in self.closed.values() for one in own)]
        return tuple(sorted(every, key=lambda one: (one.key, one.opened_on)))

    def of(self, subjects: Collection[str]) -> "Book":
        """Only these."""
        return Book(
            {key: one for key, one in self.open.items() if key.customer_id in subjects},
            {name: self.closed[name] for name in subjects if name in self.closed},
        )

    def with_own(self, subjects: Collection[str], own: "Book") -> "Book":
        """With the episodes of some as `own` has them."""
        kept = {key: one for key, one in self.open.items() if key.customer_id not in subjects}
        closed = {name: past for name, past in self.closed.items() if name not in subjects}
        return Book({**kept, **own.open}, {**closed, **own.closed})

    def after(self, folded: Folded) -> "Book":
        """After more findings, folded from what is open here."""
        if not folded.closed:
            return Book(folded.open, self.closed)
        closed = dict(self.closed)
        for one in folded.closed:
            closed[one.customer_id] = (*closed.get(one.customer_id, ()), one)
        return Book(folded.open, closed)

    def rewound(self, last: date) -> "Book":
        """As it was after the day `last`; days after it may then be folded again."""
        return book_of(stood for one in self.episodes if (stood := rewound(one, last)) is not None)


def book_of(episodes: Iterable[Episode]) -> Book:
    """The book of episodes in any order, of which at most one of each customer and indicator is open."""
    open_: dict[Key, Episode] = {}
    closed: dict[str, list[Episode]] = {}
    for one in sorted(episodes, key=lambda each: (each.key, each.closed_on or date.max)):
        if one.is_open:
            open_[one.key] = one
        else:
            closed.setdefault(one.customer_id, []).append(one)
    past = {name: tuple(sorted(own, key=lambda one: (one.closed_on, one.key))) for name, own in closed.items()}
    return Book(open_, past)
