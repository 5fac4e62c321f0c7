"""A model of a table: crosses chosen and a booster fitted, both on the training rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.features.feature import Risk
from riskengine.scoring.booster import Column, fit_booster, seen_missing
from riskengine.scoring.calibration import Floats
from riskengine.scoring.crosses import Cross, add_crosses, choose_crosses
from riskengine.scoring.table_spec import TableSpec


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """`values` (rows, columns) float64 with NaN for missing, `outcome` 0 or 1; `group` and `day` if there are any."""

    columns: tuple[str, ...]
    values: Floats
    outcome: Floats
    group: NDArray[np.object_] | None = None
    day: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.outcome)

    def part(self, rows: NDArray[np.bool_]) -> "FeatureTable":
        group = None if self.group is None else self.group[rows]
        day = None if self.day is None else self.day[rows]
        return FeatureTable(self.columns, self.values[rows], self.outcome[rows], group, day)


@dataclass(frozen=True, slots=True)
class TableModel:
    """`instead`: per column of the table, what a missing value counts as: NaN, or the training median where training
    saw no missing one and the booster has learnt nothing about it.
    """

    columns: tuple[str, ...]
    crosses: tuple[Cross, ...]
    booster_text: str
    seen_missing: frozenset[str]
    instead: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """Of all inputs of the booster: the columns, then the crosses."""
        return (*self.columns, *(cross.name(self.columns) for cross in self.crosses))

    def raw(self, values: Floats) -> Floats:
        """Raw log-odds of rows of the table (rows, columns)."""
        import lightgbm  # noqa: PLC0415 - seconds to import

        filled = np.where(np.isnan(values), self.instead, values)
        inputs = add_crosses(filled, self.crosses)
        booster = lightgbm.Booster(model_str=self.booster_text)
        return np.asarray(booster.predict(inputs, raw_score=True), dtype=np.float64)


def fit_table(table: FeatureTable, spec: TableSpec, seed: int) -> TableModel:
    """Fit to all rows given. Raises InputError if only one outcome occurs."""
    crosses = choose_crosses(table.values, table.outcome, spec.crosses, spec.booster, seed)
    inputs = add_crosses(table.values, crosses)
    columns = _directed(table.columns, len(crosses), spec)
    text = fit_booster(inputs, table.outcome, columns, spec.booster, seed)
    names = (*table.columns, *(cross.name(table.columns) for cross in crosses))
    seen = seen_missing(inputs, [Column(name) for name in names])
    known = np.array([name in seen for name in table.columns], dtype=bool)
    instead = np.full(len(table.columns), np.nan)
    instead[~known] = np.median(table.values[:, ~known], axis=0)
    return TableModel(table.columns, crosses, text, seen, instead)


def _directed(columns: Sequence[str], crosses: int, spec: TableSpec) -> list[Column]:
    """Under names LightGBM takes whatever the table calls them. A cross has no direction of its own."""
    risks = [spec.directions[c].risk if c in spec.directions else Risk.FREE for c in columns]
    return [Column(f"c{i}", risk) for i, risk in enumerate([*risks, *[Risk.FREE] * crosses])]
