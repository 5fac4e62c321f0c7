"""The command that tells what changed between two policies."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.terms.errors import InputError, UsageError
from support.policy_folder import SHIPPED


def run(*words):
    return CliRunner().invoke(app, ["rules", "diff", *map(str, words)], catch_exceptions=False)


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edited") / "rules"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("published"))
    parameters = folder / "parameters.yaml"
    text = parameters.read_text(encoding="utf-8")
    parameters.write_text(text.replace("2019-01-01, value: 60", "2019-01-01, value: 45"), encoding="utf-8")
    return folder


def test_a_changed_threshold_in_both_languages(edited):
    said = run(SHIPPED, edited).stdout
    assert "@hold_dpd, Days past due from which deliveries on credit stop: 60 days -> 45 days" in said
    assert (
        "now also hits customers with Days past due of the oldest overdue invoice, not in dispute: from 45 days" in said
    )
    assert "no hit -> hit" in said
    assert "停止赊销的逾期天数: 60天 -> 45天" in said


def test_json_names_the_region_and_the_example(edited):
    found = json.loads(run(SHIPPED, edited, "--as-of", "2025-01-31", "--json").stdout)
    assert found["equal"] is False
    (change,) = found["changes"]
    assert (change["kind"], change["before"]["value"], change["after"]["value"]) == ("parameter", 60, 45)
    (rule,) = change["affected"]
    assert rule["customers"]["gained"][0][0] == {"fact": "pay_dpd_max", "at_least": 45.0, "below": 60.0}
    assert rule["example"]["facts"]["pay_dpd_max"] == 45.0


def test_before_the_date_of_the_edit_nothing_differs(edited):
    assert json.loads(run(SHIPPED, edited, "--as-of", "2018-12-31", "--json").stdout)["equal"] is True


def test_no_difference():
    assert run(SHIPPED, SHIPPED, "--language", "en").stdout.strip() == "No difference."


def test_an_edited_comment_is_no_difference_but_said(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("published"))
    with (folder / "terms.yaml").open("a", encoding="utf-8") as file:
        file.write("# seen\n")
    said = run(SHIPPED, folder, "--language", "en").stdout
    assert "No difference in what is decided" in said
    assert "terms.yaml" in said


def test_one_policy_on_two_dates():
    said = run(f"{SHIPPED}@2018-12-31", f"{SHIPPED}@2019-01-01", "--language", "zh").stdout
    assert "90天 -> 60天" in said


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ((f"{SHIPPED}@2018-12-31", SHIPPED), UsageError, "only one of the two has a date"),
        ((f"{SHIPPED}@2018-12-31", SHIPPED, "--as-of", "2019-01-01"), UsageError, "given twice"),
        ((SHIPPED, "no-such-folder"), InputError, "there is no such folder"),
        ((SHIPPED, SHIPPED, "--language", "fr"), UsageError, "there is no language"),
        ((SHIPPED, SHIPPED, "--as-of", "2001-01-01"), UsageError, "begins on"),
    ],
)
def test_errors(words, error, message):
    with pytest.raises(error, match=message):
        run(*words)
