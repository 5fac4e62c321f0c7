"""Concentration by group, industry and region; the ABC class."""

import polars as pl

from riskengine.portfolio.spread import UNKNOWN, split_exposure


def test_a_split_ranks_names_and_keeps_the_unknown_apart() -> None:
    customers = pl.DataFrame(
        {"industry": ["steel", "unknown", None, "steel", "toys"], "exposure_cents": [100, 300, 200, 300, -50]}
    )
    found = split_exposure(customers, "industry")
    assert found.exposure == {"steel": 4.0, "unknown": 3.0, UNKNOWN: 2.0}
    assert found.concentration.names == 3


def test_nothing_owed_is_no_concentration() -> None:
    customers = pl.DataFrame({"industry": ["steel"], "exposure_cents": [0]})
    assert split_exposure(customers, "industry").concentration.hhi is None
