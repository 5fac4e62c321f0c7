"""riskengine train --feature-table: features of one's own, judged on rows not seen."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.features.catalogue import CATALOGUE
from riskengine.scoring.bundle import load_bundle, read_card, read_metrics
from riskengine.scoring.table_spec import ColumnSpec
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.models.feature_table_file import Roles, read_feature_table
from riskengine.workflows.scored import model_matrix

SPEC = """
model: own
meaning: A quick model for tests
owner: tests
seed: 2
folds: 3
directions: {debt: {risk: up, reason: more debt is not safer}}
crosses: {columns: 2, trees: 20}
booster: {trees: 20, learning_rate: 0.1, leaves: 6, min_rows_leaf: 10}
"""
SEARCH = SPEC + "search: {trials: 3, folds: 1, metric: auc, space: {booster.trees: {choices: [5, 20]}}}\n"


def own_table(n=600):
    """Ratios with gaps, a text, a column that never changes, one without a value; firms of three rows; dates."""
    rng = np.random.default_rng(4)
    debt, cash, noise = rng.normal(size=(3, n))
    bad = rng.random(n) < 1 / (1 + np.exp(2 - 1.5 * (debt - cash)))
    return pl.DataFrame(
        {
            "debt": debt,
            "cash: total": np.where(rng.random(n) < 0.1, np.nan, cash),
            "noise": noise,
            "name": [f"firm {i % 200}" for i in range(n)],
            "same": 7,
            "empty": pl.Series([None] * n, dtype=pl.Float64),
            "day": [f"20{10 + i % 12}-06-30" for i in range(n)],
            "bad": bad.astype(int),
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("own")
    own_table().write_csv(root / "own.csv")
    own_table().write_parquet(root / "own.parquet")
    (root / "own.yaml").write_text(SPEC, encoding="utf-8")
    (root / "search.yaml").write_text(SEARCH, encoding="utf-8")
    return root


def train(folder, *options, file="own.csv", spec="own.yaml", label="bad"):
    arguments = ["train", "--feature-table", folder / file, "--label", label, "--spec", folder / spec, *options]
    return CliRunner().invoke(app, [str(a) for a in arguments])


def report_of(folder, *options, **given):
    result = train(folder, "--json", *options, **given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def trained(folder):
    space = folder / "space"
    return report_of(folder, "--workspace", space), Workspace(space).bundle_folder("own", "1")


def test_the_report_has_every_fold_and_says_what_was_left_out(trained):
    report, _ = trained
    assert (report["rows"], len(report["folds"]), report["split_by"]) == (600, 3, "chance")
    assert report["columns"] == ["debt", "cash: total", "noise"]
    assert {name: reason.split(" (")[0] for name, reason in report["left_out"].items()} == {
        "name": "not a number",
        "day": "not a number",
        "same": "the same in every row",
        "empty": "missing in every row",
    }
    assert sum(fold["test_rows"] for fold in report["folds"]) == 600
    assert report["mean"]["auc"] > 0.75
    assert report["folds"][0]["crosses"] == 2


def test_the_bundle_holds_columns_and_crosses_and_rates_no_portfolio(trained):
    report, folder = trained
    model = load_bundle(folder)
    assert model.digest == report["bundle"]["digest"]
    assert model.features[:3] == ("debt", "cash: total", "noise")
    assert all(" - " in name or " / " in name for name in model.features[3:])
    assert read_card(folder)["provenance"]["crosses"][0]["kind"] == "difference"
    assert read_metrics(folder)["mean"] == report["mean"]
    with pytest.raises(UsageError, match="which this version does not compute"):
        model_matrix(pl.DataFrame({name: [1.0] for name in CATALOGUE}), model)


def test_the_same_file_and_seed_give_the_same_bundle_from_csv_and_again(trained, folder):
    again = report_of(folder, "--workspace", folder / "again")
    assert again["bundle"]["digest"] == trained[0]["bundle"]["digest"]
    other = report_of(folder, "--workspace", folder / "other", "--seed", "5")
    assert other["bundle"]["digest"] != again["bundle"]["digest"]


def test_csv_and_parquet_give_the_same_figures(trained, folder):
    assert report_of(folder, "--no-model", file="own.parquet")["folds"] == trained[0]["folds"]


def test_firms_and_dates_split_the_rows(folder):
    by_firm = report_of(folder, "--no-model", "--group", "name")
    assert by_firm["split_by"] == "groups"
    assert sum(fold["test_rows"] for fold in by_firm["folds"]) == 600
    by_date = report_of(folder, "--no-model", "--dates", "day", "--folds", "2")
    assert by_date["split_by"] == "dates"
    assert [fold["train_rows"] for fold in by_date["folds"]] == [200, 400]
    assert by_date["bundle"] is None


def test_the_search_is_nested_in_each_fold(folder):
    report = report_of(folder, "--no-model", spec="search.yaml")
    assert all(set(fold["settings"]) == {"booster.trees"} for fold in report["folds"])
    assert report["reproducible"]


def test_people_see_a_table(folder):
    result = train(folder, "--no-model", "--folds", "2")
    assert result.exit_code == 0, result.output
    for word in ("scorecard AUC", "mean", "left out: same", "600 rows"):
        assert word in result.output


@pytest.mark.parametrize(
    ("changed", "given", "message"),
    [
        ({"bad": 1}, {}, "the label is 1 in every row"),
        ({"bad": 2}, {}, "other values than 0 and 1, such as 2"),
        ({"bad": None}, {}, "the label is missing in 600 rows"),
        ({"bad": "x"}, {}, "not 0 or 1"),
        ({"debt": pl.when(pl.col("debt") > 1).then(float("inf")).otherwise(1.0)}, {}, "infinite values in debt"),
        ({}, {"label": "bat"}, "there is no column 'bat'"),
        ({}, {"file": "own.txt"}, "no known ending"),
        ({}, {"file": "none.csv"}, "cannot be read"),
        ({"debt": 1.0}, {}, "a direction is stated for 'debt'"),
    ],
)
def test_bad_tables_are_refused_by_name(folder, tmp_path, changed, given, message):
    own_table().with_columns(**{k: v if isinstance(v, pl.Expr) else pl.lit(v) for k, v in changed.items()}).write_csv(
        tmp_path / "own.csv"
    )
    (tmp_path / "own.yaml").write_text(SPEC, encoding="utf-8")
    result = train(tmp_path, "--no-model", **given)
    assert isinstance(result.exception, InputError | UsageError)
    assert message in str(result.exception)


def test_a_block_of_dates_in_which_nobody_is_bad_is_named_with_its_dates(folder, tmp_path):
    early = pl.when(pl.col("day") < "2016").then(0).otherwise(pl.col("bad"))
    own_table().with_columns(bad=early).write_csv(tmp_path / "own.csv")
    result = train(tmp_path, "--no-model", "--dates", "day", "--folds", "3", spec=folder / "own.yaml")
    assert isinstance(result.exception, InputError)
    assert "fold 1 of 3 learns from 150 rows from 2010-06-30 to 2012-06-30, of which 0 are bad" in str(result.exception)


@pytest.mark.parametrize("folds", ["1", "0", "100"])
def test_an_impossible_number_of_folds_is_wrong_usage(folder, folds):
    result = train(folder, "--no-model", "--folds", folds)
    assert isinstance(result.exception, UsageError)
    assert f"--folds: {folds} folds should be" in str(result.exception)


def test_two_columns_of_one_name_are_refused(tmp_path):
    (tmp_path / "own.csv").write_text("debt,debt,bad\n1,2,0\n2,3,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="two columns are called 'debt'"):
        read_feature_table(tmp_path / "own.csv", Roles("bad"), ColumnSpec())


def test_a_column_asked_for_must_be_fit(folder):
    with pytest.raises(InputError, match="'same' is the same in every row"):
        read_feature_table(folder / "own.csv", Roles("bad"), ColumnSpec(only=("debt", "same")))
    with pytest.raises(InputError, match="rows have no readable date"):
        read_feature_table(folder / "own.csv", Roles("bad", dates="name"), ColumnSpec())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--label", "bad"], "speaks of a feature table"),
        ([], "nothing to train from"),
        (["--feature-table", "a.csv"], "nobody says what bad is"),
        (["--feature-table", "a.csv", "--label", "b", "--tables", "c"], "two kinds of data"),
        (["--feature-table", "a.csv", "--label", "b", "--promote"], "cannot be champion"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, message):
    result = CliRunner().invoke(app, ["train", *options])
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)
