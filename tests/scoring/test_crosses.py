"""Crosses hold what no single column holds, and are chosen from what they are given alone."""

import numpy as np

from riskengine.scoring.crosses import Cross, CrossSpec, Kind, add_crosses, choose_crosses, cross_from_json
from riskengine.scoring.spec import BoosterSpec

BOOSTER = BoosterSpec(trees=20, learning_rate=0.1, leaves=8, min_rows_leaf=10)


def data(n=800):
    rng = np.random.default_rng(2)
    values = rng.normal(size=(n, 5))
    return values, (values[:, 1] - values[:, 3] + 0.2 * rng.normal(size=n) > 1).astype(float)


def test_the_columns_that_matter_are_crossed():
    values, outcome = data()
    found = choose_crosses(values, outcome, CrossSpec(columns=2, trees=30), BOOSTER, 1)
    assert found == (Cross(Kind.DIFFERENCE, 1, 3), Cross(Kind.RATIO, 1, 3))
    assert choose_crosses(values, outcome, CrossSpec(), BOOSTER, 1) == ()


def test_crosses_are_missing_where_a_side_is_or_nothing_divides():
    values = np.array([[1.0, 4.0], [np.nan, 2.0], [1.0, 0.0], [1e300, 1e-11]])
    made = add_crosses(values, (Cross(Kind.DIFFERENCE, 0, 1), Cross(Kind.RATIO, 0, 1)))
    np.testing.assert_array_equal(made[:, 2], [-3.0, np.nan, 1.0, 1e300])
    np.testing.assert_array_equal(made[:, 3], [0.25, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(made[:, :2], values)


def test_a_cross_is_told_and_stored():
    cross = Cross(Kind.RATIO, 1, 0)
    assert cross.name(["a", "b"]) == "b / a"
    assert cross_from_json(cross.as_json()) == cross
