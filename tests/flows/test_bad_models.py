"""Models and data that do not fit each other: a clear error, or a documented answer, and never another PD."""

import shutil
import time
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.decision.predictions import UNRATED_REASONS
from riskengine.features.build import build_features
from riskengine.scoring.bundle import write_bundle
from riskengine.scoring.promotion_log import Role
from riskengine.scoring.workspace import Workspace
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import disk_schema, write_tables
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.limit import UnratedReason
from riskengine.workflows.models.promote_model import assign_role
from riskengine.workflows.rerate_folder import rerate_folder
from riskengine.workflows.scored import facts_of_features, model_matrix, predict_customers
from support.small_model import trained
from support.small_world import LAST_DAY, RULES, SPEC

CATEGORIES = ("country", "region", "legal_form", "product_line", "sales_team")
SERIES = ("ind_delay_index", "ind_default_rate", "ind_activity_index")


def rated(tables, model):
    features = build_features(tables, LAST_DAY)
    matrix = model_matrix(features, model)
    return features["customer_id"].to_list(), predict_customers(facts_of_features(features), matrix, model)


def changed(tables, **columns):
    customers = tables["customers"].with_columns(**columns)
    return replace(tables, frames={**tables.frames, "customers": customers})


def test_categories_never_seen_move_no_pd(small_world):
    tables = small_world.open_tables()
    who, before = rated(tables, small_world.model)
    same, after = rated(changed(tables, **{c: pl.lit("never seen") for c in CATEGORIES}), small_world.model)
    assert who == same
    assert before.rated.sum() > 0.9 * len(who)
    assert np.array_equal(after.pd_12m, before.pd_12m, equal_nan=True)


def test_an_industry_never_seen_has_no_figures_and_is_scored_without_them(small_world):
    tables = changed(small_world.open_tables(), industry=pl.lit("never seen"))
    features = build_features(tables, LAST_DAY)
    assert features.select(SERIES).null_count().row(0) == (features.height,) * len(SERIES)
    matrix = model_matrix(features, small_world.model)
    found = predict_customers(facts_of_features(features), matrix, small_world.model)
    assert set(SERIES) <= small_world.model.seen_missing
    assert found.rated.sum() > 0.9 * features.height


def test_whoever_lacks_what_nobody_lacked_in_training_is_not_rated_and_all_others_are_as_before(small_world):
    tables, model = small_world.open_tables(), small_world.model
    features = build_features(tables, LAST_DAY)
    gaps = features.select(model.features).null_count().row(0, named=True)
    name = next(n for n in model.features if 0 < gaps[n] < features.height / 2)
    blind = replace(model, seen_missing=model.seen_missing - {name})
    _, before = rated(tables, model)
    _, after = rated(tables, blind)
    lacking = features[name].is_null().to_numpy()
    refused = after.unrated == UNRATED_REASONS.index(UnratedReason.MODEL_REFUSED)
    assert np.array_equal(refused | ~before.rated, lacking | ~before.rated)
    assert refused.any()
    assert np.isnan(after.pd_12m[refused]).all()
    assert np.array_equal(after.pd_12m[~refused], before.pd_12m[~refused], equal_nan=True)


def test_a_model_of_features_that_are_not_computed_rates_nobody(small_world, tmp_path):
    place = Workspace(tmp_path / "space")
    bundle = place.bundle_folder("pd_small", "1")
    write_bundle(trained(), bundle, version="1")
    place.promote(bundle, by="tests", at="2025-01-01T00:00:00+00:00", reason="the only one")
    with pytest.raises(
        UsageError, match=r"model pd_small 1: the model needs late, equity, noise, which .* Remedy: train"
    ):
        rerate_folder(small_world.request(tmp_path / "run", workspace=place.root), clock=time.perf_counter)
    assert not (tmp_path / "run").exists()
    more = place.bundle_folder("pd_small", "2")
    write_bundle(trained(), more, version="2")
    with pytest.raises(UsageError, match="which this version does not compute"):
        assign_role(place, more, Role.SHADOW, by="Ann", at="2025-01-02T00:00:00+00:00", reason="watch it")


@pytest.mark.parametrize("spoil", ["cut", "change", "remove", "add"])
def test_a_spoilt_champion_rates_nobody(small_world, tmp_path, spoil):
    root = tmp_path / "space"
    shutil.copytree(small_world.workspace, root)
    bundle = Workspace(root).champion()
    file = bundle / "model.json"
    if spoil == "cut":
        file.write_bytes(file.read_bytes()[:-20])
    elif spoil == "change":
        file.write_bytes(file.read_bytes().replace(b'"intercept": ', b'"intercept": 1', 1))
    elif spoil == "remove":
        file.unlink()
    else:
        (bundle / "more.pkl").write_bytes(b"")
    with pytest.raises(InputError, match="do not use it; train again or restore") as caught:
        rerate_folder(small_world.request(tmp_path / "run", workspace=root), clock=time.perf_counter)
    assert str(bundle) in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_feature_asked_for_of_which_the_tables_know_nothing_is_refused(small_world, tmp_path):
    frames = {path.stem: pl.read_parquet(path) for path in small_world.tables.glob("*.parquet")}
    frames["financials"] = pl.DataFrame(schema=disk_schema(CONTRACTS["financials"]))
    write_tables(frames, tmp_path / "tables", reporting_currency="CNY")
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.replace("features: {}", "features: {only: [pay_overdue_ratio, fin_equity_ratio]}"))
    arguments = ["--tables", tmp_path / "tables", "--spec", spec, "--workspace", tmp_path / "space", "--rules", RULES]
    result = CliRunner().invoke(app, ["train", *map(str, arguments)])
    assert isinstance(result.exception, InputError)
    assert "'fin_equity_ratio' is missing in every row of the training window" in str(result.exception)
    assert not (tmp_path / "space").exists()
