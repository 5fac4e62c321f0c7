"""The rows of a table held in little memory, and found soon by customer.

The rows of each customer lie together, so that those of some are a few spans and need no look at the others. What comes
in is held beside them as it came, until there is enough of it to be laid in its places.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from riskengine.tables.contracts import TableContract
from riskengine.tables.store import memory_schema
from riskengine.workflows.watch.held_column import Form, HeldColumn, Places, form_of, held_column, loosened

KEY = "customer_id"
_BATCH = 250_000  # rows read together
_FEW_RECENT = 20_000  # rows that may wait, however small the table
_SHARE_RECENT = 8  # one of so many may wait
_PIECES = 16  # frames of recent rows that are no trouble


@dataclass(frozen=True, slots=True, eq=False)
class HeldTable:
    """A table about customers. `customers`, sorted, are those who have rows; `starts` says where the rows of each begin
    in `columns`, and then where the last ones end. `recent` came since, and the rows at the places `gone` are no more.
    """

    contract: TableContract
    customers: pl.Series
    starts: Places
    columns: Mapping[str, HeldColumn]
    recent: pl.DataFrame
    gone: Places

    @property
    def count(self) -> int:
        return int(self.starts[-1]) - len(self.gone) + self.recent.height

    def of(self, names: pl.Series) -> pl.DataFrame:
        """The rows of some customers, sorted and each named once, in the types and the order of the contract."""
        places = self._places(names)
        found = self._rows(self._left(_spans(self.starts[places], self.starts[places + 1])))
        return pl.concat([found, self.recent.filter(pl.col(KEY).is_in(names.implode()))])

    def column(self, name: str) -> pl.Series:
        """Of all rows; the same rows in the same order for every name."""
        return pl.concat([self._column(name, self._left(np.arange(self.starts[-1]))), self.recent[name]])

    def naming(self, wanted: Mapping[str, Collection[str]]) -> pl.DataFrame:
        """The rows that have one of the texts wanted in one of the columns."""
        texts = {column: pl.Series(values=list(values), dtype=pl.String) for column, values in wanted.items()}
        places = [self.columns[column].among(values, int(self.starts[-1])) for column, values in texts.items()]
        own = self._rows(self._left(np.unique(np.concatenate([np.zeros(0, np.int64), *places]))))
        named = (pl.col(column).is_in(values.implode()) for column, values in texts.items())
        return pl.concat([own, self.recent.filter(pl.any_horizontal(pl.lit(value=False), *named))])

    def rows_by_customer(self) -> pl.DataFrame:
        """customer_id and how many rows there are of each."""
        left = np.diff(self.starts) - np.bincount(self._owners(self.gone), minlength=len(self.customers))
        own = pl.DataFrame({KEY: self.customers, "rows": left}, schema_overrides={"rows": pl.Int64})
        recent = self.recent.group_by(KEY).agg(pl.len().cast(pl.Int64).alias("rows"))
        return pl.concat([own, recent]).group_by(KEY).agg(pl.col("rows").sum())

    def changed(self, added: pl.DataFrame | None, removed: pl.DataFrame | None) -> "HeldTable":
        """With more rows and without some that are there."""
        recent, gone = self.recent, self.gone
        if removed is not None:
            gone = np.union1d(gone, self._at(removed))
            recent = recent.join(removed, on=list(self.contract.key), how="anti", nulls_equal=True)
        if added is not None:
            recent = pl.concat([recent, added.select(recent.columns)])
        return replace(self, recent=recent.rechunk() if recent.n_chunks() > _PIECES else recent, gone=gone)

    def settled(self) -> "HeldTable":
        """The same rows, each in its place if many have come."""
        if self.recent.height + len(self.gone) <= max(_FEW_RECENT, self.starts[-1] // _SHARE_RECENT):
            return self
        own = (self._rows(self._left(at)) for at in self._batches())
        return _laid(self.contract, (part for parts in (own, (self.recent,)) for part in parts))

    def _batches(self) -> Iterator[Places]:
        end = int(self.starts[-1])
        return (np.arange(start, min(start + _BATCH, end)) for start in range(0, end, _BATCH))

    def _places(self, names: pl.Series) -> Places:
        """Where those of `names` who have rows are among the customers."""
        if self.customers.is_empty():
            return np.zeros(0, np.int64)
        at = self.customers.search_sorted(names).clip(0, len(self.customers) - 1)
        return at.filter(self.customers.gather(at) == names).to_numpy().astype(np.int64)

    def _left(self, at: Places) -> Places:
        return np.setdiff1d(at, self.gone, assume_unique=True) if len(self.gone) else at

    def _rows(self, at: Places) -> pl.DataFrame:
        return pl.DataFrame([self._column(name, at) for name in memory_schema(self.contract)])

    def _column(self, name: str, at: Places) -> pl.Series:
        if name == KEY:
            return self.customers.gather(self._owners(at))
        return self.columns[name].at(at)

    def _owners(self, at: Places) -> Places:
        """Where the customers are whose rows these are."""
        return np.searchsorted(self.starts, at, side="right") - 1

    def _at(self, rows: pl.DataFrame) -> Places:
        """The places of rows that lie among `columns`."""
        places = self._places(rows[KEY].unique().sort())
        at = _spans(self.starts[places], self.starts[places + 1])
        key = list(self.contract.key)
        own = pl.DataFrame([self._column(name, at) for name in key]).with_columns(pl.Series("_at", at))
        found: Places = own.join(rows.select(key), on=key, how="semi", nulls_equal=True)["_at"].to_numpy()
        return found


def held_table(contract: TableContract, rows: pl.LazyFrame) -> HeldTable:
    """Reads the rows once, a part at a time."""
    return _laid(contract, rows.select(list(memory_schema(contract))).collect_batches(chunk_size=_BATCH))


def _laid(contract: TableContract, parts: Iterable[pl.DataFrame]) -> HeldTable:
    """The rows of all parts by customer. One column after the other is laid and what it was laid from let go."""
    schema = pl.DataFrame(schema=memory_schema(contract)).schema
    forms: dict[str, Form] = {}
    loose: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        forms = forms or {name: Form.REPEATED if name == KEY else form_of(part[name]) for name in schema}
        for name in schema:
            loose.setdefault(name, []).append(loosened(part[name], forms[name]))
    if not loose:
        loose = {name: [pl.DataFrame(schema={"whole": kind})] for name, kind in schema.items()}
    owners = pl.concat(loose.pop(KEY)).to_series().cast(pl.String)
    order = owners.arg_sort()
    runs = owners.gather(order).rle()
    columns = {name: held_column(name, schema[name], pl.concat(loose.pop(name)), order) for name in [*loose]}
    starts = np.concatenate([[0], np.cumsum(runs.struct.field("len").to_numpy(), dtype=np.int64)])
    customers = runs.struct.field("value").alias(KEY)
    return HeldTable(contract, customers, starts, columns, pl.DataFrame(schema=schema), np.zeros(0, np.int64))


def _spans(starts: Places, ends: Places) -> Places:
    """All whole numbers from each start up to its end, one span after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())
