"""`riskengine rules release` as people type it: from a draft to a policy in force, and what a store is good for."""

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from riskengine.cli.main import app
from riskengine.policy.release.log import Step
from riskengine.terms.errors import RiskEngineError
from riskengine.workflows.release.policy import add_evidence, place_of
from riskengine.workflows.release.store import read_log
from support.released import MORNING, TODAY, edit, small_policy, trial_of

CLOCK = "riskengine.cli.rules_release._now"


def run(rules: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["rules", "release", *words, "--rules", str(rules)])


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(CLOCK, lambda: MORNING)
    return small_policy(tmp_path)


def published(rules: Path) -> str:
    """Released from TODAY on; the hash."""
    place = place_of(rules)
    assert run(rules, "start", "--author", "Li Wei", "--note", "first").exit_code == 0
    assert run(rules, "check").exit_code == 0
    add_evidence(place, Step.PROVED, lambda _draft, _log: {}, by=None, at=MORNING)
    add_evidence(place, Step.SIMULATED, lambda _draft, _log: trial_of(place), by=None, at=MORNING)
    assert run(rules, "approve", "--by", "Chen Jing", "--reason", "minutes 12").exit_code == 0
    done = run(rules, "publish", "--from", TODAY.isoformat(), "--by", "Chen Jing", "--json")
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["bundle"])


def test_the_way_of_a_policy_in_words(rules: Path) -> None:
    assert "was never started as a draft" in run(rules, "status").stdout
    started = run(rules, "start", "--author", "Li Wei", "--note", "first")
    assert "started" in started.stdout
    assert "still to be checked, proved, simulated, approved" in run(rules, "status").stdout
    checked = run(rules, "check")
    assert "1 rules, 1 parameters, 5 cases, 5 expectations" in checked.stdout
    edit(rules / "parameters.yaml", "Manual 2.3", "Manual 2.4")
    assert "since Li Wei started" in run(rules, "status").stdout
    assert "parameters.yaml changed" in run(rules, "status").stdout


def test_status_log_and_show_of_what_is_published(rules: Path) -> None:
    bundle = published(rules)
    status = json.loads(run(rules, "status", "--json").stdout)
    assert status["in_force"] == {"bundle": bundle, "from": TODAY.isoformat(), "until": None, "retired": False}
    assert f"policy {bundle[:8]} in the folder is published" in run(rules, "status").stdout
    log = json.loads(run(rules, "log", "--json").stdout)
    assert [line["step"] for line in log] == ["started", "checked", "proved", "simulated", "approved", "published"]
    text = run(rules, "log")
    assert "approved" in text.stdout
    assert "minutes 12" in text.stdout
    assert "6 steps" in text.stderr
    shown = json.loads(run(rules, "show", "2027-05-05", "--json").stdout)
    assert (shown["bundle"], [step["by"] for step in shown["steps"]][-2:]) == (bundle, ["Chen Jing", "Chen Jing"])
    assert "until further notice" in run(rules, "show", "2027-05-05").stdout


def test_verify(rules: Path) -> None:
    bundle = published(rules)
    whole = run(rules, "verify")
    assert (whole.exit_code, whole.stdout) == (0, "")
    assert "6 lines and every published byte as they were" in whole.stderr
    edit(rules / "published" / bundle / "parameters.yaml", "value: 60", "value: 61")
    found = run(rules, "verify", "--json")
    assert found.exit_code == 3
    (finding,) = json.loads(found.stdout)["findings"]
    assert finding["place"].endswith("parameters.yaml")
    assert finding["what"] == "a published file was edited"
    assert "1 finding in" in found.stderr


def test_retiring_ends_it(rules: Path) -> None:
    bundle = published(rules)
    words = ("--from", "2026-12-01", "--by", "Chen Jing", "--reason", "a typing error")
    assert run(rules, "retire", bundle[:8], *words).exit_code == 0
    assert "until 2026-12-01, retired" in run(rules, "status").stdout
    gone = run(rules, "show", "2026-12-01")
    assert isinstance(gone.exception, RiskEngineError)


def test_refusing_ends_a_draft(rules: Path) -> None:
    run(rules, "start", "--author", "Li Wei", "--note", "first")
    assert run(rules, "refuse", "--by", "Chen Jing", "--reason", "not in the minutes").exit_code == 0
    assert read_log(rules / "published")[-1].note.step is Step.REFUSED


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (("approve", "--by", "Li Wei"), 3),
        (("publish", "--from", "2026-13-01", "--by", "Chen"), 2),
        (("retire", "abcd", "--from", "2026-12-01", "--by", "Chen", "--reason", "x"), 2),
        (("show", "2026-12-01"), 2),
        (("start", "--author", " ", "--note", "x"), 2),
    ],
)
def test_refusals_have_their_exit_codes(rules: Path, words: tuple[str, ...], exit_code: int) -> None:
    run(rules, "start", "--author", "Li Wei", "--note", "first")
    error = run(rules, *words).exception
    assert isinstance(error, RiskEngineError)
    assert error.exit_code == exit_code


def test_check_test_and_list_read_what_is_published(rules: Path) -> None:
    published(rules)
    edit(rules / "parameters.yaml", "value: 60", "value: 61")
    store = str(rules / "published")
    listed = CliRunner().invoke(app, ["rules", "list", "--rules", store, "--as-of", TODAY.isoformat()])
    assert "pay_dpd_max >= 60" in listed.stdout
    for command in ("check", "test"):
        done = CliRunner().invoke(app, ["rules", command, "--rules", store])
        assert done.exit_code == 0, done.output
    early = CliRunner().invoke(app, ["rules", "list", "--rules", store, "--as-of", "2020-01-01"])
    assert "no policy was published for 2020-01-01" in str(early.exception)


def test_the_clock_has_a_zone() -> None:
    from riskengine.cli.rules_release import _now  # noqa: PLC0415 - not patched here

    assert _now().utcoffset() is not None
    assert _now() - dt.datetime.now(dt.UTC) < dt.timedelta(minutes=1)
