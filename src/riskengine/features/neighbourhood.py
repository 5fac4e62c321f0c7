"""Whom an event of a customer can concern, and whose rows a rating of it needs: its group, and all within three ties.

Ties count whenever they held, so that one which ends or begins concerns those it tied: the set is rather too large than
too small.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.features.related_paths import STEPS
from riskengine.tables.store import TableSet
from riskengine.terms.codes import LinkKind

_Adjacent = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Made once of tables and asked often; to be made again when a link or a customer's master data come in."""

    _ties: _Adjacent  # both ways, controllers among them
    _controllers: _Adjacent  # of a customer
    _controlled: _Adjacent  # by a controller
    _parents: _Adjacent  # parents and subsidiaries, both ways

    def of(self, customer_ids: Iterable[str], steps: int = STEPS) -> set[str]:
        """The ids given, all within `steps` ties of them, and all of their groups; persons and companies that are no
        customers are among them."""
        given = set(customer_ids)
        return self._near(given, steps) | _closure(given, self._parents)

    def _near(self, given: set[str], steps: int) -> set[str]:
        found, edge = set(given), set(given)
        for _ in range(steps):
            controllers = {one for node in edge for one in self._controllers.get(node, ())}
            reached = {one for node in edge for one in self._ties.get(node, ())}
            reached.update(one for node in controllers for one in self._controlled[node])
            edge = reached - found
            found |= edge
        return found


def neighbourhood_of(tables: TableSet) -> Neighbourhood:
    """Of every version of every row, whenever it was known."""
    parents = _pairs(tables["customers"], "parent_id")
    links = tables["links"]
    controllers = _pairs(links.filter(pl.col("kind") == LinkKind.CONTROLLER.value), "other_id")
    others = _pairs(links.filter(pl.col("kind") != LinkKind.CONTROLLER.value), "other_id")
    return Neighbourhood(
        _ties=_both_ways([*parents, *others, *controllers]),
        _controllers=_adjacent(controllers),
        _controlled=_adjacent((other, one) for one, other in controllers),
        _parents=_both_ways(parents),
    )


def neighbours(tables: TableSet, customer_ids: Collection[str], steps: int = STEPS) -> set[str]:
    """`Neighbourhood.of`, for one question."""
    return neighbourhood_of(tables).of(customer_ids, steps)


def _pairs(rows: pl.LazyFrame, other: str) -> list[tuple[str, str]]:
    stated = rows.filter(pl.col(other).is_not_null() & (pl.col(other) != pl.col("customer_id")))
    return stated.select("customer_id", other).unique().collect().rows()


def _both_ways(pairs: Iterable[tuple[str, str]]) -> _Adjacent:
    return _adjacent(pair for one, other in pairs for pair in ((one, other), (other, one)))


def _adjacent(pairs: Iterable[tuple[str, str]]) -> _Adjacent:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _closure(given: set[str], adjacent: _Adjacent) -> set[str]:
    found, edge = set(given), set(given)
    while edge:
        edge = {one for node in edge for one in adjacent.get(node, ())} - found
        found |= edge
    return found
