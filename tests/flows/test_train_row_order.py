"""The order of rows in the tables, which no ledger promises, is not seen by a model."""

import numpy as np
import polars as pl

from riskengine.scoring.fit import fit_model
from riskengine.scoring.spec import ModelSpec
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import open_tables, write_tables
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.workflows.models.training_data import prepare
from support.small_world import SPEC


def test_shuffled_tables_give_the_same_rows_to_learn_from_and_the_same_model(small_world, tmp_path):
    files = {name: small_world.tables / f"{name}.parquet" for name in CONTRACTS}
    frames = {
        name: pl.read_parquet(file).sample(fraction=1, shuffle=True, seed=3)
        for name, file in files.items()
        if file.is_file()
    }
    write_tables(frames, tmp_path / "tables", reporting_currency="CNY")
    spec = validated(parse_yaml(SPEC.replace("trees: 80", "trees: 10"), where="spec"), ModelSpec)
    one, two = (prepare(open_tables(folder), spec) for folder in (small_world.tables, tmp_path / "tables"))
    for first, second in ((one.train, two.train), (one.test, two.test)):
        assert np.array_equal(first.values, second.values, equal_nan=True)
        assert first.customer_id.tolist() == second.customer_id.tolist()
        assert np.array_equal(first.outcome, second.outcome)
    fitted = [fit_model(data.train, data.features, spec, 3) for data in (one, two)]
    assert fitted[0].booster_text == fitted[1].booster_text
    assert fitted[0].calibration == fitted[1].calibration
