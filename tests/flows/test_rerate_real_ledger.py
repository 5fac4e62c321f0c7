"""The closed real ledger, from intake to a run as of 2020-01-31: everybody known by then is in it."""

from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.fit import fit_model
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.terms.errors import InputError
from riskengine.workflows.intake import intake
from riskengine.workflows.rerate_folder import RerateRequest, rerate_folder
from riskengine.workflows.train import prepare
from support.policy_folder import shipped_policy_in
from support.real_data import real_file
from support.small_world import ROOT, RULES

pytestmark = pytest.mark.real_data
AS_OF = date(2020, 1, 31)
EXAMPLE = ROOT / "examples" / "highradius"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("real") / "tables"
    intake(EXAMPLE / "closed_invoices.yaml", [str(real_file("highradius_closed_invoices.csv"))], out)
    return out


@pytest.fixture(scope="module")
def bundle(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped spec of this ledger, trained on it."""
    spec = load_spec(EXAMPLE / "model.yaml")
    data = prepare(open_tables(tables), spec)
    fitted = fit_model(data.train, data.features, spec, spec.seed, workers=1)
    trained = Trained(
        name=spec.model,
        features=tuple(f.name for f in data.features),
        horizon_days=spec.outcome.horizon_days,
        booster_text=fitted.booster_text,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        spec_text=(EXAMPLE / "model.yaml").read_text(encoding="utf-8"),
        metrics={},
    )
    out = tmp_path_factory.mktemp("bundle") / "bundle"
    write_bundle(trained, out, version="1")
    return out


def test_everybody_known_by_the_date_is_rated(tables: Path, bundle: Path, tmp_path: Path) -> None:
    rules = shipped_policy_in(tmp_path, "USD")
    request = RerateRequest(tables, AS_OF, tmp_path / "run", rules=rules, bundle=bundle)
    summary = rerate_folder(request, clock=perf_counter)
    ratings = pl.read_parquet(tmp_path / "run" / "ratings.parquet")
    held = open_tables(tables)
    billed = held["invoices"].filter(pl.col("known_at") <= pl.lit(AS_OF).cast(pl.Int32)).collect()["customer_id"]
    assert ratings["customer_id"].to_list() == sorted(billed.unique())
    assert ratings.filter(pl.col("status") == "unrated").height == 0
    assert ratings["grade"].null_count() == 0
    assert summary["figures"]["collection"]["receivables"] == pytest.approx(ratings["open_invoices"].sum())
    assert 10 < summary["figures"]["collection"]["dso"] < 20


def test_a_policy_in_another_currency_is_refused(tables: Path, bundle: Path, tmp_path: Path) -> None:
    request = RerateRequest(tables, AS_OF, tmp_path / "run", rules=RULES, bundle=bundle)
    with pytest.raises(InputError, match="the tables are in USD, the amounts of the policy are in CNY"):
        rerate_folder(request, clock=perf_counter)
