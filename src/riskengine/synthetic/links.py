"""Guarantors and controllers: persons and companies behind the customers, besides the parent in the master data.

Most of these links run inside groups, along which hidden strain spreads (`synthetic.groups`); those between strangers
carry nothing. So a path of links is worth following, and not each one is.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.population import Population
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import Window
from riskengine.terms.codes import LinkKind

GUARANTEED_BY_PARENT = 0.30  # share of subsidiaries for which the parent answers
GUARANTEED_BY_STRANGER = 0.02  # share of customers for which another customer answers
GUARANTEED_BY_PERSON = 0.03
CONTROLLED_GROUPS = 0.35  # share of groups of whose members a person is known to be in control
CONTROLLED_PAIRS = 0.01  # share of customers of whom a person controls two
ENDED = 0.15  # share of links that end within the window


@dataclass(frozen=True, slots=True)
class _Links:
    """`other`: the other customer, or -1 for the person `person`."""

    customer: Ints
    other: Ints
    person: Ints
    kind: LinkKind


def draw_links(rng: np.random.Generator, population: Population) -> pl.DataFrame:
    """All versions of the links, sorted. Persons have ids of their own; who is linked depends on nothing hidden but
    the groups."""
    parts = [*_guarantors(rng, population), *_controllers(rng, population)]
    customer = np.concatenate([part.customer for part in parts])
    other = np.concatenate([part.other for part in parts])
    person = np.concatenate([part.person for part in parts])
    kinds = np.repeat([part.kind.value for part in parts], [part.customer.size for part in parts])
    window, since = population.window, population.firms.since
    begins = np.maximum(since[customer], np.where(other >= 0, since[other], 0)) + rng.integers(0, 400, customer.size)
    known = begins + rng.integers(0, 30, customer.size)
    until = _ends(rng, window, known)
    ids = population.ids
    named = pl.DataFrame({"other": ids.gather(np.maximum(other, 0)), "person": _persons(population, person)})
    first = pl.DataFrame(
        {
            "customer_id": ids.gather(customer),
            "other_id": named.select(pl.when(pl.Series(other >= 0)).then("other").otherwise("person")).to_series(),
            "kind": pl.Series(kinds, dtype=pl.String),
            "holds_from": begins.astype(np.int32),
            "until": pl.Series([None] * customer.size, dtype=pl.Int32),
            "known_at": known.astype(np.int32),
        }
    )
    ended = first.with_columns(until=pl.Series(until.astype(np.int32)), known_at=pl.Series(until.astype(np.int32)))
    versions = pl.concat([first, ended.filter(pl.Series(until > known))])
    return versions.filter(pl.col("known_at") <= window.end_day).sort(versions.columns)


def _guarantors(rng: np.random.Generator, population: Population) -> tuple[_Links, ...]:
    parent, count = population.groups.parent, population.firms.count
    by_parent = np.flatnonzero((rng.random(count) < GUARANTEED_BY_PARENT) & (parent >= 0))
    by_stranger = np.flatnonzero(rng.random(count) < GUARANTEED_BY_STRANGER)
    stranger = rng.integers(0, count, by_stranger.size)
    by_stranger, stranger = by_stranger[stranger != by_stranger], stranger[stranger != by_stranger]
    by_person = np.flatnonzero(rng.random(count) < GUARANTEED_BY_PERSON)
    return (
        _Links(by_parent, parent[by_parent], _nobody(by_parent), LinkKind.GUARANTOR),
        _Links(by_stranger, stranger, _nobody(by_stranger), LinkKind.GUARANTOR),
        _Links(by_person, _nobody(by_person), by_person, LinkKind.GUARANTOR),
    )


def _controllers(rng: np.random.Generator, population: Population) -> tuple[_Links, ...]:
    """A person is numbered by one of those it controls, apart from persons who answer for debts."""
    groups, count = population.groups, population.firms.count
    controlled = np.append(rng.random(groups.count) < CONTROLLED_GROUPS, [False])  # the last: of no group
    in_group = np.flatnonzero(controlled[groups.group])
    pairs = rng.permutation(np.flatnonzero(groups.group < 0))[: 2 * int(count * CONTROLLED_PAIRS / 2)]
    pairs = pairs[: 2 * (pairs.size // 2)]
    return (
        _Links(in_group, _nobody(in_group), count + groups.group[in_group], LinkKind.CONTROLLER),
        _Links(pairs, _nobody(pairs), 2 * count + np.arange(pairs.size) // 2, LinkKind.CONTROLLER),
    )


def _nobody(rows: Ints) -> Ints:
    return np.full(rows.size, -1, dtype=np.int64)


def _persons(population: Population, person: Ints) -> pl.Series:
    """Ids of natural persons, which no customer has."""
    numbers = pl.Series("person", population.first_id + np.maximum(person, 0))
    return "P" + numbers.cast(pl.String).str.zfill(12)


def _ends(rng: np.random.Generator, window: Window, known: Ints) -> Ints:
    """The day on which a link ends and we are told, or 0."""
    ends: Flags = rng.random(known.size) < ENDED
    share: Floats = rng.random(known.size)
    first = np.maximum(known, window.start_day)
    day = (first + share * (window.end_day - first)).astype(np.int64)
    return np.where(ends, day, 0)
