"""Assess one case: the same features, model and `rate` as the portfolio, through the engine for single cases."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.decision.certificate import ModelIdentity, certify
from riskengine.decision.missing import what_missing_changes
from riskengine.decision.predictions import Predictions
from riskengine.decision.rate import rate
from riskengine.decision.replay import model_matrix
from riskengine.early_warning.freeze import CaseState, facts_of_state
from riskengine.features.engines import Engine, engine_session
from riskengine.features.known import known_by
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.facts import FactColumns
from riskengine.tables.store import TableSet, open_tables
from riskengine.tables.yaml_model import validated
from riskengine.terms.errors import UsageError
from riskengine.workflows.assessment import Assessment
from riskengine.workflows.case_document import Case
from riskengine.workflows.case_state import find_case_state
from riskengine.workflows.case_tables import case_tables
from riskengine.workflows.json_document import load_json
from riskengine.workflows.previous_run import previous_facts
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.rating_means import Means
from riskengine.workflows.run_context import RunContext, open_run_context
from riskengine.workflows.scored import (
    check_currency,
    check_policy_currency,
    explain_all,
    facts_of_features,
    predict_customers,
)


def load_case(path: Path) -> Case:
    """Raises DocumentError with every error of the file, each with its line and the nearest right name."""
    return validated(load_json(path), Case)


def case_day(case: Case, as_of: date | None) -> date:
    """The day of the case, or the one given beside it. Raises UsageError if there is none, or they differ."""
    if case.as_of is not None and as_of is not None and case.as_of != as_of:
        raise UsageError(f"the case is as of {case.as_of}, but {as_of} is asked for", remedy="give one of the two")
    day = case.as_of or as_of
    if day is None:
        raise UsageError("the case has no as_of", remedy="add it to the case, or give --as-of YYYY-MM-DD")
    return day


def assess(
    case: Case,
    as_of: date,
    means: Means,
    *,
    tables: TableSet | None = None,
    context: RunContext | None = None,
    state: CaseState | None = None,
) -> Assessment:
    """Decide one case by what is known on `as_of`.

    `tables` add the customer's group, industry and currencies; `context` the size of the portfolio, what is usual among
    peers, and the customers whose answers show what missing information would change. `state` is what the customer's
    warning cases mean for credit now; without it the run of `context` says so, if it knows the customer.

    Raises InputError if currencies do not fit, UsageError if the run is later than the case.
    """
    if context is not None:
        context.check_day(as_of)
    joined = case_tables(case, as_of, tables, means.model.reporting_currency)
    check_policy_currency(means.policy, joined.reporting_currency)
    check_currency(means.model, joined.reporting_currency)
    if context is not None:
        context.check_currency(joined.reporting_currency)
    around = None if context is None else context.surroundings
    built = rating_features(joined, as_of, windows=means.policy.windows, surroundings=around)
    features = built.features.filter(pl.col("customer_id") == case.customer.id)
    requested = case.request.amount * _rate(joined, as_of, case.currency)
    facts = _asked(facts_of_features(features), requested, case, as_of, context=context, state=state)
    exposure = None if context is None else context.portfolio_exposure

    def predict(columns: FactColumns) -> Predictions:
        return predict_customers(columns, model_matrix(means.model.features, columns), means.model)

    with DurableEngine() as engine:
        ratings = rate(
            [case.customer.id], facts, predict(facts), means.policy, engine, as_of=as_of, portfolio_exposure=exposure
        )
        donors = FactColumns(0, {}, {}) if context is None else facts_of_features(context.donors)
        missing = what_missing_changes(
            facts,
            donors,
            predict,
            means.policy,
            engine,
            customer_id=case.customer.id,
            as_of=as_of,
            portfolio_exposure=exposure,
        )
    reasons = explain_all(ratings, model_matrix(means.model.features, facts), means.model)[0]
    identity = ModelIdentity(means.model.name, means.model.version, means.model.digest)
    return Assessment(
        name=case.customer.name,
        reporting_currency=joined.reporting_currency,
        requested=requested,
        requested_days=case.request.terms_days,
        trade_references=len(case.trade_references or ()),
        certificate=certify(ratings, 0, identity, reasons),
        missing=missing,
        has_donors=donors.count > 0,
    )


def assess_file(
    path: Path,
    means_on: Callable[[date], Means],
    *,
    as_of: date | None = None,
    tables: Path | None = None,
    run: Path | None = None,
    workspace: Path | None = None,
) -> Assessment:
    """`assess` from files; `means_on` gives the policy and the model of a day, `workspace` the open warning cases of a
    customer who has an id."""
    case = load_case(path)
    day = case_day(case, as_of)
    return assess(
        case,
        day,
        means_on(day),
        tables=None if tables is None else open_tables(tables),
        context=None if run is None else open_run_context(run),
        state=None if workspace is None else state_for(case, workspace, day),
    )


def state_for(case: Case, workspace: Path, as_of: date) -> CaseState | None:
    """What the customer's warning cases mean for credit; None for a new customer. Errors as in `find_case_state`."""
    return None if case.customer.is_new else find_case_state(workspace, case.customer.id, as_of)


def _asked(
    facts: FactColumns,
    requested: float,
    case: Case,
    as_of: date,
    *,
    context: RunContext | None,
    state: CaseState | None,
) -> FactColumns:
    days = case.request.terms_days
    asked = {"req_amount": np.array([requested])}
    if days is not None:
        asked["req_terms_days"] = np.array([float(days)])
    own = pl.Series([case.customer.id], dtype=pl.String)
    before = {} if context is None else previous_facts(context.run, own, as_of)
    warned = {} if state is None else {name: np.array([value]) for name, value in facts_of_state(state).items()}
    return facts.with_numbers(**asked, **{**before, **warned})


def _rate(tables: TableSet, as_of: date, currency: str) -> float:
    if currency == tables.reporting_currency:
        return 1.0
    with engine_session(Engine.POLARS) as session:
        return known_by(tables, as_of, session).rates[currency]
