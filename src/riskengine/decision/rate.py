"""The one function behind every rating: single case, portfolio, simulation and replay.

`rate` is pure: the same facts, predictions, policy and date give the same answer, row by row, whatever the other rows,
their order or the chunk they came in.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from riskengine.decision.agreed import temporary_limits
from riskengine.decision.arrays import Floats, Texts
from riskengine.decision.evidence import bound_pd, count_experiences
from riskengine.decision.grade import GradePath, apply_grade_rules, assign_pd_grades, tabulate, trace_grades
from riskengine.decision.limit import (
    Constraints,
    LimitPath,
    Needs,
    Strength,
    available_credit,
    cap_concentration,
    estimate_capacity,
    estimate_need,
    secured_part,
    trace_limit,
)
from riskengine.decision.predictions import Predictions
from riskengine.decision.ratings import Ratings, find_status
from riskengine.decision.stages import StageRun
from riskengine.decision.terms import TermsPath, choose_wanted, settle_terms
from riskengine.policy.bundle import Policy
from riskengine.rules.effects import JoinedEffects
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import Engine
from riskengine.terms.decision import Action, Stage
from riskengine.terms.errors import InputError


def rate(
    customer_ids: Sequence[str] | Texts,
    facts: FactColumns,
    predictions: Predictions,
    policy: Policy,
    engine: Engine,
    *,
    as_of: date,
    portfolio_exposure: float | None = None,
) -> Ratings:
    """Grade, limit, terms, actions and warnings of every customer, shape (n,) throughout.

    `facts` holds the features as of `as_of`, what is asked for (`req_*`) and what was decided before (`prev_*`);
    a fact that is not there is missing. `portfolio_exposure` is the exposure of all customers together, in units of
    the reporting currency, computed once by the caller so that chunks of a portfolio are rated alike; None: unknown,
    so that concentration does not constrain.

    Raises InputError if lengths differ, the exposure is negative or not finite, or the policy has an effect in a stage
    that comes too late for it.
    """
    ids = np.array(customer_ids, dtype=object)
    _check(ids, facts, predictions, portfolio_exposure)
    run = StageRun(ids, _with_context(facts, predictions, policy, portfolio_exposure), policy, engine)
    run.run(Stage.HARD_STOPS)
    run.conclude()
    grades = _grade(run, predictions)
    bound = _bound(run, predictions)
    limits = _limit(run, grades, bound, predictions, temporary_limits(policy, ids))
    terms = _set_terms(run, grades, limits)
    run.run(Stage.CONDITIONS)
    effects = _add_actions(run.run(Stage.WARNINGS), predictions)
    return Ratings(
        as_of=as_of,
        policy=policy,
        customer_ids=ids,
        facts=run.facts(),
        predictions=predictions,
        status=find_status(predictions.rated, effects.in_default),
        pd_bound=bound,
        grades=grades,
        limits=limits,
        available=_available(run, limits),
        terms=terms,
        review_months=tabulate(policy.master_scale).review_of(grades.final),
        outcomes=run.outcomes(),
        effects=effects,
    )


def _grade(run: StageRun, predictions: Predictions) -> GradePath:
    effects = run.run(Stage.GRADING)
    grades = trace_grades(assign_pd_grades(predictions.pd_12m, predictions.rated, run.policy.master_scale), effects)
    run.conclude(grade=grades.final, grade_change=grades.final - run.number("prev_grade"))
    return grades


def _bound(run: StageRun, predictions: Predictions) -> Floats:
    policy = run.policy.limit
    known = count_experiences(
        run.number("pay_settled_count_all"),
        run.number("fin_statement_age_days"),
        policy.capacity.statement_oldest_days,
        policy.evidence,
    )
    return bound_pd(predictions.pd_12m, known, policy.evidence)


def _limit(run: StageRun, grades: GradePath, bound: Floats, predictions: Predictions, temporary: Floats) -> LimitPath:
    """The factor is that of the grade which the bounded PD has under the same caps and notches."""
    effects = run.run(Stage.LIMITS)
    scale = run.policy.master_scale
    limit_grade = apply_grade_rules(assign_pd_grades(bound, predictions.rated, scale), effects)
    factor = tabulate(scale).factor_of(limit_grade)
    path = trace_limit(
        _constraints(run, grades),
        factor,
        effects,
        rated=predictions.rated,
        temporary=temporary,
        steps=run.policy.limit.rounding,
    )
    run.conclude(
        limit=path.limit,
        limit_to_prev=_ratio(path.limit, run.number("prev_limit")),
        limit_to_current=_ratio(path.limit, run.number("cus_current_limit")),
        exposure_to_limit=_ratio(np.maximum(run.number("cus_exposure"), 0.0), path.limit),
        req_to_limit=_ratio(run.number("req_amount"), path.limit),
    )
    return path


def _constraints(run: StageRun, grades: GradePath) -> Constraints:
    policy = run.policy.limit
    terms = np.minimum(_wanted_terms(run), tabulate(run.policy.master_scale).terms_of(grades.final))
    need, need_source = estimate_need(
        Needs(
            requested=run.number("req_amount"),
            purchases_per_month=run.number("pay_purchases_month_mean_365d"),
            largest_invoice=run.number("pay_invoice_amount_max_365d"),
            open_orders=run.number("ord_open_amount"),
            current_limit=run.number("cus_current_limit"),
            terms_days=terms,
            late_days=run.number("pay_late_days_wmean_365d"),
        ),
        policy.need,
    )
    capacity, capacity_source = estimate_capacity(
        Strength(
            equity=run.number("fin_equity"),
            working_capital=run.number("fin_working_capital"),
            revenue=run.number("fin_revenue"),
            statement_age_days=run.number("fin_statement_age_days"),
            paid=run.number("pay_paid_amount_365d"),
            settled=run.number("pay_settled_count_all"),
        ),
        policy.capacity,
    )
    return Constraints(
        need=need,
        need_source=need_source,
        capacity=capacity,
        capacity_source=capacity_source,
        policy_cap=np.full(run.count, policy.caps.customer),
        concentration_cap=cap_concentration(
            run.number("ctx_portfolio_exposure"), run.number("grp_exposure"), run.number("cus_exposure"), policy.caps
        ),
    )


def _set_terms(run: StageRun, grades: GradePath, limits: LimitPath) -> TermsPath:
    effects = run.run(Stage.TERMS)
    longest = tabulate(run.policy.master_scale).terms_of(grades.final)
    path = settle_terms(
        _wanted_terms(run), grades.final, longest, effects, no_credit=limits.limit == 0, policy=run.policy.terms
    )
    run.conclude(terms_days=path.days)
    return path


def _wanted_terms(run: StageRun) -> Floats:
    return choose_wanted(run.number("req_terms_days"), run.number("cus_current_terms_days"), run.policy.terms)


def _available(run: StageRun, limits: LimitPath) -> Floats:
    guaranteed, insured = run.number("cus_guarantee_amount"), run.number("cus_insured_amount")
    secured = secured_part(guaranteed, insured, run.policy.limit.available)
    frozen = run.effects.freeze | run.effects.in_default
    return available_credit(limits.limit, run.number("cus_exposure"), secured, frozen)


def _add_actions(effects: JoinedEffects, predictions: Predictions) -> JoinedEffects:
    """A person looks at whoever is referred or could not be rated; default freezes credit by itself."""
    refer = effects.refer | (~predictions.rated & ~effects.in_default)
    actions = dict(effects.actions)
    actions[Action.MANUAL_REVIEW] = actions[Action.MANUAL_REVIEW] | refer
    actions[Action.FREEZE_CREDIT] = actions[Action.FREEZE_CREDIT] | effects.in_default
    return replace(effects, actions=actions, refer=refer)


def _with_context(facts: FactColumns, predictions: Predictions, policy: Policy, portfolio: float | None) -> FactColumns:
    missing = np.full(facts.count, np.nan)
    exposure = facts.numbers.get("cus_exposure", missing)
    whole = missing if portfolio is None else np.full(facts.count, float(portfolio))
    return facts.with_numbers(
        pd_12m=predictions.pd_12m,
        pd_grade=assign_pd_grades(predictions.pd_12m, predictions.rated, policy.master_scale),
        pd_to_prev=_ratio(predictions.pd_12m, facts.numbers.get("prev_pd_12m", missing)),
        ctx_portfolio_exposure=whole,
        ctx_exposure_share=np.minimum(_ratio(np.maximum(exposure, 0.0), whole), 1.0),
    )


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Missing where either is unknown or the whole is not positive."""
    found = np.full(len(part), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _check(ids: Texts, facts: FactColumns, predictions: Predictions, portfolio: float | None) -> None:
    if not len(ids) == facts.count == len(predictions.pd_12m) == len(predictions.raw):
        raise InputError(
            f"{len(ids)} customers, {facts.count} rows of facts and {len(predictions.pd_12m)} predictions", where="rate"
        )
    if portfolio is not None and not 0.0 <= portfolio < np.inf:
        raise InputError(f"the portfolio's exposure is {portfolio!r}", where="rate", remedy="give an amount, or None")
