"""A tiny past, told so that every figure of its warnings can be counted by hand. Days count from 1970.

Dates are days 100, 130, 160, 190 and 220; the horizon is 100 days and the data ends on day 265, so the outcome of the
first three dates is known and that of the last two is not.

| customer | what happened | warnings (indicator: dates, severity) |
|---|---|---|
| caught | default on day 200 | late: 130 watch, 160 amber, 190 amber; limit: 160 watch |
| missed | default on day 210 | none |
| early | default on day 230 | late: 100 and 130 amber, then nothing |
| slow | severe delay within the horizon of 130 and 160 | limit: 160 to 220 watch |
| false | nothing | late: 130 red; limit: 130 and 190 watch |
| young | nothing known | late: 190 and 220 amber |
"""

import polars as pl

from riskengine.early_warning.quality.population import judge_population
from riskengine.early_warning.quality.standing import fold_findings
from riskengine.portfolio.trial.aftermath import AFTERMATH_SCHEMA
from riskengine.portfolio.trial.trial_money import CostAssumptions
from support.trial_cases import NOTHING_HAPPENED, UNKNOWN

DAYS = (100, 130, 160, 190, 220)
HORIZON = 100
LAST = 265
CUSTOMERS = ("caught", "early", "false", "missed", "slow", "young")
DEFAULTS = {"caught": 200, "missed": 210, "early": 230}
SEVERE = {("slow", 130), ("slow", 160)}
COSTS = CostAssumptions("EUR", 0.5, 0.1, 10.0, 20.0, 0.0, 0.5, 1.0)
WATCH, AMBER, RED = 1, 2, 3
FINDINGS = (
    *(("caught", "late", day, level) for day, level in ((130, WATCH), (160, AMBER), (190, AMBER))),
    ("caught", "limit", 160, WATCH),
    ("early", "late", 100, AMBER),
    ("early", "late", 130, AMBER),
    *(("slow", "limit", day, WATCH) for day in (160, 190, 220)),
    ("false", "late", 130, RED),
    ("false", "limit", 130, WATCH),
    ("false", "limit", 190, WATCH),
    ("young", "late", 190, AMBER),
    ("young", "late", 220, AMBER),
)


def findings(told=FINDINGS):
    rows = [{"as_of": d, "customer_id": c, "indicator": i, "severity": s} for c, i, d, s in told]
    return pl.DataFrame(
        rows,
        schema={"as_of": pl.Int32, "customer_id": pl.String, "indicator": pl.String, "severity": pl.Int8},
    )


def standing(told=FINDINGS, days=DAYS):
    return fold_findings(findings(told), days)


def aftermath_of(customer, day):
    """What then happened, as `observe_aftermath` would say it."""
    on = DEFAULTS.get(customer)
    then = NOTHING_HAPPENED | {"as_of": day, "customer_id": customer, "was_in_default": on is not None and on <= day}
    if day + HORIZON > LAST:
        return then | UNKNOWN
    if on is not None and day < on <= day + HORIZON:
        then |= {"defaulted": True, "default_on": on, "days_to_default": on - day, "default_reason": "arrears"}
        then |= {"exposure_at_default": 500.0, "sold_and_lost": 40.0}
    return then | {"severe_delay": (customer, day) in SEVERE}


def who_row(customer, day):
    return {
        "as_of": day,
        "customer_id": customer,
        "industry": "C1" if customer < "f" else None,
        "region": None,
        "country": "DE",
        "exposure": 150.0,
        "guarantee": 0.0,
        "insured": 0.0,
        "pd_12m": 0.1,
    }


def who(customers=CUSTOMERS, days=DAYS):
    rows = [who_row(customer, day) for day in days for customer in customers]
    texts = dict.fromkeys(("industry", "region"), pl.String)
    return pl.DataFrame(rows, schema_overrides={"as_of": pl.Int32, **texts})


def aftermath(customers=CUSTOMERS, days=DAYS):
    return pl.DataFrame([aftermath_of(c, d) for d in days for c in customers], schema=AFTERMATH_SCHEMA)


def population():
    return judge_population(who(), aftermath(), DAYS, HORIZON, COSTS)


def scores(lateness=lambda _customer, _day: None):
    """What naive rules look at: `lateness` of a customer on a date for all of them."""
    rows = [
        {"as_of": d, "customer_id": c, "overdue": 0.0}
        | dict.fromkeys(("pay_dpd_max", "cus_utilisation", "pay_late_days_max_all"), lateness(c, d))
        for d in DAYS
        for c in CUSTOMERS
    ]
    names = ("pay_dpd_max", "cus_utilisation", "pay_late_days_max_all")
    return pl.DataFrame(rows, schema_overrides={"as_of": pl.Int32} | dict.fromkeys(names, pl.Float64))
