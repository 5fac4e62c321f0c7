"""Contributions against LightGBM's own, against the definition, and against themselves in other chunks."""

from itertools import combinations
from math import factorial

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.scoring.shapley import contributions as shapley
from riskengine.scoring.shapley.contributions import ShapleyTables, tables_of
from riskengine.scoring.shapley.trees import Leaf, read_trees
from riskengine.terms.errors import InputError

QUIET = {"objective": "binary", "verbosity": -1, "num_threads": 1, "deterministic": True, "seed": 1}


def portfolio(n, features=6, seed=0, missing=0.2):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, features))
    values[:, 1] = np.round(values[:, 1])  # counts with many ties, and thresholds between them
    values[:, 2] = np.exp(8 * values[:, 2])  # amounts
    log_odds = values[:, 0] + values[:, 1] * values[:, 3] - 1
    outcome = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float)
    values[rng.random((n, features)) < missing] = np.nan
    return values, outcome


def train(trees=30, missing=0.2, features=6, **settings):
    values, outcome = portfolio(2_000, features, missing=missing)
    data = lightgbm.Dataset(values, outcome, params={**QUIET, **settings})
    return lightgbm.train({**QUIET, **settings}, data, trees)


SHAPES = {
    "depth 1": {"max_depth": 1},
    "depth 3": {"max_depth": 3, "num_leaves": 8},
    "31 leaves": {"num_leaves": 31, "min_data_in_leaf": 5},
    "200 leaves": {"num_leaves": 200, "min_data_in_leaf": 2, "features": 20, "trees": 5},
    "monotone": {"max_depth": 4, "monotone_constraints": [1, 0, -1, 0, 0, 1]},
    "no missing value seen": {"max_depth": 4, "missing": 0.0},
    "missing values ignored": {"max_depth": 4, "use_missing": False},
}


@pytest.fixture(scope="module", params=SHAPES)
def booster(request):
    return train(**SHAPES[request.param])


def test_the_values_are_those_of_lightgbm(booster):
    values, _ = portfolio(500, booster.num_feature(), seed=9)
    values[0], values[1], values[2], values[3], values[4] = np.nan, 0.0, 1e300, 5e-324, -1e-35
    found = tables_of(booster).contributions(values)
    assert found == pytest.approx(booster.predict(values, pred_contrib=True), abs=1e-12)
    assert found.sum(axis=1) == pytest.approx(booster.predict(values, raw_score=True), abs=1e-12)


def test_values_on_a_threshold_fall_where_the_prediction_says(booster):
    thresholds = [
        (node["split_feature"], node["threshold"])
        for tree in booster.dump_model()["tree_info"]
        for node in _splits(tree["tree_structure"])
    ]
    values, _ = portfolio(len(thresholds), booster.num_feature(), seed=4)
    for row, (feature, threshold) in enumerate(thresholds):
        values[row, feature] = threshold if row % 2 else np.nextafter(threshold, np.inf)
    total = tables_of(booster).contributions(values).sum(axis=1)
    assert total == pytest.approx(booster.predict(values, raw_score=True), abs=1e-12)


def _splits(node):
    if "split_feature" in node:
        yield node
        yield from _splits(node["left_child"])
        yield from _splits(node["right_child"])


def test_one_tree_by_the_definition():
    booster = train(trees=1, max_depth=4, num_leaves=12)
    (tree,) = read_trees(booster)
    values, _ = portfolio(40, seed=2)
    found = tables_of(booster).contributions(values)
    assert found[:, :-1] == pytest.approx(np.array([_by_definition(tree, row) for row in values]), abs=1e-12)


def _by_definition(tree, row):
    """The mean over all orders of features of what each adds (Shapley 1953)."""
    players = range(len(row))
    worth = {s: _expect(tree, row, set(s)) for size in range(len(row) + 1) for s in combinations(players, size)}
    found = np.zeros(len(row))
    for player in players:
        for others in (s for s in worth if player not in s):
            weight = factorial(len(others)) * factorial(len(row) - len(others) - 1) / factorial(len(row))
            found[player] += weight * (worth[tuple(sorted((*others, player)))] - worth[others])
    return found


def _expect(node, row, known):
    """The tree's mean over what is not known: both ways of a split, weighted with the training rows."""
    if isinstance(node, Leaf):
        return node.value
    value, condition = row[node.condition.feature], node.condition
    if condition.feature in known:
        right = condition.missing_right if np.isnan(value) else value > condition.threshold
        return _expect(node.right if right else node.left, row, known)
    both = [(child.rows, _expect(child, row, known)) for child in (node.left, node.right)]
    return sum(rows * worth for rows, worth in both) / node.rows


@settings(deadline=None, max_examples=12)
@given(size=st.integers(1, 300), chunk=st.sampled_from([61, 100, 16_384]), order=st.randoms(use_true_random=False))
def test_chunks_and_order_do_not_show(size, chunk, order):
    tables, whole = DEEP
    rows = list(range(size))
    order.shuffle(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapley, "_CHUNK", chunk)
        assert np.array_equal(tables.contributions(VALUES[rows]), whole[rows])
        assert np.array_equal(tables.contributions(np.asfortranarray(VALUES[rows])), whole[rows])


def test_one_customer_gets_what_it_gets_in_the_portfolio():
    tables, whole = DEEP
    assert np.array_equal(tables.contributions(VALUES[7:8]), whole[7:8])


def _with_width(booster, width):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapley, "_WIDTHS", (width,))
        return tables_of.__wrapped__(booster)


LEAFWISE = train(trees=8, num_leaves=40, min_data_in_leaf=5, features=12)
VALUES = portfolio(300, 12, seed=5)[0]
DEEP = (_with_width(LEAFWISE, 3), _with_width(LEAFWISE, 3).contributions(VALUES))


@pytest.mark.parametrize("width", [2, 4, 7, 11])
def test_any_cut_of_the_trees_gives_the_same(width):
    assert any(part.long_paths for part in DEEP[0].parts)
    found = _with_width(LEAFWISE, width).contributions(VALUES)
    assert found == pytest.approx(LEAFWISE.predict(VALUES, pred_contrib=True), abs=1e-12)


def test_too_large_tables_are_cut_smaller():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapley, "_MOST_TABLE_BYTES", 1_000_000)
        small = tables_of.__wrapped__(LEAFWISE)
    assert _bytes(small) <= 1_000_000 < _bytes(tables_of(LEAFWISE))
    assert small.contributions(VALUES) == pytest.approx(DEEP[1], abs=1e-12)


def _bytes(tables: ShapleyTables):
    return sum(c.nbytes for part in tables.parts for lookup in part.lookups for _, c in lookup.columns)


def test_trees_without_a_split_are_part_of_the_base():
    booster = train(trees=3, min_data_in_leaf=2_000)
    values, _ = portfolio(4)
    found = tables_of(booster).contributions(values)
    assert not found[:, :-1].any()
    assert found[:, -1] == pytest.approx(booster.predict(values, raw_score=True))


def test_no_rows_give_no_contributions(booster):
    assert tables_of(booster).contributions(np.empty((0, booster.num_feature()))).shape == (
        0,
        booster.num_feature() + 1,
    )


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"linear_tree": True}, "a leaf is a linear model"),
        ({"zero_as_missing": True}, "takes zero for missing"),
        ({"min_data_per_group": 5}, "compares by '=='"),
        ({"objective": "multiclass", "num_class": 2}, "one sum of trees for one outcome"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "one sum of trees for one outcome"),
    ],
)
def test_what_is_not_supported_is_refused(settings, what):
    values, outcome = portfolio(500, missing=0.0)
    values[:, 1] = np.abs(values[:, 1])
    categories = [1] if "min_data_per_group" in settings else []
    data = lightgbm.Dataset(values, outcome, categorical_feature=categories, params={**QUIET, **settings})
    booster = lightgbm.train({**QUIET, **settings}, data, 5)
    with pytest.raises(InputError, match=what):
        read_trees(booster)
