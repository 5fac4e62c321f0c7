"""Rating customers on a day: the one way from features to ratings, whoever asks for it."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.decision.arrays import Floats
from riskengine.decision.rate import rate
from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.outcomes import Engine
from riskengine.scoring.pd_model import PdModel
from riskengine.workflows.previous_run import PreviousRun, previous_facts
from riskengine.workflows.scored import facts_of_features, model_matrix, predict_customers


@dataclass(frozen=True, slots=True)
class RatingDay:
    """All that ratings of a day depend on beside the features of the customers.

    `previous` is the run published last before the day, `portfolio_exposure` what all customers owe together, in units
    of the reporting currency.
    """

    as_of: date
    policy: Policy
    model: PdModel
    previous: PreviousRun | None
    portfolio_exposure: float

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
            facts.with_numbers(**previous_facts(self.previous, customer_ids)),
            predictions,
            self.policy,
            engine or ColumnsEngine(),
            as_of=self.as_of,
            portfolio_exposure=self.portfolio_exposure,
        )


def portfolio_exposure(features: pl.DataFrame) -> float:
    """What all customers together owe, summed in whole hundredths; whoever's money we hold counts as nothing."""
    cents = (features["cus_exposure"] * 100).round().cast(pl.Int64).clip(lower_bound=0)
    return int(cents.sum()) / 100
