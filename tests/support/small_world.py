"""A whole small world: a generated portfolio, a model trained on it, two runs. Built once for a test session."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskengine.policy.bundle import Policy
from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.fit import model_in_memory
from riskengine.scoring.monitoring.development import describe_development
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import TableSet, open_tables
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.workflows.generate import generate
from riskengine.workflows.models.train import fit_and_compare, validate_trained, validation_as_json
from riskengine.workflows.models.training_data import describe_data, prepare
from riskengine.workflows.rating_means import Means, find_means
from riskengine.workflows.rerate import RerateOptions
from riskengine.workflows.rerate_folder import RerateRequest, rerate_folder

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
LAST_DAY = date(2024, 12, 31)
EARLIER = date(2024, 11, 30)
_BUILT = "done"  # names the files that were built

SPEC = """
model: small
meaning: A quick model for tests
owner: tests
seed: 3
outcome: {horizon_days: 180, days_past_due: 60, material_amount: 500, material_share: 0.01, write_off_above: 500,
  insolvency_signals: [insolvency_filing]}
population: {exclude_in_default: true, min_settled_invoices: 0, active_within_days: null}
snapshots:
  train: {from_months_back: 10, to_months_back: 6}
  test: {from_months_back: 0, to_months_back: 0}
  overlap_reason: a short ledger, and nobody relies on the figures
features: {}
masking:
  copies: 1
  shares: {payment: 0.15, order: 0.15, statement: 0.2, signal: 0.2, industry: 0.2, group: 0.2, customer: 0.1}
booster: {trees: 80, learning_rate: 0.1, depth: 3, min_rows_leaf: 20}
calibration: {method: platt, folds: 2, pd_floor: 0.0003,
  long_run_default_rate: {value: 0.03, reference: tests}}
rivals: {naive_feature: pay_late_days_max_all, scorecard_features: 5}
acceptance: {}
"""


@dataclass(frozen=True, slots=True)
class SmallWorld:
    """Folders of tables, of the workspace with its champion, and of the runs as of EARLIER and LAST_DAY."""

    root: Path
    tables: Path
    workspace: Path
    runs: Path
    means: Means

    @property
    def bundle(self) -> Path:
        return Workspace(self.workspace).champion()

    @property
    def run(self) -> Path:
        return self.runs / LAST_DAY.isoformat()

    def strangers(self) -> set[str]:
        """Files that are here and were not when the world was built: a test wrote them that should not have."""
        return set(_files(self.root)) - set((self.root / _BUILT).read_text(encoding="utf-8").splitlines())

    def open_tables(self) -> TableSet:
        return open_tables(self.tables)

    @property
    def policy(self) -> Policy:
        return self.means.policy

    @property
    def model(self) -> PdModel:
        return self.means.model

    def request(self, out: Path, as_of: date = LAST_DAY, **changes: object) -> RerateRequest:
        return RerateRequest(
            **{
                "tables": self.tables,
                "as_of": as_of,
                "out": out,
                "rules": RULES,
                "workspace": self.workspace,
                "records": False,  # the workspace is shared by all tests
                **changes,
            }
        )


def shared_small_world(root: Path) -> SmallWorld:
    """The world in `root`: whoever comes first builds it, the others (workers of one session) wait for it."""
    done, failed = root / _BUILT, root / "failed"
    try:
        root.mkdir()
    except FileExistsError:
        for _ in range(3000):
            if done.exists() or failed.exists():
                break
            time.sleep(0.1)
        if not done.exists():
            raise RuntimeError("another worker could not build the small world") from None
    else:
        try:
            build_small_world(root)
            done.write_text("\n".join(_files(root)), encoding="utf-8")
        except BaseException:
            failed.touch()
            raise
    return open_small_world(root)


def _files(root: Path) -> list[str]:
    places = [place for name in ("tables", "workspace", "runs") for place in (root / name).rglob("*")]
    return sorted(place.relative_to(root).as_posix() for place in places if place.is_file())


def open_small_world(root: Path) -> SmallWorld:
    workspace = root / "workspace"
    means = find_means(LAST_DAY, rules=RULES, workspace=workspace)
    return SmallWorld(root, root / "tables", workspace, root / "runs", means)


def build_small_world(root: Path, customers: int = 200, months: int = 24) -> None:
    """Everything in `root`; about 15 seconds on one core."""
    generate(customers=customers, months=months, seed=11, end=LAST_DAY, out=root / "tables")
    train_small_model(root / "tables", root / "workspace")
    world = open_small_world(root)
    for day in (EARLIER, LAST_DAY):
        out = world.runs / day.isoformat()
        rerate_folder(world.request(out, day, options=RerateOptions()), clock=time.perf_counter)


def train_small_model(tables: Path, workspace: Path) -> Path:
    """A bundle promoted in the workspace, without MLflow, whose import alone takes longer than the training."""
    spec = validated(parse_yaml(SPEC, where="spec"), ModelSpec)
    data = prepare(open_tables(tables), spec)
    fitted, comparison = fit_and_compare(data, spec, spec.seed, workers=1)
    trained = Trained(
        name=spec.model,
        features=tuple(f.name for f in data.features),
        horizon_days=spec.outcome.horizon_days,
        booster_text=fitted.booster_text,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        spec_text=SPEC,
        metrics={
            "data": describe_data(data),
            **comparison.as_json(),
            "validation": validation_as_json(validate_trained(data, fitted, comparison, spec, spec.seed)),
        },
        provenance={"reporting_currency": open_tables(tables).reporting_currency},
        development=describe_development(model_in_memory(fitted, data.features, spec), data.train, fitted.unseen_raw),
    )
    place = Workspace(workspace)
    bundle = place.bundle_folder(spec.model, "1")
    write_bundle(trained, bundle, version="1")
    place.promote(bundle, by="tests", at="2025-01-01T00:00:00+00:00", reason="the only one")
    return bundle
