"""The customer-month task on the closed real ledger: intake, outcomes, five trainings."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.discrimination import auc, ks, pr_auc
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.intake import intake
from riskengine.workflows.models.train import fit_and_compare
from riskengine.workflows.models.training_data import prepare
from support.real_data import real_file

pytestmark = pytest.mark.real_data

EXAMPLE = Path(__file__).parents[2] / "examples" / "highradius"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    out = tmp_path_factory.mktemp("real") / "tables"
    intake(EXAMPLE / "closed_invoices.yaml", [str(real_file("highradius_closed_invoices.csv"))], out)
    return open_tables(out)


@pytest.fixture(scope="module")
def spec():
    return load_spec(EXAMPLE / "model.yaml")


@pytest.fixture(scope="module")
def data(tables, spec):
    return prepare(tables, spec)


def test_the_task_is_the_published_one(data):
    assert (len(data.train), len(data.test)) == (1861, 1416)
    assert data.train.outcome.mean() == pytest.approx(0.077, abs=5e-4)
    assert data.test.outcome.sum() == 32
    assert data.sample.censored == 0


def test_the_rule_largest_past_lateness_scores_as_published(tables, data):
    """Over settled invoices alone; the catalogue's feature also counts what is overdue and open, and does better."""
    settled = read_ledger(tables).invoices.drop_nulls("settled_on")
    rows = pl.DataFrame({"customer_id": data.test.customer_id.tolist(), "as_of": data.test.as_of})
    known = rows.with_row_index().join(settled, on="customer_id")
    known = known.filter((pl.col("settled_on") <= pl.col("as_of")) & (pl.col("known_at") <= pl.col("as_of")))
    worst = known.group_by("index").agg(late=(pl.col("settled_on") - pl.col("due_on")).max()).sort("index")
    score = worst["late"].to_numpy().astype(np.float64)
    assert auc(score, data.test.outcome) == pytest.approx(0.811, abs=1e-3)
    assert ks(score, data.test.outcome) == pytest.approx(0.548, abs=1e-3)
    assert pr_auc(score, data.test.outcome) == pytest.approx(0.222, abs=1e-3)
    assert auc(data.naive, data.test.outcome) > 0.811


def test_five_seeds_reach_the_aim_on_the_test_months(data, spec):
    found = [fit_and_compare(data, spec, seed)[1].contenders[0] for seed in (1, 2, 3, 4, 5)]
    assert np.mean([c.auc for c in found]) >= 0.86
    assert np.mean([c.pr_auc for c in found]) >= 0.375
    assert all(c.auc_low < 0.86 < c.auc_high for c in found)  # 32 bad rows: the third digit means nothing
