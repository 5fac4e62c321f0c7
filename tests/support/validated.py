"""A small model and rows to validate it on."""

import lightgbm
import numpy as np

from riskengine.scoring.booster import fit_booster, seen_missing
from riskengine.scoring.calibration import fit_platt
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.pd_model import PdModel
from riskengine.terms.days import day_number
from support.small_model import FEATURES, SPEC, rows


def matrix(n, seed, day, *, missing=0.1):
    values, outcome = rows(n, seed, missing)
    customers = np.array([f"c{i}" for i in range(n)], dtype=object)
    return Matrix(values, outcome, customers, np.full(n, day_number(day), dtype=np.int32))


def model_of(train, *, version="1", spec=SPEC):
    text = fit_booster(train.values, train.outcome, FEATURES, spec, 1)
    booster = lightgbm.Booster(model_str=text)
    line = fit_platt(booster.predict(train.values, raw_score=True), train.outcome, floor=0.0003)
    names = tuple(f.name for f in FEATURES)
    seen = seen_missing(train.values, FEATURES)
    return PdModel("m", version, f"digest {version}", names, 365, line, seen, booster)
