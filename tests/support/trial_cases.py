"""Rows as two policies and the past leave them, written as a person would tell them. Days count from 1970."""

import polars as pl

from riskengine.portfolio.trial.aftermath import AFTERMATH_SCHEMA
from riskengine.portfolio.trial.decided import Decided
from riskengine.portfolio.trial.side_by_side import lay_side_by_side
from riskengine.portfolio.trial.trial_money import CostAssumptions, with_money

NOTHING_HAPPENED = {
    "was_in_default": False,
    "is_censored": False,
    "defaulted": False,
    "default_on": None,
    "days_to_default": None,
    "default_reason": None,
    "severe_delay": False,
    "exposure_at_default": 0.0,
    "sold_and_lost": 0.0,
    "sales_horizon": 1000.0,
    "sales_governed": 100.0,
    "peak_balance": 200.0,
}
UNKNOWN = {
    "is_censored": True,
    **dict.fromkeys(
        ("defaulted", "severe_delay", "exposure_at_default", "sold_and_lost", "sales_horizon"),
    ),
}
_DECIDED = {
    "status": "rated",
    "grade": 4,
    "grade_label": "4",
    "pd_grade": 4,
    "limit": 200.0,
    "terms_days": 30,
    "frozen": False,
    "refer": False,
    "severity": 0,
    "actions": [],
    "credit": "allowed",
    "warnings_opened": 0,
    "reviews_opened": 0,
}
REFUSED = {"credit": "refused", "limit": 0.0, "terms_days": 0}
UNSET = {"credit": "unset", "limit": None, "terms_days": None, "status": "unrated"}
_TYPES = {
    "as_of": pl.Int32,
    "grade": pl.Int8,
    "pd_grade": pl.Int8,
    "limit": pl.Float64,
    "terms_days": pl.Int32,
    "severity": pl.Int8,
    "actions": pl.List(pl.String),
    "warnings_opened": pl.Int32,
    "reviews_opened": pl.Int32,
}
COSTS = CostAssumptions("EUR", 0.5, 0.1, 10.0, 20.0, 0.0, 0.5, 1.0)


def default(day, on, **more):
    """An aftermath of a default on day `on`, seen from `day`."""
    happened = {"defaulted": True, "default_on": on, "days_to_default": on - day, "default_reason": "arrears"}
    return happened | {"exposure_at_default": 500.0} | more


def case(customer="A", day=100, policy=None, challenger=None, then=None, **who):
    """One customer on one date: what each side decided other than credit of 200, what happened other than nothing."""
    return {
        "who": {
            "as_of": day,
            "customer_id": customer,
            "industry": None,
            "region": None,
            "country": "DE",
            "exposure": 150.0,
            "guarantee": 0.0,
            "insured": 0.0,
        }
        | who,
        "policy": _DECIDED | (policy or {}),
        "challenger": _DECIDED | (challenger or {}),
        "then": NOTHING_HAPPENED | (then or {}),
    }


def cases(*told, costs=COSTS):
    """The told rows side by side, with their money."""
    keys = [{"as_of": t["who"]["as_of"], "customer_id": t["who"]["customer_id"]} for t in told]
    who = pl.DataFrame(
        [t["who"] for t in told],
        schema_overrides=dict.fromkeys(("industry", "region", "country"), pl.String) | {"as_of": pl.Int32},
    )
    then = pl.DataFrame([k | t["then"] for k, t in zip(keys, told, strict=True)], schema=AFTERMATH_SCHEMA)
    sides = []
    for side in ("policy", "challenger"):
        rows = [k | t[side] for k, t in zip(keys, told, strict=True)]
        sides.append(Decided(pl.DataFrame(rows, schema_overrides=_TYPES), pl.DataFrame()))
    return with_money(lay_side_by_side(who, then, *sides), costs)
