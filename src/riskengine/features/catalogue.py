"""All features, gathered from the modules of the sources."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from riskengine.features import (
    clock,
    customer,
    deferral,
    group,
    industry,
    industry_breadth,
    order,
    payment,
    peer,
    peer_value,
    related,
    signal,
    statement,
)
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature
from riskengine.features.known import Known
from riskengine.terms.errors import UsageError, nearest


class SourceModule(Protocol):
    """What a module of a source offers.

    `measure(known, so_far)` joins the measures of the source to `so_far`, which has one row per customer and the
    measures of the sources before it; `FEATURES` are expressions over any measures.
    """

    FEATURES: tuple[Feature, ...]

    def measure(self, known: Known, so_far: Frame) -> Frame: ...


# Measured in this order: a source may use the measures of those before it. First what the customer's own rows say;
# all customers' own measures are summed into the surroundings; then what comes from others and from the surroundings.
OWN: tuple[SourceModule, ...] = (payment, order, statement, signal, customer, clock, deferral, peer_value)
AMONG_OTHERS: tuple[SourceModule, ...] = (industry, industry_breadth, group, related, peer)
# The order of the catalogue.
_LISTED: tuple[SourceModule, ...] = (
    payment,
    order,
    statement,
    signal,
    industry,
    customer,
    group,
    clock,
    deferral,
    related,
    industry_breadth,
    peer_value,
    peer,
)


def _gathered() -> Mapping[str, Feature]:
    features: dict[str, Feature] = {}
    for module in _LISTED:
        for feature in module.FEATURES:
            if feature.name in features:
                raise ValueError(f"feature {feature.name} is defined twice")
            features[feature.name] = feature
    return MappingProxyType(features)


CATALOGUE: Mapping[str, Feature] = _gathered()


def feature(name: str) -> Feature:
    """The feature of that name. Raises UsageError naming the nearest known one."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise UsageError(f"unknown feature '{name}'", remedy=nearest(name, CATALOGUE)) from None
