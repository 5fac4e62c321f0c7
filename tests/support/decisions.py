"""Rating in tests: the shipped policy, facts by name, and a transparent stand-in for a model."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from riskengine.decision.predictions import predictions_of
from riskengine.decision.rate import rate
from riskengine.policy.condition import Comparison, leaves
from riskengine.policy.source import load_policy
from riskengine.policy.window_reader import known_in
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.facts import FactColumns

RULES = Path(__file__).parents[2] / "rules"
AS_OF = date(2025, 6, 30)

# A sound, well-known customer: every test says only what is different.
SOUND = {
    "pay_settled_count_all": 60.0,
    "pay_settled_count_365d": 24.0,
    "pay_open_amount": 80_000.0,
    "pay_overdue_amount": 0.0,
    "pay_overdue_ratio": 0.0,
    "pay_overdue_90_amount": 0.0,
    "pay_overdue_90_ratio": 0.0,
    "pay_dpd_max": 0.0,
    "pay_late_days_wmean_365d": 0.0,
    "pay_purchases_month_mean_365d": 50_000.0,
    "pay_invoice_amount_max_365d": 30_000.0,
    "pay_paid_amount_365d": 600_000.0,
    "pay_written_off_amount_365d": 0.0,
    "pay_index_24m": 80.0,
    "cus_exposure": 80_000.0,
    "cus_current_limit": 150_000.0,
    "cus_current_terms_days": 30.0,
    "cus_age_days": 4_000.0,
    "cus_relationship_days": 2_500.0,
    "fin_statement_age_days": 200.0,
    "fin_equity": 20_000_000.0,
    "fin_working_capital": 8_000_000.0,
    "fin_revenue": 60_000_000.0,
    "sig_insolvency_filing_count_all": 0.0,
}


@cache
def shipped_policy(as_of=AS_OF):
    return load_policy(RULES).in_force(as_of)


def columns(*records):
    """Facts from one mapping per customer; None and absent names are missing."""
    names = {name for record in records for name in record}
    texts = {n for n in names if known_in(shipped_policy())[n].is_text}
    numbers = {
        n: np.array([np.nan if r.get(n) is None else float(r[n]) for r in records], dtype=np.float64)
        for n in names - texts
    }
    return FactColumns(len(records), numbers, {n: np.array([r.get(n) for r in records], dtype=object) for n in texts})


def rate_columns(facts, pd_12m, *, unrated=None, policy=None, engine=None, portfolio=1e9):
    pds = np.asarray(pd_12m, dtype=np.float64)
    ids = [f"C{row:04d}" for row in range(facts.count)]
    return rate(
        ids,
        facts,
        predictions_of(np.log(pds / (1 - pds)), pds, unrated),
        policy or shipped_policy(),
        engine or ColumnsEngine(),
        as_of=AS_OF,
        portfolio_exposure=portfolio,
    )


def rate_one(pd_12m=0.004, *, portfolio=1e9, **changes):
    """One customer, sound but for the changes."""
    return rate_columns(columns({**SOUND, **changes}), [pd_12m], portfolio=portfolio)


def random_facts(seed, count, policy=None):
    """Facts named by rules and limits, drawn at, beside and far from the thresholds, a quarter of them missing."""
    rng = np.random.default_rng(seed)
    thresholds = {}
    for rule in (policy or shipped_policy()).all_rules:
        for leaf in leaves(rule.when):
            if isinstance(leaf, Comparison) and isinstance(leaf.operand, float | int):
                thresholds.setdefault(leaf.fact, set()).add(float(leaf.operand))
    for name, value in SOUND.items():
        thresholds.setdefault(name, set()).add(value)
    numbers = {}
    known = known_in(policy or shipped_policy())
    for name, found in sorted(thresholds.items()):
        if name in ("pd_12m", "pd_to_prev", "grade", "grade_change", "limit", "limit_to_prev", "in_default"):
            continue
        fact = known[name]
        base = rng.choice(sorted(found), count)
        values = base * rng.choice([0.5, 0.99, 1.0, 1.0, 1.01, 3.0], count) + rng.choice([0.0, 0.0, 0.0, 1.0], count)
        values = np.clip(values, -np.inf if fact.low is None else fact.low, np.inf if fact.high is None else fact.high)
        values[rng.random(count) < 0.5] = 0.0 if fact.low is None else max(fact.low, 0.0)
        values[rng.random(count) < 0.25] = np.nan
        numbers[name] = values
    for name in ("prev_grade", "prev_pd_12m", "prev_limit", "req_amount", "req_terms_days", "grp_exposure"):
        high = {"prev_grade": 8, "prev_pd_12m": 0.1, "req_terms_days": 90}.get(name, 500_000)
        values = np.round(rng.uniform(1, high, count), 2) if name != "prev_pd_12m" else rng.uniform(0, high, count)
        values[rng.random(count) < 0.5] = np.nan
        numbers[name] = values
    return FactColumns(count, numbers, {})


@dataclass(frozen=True)
class TransparentModel:
    """PD from two facts, by a formula a reader can check."""

    name: str = "transparent"
    version: str = "1"
    digest: str = "d" * 64
    slope: float = 0.1
    features: tuple[str, ...] = ("pay_late_days_wmean_365d", "pay_late_days_mean_90d", "fin_equity_ratio")

    def contributions(self, matrix):
        known = np.nan_to_num(matrix)
        parts = np.column_stack([known[:, 0] * self.slope, known[:, 1] * self.slope, -2.0 * known[:, 2]])
        return np.column_stack([parts, np.full(len(matrix), -5.0)])

    def predict(self, matrix):
        raw = self.contributions(matrix).sum(axis=1)
        return predictions_of(raw, 1 / (1 + np.exp(-raw)))
