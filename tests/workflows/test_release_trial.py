"""A trial on history counts only if it is one of this very policy, against what is published, of what changes."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from riskengine.decision.canonical import sha256_of
from riskengine.policy.release.log import Step
from riskengine.policy.release.published import open_policy
from riskengine.tables.publish import write_manifest
from riskengine.terms.errors import FindingsError, InputError, UsageError
from riskengine.workflows.release.policy import Place, add_evidence, approve, draft_in, person, place_of, publish, start
from riskengine.workflows.release.store import read_log
from riskengine.workflows.release.trial import RAN, RUN, SIMULATED, SIMULATION, simulated_evidence
from support.released import MORNING, TODAY, change_hold, edit, released_place, small_policy, trial_of

LATER = MORNING + dt.timedelta(days=1)
CHANGED = dt.date(2027, 1, 1)
OLD = dt.date(2018, 6, 30)


def content(rules: Path, day: dt.date) -> str:
    return open_policy(rules, day).content_hash


def folder_of(folder: Path, kind: str, name: str, said: dict[str, Any]) -> Path:
    folder.mkdir()
    summary = {**said, "content_hash": sha256_of(said), "timings": {"all": 1.0}}
    (folder / name).write_text(json.dumps(summary), encoding="utf-8")
    write_manifest(folder, kind, {"content_hash": summary["content_hash"], "files": {}})
    return folder


def simulation(folder: Path, policy: Sequence[str], challenger: Sequence[str]) -> Path:
    def side(hashes: Sequence[str]) -> dict[str, Any]:
        return {"name": "x", "versions": [{"as_of": "2025-01-31", "version": "v", "content_hash": h} for h in hashes]}

    said = {
        "dates": ["2025-01-31"],
        "total": {"rows": 200, "moved": 7},
        "policies": {"policy": side(policy), "challenger": side(challenger)},
    }
    return folder_of(folder, SIMULATION, SIMULATED, said)


def run_of(folder: Path, content_hash: str) -> Path:
    said = {"policy": {"content_hash": content_hash}, "counts": {"customers": 200, "warnings": 9}}
    return folder_of(folder, RUN, RAN, said)


def evidence(place: Place, folder: Path | None, today: dt.date = TODAY) -> dict[str, Any]:
    log = read_log(place.store)
    return simulated_evidence(place, folder, draft_in(place.rules, log), log, today)


@pytest.fixture
def first(tmp_path: Path) -> Place:
    """A draft of a first release."""
    place = place_of(small_policy(tmp_path))
    start(place, person("Li Wei", MORNING), "first")
    return place


@pytest.fixture
def second(tmp_path: Path) -> Place:
    """A draft that changes a threshold on 1 January, with something published before."""
    place = released_place(tmp_path)
    change_hold(place.rules, CHANGED.isoformat(), 45)
    start(place, person("Li Wei", LATER), "stricter")
    return place


def test_a_first_release_needs_a_run_with_this_policy(first: Place, tmp_path: Path) -> None:
    found = evidence(first, run_of(tmp_path / "run", content(first.rules, TODAY)))
    assert (found["kind"], found["baseline"], found["customers"]) == ("run", None, 200)
    with pytest.raises(UsageError, match="give a run that riskengine rerate made with this policy"):
        evidence(first, None)
    with pytest.raises(FindingsError, match="another policy was tried there"):
        evidence(first, run_of(tmp_path / "other", "0" * 64))
    with pytest.raises(FindingsError, match="does not show what this policy says on 2026-11-23"):
        evidence(first, run_of(tmp_path / "old", content(first.rules, OLD)))


def test_a_first_release_may_be_simulated_against_anything(first: Place, tmp_path: Path) -> None:
    found = evidence(first, simulation(tmp_path / "s", ["0" * 64], [content(first.rules, TODAY)]))
    assert (found["kind"], found["moved"]) == ("simulation", 7)


def test_a_change_needs_a_simulation_of_what_changes(second: Place, tmp_path: Path) -> None:
    now, then = content(second.rules, TODAY), content(second.rules, CHANGED)
    found = evidence(second, simulation(tmp_path / "s", [now], [then]))
    assert (found["tried"], found["against"]) == ([then], [now])
    with pytest.raises(FindingsError, match="does not show what this policy says on 2027-01-01") as caught:
        evidence(second, simulation(tmp_path / "as_of", [now], [now]))
    assert "--policy rules/published --policy-day 2027-01-01 --challenger rules --challenger-day 2027-01-01" in str(
        caught.value
    )
    with pytest.raises(FindingsError, match="does not show what the published policy says"):
        evidence(second, simulation(tmp_path / "old", [content(second.rules, OLD)], [then]))
    with pytest.raises(FindingsError, match="compared with another policy than"):
        evidence(second, simulation(tmp_path / "other", ["0" * 64], [then]))
    with pytest.raises(FindingsError, match="compared with nothing, but a policy is published"):
        evidence(second, run_of(tmp_path / "run", then))
    with pytest.raises(UsageError, match="the draft changes what is decided from 2027-01-01 on"):
        evidence(second, None)


def test_where_nothing_is_decided_otherwise_nothing_is_simulated(tmp_path: Path) -> None:
    place = released_place(tmp_path)
    edit(place.rules / "hard_stops/hold.yaml", "ruleset:", "# said better\nruleset:")
    start(place, person("Li Wei", LATER), "a comment")
    assert evidence(place, None)["kind"] == "decides as what is published"


def test_altered_results_are_refused(first: Place, tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", content(first.rules, TODAY))
    edit(folder / RAN, '"customers": 200', '"customers": 2000')
    with pytest.raises(InputError, match="was changed after it was made"):
        evidence(first, folder)
    with pytest.raises(InputError, match="there is no such folder"):
        evidence(first, tmp_path / "none")
    with pytest.raises(InputError, match="is incomplete"):
        evidence(first, folder_of(tmp_path / "half", SIMULATION, SIMULATED, {"dates": []}))


def test_publishing_on_a_day_whose_change_was_not_tried(second: Place) -> None:
    """Two changes to come; only the first was simulated, and the policy is to begin with the second."""
    change_hold(second.rules, "2027-06-01", 30)
    start(second, person("Li Wei", LATER), "stricter still")
    tried = {**trial_of(second), "tried": [content(second.rules, CHANGED)]}
    for step in (Step.CHECKED, Step.PROVED, Step.SIMULATED):
        add_evidence(second, step, lambda _draft, _log: tried, by=None, at=LATER)
    approve(second, person("Chen Jing", LATER))
    with pytest.raises(FindingsError, match="on 2027-01-01 policy"):
        publish(second, person("Chen Jing", LATER), dt.date(2027, 6, 1))
    publish(second, person("Chen Jing", LATER), TODAY + dt.timedelta(days=1))
