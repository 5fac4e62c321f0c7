"""What both sides are given: generated tables, a model trained on another generated portfolio, the policy as data."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policy_text import policy_as_data

from riskengine.policy.source import load_policy
from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.fit import fit_model
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.generate import generate
from riskengine.workflows.models.training_data import prepare

SPEC = Path(__file__).with_name("model.yaml")
TRAINING_MONTHS = 36
TRAINING_SEED = 11


@dataclass(frozen=True, slots=True)
class Portfolio:
    tables: Path
    model: Path
    policy: Path
    rules: Path
    as_of: date


def make_portfolio(
    work: Path, *, customers: int, months: int, seed: int, training_customers: int, rules: Path, as_of: date
) -> Portfolio:
    """Whatever is not in `work` yet. The policy is written anew, as it may have changed."""
    tables = work / f"tables-{customers}-{months}-{seed}-{as_of}"
    if not tables.exists():
        _generate(customers, months, seed, as_of, tables)
    model = work / f"model-{training_customers}"
    if not model.exists():
        training = work / f"training-{training_customers}-{as_of}"
        if not training.exists():
            _generate(training_customers, TRAINING_MONTHS, TRAINING_SEED, as_of, training)
        train_model(training, model)
    policy = work / "policy.json"
    in_force = load_policy(rules).in_force(as_of)
    policy.write_text(json.dumps(policy_as_data(in_force), ensure_ascii=False, indent=1), encoding="utf-8")
    return Portfolio(tables, model, policy, rules, as_of)


def _generate(customers: int, months: int, seed: int, end: date, out: Path) -> None:
    generate(customers=customers, months=months, seed=seed, end=end, out=out)


def train_model(tables: Path, out: Path) -> None:
    """The booster and its calibration by `model.yaml`, as a bundle; no test window, no registry."""
    spec = load_spec(SPEC)
    data = prepare(open_tables(tables), spec)
    fitted = fit_model(data.train, data.features, spec, spec.seed)
    trained = Trained(
        name=spec.model,
        features=tuple(feature.name for feature in data.features),
        horizon_days=spec.outcome.horizon_days,
        booster_text=fitted.booster_text,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        spec_text=SPEC.read_text(encoding="utf-8"),
        metrics={},
        provenance={"seed": spec.seed},
    )
    write_bundle(trained, out, version="1")
