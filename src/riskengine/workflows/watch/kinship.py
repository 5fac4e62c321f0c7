"""Whose rows weigh on whose rating: groups of companies and whatever else links customers, as sets closed in both
directions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet


class Kinship:
    """Sets of names that are linked with each other, however far apart; circles do no harm."""

    def __init__(self, kin: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        self._kin = kin

    def with_pairs(self, pairs: Iterable[tuple[str, str]]) -> "Kinship":
        """With more links. Nothing changes in this one."""
        kin: dict[str, list[str]] = {}

        def held(name: str) -> list[str]:
            if name not in kin:
                members = list(self._kin.get(name, (name,)))
                kin.update((member, members) for member in members)
            return kin[name]

        for one, other in pairs:
            larger, smaller = held(one), held(other)
            if larger is not smaller:
                if len(larger) < len(smaller):
                    larger, smaller = smaller, larger
                larger.extend(smaller)
                kin.update((member, larger) for member in smaller)
        whole = {id(members): tuple(members) for members in kin.values()}
        return Kinship({**self._kin, **{name: whole[id(members)] for name, members in kin.items()}})

    def closed(self, names: Iterable[str]) -> set[str]:
        """`names` with everybody linked with one of them."""
        found: set[str] = set()
        for name in names:
            if name not in found:
                found.update(self._kin.get(name, (name,)))
        return found


def kinship_of(tables: TableSet) -> Kinship:
    return Kinship().with_pairs(
        pair for name in ("customers", "links") for pair in pairs_of(name, tables[name].collect())
    )


def pairs_of(table: str, rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Who is linked by the rows of a table; of any day, for more than is needed does no harm."""
    if table == "customers":
        yield from rows.select("customer_id", "parent_id").drop_nulls().unique(maintain_order=True).iter_rows()
    elif table == "links":
        yield from rows.select("customer_id", "other_id").unique(maintain_order=True).iter_rows()


def of_customers(tables: TableSet, names: Iterable[str]) -> TableSet:
    """The rows of some customers; what is about no customer goes along whole."""
    wanted = pl.DataFrame({"customer_id": sorted(names)}, schema={"customer_id": pl.String})
    frames = {
        name: frame.filter(pl.col("customer_id").is_in(wanted["customer_id"].implode())).collect().lazy()
        if "customer_id" in CONTRACTS[name].column_names
        else frame
        for name, frame in tables.frames.items()
    }
    return replace(tables, frames=frames, sha256={})
