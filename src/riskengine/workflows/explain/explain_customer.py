"""Explain one rating: every stage, every rule leaf by leaf, and the nearest changes that would lead to a better one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.decision.canonical import JsonValue
from riskengine.decision.certificate import ModelIdentity, certify
from riskengine.decision.nearest.case import Case
from riskengine.decision.nearest.find import Nearest, PaidWay, find_nearest
from riskengine.decision.nearest.goal import goals_of
from riskengine.decision.predictions import Predictions
from riskengine.decision.ratings import Ratings
from riskengine.decision.replay import model_matrix
from riskengine.decision.rule_trace import ParameterNames, RuleTrace, trace_rules
from riskengine.policy.condition import Comparison, Leaf, ParameterName, leaves
from riskengine.policy.release.published import open_source
from riskengine.policy.source import PolicySource
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.facts import FactColumns
from riskengine.scoring.split_points import split_points
from riskengine.tables.store import TableSet, open_tables
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError
from riskengine.workflows.day_rating import portfolio_exposure
from riskengine.workflows.explain.explain_payments import Payments, pay_oldest
from riskengine.workflows.previous_run import PreviousRun, previous_facts, read_run
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.rating_means import Means, find_means
from riskengine.workflows.rerate import check_as_of
from riskengine.workflows.scored import (
    check_currency,
    check_policy_currency,
    explain_all,
    facts_of_features,
    predict_customers,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one rating. `ratings` has one row; `model_inputs` are the facts the model asks."""

    name: str | None
    reporting_currency: str
    ratings: Ratings
    certificate: Mapping[str, JsonValue]
    traces: tuple[RuleTrace, ...]
    nearest: tuple[Nearest, ...]
    payments: tuple[PaidWay, ...]
    model_inputs: frozenset[str]


def explain_customer(
    tables: TableSet,
    as_of: date,
    customer_id: str,
    means: Means,
    *,
    source: PolicySource | None = None,
    previous: PreviousRun | None = None,
) -> Explanation:
    """Explain the rating of a customer of the portfolio by what was known on `as_of`.

    `source` names the parameters behind the thresholds; `previous` what was decided before. Raises UsageError if nobody
    of that id is known by then (with the nearest id), InputError if the date lies outside the data, or the model or
    the policy is in another currency.
    """
    check_currency(means.model, tables.reporting_currency)
    check_policy_currency(means.policy, tables.reporting_currency)
    check_as_of(tables, as_of)
    built = rating_features(tables, as_of, windows=means.policy.windows)
    features = built.features
    own = features.filter(pl.col("customer_id") == customer_id)
    if own.is_empty():
        raise _unknown(customer_id, features["customer_id"].to_list(), as_of)
    facts = facts_of_features(own).with_numbers(**previous_facts(previous, own["customer_id"], as_of))
    case = case_of(customer_id, facts, means, as_of, exposure=portfolio_exposure(features))
    return explain_case(
        case,
        means,
        name=_name_of(tables, as_of, customer_id),
        reporting_currency=tables.reporting_currency,
        source=source,
        payments=pay_oldest(
            tables, as_of, customer_id, facts, surroundings=built.surroundings, windows=means.policy.windows
        ),
    )


def explain_from_folders(
    customer_id: str,
    as_of: date,
    *,
    tables: Path,
    rules: Path,
    workspace: Path,
    bundle: Path | None = None,
    previous: Path | None = None,
) -> Explanation:
    """`explain_customer` with everything read from folders; raises what reading them raises."""
    return explain_customer(
        open_tables(tables),
        as_of,
        customer_id,
        find_means(as_of, rules=rules, workspace=workspace, bundle=bundle),
        source=open_source(rules, as_of),
        previous=None if previous is None else read_run(previous, before=as_of),
    )


def case_of(customer_id: str, facts: FactColumns, means: Means, as_of: date, *, exposure: float | None) -> Case:
    """One customer with the model, the policy and the engine of a rating; of `assess` as well as of the portfolio."""
    model = means.model

    def predict(columns: FactColumns) -> Predictions:
        return predict_customers(columns, model_matrix(model.features, columns), model)

    return Case(
        customer_id, facts, predict, means.policy, ColumnsEngine(), as_of, exposure, breakpoints=split_points(model)
    )


def explain_case(
    case: Case,
    means: Means,
    *,
    name: str | None,
    reporting_currency: str,
    source: PolicySource | None = None,
    payments: Payments | None = None,
) -> Explanation:
    """Explain a rating whose facts are at hand."""
    ratings = case.rated()
    model = means.model
    reasons = explain_all(ratings, model_matrix(model.features, case.facts), model)[0]
    return Explanation(
        name=name,
        reporting_currency=reporting_currency,
        ratings=ratings,
        certificate=certify(ratings, 0, ModelIdentity(model.name, model.version, model.digest), reasons),
        traces=trace_rules(ratings, 0, None if source is None else parameter_names(source, ratings)),
        nearest=find_nearest(case),
        payments=() if payments is None else _payment_ways(case, ratings, payments),
        model_inputs=frozenset(model.features),
    )


def parameter_names(source: PolicySource, ratings: Ratings) -> ParameterNames:
    """The parameter behind each threshold, where the rule was written with one."""
    day = ratings.as_of
    written = {rule.id: rule for rule in source.draft.rules if rule.is_in_force(day)}
    found: dict[tuple[str, Leaf], str] = {}
    for rule in ratings.policy.all_rules:
        authored = written.get(rule.id.partition("@")[0])
        for leaf in leaves(authored.when) if authored is not None else ():
            if isinstance(leaf, Comparison) and isinstance(leaf.operand, ParameterName):
                parameter = source.draft.parameters[leaf.operand.name]
                values = [parameter.on(day), *parameter.by_segment(day).values()]
                for value in values:
                    if value is not None:
                        found[(rule.id, Comparison(leaf.fact, leaf.op, value))] = leaf.operand.name
    return found


def _payment_ways(case: Case, ratings: Ratings, payments: Payments) -> tuple[PaidWay, ...]:
    """For each goal the fewest invoices that lead to it, if paying alone does."""
    tried = case.rate_columns(payments.facts)
    ways = []
    for goal in goals_of(ratings):
        met = np.flatnonzero(goal.met(tried, ratings))
        if len(met):
            row = int(met[0])
            rated = case.rate_columns(payments.facts.take(np.array([row])))
            ways.append(PaidWay(goal, payments.counts[row], payments.overdue, payments.amounts[row], rated))
    return tuple(ways)


def _name_of(tables: TableSet, as_of: date, customer_id: str) -> str | None:
    known = tables["customers"].filter(
        (pl.col("customer_id") == customer_id) & (pl.col("known_at") <= day_number(as_of))
    )
    names = known.sort("known_at").select("name").collect()["name"].to_list()
    return names[-1] if names else None


def _unknown(customer_id: str, known: list[str], as_of: date) -> UsageError:
    close = get_close_matches(customer_id, known, n=1, cutoff=0.6)
    remedy = f"did you mean '{close[0]}'?" if close else "give an id of the table customers"
    return UsageError(f"no customer '{customer_id}' is known by {as_of}", where="customers", remedy=remedy)
