"""The closed real ledger taken in, and the model of the shipped spec trained on it."""

from pathlib import Path

from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.fit import fit_model
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.intake import intake
from riskengine.workflows.models.training_data import describe_data, prepare
from support.real_data import real_file
from support.small_world import ROOT

EXAMPLE = ROOT / "examples" / "highradius"


def take_in(folder: Path) -> Path:
    """The folder of the tables. Skips without the real data."""
    out = folder / "tables"
    intake(EXAMPLE / "closed_invoices.yaml", [str(real_file("highradius_closed_invoices.csv"))], out)
    return out


def train_on(tables: Path, folder: Path) -> Path:
    """The folder of a bundle that says what it was trained on."""
    place = EXAMPLE / "model.yaml"
    spec = load_spec(place)
    data = prepare(open_tables(tables), spec)
    fitted = fit_model(data.train, data.features, spec, spec.seed, workers=1)
    trained = Trained(
        name=spec.model,
        features=tuple(f.name for f in data.features),
        horizon_days=spec.outcome.horizon_days,
        booster_text=fitted.booster_text,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        spec_text=place.read_text(encoding="utf-8"),
        metrics={"data": describe_data(data)},
    )
    out = folder / "bundle"
    write_bundle(trained, out, version="1")
    return out
