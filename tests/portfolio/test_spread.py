"""Concentration by group, industry and region; the ABC class."""

import polars as pl

from riskengine.portfolio.spread import UNKNOWN, split_exposure, ultimate_parents


def test_the_group_is_the_topmost_parent() -> None:
    customers = pl.DataFrame(
        {"customer_id": ["top", "mid", "leaf", "lone", "child"], "parent_id": [None, "top", "mid", None, "elsewhere"]}
    )
    assert ultimate_parents(customers)["group_id"].to_list() == ["top", "top", "top", "lone", "elsewhere"]


def test_a_circle_of_parents_is_one_group_whatever_the_order() -> None:
    rows = {"b": "c", "c": "a", "a": "b", "outside": "b", "self": "self"}
    for order in (sorted(rows), sorted(rows, reverse=True)):
        customers = pl.DataFrame({"customer_id": order, "parent_id": [rows[c] for c in order]})
        found = dict(ultimate_parents(customers).iter_rows())
        assert found == {"a": "a", "b": "a", "c": "a", "outside": "a", "self": "self"}


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
