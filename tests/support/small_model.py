"""A small trained model, for tests that need one and do not care which."""

from functools import lru_cache

import narwhals as nw
import numpy as np

from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.scoring.booster import fit_booster, seen_missing
from riskengine.scoring.bundle import Trained
from riskengine.scoring.calibration import Calibration, Method
from riskengine.scoring.spec import BoosterSpec
from riskengine.terms.text import Text

SPEC = BoosterSpec(trees=20, learning_rate=0.1, depth=3, min_rows_leaf=10)


def feature(name, source=Source.PAYMENT, risk=Risk.FREE):
    return Feature(name, Text(name, name), Unit.RATIO, source, Text("-", "-"), nw.col(name), risk=risk)


FEATURES = (
    feature("late", risk=Risk.UP),
    feature("equity", Source.STATEMENT, Risk.DOWN),
    feature("noise", Source.ORDER),
)


def rows(n=1500, seed=0, missing=0.1):
    """Features that matter, matter, and do not; values (n, 3) with NaN, outcomes 0/1."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 3))
    log_odds = -2 + 1.2 * values[:, 0] - 0.8 * values[:, 1]
    outcome = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float)
    values[rng.random((n, 3)) < missing] = np.nan
    return values, outcome


@lru_cache(maxsize=1)
def trained():
    values, outcome = rows()
    return Trained(
        name="pd_small",
        features=tuple(f.name for f in FEATURES),
        horizon_days=365,
        booster_text=fit_booster(values, outcome, FEATURES, SPEC, 1),
        calibration=Calibration(Method.PLATT, 0.0003, 1.1, -0.1),
        seen_missing=seen_missing(values, FEATURES),
        spec_text="model: pd_small\n",
        metrics={"auc": 0.7},
        provenance={"seed": 1},
    )
