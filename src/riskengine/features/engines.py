"""The data engines features run on. Everything above this module is narwhals and does not know which one it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import narwhals as nw
import polars as pl

from riskengine.terms.errors import UsageError

Frame: TypeAlias = nw.LazyFrame[Any]


class Engine(StrEnum):
    POLARS = "polars"
    PANDAS = "pandas"
    DUCKDB = "duckdb"


class Session(Protocol):
    """What features are measured in: frames go in, the same expressions run on all engines."""

    def load(self, frame: pl.LazyFrame) -> Frame:
        """Hand over a Polars frame."""
        ...

    def settle(self, frame: Frame) -> Frame:
        """The same frame, computed once for several later steps."""
        ...

    def computed(
        self, function: Callable[..., pl.DataFrame], *frames: Frame, schema: Mapping[str, type[pl.DataType]]
    ) -> Frame:
        """What a function makes of the rows of `frames`, given as Polars frames, for what no expression can say.

        It has the columns of `schema` in that order. The function must depend on nothing but the rows.
        """
        ...


@dataclass(frozen=True, slots=True)
class EngineSession:
    """A session in which everything is computed when it is asked for."""

    engine: Engine
    _load: Callable[[pl.LazyFrame], Frame]

    def load(self, frame: pl.LazyFrame) -> Frame:
        """Hand a Polars frame to the engine."""
        return self._load(frame)

    def collect(self, frame: Frame) -> pl.DataFrame:
        """Compute a frame and take it out of the engine; missing stays missing."""
        frame_out: pl.DataFrame = frame.collect(backend="polars").to_native()
        return frame_out

    def settle(self, frame: Frame) -> Frame:
        """Compute a frame once that several later steps use, and go on from the result.

        In pandas that is where whole numbers which became floats beside a missing one get a type again that can miss.
        """
        return self.load(self.collect(frame).lazy())

    def computed(
        self, function: Callable[..., pl.DataFrame], *frames: Frame, schema: Mapping[str, type[pl.DataType]]
    ) -> Frame:
        made = function(*(self.collect(frame) for frame in frames))
        return self.load(made.lazy().select(*schema))


@contextmanager
def engine_session(engine: Engine) -> Iterator[EngineSession]:
    """An engine ready for work. Raises UsageError with the remedy if its library is not installed."""
    if engine is Engine.POLARS:
        yield EngineSession(engine, nw.from_native)
    elif engine is Engine.PANDAS:
        yield EngineSession(engine, _load_pandas)
    else:
        with _duckdb_session() as session:
            yield session


@contextmanager
def _duckdb_session() -> Iterator[EngineSession]:
    try:
        import duckdb  # noqa: PLC0415 - optional and slow to import
    except ImportError:
        raise UsageError(
            "the engine 'duckdb' is not installed", remedy="pip install 'riskengine[duckdb]' or --engine polars"
        ) from None
    connection = duckdb.connect()

    def load(frame: pl.LazyFrame) -> Frame:
        return nw.from_native(connection.from_arrow(frame.collect().to_arrow())).lazy()

    try:
        yield EngineSession(Engine.DUCKDB, load)
    finally:
        connection.close()


def _load_pandas(frame: pl.LazyFrame) -> Frame:
    """Pandas with nullable types: a missing day must not turn a column of whole numbers into floats."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    types = {
        pl.Int64: pd.Int64Dtype(),
        pl.Int32: pd.Int32Dtype(),
        pl.Float64: pd.Float64Dtype(),
        pl.Boolean: pd.BooleanDtype(),
        pl.String: pd.StringDtype(),
    }
    held = frame.collect()
    columns = {c.name: pd.Series(c.to_arrow().to_pandas(), dtype=types[c.dtype.base_type()]) for c in held}
    return nw.from_native(pd.DataFrame(columns), eager_only=True).lazy()


def whole_numbers(frame: Frame, columns: Sequence[str]) -> Frame:
    """`columns` as whole numbers of 64 bits that may be missing (DuckDB sums to 128 bits, pandas may be at floats)."""
    native = frame.to_native()
    if frame.implementation.is_pandas():
        nullable: Frame = nw.from_native(native.astype(dict.fromkeys(columns, "Int64"))).lazy()
        return nullable
    return frame.with_columns(*(nw.col(name).cast(nw.Int64) for name in columns))
