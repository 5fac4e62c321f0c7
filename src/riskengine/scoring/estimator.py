"""`PDModel`: the model of this package as a scikit-learn classifier, for analysts' own pipelines.

>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import FunctionTransformer
>>> days_late = np.linspace(-10.0, 60.0, 400).reshape(-1, 1)
>>> defaulted = np.arange(400) % 10 < np.arange(400) // 80  # the later, the more of ten
>>> weeks_late = FunctionTransformer(lambda days: days / 7.0)
>>> fitted = make_pipeline(weeks_late, PDModel(trees=20)).fit(days_late, defaulted)
>>> early, late = fitted.predict_proba(np.array([[-5.0], [55.0]]))[:, 1]
>>> bool(early < 0.1 < 0.2 < late)
True
"""

import warnings
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from riskengine.features.feature import Risk
from riskengine.scoring.booster import Column, fit_booster
from riskengine.scoring.calibration import Calibration, Floats, Method, fit_floored, fit_isotonic, fit_platt
from riskengine.scoring.folds import random_folds
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.shapley.contributions import tables_of
from riskengine.scoring.spec import BoosterSpec
from riskengine.terms.errors import InputError

_FITS = {Method.PLATT: fit_platt, Method.ISOTONIC: fit_isotonic, Method.FLOORED: fit_floored}


class PDModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Boosted trees, averaged over members, bound to directions, and calibrated on rows the booster did not see.

    Binary: the second class in sorted order is the bad one. NaN is missing; in a column in which `fit` saw none it is
    refused, because LightGBM would read it as 0. `directions` maps columns, by name or by
    position, to "up" (the PD never falls as it grows) or "down". `calibration` is "platt", "floored" or "isotonic",
    cross-fitted in `folds` folds; None leaves the booster's own probability, and so, with a warning, does a sample too
    small or too noisy to calibrate on. The same data and `random_state` give the
    same model. Parameters mean what the keys of `models/*.yaml` mean.
    """

    def __init__(
        self,
        *,
        members: int = 1,
        trees: int = 200,
        learning_rate: float = 0.05,
        depth: int | None = 3,
        leaves: int | None = None,
        min_rows_leaf: int = 20,
        l2: float = 1.0,
        feature_share: float = 1.0,
        row_share: float = 1.0,
        directions: Mapping[str | int, str] | None = None,
        calibration: str | None = "platt",
        folds: int = 3,
        pd_floor: float = 0.0003,
        random_state: int = 0,
    ) -> None:
        self.members = members
        self.trees = trees
        self.learning_rate = learning_rate
        self.depth = depth
        self.leaves = leaves
        self.min_rows_leaf = min_rows_leaf
        self.l2 = l2
        self.feature_share = feature_share
        self.row_share = row_share
        self.directions = directions
        self.calibration = calibration
        self.folds = folds
        self.pd_floor = pd_floor
        self.random_state = random_state

    @one_thread()
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803 - scikit-learn's names
        """Fit to rows (n, columns) and two classes. Raises ValueError, as scikit-learn asks, for unfit data."""
        values, target = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(target)
        self.classes_, place = np.unique(target, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(f"Only binary classification is supported. The target has {len(self.classes_)} class(es)")
        self._refuse_infinite(values)
        self.seen_missing_ = np.any(np.isnan(values), axis=0)
        outcome = place.astype(np.float64)
        self.booster_text_ = self._fit_booster(values, outcome)
        self.calibration_ = self._calibrate(values, outcome)
        return self

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803 - scikit-learn's names
        """Log-odds of the bad class, after calibration, shape (n,). Half a chance is 0."""
        raw = self._raw(self._checked(X))
        return raw if self.calibration_ is None else self.calibration_.log_odds(raw)

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803 - scikit-learn's names
        """Chance of the good and of the bad class, shape (n, 2); the second column is the PD."""
        log_odds = self.decision_function(X)
        pd = np.maximum(1 / (1 + np.exp(-np.clip(log_odds, -700, 700))), self.pd_floor)
        return np.column_stack([1 - pd, pd])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803 - scikit-learn's names
        """The likelier class of each row."""
        likelier = (self.decision_function(X) > 0).astype(np.intp)
        classes: NDArray[Any] = self.classes_[likelier]
        return classes

    def contributions(self, X: ArrayLike) -> Floats:  # noqa: N803 - scikit-learn's names
        """Exact TreeSHAP in raw log-odds, shape (n, columns + 1), the last column the base."""
        return tables_of(self._booster()).contributions(self._checked(X))

    def _fit_booster(self, values: Floats, outcome: Floats) -> str:
        return fit_booster(values, outcome, self._columns(values.shape[1]), self._spec(), self.random_state)

    def _calibrate(self, values: Floats, outcome: Floats) -> Calibration | None:
        if self.calibration is None:
            return None
        method = Method(self.calibration)
        if min(outcome.sum(), (1 - outcome).sum()) < 2 * self.folds:
            warnings.warn("left without calibration: too few rows of a class", UserWarning, stacklevel=3)
            return None
        raw = np.empty(outcome.size)
        for fold in random_folds(outcome, self.folds, self.random_state):
            text = self._fit_booster(values[fold.train], outcome[fold.train])
            raw[fold.test] = _predict(text, values[fold.test])
        try:
            return _FITS[method](raw, outcome, floor=self.pd_floor)
        except InputError as error:
            warnings.warn(f"left without calibration: {error}", UserWarning, stacklevel=3)
            return None

    def _columns(self, count: int) -> list[Column]:
        names = list(getattr(self, "feature_names_in_", []))
        risks = [Risk.FREE] * count
        for key, risk in (self.directions or {}).items():
            if isinstance(key, str) and key not in names:
                raise ValueError(f"directions name the column {key!r}, which X has not")
            risks[names.index(key) if isinstance(key, str) else key] = Risk(risk)
        return [Column(f"c{i}", risk) for i, risk in enumerate(risks)]

    def _spec(self) -> BoosterSpec:
        return BoosterSpec(
            members=self.members,
            trees=self.trees,
            learning_rate=self.learning_rate,
            depth=self.depth,
            leaves=self.leaves,
            min_rows_leaf=self.min_rows_leaf,
            l2=self.l2,
            feature_share=self.feature_share,
            row_share=self.row_share,
        )

    def _checked(self, X: ArrayLike) -> Floats:  # noqa: N803 - scikit-learn's names
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        self._refuse_infinite(values)
        self._refuse_unseen(values)
        return np.asarray(values)

    def _refuse_unseen(self, values: Floats) -> None:
        unseen = np.any(np.isnan(values), axis=0) & ~self.seen_missing_
        if unseen.any():
            names = getattr(self, "feature_names_in_", np.arange(unseen.size))
            raise ValueError(
                f"X has missing values of which fit saw none, in {', '.join(map(str, names[unseen]))}: LightGBM would "
                "read them as 0; impute them, or fit on rows in which they are missing too"
            )

    def _refuse_infinite(self, values: Floats) -> None:
        if np.isinf(values).any():
            raise ValueError("X contains infinity; leave such values empty (NaN) or bound them")

    def _raw(self, values: Floats) -> Floats:
        return _predict(self.booster_text_, values)

    def _booster(self) -> Any:  # noqa: ANN401 - LightGBM ships no types
        import lightgbm  # noqa: PLC0415 - seconds to import

        return lightgbm.Booster(model_str=self.booster_text_)

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn ships no types
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _predict(booster_text: str, values: Floats) -> Floats:
    import lightgbm  # noqa: PLC0415 - seconds to import

    booster = lightgbm.Booster(model_str=booster_text)
    return np.asarray(booster.predict(values, raw_score=True), dtype=np.float64)
