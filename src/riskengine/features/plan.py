"""Features of a few customers many times on one day: the steps are worked out once and computed again and again.

For few customers nearly all the time of `build_features` goes into working out what is to be computed. Here that is
kept: a lazy frame whose tables are asked for when it is computed, and so can be others each time. The steps are the
very ones of `build_features` on Polars, and so is the result.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import narwhals as nw
import polars as pl
from polars.io.plugins import register_io_source

from riskengine.features.build import build_features, features_among, finished, measured_alone
from riskengine.features.engines import Frame
from riskengine.features.event_window import EventWindow, window_features
from riskengine.features.known import Rates, known_of, rows_and_rates
from riskengine.features.measure import KEY
from riskengine.features.surroundings import Surroundings
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet, memory_schema
from riskengine.terms.errors import UsageError

MOST_ROWS = 1_000_000  # invoices; beyond, the time to work out the steps does not show, and memory does
_Schema = Mapping[str, pl.DataType | type[pl.DataType]]


class FeaturePlan:
    """`build_features` of a day within given surroundings, for whoever asks often. Not for several threads at once."""

    def __init__(self, as_of: date, *, surroundings: Surroundings, windows: Sequence[EventWindow] = ()) -> None:
        """Raises UsageError for surroundings that do not say which tables were delivered."""
        if surroundings.delivered is None:
            raise UsageError(
                "the surroundings do not say which tables were delivered", remedy="take those of surroundings_of"
            )
        self._as_of = as_of
        self._surroundings = surroundings
        self._windows = tuple(windows)
        self._program: _Program | None = None

    def build(self, tables: TableSet) -> pl.DataFrame:
        """`build_features(tables, as_of, windows=windows, surroundings=surroundings)`, to the last bit.

        Raises as that does.
        """
        held = TableSet(tables.reporting_currency, _held(tables), tables.sha256)
        rows, rates = rows_and_rates(held, self._as_of)
        if rows["invoices"] > MOST_ROWS:
            return build_features(tables, self._as_of, windows=self._windows, surroundings=self._surroundings)
        program = self._program_for(rates, changed=rows["changes"] > 0)
        built = finished(program.compute({name: held[name].collect() for name in CONTRACTS}))
        if not self._windows:
            return built
        patterns = window_features(held, self._as_of, self._windows, surroundings=self._surroundings)
        return built.join(patterns, on=KEY, how="left", maintain_order="left")

    def _program_for(self, rates: Rates, *, changed: bool) -> "_Program":
        """One that knows these rates and, if there are changes, applies them; it soon knows all there are."""
        before = self._program
        if before is not None and before.changed >= changed and rates.items() <= before.rates.items():
            return before
        if before is not None:
            rates, changed = {**before.rates, **rates}, changed or before.changed
        self._program = _program(self._as_of, self._surroundings, rates, changed=changed)
        return self._program


def _held(tables: TableSet) -> dict[str, pl.LazyFrame]:
    return {name: tables[name].collect().lazy() for name in CONTRACTS}


def _program(as_of: date, surroundings: Surroundings, rates: Rates, *, changed: bool) -> "_Program":
    session = _PlanSession()
    given = {name: _Leaf(memory_schema(contract)) for name, contract in CONTRACTS.items()}
    rows = {name: int(changed) if name == "changes" else 0 for name in CONTRACTS}
    known = known_of(
        {name: leaf.lazy() for name, leaf in given.items()},
        as_of,
        session,
        rows=rows,
        rates=rates,
        surroundings=surroundings,
    )
    features = features_among(known, measured_alone(known))
    return _Program(rates, changed, given, tuple(session.steps), features.to_native())


class _Leaf:
    """Where rows come into a lazy frame: those it holds at the moment when that is computed."""

    def __init__(self, schema: _Schema) -> None:
        self.rows = pl.DataFrame(schema=schema)

    def lazy(self) -> pl.LazyFrame:
        return register_io_source(self._read, schema=self.rows.schema)

    def _read(
        self, columns: list[str] | None, predicate: pl.Expr | None, most: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        rows = self.rows if columns is None else self.rows.select(columns)
        rows = rows if predicate is None else rows.filter(predicate)
        yield rows if most is None else rows.head(most)


@dataclass(frozen=True, slots=True)
class _Step:
    """Frames to compute, and what becomes of them, as the rows of `leaf`."""

    frames: tuple[pl.LazyFrame, ...]
    function: Callable[..., pl.DataFrame]
    leaf: _Leaf


class _PlanSession:
    """A session in which nothing is computed: each thing to be settled becomes a step of the plan."""

    def __init__(self) -> None:
        self.steps: list[_Step] = []

    def load(self, frame: pl.LazyFrame) -> Frame:
        return nw.from_native(frame)

    def settle(self, frame: Frame) -> Frame:
        return self._step((frame,), _as_it_is, frame.to_native().collect_schema())

    def computed(
        self, function: Callable[..., pl.DataFrame], *frames: Frame, schema: Mapping[str, type[pl.DataType]]
    ) -> Frame:
        return self._step(frames, function, schema)

    def _step(self, frames: Sequence[Frame], function: Callable[..., pl.DataFrame], schema: _Schema) -> Frame:
        leaf = _Leaf(schema)
        self.steps.append(_Step(tuple(frame.to_native() for frame in frames), function, leaf))
        return self.load(leaf.lazy())


def _as_it_is(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


@dataclass(frozen=True, slots=True)
class _Program:
    """Steps for tables with amounts in these currencies, with or without changes."""

    rates: Rates
    changed: bool
    given: Mapping[str, _Leaf]
    steps: tuple[_Step, ...]
    last: pl.LazyFrame

    def compute(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        try:
            for name, rows in tables.items():
                self.given[name].rows = rows
            for step in self.steps:
                made = step.function(*(frame.collect() for frame in step.frames))
                step.leaf.rows = made.select(step.leaf.rows.columns)
            return self.last.collect()
        finally:
            self._forget()

    def _forget(self) -> None:
        for leaf in (*self.given.values(), *(step.leaf for step in self.steps)):
            leaf.rows = leaf.rows.clear()
