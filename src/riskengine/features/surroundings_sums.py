"""The surroundings of a day, summed from the measures of all its customers."""

from collections.abc import Mapping
from types import MappingProxyType

import narwhals as nw
import polars as pl

from riskengine.features import industry, industry_breadth, peer
from riskengine.features.engines import EngineSession, Frame
from riskengine.features.known import Known
from riskengine.features.measure import Measure, aggregate
from riskengine.features.surroundings import By, Surroundings
from riskengine.tables.contracts import CONTRACTS
from riskengine.terms.days import day_of

SUMS: Mapping[By, tuple[Measure, ...]] = MappingProxyType(
    {
        By.INDUSTRY: (*industry.SUMS, *industry_breadth.SUMS, *peer.sums(By.INDUSTRY)),
        By.REGION: peer.sums(By.REGION),
        By.SIZE: peer.sums(By.SIZE),
    }
)


def surroundings_summed(known: Known, own: Frame, session: EngineSession) -> Surroundings:
    """`own` has one row per customer with the measures of the customer's own rows."""
    return Surroundings(
        as_of=day_of(known.as_of),
        sums={by: _summed(session, own, by) for by in SUMS},
        delivered=frozenset(name for name in CONTRACTS if known.has(name)),
    )


def _summed(session: EngineSession, own: Frame, by: By) -> pl.DataFrame:
    group = nw.col(peer.GROUPED[by])
    rows = own.filter(~group.is_null()).with_columns(group.alias(by.value))
    return session.collect(aggregate(rows, SUMS[by], key=by.value)).sort(by.value)
