"""The surroundings of a day, summed from the measures of all its customers."""

from collections.abc import Mapping
from types import MappingProxyType

import narwhals as nw
import polars as pl

from riskengine.features import industry
from riskengine.features.engines import Frame
from riskengine.features.known import Known
from riskengine.features.measure import Measure, aggregate
from riskengine.features.surroundings import By, Surroundings
from riskengine.tables.contracts import CONTRACTS
from riskengine.terms.days import day_of

# The column of the own measures that says which group a customer belongs to, and what is summed over the group.
GROUPED: Mapping[By, str] = MappingProxyType({By.INDUSTRY: "cus_industry"})
SUMS: Mapping[By, tuple[Measure, ...]] = MappingProxyType({By.INDUSTRY: industry.SUMS})


def surroundings_summed(known: Known, own: Frame) -> Surroundings:
    """`own` has one row per customer with the measures of the customer's own rows."""
    return Surroundings(
        as_of=day_of(known.as_of),
        sums={by: _summed(known, own, by) for by in SUMS},
        delivered=frozenset(name for name in CONTRACTS if known.has(name)),
    )


def _summed(known: Known, own: Frame, by: By) -> pl.DataFrame:
    group = nw.col(GROUPED[by])
    rows = own.filter(~group.is_null()).with_columns(group.alias(by.value))
    return known.session.collect(aggregate(rows, SUMS[by], key=by.value)).sort(by.value)
