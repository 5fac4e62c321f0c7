"""From features to what `rate` takes: facts and predictions. Every rating goes through here."""

import numpy as np
import polars as pl

from riskengine.decision.arrays import NONE, Floats
from riskengine.decision.predictions import UNRATED_REASONS, Predictions, find_uninformed, predictions_of
from riskengine.decision.ratings import Ratings
from riskengine.decision.reasons import Reason, explain_rows
from riskengine.policy.bundle import Policy
from riskengine.rules.facts import FactColumns
from riskengine.scoring.pd_model import PdModel
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.limit import UnratedReason


def facts_of_features(features: pl.DataFrame) -> FactColumns:
    """Every feature as a fact: Float64 columns as numbers (NaN missing), String columns as texts (None missing)."""
    numbers: dict[str, Floats] = {}
    texts = {}
    for column in features.iter_columns():
        if column.name == "customer_id":
            continue
        if column.dtype == pl.String:
            texts[column.name] = np.array(column.to_list(), dtype=object)
        else:
            numbers[column.name] = column.cast(pl.Float64).to_numpy().copy()
    return FactColumns(features.height, numbers, texts)


def model_matrix(features: pl.DataFrame, model: PdModel) -> Floats:
    """Shape (customers, features of the model), NaN where missing.

    Raises UsageError if the model was trained on a feature that is not computed (any more).
    """
    absent = [name for name in model.features if name not in features.columns]
    if absent:
        raise UsageError(
            f"the model needs {', '.join(absent[:5])}, which this version does not compute",
            where=f"model {model.name} {model.version}",
            remedy="train a model with this version, or rate with the version the model came from",
        )
    columns = features.select(pl.col(name).cast(pl.Float64) for name in model.features)
    return np.ascontiguousarray(columns.to_numpy(), dtype=np.float64)


def check_currency(model: PdModel, reporting_currency: str) -> None:
    """Raises InputError if the model learnt amounts in another currency than it is to be given."""
    if model.reporting_currency not in (None, reporting_currency):
        raise InputError(
            f"the tables are in {reporting_currency}, the model learnt amounts in {model.reporting_currency}",
            where=f"model {model.name} {model.version}",
            remedy="train a model on tables in this currency, or bring tables in the model's",
        )


def check_policy_currency(policy: Policy, reporting_currency: str) -> None:
    """Raises InputError if the amounts of the policy are in another currency than those it is to judge."""
    if policy.currency != reporting_currency:
        raise InputError(
            f"the tables are in {reporting_currency}, the amounts of the policy are in {policy.currency}",
            where=f"policy {policy.version}",
            remedy=f"copy the folder of the policy, write `currency: {reporting_currency}` into its policy.yaml, "
            "set its amounts in that currency (unit money in parameters.yaml, amounts in limits.yaml and rules), and "
            f"give it with --rules; or bring tables in {policy.currency}",
        )


def predict_customers(facts: FactColumns, matrix: Floats, model: PdModel, *, threads: int = 1) -> Predictions:
    """A PD for everyone about whom anything is known and whose data the model takes; a reason for all others."""
    reasons = np.full(facts.count, NONE, dtype=np.int8)
    unseen = np.array([name not in model.seen_missing for name in model.features], dtype=np.bool_)
    reasons[np.isnan(matrix[:, unseen]).any(axis=1)] = UNRATED_REASONS.index(UnratedReason.MODEL_REFUSED)
    reasons[find_uninformed(facts)] = UNRATED_REASONS.index(UnratedReason.NO_INFORMATION)
    scored = np.flatnonzero(reasons == NONE)
    raw, pd_12m = np.full(facts.count, np.nan), np.full(facts.count, np.nan)
    prediction = model.predict(matrix[scored], threads=threads)
    raw[scored], pd_12m[scored] = prediction.raw, prediction.pd_12m
    return predictions_of(raw, pd_12m, reasons)


def explain_all(ratings: Ratings, matrix: Floats, model: PdModel) -> list[tuple[Reason, ...]]:
    """The reasons of every customer; the model's own part only for those it rated."""
    rated = np.flatnonzero(ratings.predictions.rated)
    contributions = np.full((len(model.features) + 1, ratings.count), np.nan).T
    contributions[rated] = model.contributions(matrix[rated])
    return explain_rows(ratings, range(ratings.count), features=model.features, contributions=contributions)
