"""The customers of the benchmark: 34 numbers and 6 texts each, a tenth of them missing."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from riskengine.rules.facts import FactColumns

Floats = npt.NDArray[np.float64]
MISSING_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class NumberFact:
    """`spread` turns shares between 0 and 1 into values, so thresholds can be set by share."""

    name: str
    spread: Callable[[Floats], Floats]

    def threshold(self, share: float) -> float:
        """A round value that about `share` of the customers do not exceed."""
        value = float(self.spread(np.array([share]))[0])
        digits = 2 - math.floor(math.log10(abs(value))) if value else 0
        return round(value, digits)


@dataclass(frozen=True, slots=True)
class TextFact:
    name: str
    values: tuple[str, ...]


def _days(share: Floats) -> Floats:
    return np.floor(-40.0 * np.log1p(-np.minimum(share, 0.9999)))


def _amount(share: Floats) -> Floats:
    return np.exp(6.0 + 8.0 * share)


def _ratio(share: Floats) -> Floats:
    return share**2


def _count(share: Floats) -> Floats:
    return np.floor(-2.0 * np.log1p(-np.minimum(share, 0.9999)))


KINDS = (("days", _days, 10), ("amount", _amount, 8), ("ratio", _ratio, 10), ("count", _count, 6))
NUMBERS = tuple(NumberFact(f"{kind}_{place}", spread) for kind, spread, many in KINDS for place in range(many))
TEXTS = (
    TextFact("country", ("CN", "DE", "FR", "IT", "ES", "NO", "SE", "US", "JP", "BR")),
    TextFact("region", ("华东", "华南", "华北", "华中", "西南", "西北", "东北")),
    TextFact("industry", tuple(f"C{code}" for code in range(13, 44))),
    TextFact("legal_form", ("有限责任公司", "股份有限公司", "个体工商户", "合伙企业")),
    TextFact("product_line", ("valves", "pumps", "motors", "service", "spare parts")),
    TextFact("sales_team", tuple(f"team {place}" for place in range(1, 13))),
)


def make_customers(count: int, seed: int = 11) -> pl.DataFrame:
    """Float64 and String columns, null where missing."""
    chance = np.random.default_rng(seed)
    columns: list[pl.Series] = []
    for number in NUMBERS:
        values = number.spread(chance.random(count))
        values[chance.random(count) < MISSING_SHARE] = np.nan
        columns.append(pl.Series(number.name, values).fill_nan(None))
    for text in TEXTS:
        places = chance.integers(0, len(text.values), count)
        names = pl.Series(text.name, list(text.values)).gather(pl.Series(places))
        is_missing = pl.Series(chance.random(count) < MISSING_SHARE)
        columns.append(names.set(is_missing, None))
    return pl.DataFrame(columns)


def as_facts(customers: pl.DataFrame) -> FactColumns:
    """The same customers as our engines take them."""
    numbers = {number.name: customers[number.name].to_numpy().copy() for number in NUMBERS}
    texts = {text.name: np.array(customers[text.name].to_list(), dtype=object) for text in TEXTS}
    return FactColumns(customers.height, numbers, texts)


def made_anew(facts: FactColumns) -> FactColumns:
    """The same facts from their arrays: checked again, and no text coded yet."""
    return FactColumns(facts.count, facts.numbers, facts.texts)
