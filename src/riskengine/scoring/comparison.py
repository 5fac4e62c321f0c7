"""The booster beside its rivals on the test window, and whether it earned its place."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskengine.features.feature import Feature, Source
from riskengine.scoring.calibration import Floats, probability
from riskengine.scoring.calibration_tests import (
    calibration_by_band,
    calibration_line,
    hosmer_lemeshow,
    spiegelhalter,
)
from riskengine.scoring.discrimination import auc, auc_difference, auc_interval, brier, gini, ks, pr_auc
from riskengine.scoring.matrix import Matrix, columns_of
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.scorecard import Scorecard
from riskengine.scoring.spec import AcceptanceSpec
from riskengine.scoring.stability import bin_counts, bin_edges, psi
from riskengine.terms.text import Text

BOOSTER, SCORECARD, NAIVE = "lightgbm", "scorecard", "naive rule"
BANDS = (0.001, 0.0025, 0.006, 0.015, 0.035, 0.08, 0.2, 1.0)  # grades 1 to 8 of the shipped master scale


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of the comparison table; `brier` is None for a rule that states no PD."""

    name: str
    auc: float
    auc_low: float
    auc_high: float
    gini: float
    ks: float
    pr_auc: float
    brier: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """AUC of the booster less that of a rival, with DeLong's two-sided p-value."""

    rival: str
    auc_gain: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    required: str
    found: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    contenders: tuple[Contender, ...]
    differences: tuple[Difference, ...]
    earned: bool
    verdict: Text
    calibration: dict[str, Any]
    auc_without_source: dict[str, float]
    score_stability: dict[str, Any]
    gates: tuple[Gate, ...]

    @property
    def accepted(self) -> bool:
        return all(g.passed for g in self.gates)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@one_thread()
def compare(
    model: PdModel,
    scorecard: Scorecard,
    test: Matrix,
    features: tuple[Feature, ...],
    *,
    naive: Floats,
    train_raw: Floats,
    acceptance: AcceptanceSpec,
) -> Comparison:
    """Measure all contenders on the test rows. `naive` is the naive rule's feature, a missing value counting lowest.

    Calibration is judged before the long-run shift, against the outcome the model was trained on.
    """
    raw = model.predict(test.values).raw
    pd = np.maximum(probability(model.calibration.log_odds(raw) - model.calibration.shift), model.calibration.floor)
    card = scorecard.predict(test.values)
    rule = _lowest_where_missing(naive)
    contenders = (
        _contender(BOOSTER, pd, test.outcome, brier(pd, test.outcome), raw),
        _contender(SCORECARD, card, test.outcome, brier(card, test.outcome), card),
        _contender(NAIVE, rule, test.outcome, None, rule),
    )
    differences = tuple(
        _difference(name, raw, other, test.outcome) for name, other in ((SCORECARD, card), (NAIVE, rule))
    )
    earned = all(d.auc_gain > 0 and d.p_value < 0.05 for d in differences)
    calibration = calibration_figures(pd, test.outcome)
    return Comparison(
        contenders,
        differences,
        earned,
        _verdict(differences, earned=earned),
        calibration,
        _auc_without_sources(model, test, features),
        _score_stability(train_raw, raw),
        _gates(acceptance, contenders, calibration["slope"], int(test.outcome.sum())),
    )


def _contender(name: str, score: Floats, outcome: Floats, error: float | None, ranking: Floats) -> Contender:
    interval = auc_interval(ranking, outcome)
    return Contender(
        name,
        interval.auc,
        interval.low,
        interval.high,
        gini(ranking, outcome),
        ks(ranking, outcome),
        pr_auc(score, outcome),
        error,
    )


def _difference(name: str, raw: Floats, other: Floats, outcome: Floats) -> Difference:
    found = auc_difference(raw, other, outcome)
    return Difference(name, found.difference, found.p_value)


def _verdict(differences: tuple[Difference, ...], *, earned: bool) -> Text:
    if earned:
        return Text(
            "LightGBM earned its place: better than the scorecard and the naive rule beyond chance (DeLong, 5 %).",
            "LightGBM 名副其实：显著优于评分卡和简单规则（DeLong 检验，5%）。",
        )
    open_questions = [d for d in differences if not (d.auc_gain > 0 and d.p_value < 0.05)]
    names = " and the ".join(d.rival for d in open_questions)
    chinese = {SCORECARD: "评分卡", NAIVE: "简单规则"}
    return Text(
        f"LightGBM is not shown to be better than the {names} on this test window (DeLong, 5 %); keep both in view.",
        f"在本测试窗口内，未能证明 LightGBM 优于{'和'.join(chinese[d.rival] for d in open_questions)}"
        "（DeLong 检验，5%），请同时参考。",
    )


def calibration_figures(pd: Floats, outcome: Floats) -> dict[str, Any]:
    """Level, slope and tests of PDs against outcomes, as a bundle keeps them. Raises InputError for one outcome."""
    line = calibration_line(pd, outcome)
    return {
        "mean_pd": float(pd.mean()),
        "default_rate": float(outcome.mean()),
        "slope": line.slope,
        "intercept": line.intercept,
        "level": line.level,
        "hosmer_lemeshow": asdict(hosmer_lemeshow(pd, outcome)),
        "spiegelhalter": asdict(spiegelhalter(pd, outcome)),
        "bands": [asdict(b) for b in calibration_by_band(pd, outcome, BANDS)],
    }


def _auc_without_sources(model: PdModel, test: Matrix, features: tuple[Feature, ...]) -> dict[str, float]:
    """AUC when nobody has a source: how customers without history, statements or signals are served."""
    found = {}
    for source in Source:
        columns = columns_of(features, source)
        if columns.size and all(features[c].name in model.seen_missing for c in columns):
            blind = test.values.copy()
            blind[:, columns] = np.nan
            found[source.value] = auc(model.predict(blind).raw, test.outcome)
    return found


def _score_stability(train_raw: Floats, test_raw: Floats) -> dict[str, Any]:
    edges = bin_edges(train_raw)
    expected, actual = bin_counts(train_raw, edges), bin_counts(test_raw, edges)
    found = psi(expected[:-1], actual[:-1])
    return {"psi": found.psi, "critical": found.critical, "edges": edges.tolist(), "train_counts": expected.tolist()}


def _gates(spec: AcceptanceSpec, contenders: tuple[Contender, ...], slope: float, defaults: int) -> tuple[Gate, ...]:
    booster, _, naive = contenders
    gain = booster.auc - naive.auc
    gates = []
    if spec.min_auc is not None:
        gates.append(Gate("AUC", f"at least {spec.min_auc}", booster.auc, booster.auc >= spec.min_auc))
    if spec.min_auc_over_naive is not None:
        required = f"at least {spec.min_auc_over_naive}"
        gates.append(Gate("AUC above the naive rule", required, gain, gain >= spec.min_auc_over_naive))
    if spec.calibration_slope is not None:
        low, high = spec.calibration_slope
        gates.append(Gate("calibration slope", f"{low} to {high}", slope, low <= slope <= high))
    if spec.min_test_defaults is not None:
        required = f"at least {spec.min_test_defaults}"
        gates.append(Gate("defaults in the test window", required, defaults, defaults >= spec.min_test_defaults))
    return tuple(gates)


def _lowest_where_missing(values: Floats) -> Floats:
    present = values[~np.isnan(values)]
    lowest = float(present.min()) - 1.0 if present.size else 0.0
    return np.where(np.isnan(values), lowest, values)
