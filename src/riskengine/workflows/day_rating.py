"""Rating customers on a day: the one way from features to ratings, whoever asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from riskengine.decision.arrays import Floats
from riskengine.decision.rate import rate
from riskengine.decision.ratings import Ratings
from riskengine.early_warning.freeze import CASE_SEVERITY, FREEZE_FLAG, CaseState
from riskengine.features.surroundings import Surroundings
from riskengine.policy.bundle import Policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.outcomes import Engine
from riskengine.scoring.pd_model import PdModel
from riskengine.terms.errors import InputError
from riskengine.workflows.previous_run import PreviousRun, decided_facts, warned_facts
from riskengine.workflows.scored import facts_of_features, model_matrix, predict_customers

_NO_CASE = CaseState()
_EXPOSURE = "portfolio_exposure"  # under which it stands among the surroundings


@dataclass(frozen=True, slots=True)
class RatingDay:
    """All that ratings of a day depend on beside the features of the customers.

    `previous` is the run published last before the day, `portfolio_exposure` what all customers owe together, in units
    of the reporting currency. `states` is what the cases of each customer meant for credit when the day began (who is
    not there had none); None: as after the previous run.
    """

    as_of: date
    policy: Policy
    model: PdModel
    previous: PreviousRun | None
    portfolio_exposure: float
    states: Mapping[str, CaseState] | None = None

    def rate(
        self, features: pl.DataFrame, *, matrix: Floats | None = None, engine: Engine | None = None, threads: int = 1
    ) -> Ratings:
        """Rate the customers of `features`, each as if it were alone; `matrix` is the model's, if it is at hand.

        `threads` are the model's; 0: as many as there are. Raises UsageError if the model needs other features.
        """
        facts = facts_of_features(features)
        scored = model_matrix(features, self.model) if matrix is None else matrix
        predictions = predict_customers(facts, scored, self.model, threads=threads)
        customer_ids = features["customer_id"]
        return rate(
            customer_ids.to_list(),
            facts.with_numbers(**self._facts_before(customer_ids)),
            predictions,
            self.policy,
            engine or ColumnsEngine(),
            as_of=self.as_of,
            portfolio_exposure=self.portfolio_exposure,
        )

    def _facts_before(self, customer_ids: pl.Series) -> dict[str, Floats]:
        decided = decided_facts(self.previous, customer_ids, self.as_of)
        if self.states is None:
            return {**decided, **warned_facts(self.previous, customer_ids)}
        return {**decided, **_warned(self.states, customer_ids)}


def portfolio_exposure(features: pl.DataFrame) -> float:
    """What all customers together owe, summed in whole hundredths; whoever's money we hold counts as nothing."""
    cents = (features["cus_exposure"] * 100).round().cast(pl.Int64).clip(lower_bound=0)
    return int(cents.sum()) / 100


def _warned(states: Mapping[str, CaseState], customer_ids: pl.Series) -> dict[str, Floats]:
    """`ews_*` by what open cases mean; 0 for who has none."""
    own = [states.get(customer_id, _NO_CASE) for customer_id in customer_ids]
    return {
        FREEZE_FLAG: np.array([float(one.freezes) for one in own], np.float64),
        CASE_SEVERITY: np.array([float(one.severity or 0) for one in own], np.float64),
    }


def with_exposure(surroundings: Surroundings, exposure: float) -> Surroundings:
    """Surroundings to be kept for days to come, with the portfolio's exposure."""
    return surroundings.with_numbers(
        _EXPOSURE, pl.DataFrame({"of": ["portfolio"], "measure": ["exposure"], "number": [exposure]})
    )


def exposure_in(surroundings: Surroundings) -> float:
    """Raises InputError if they were kept without it."""
    kept = surroundings.numbers.get(_EXPOSURE)
    if kept is None:
        raise InputError(
            f"the surroundings of {surroundings.as_of} do not hold the portfolio's exposure",
            where="surroundings",
            remedy="they were kept by another version; run rerate again, or begin new records in another workspace",
        )
    return float(kept["number"].item())
