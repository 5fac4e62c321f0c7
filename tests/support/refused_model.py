"""Models trained to be refused: a portfolio, a poor champion, and candidates from spoilt training data or specs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from riskengine.features.feature import Risk, Source
from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.matrix import rows_of
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import open_tables
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.workflows.generate import generate
from riskengine.workflows.models.train import fit_and_compare, validate_trained, validation_as_json
from riskengine.workflows.models.training_data import TrainingData, describe_data, prepare

TRAINER = "Li Wei"
AT = "2025-02-01T00:00:00+00:00"
SPEC = """
model: gated
meaning: A quick model for tests
owner: tests
seed: 3
outcome: {horizon_days: 180, days_past_due: 15, material_amount: 100, material_share: 0.01, write_off_above: 500,
  insolvency_signals: [insolvency_filing]}
population: {exclude_in_default: true, min_settled_invoices: 0, active_within_days: 365}
snapshots:
  train: {from_months_back: 12, to_months_back: 6}
  test: {from_months_back: 0, to_months_back: 0}
  every_months: 2
features:
  only: [pay_late_days_mean_365d, pay_late_share_0_365d, pay_overdue_ratio, pay_habit_days_mean_365d, fin_equity_ratio,
    fin_statement_age_days, sig_count_365d, sig_days_since_last]
  directions:
    pay_habit_days_mean_365d: {risk: free, reason: tests}
    pay_late_share_0_365d: {risk: free, reason: tests}
    pay_late_days_mean_365d: {risk: free, reason: tests}
    fin_statement_age_days: {risk: free, reason: tests}
masking:
  copies: 1
  shares: {payment: 0.2, statement: 0.2, signal: 0.2}
booster: {trees: 60, learning_rate: 0.1, depth: 3, min_rows_leaf: 15}
calibration: {method: platt, folds: 2, pd_floor: 0.0003, long_run_default_rate: {value: 0.03, reference: tests}}
rivals: {naive_feature: pay_late_days_max_all, scorecard_features: 5}
acceptance: {min_auc: 0.6}
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """Tables, a workspace whose champion is poor, and the data its candidates are trained on."""

    tables: Path
    workspace: Workspace
    data: TrainingData

    def make(self, text: str = SPEC, spoil: Callable[[TrainingData], TrainingData] = lambda data: data) -> Path:
        """A candidate by the steps of `riskengine train`, fitted to spoilt data, measured on the honest test rows."""
        spec = validated(parse_yaml(text, where="spec"), ModelSpec)
        spoilt = spoil(self.data)
        fitted, comparison = fit_and_compare(spoilt, spec, spec.seed, workers=1)
        validation = validate_trained(self.data, fitted, comparison, spec, spec.seed)
        version = self.workspace.next_version(spec.model)
        bundle = self.workspace.bundle_folder(spec.model, version)
        trained = Trained(
            name=spec.model,
            features=tuple(f.name for f in self.data.features),
            horizon_days=spec.outcome.horizon_days,
            booster_text=fitted.booster_text,
            calibration=fitted.calibration,
            seen_missing=fitted.seen_missing,
            spec_text=text,
            metrics={
                "data": describe_data(self.data),
                **comparison.as_json(),
                "validation": validation_as_json(validation),
            },
            provenance={"reporting_currency": open_tables(self.tables).reporting_currency},
        )
        write_bundle(trained, bundle, version=version)
        self.workspace.record(Step.TRAINED, bundle, by=TRAINER, at=AT)
        return bundle


def open_shop(root: Path) -> Shop:
    generate(customers=1200, months=30, seed=11, end=date(2024, 12, 31), out=root / "tables")
    spec = validated(parse_yaml(SPEC, where="spec"), ModelSpec)
    shop = Shop(root / "tables", Workspace(root / "space"), prepare(open_tables(root / "tables"), spec))
    shop.workspace.promote(shop.make(spoil=know_no_payments), by="tests", at=AT, reason="the only one")
    return shop


def more_bad(data: TrainingData, times: int = 6) -> TrainingData:
    """Bad customers many times over: a sampling nobody took out of the PDs again."""
    train = data.train
    kept = np.concatenate([np.arange(len(train)), np.repeat(np.flatnonzero(train.outcome), times)])
    return replace(data, train=rows_of(train, kept))


def unbound_features(data: TrainingData) -> TrainingData:
    """Directions the fit is not told of, whatever the spec says."""
    return replace(data, features=tuple(replace(f, risk=Risk.FREE) for f in data.features))


def wrong_without_signals(data: TrainingData) -> TrainingData:
    """Among customers who never had a signal, as many are called bad as before: those who pay best."""
    train, names = data.train, [f.name for f in data.features]
    group = np.flatnonzero(np.isnan(train.values[:, names.index("sig_days_since_last")]))
    late = np.nan_to_num(train.values[group, names.index("pay_late_days_mean_365d")], nan=0.0)
    outcome = train.outcome.copy()
    bad = int(outcome[group].sum())
    outcome[group] = 0.0
    outcome[group[np.argsort(late, kind="stable")[:bad]]] = 1.0
    return replace(data, train=replace(train, outcome=outcome))


def know_no_payments(data: TrainingData) -> TrainingData:
    """Nobody's payments are known."""
    values = data.train.values.copy()
    values[:, [f.source is Source.PAYMENT for f in data.features]] = np.nan
    return replace(data, train=replace(data.train, values=values))


def know_little(data: TrainingData) -> TrainingData:
    """Four in five outcomes handed out by lot."""
    random, outcome = np.random.default_rng(1), data.train.outcome.copy()
    lot = np.flatnonzero(random.random(len(outcome)) < 0.8)
    outcome[lot] = random.permutation(outcome[lot])
    return replace(data, train=replace(data.train, outcome=outcome))
