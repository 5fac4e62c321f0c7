"""The benchmark compares like with like: its peer decides every customer exactly as we do."""

import importlib
import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from riskengine.policy.source import load_policy
from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.fit import fit_model
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.generate import generate
from riskengine.workflows.models.training_data import prepare
from riskengine.workflows.rating_features import rating_features

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "rerate"
RULES = Path(__file__).parents[2] / "rules"
AS_OF = date(2025, 6, 30)
CUSTOMERS = 300


@pytest.fixture(scope="module")
def benchmark():
    """The modules of the benchmark by name; its scripts import each other as scripts do."""
    sys.path.insert(0, str(BENCHMARK))
    try:
        yield importlib.import_module
    finally:
        sys.path.remove(str(BENCHMARK))


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Months that go on for half a year after the as-of date, so that there is something not to look at."""
    folder = tmp_path_factory.mktemp("rerate") / "tables"
    generate(customers=CUSTOMERS, months=42, seed=5, end=date(2025, 12, 31), out=folder)
    return folder


@pytest.fixture(scope="module")
def portfolio(benchmark, tables):
    made = benchmark("portfolio")
    model, policy = tables.parent / "model", tables.parent / "policy.json"
    train_small(made.SPEC, tables, model)
    policy.write_text(json.dumps(benchmark("policy_text").policy_as_data(load_policy(RULES).in_force(AS_OF))))
    return made.Portfolio(tables, model, policy, RULES, AS_OF)


def train_small(spec_file, tables, out):
    """The benchmark's model with few trees: who decides alike must do so with any."""
    spec = load_spec(spec_file)
    booster = spec.booster.model_copy(update={"trees": 15, "min_rows_leaf": 10})
    named = tuple(name for name in spec.features.only if name != "pay_written_off_amount_365d")  # nobody was, of 300
    features = spec.features.model_copy(update={"only": named})
    spec = spec.model_copy(update={"booster": booster, "features": features})
    data = prepare(open_tables(tables), spec)
    fitted = fit_model(data.train, data.features, spec, 1)
    trained = Trained(
        name=spec.model,
        features=tuple(feature.name for feature in data.features),
        horizon_days=spec.outcome.horizon_days,
        booster_text=fitted.booster_text,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        spec_text="",
        metrics={},
    )
    write_bundle(trained, out, version="1")


@pytest.fixture(scope="module")
def ours(benchmark, portfolio):
    benchmark("measure").run_ours(portfolio, portfolio.model.parent / "ours", threads=1)
    return portfolio.model.parent / "ours"


@pytest.mark.parametrize("messages", ["narrow", "whole"])
def test_peer_decides_every_customer_alike(benchmark, portfolio, ours, messages):
    theirs = ours.with_name(messages)
    run = benchmark("measure").run_peer(portfolio, theirs, threads=1, messages=messages)
    assert set(benchmark("outcome").differing_customers(ours, theirs).values()) == {0}
    assert pl.read_parquet(theirs / "ratings.parquet")["grade"].n_unique() > 4
    assert pl.read_parquet(theirs / "warnings.parquet").height > 20
    assert run.work > 0


def test_peer_computes_our_features(benchmark, tables):
    windows = load_policy(RULES).in_force(AS_OF).windows
    found = benchmark("peer_features").build(tables, AS_OF, [asdict(window) for window in windows])
    built = rating_features(open_tables(tables), AS_OF, windows=windows).features
    assert {window.days_ago for window in windows} <= set(found.columns)
    shared = [name for name in found.columns if name in built.columns and name != "customer_id"]
    assert len(shared) > 100
    for name in shared:
        if built[name].dtype == pl.String:
            assert found[name].astype(object).where(found[name].notna(), None).tolist() == built[name].to_list(), name
            continue
        theirs = found[name].to_numpy("float64", na_value=np.nan)
        np.testing.assert_allclose(theirs, built[name].cast(pl.Float64).to_numpy(), rtol=1e-9, err_msg=name)


def test_a_changed_decision_shows(benchmark, ours):
    """The comparison would see a difference: one limit, one warning."""
    changed = ours.with_name("changed")
    changed.mkdir()
    ratings = pd.DataFrame(pl.read_parquet(ours / "ratings.parquet").to_dicts())
    ratings.loc[0, "limit"] = ratings.loc[0, "limit"] + 1 if ratings.loc[0, "limit"] >= 0 else 1.0
    pl.from_pandas(ratings).write_parquet(changed / "ratings.parquet")
    pl.read_parquet(ours / "warnings.parquet").slice(1).write_parquet(changed / "warnings.parquet")
    found = benchmark("outcome").differing_customers(ours, changed)
    assert found["limit"] == 1
    assert found["warnings"] >= 1
