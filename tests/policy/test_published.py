"""Published policies, opened by date and only after their bytes were compared with their hash."""

import datetime as dt
import re
from pathlib import Path

import pytest

from riskengine.policy.findings import PolicyFindings
from riskengine.policy.reading import FolderReader
from riskengine.policy.release.published import (
    is_store,
    open_policy,
    open_source,
    policies_of,
    policy_folder,
    policy_of_content,
    read_store,
)
from riskengine.policy.release.published_bundle import file_hashes, policy_files
from riskengine.policy.source import load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.release.policy import Place, person, retire
from support.released import MORNING, TODAY, change_hold, edit, release, released_place, small_policy

LATER = MORNING + dt.timedelta(days=1)
CHANGED = dt.date(2027, 1, 1)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two publications: from the first day, and one whose threshold falls on 1 January."""
    place = released_place(tmp_path)
    change_hold(place.rules, CHANGED.isoformat(), 45)
    release(place, CHANGED, LATER)
    return place


def hold(policy_day: tuple[Path, dt.date]) -> object:
    return open_policy(*policy_day).parameters["hold_dpd"]


def test_each_day_has_its_policy(place: Place) -> None:
    assert hold((place.store, TODAY)) == 60
    assert hold((place.store, CHANGED - dt.timedelta(days=1))) == 60
    assert hold((place.store, CHANGED)) == 45


def test_what_people_edit_does_not_matter(place: Place) -> None:
    edit(place.rules / "parameters.yaml", "value: 60", "value: 1")
    assert hold((place.store, TODAY)) == 60
    assert hold((place.rules, TODAY)) == 1


def test_one_bundle_is_a_policy_folder_too(place: Place) -> None:
    first = read_store(place.store).bundles[0]
    assert hold((place.store / first, CHANGED)) == 60
    assert load_policy(place.store / first).in_force(dt.date(2016, 1, 1)).parameters["hold_dpd"] == 90


def test_the_policies_of_many_dates(place: Place) -> None:
    on = policies_of(place.store)
    assert [on(day).parameters["hold_dpd"] for day in (TODAY, CHANGED)] == [60, 45]
    assert policies_of(place.rules)(TODAY).parameters["hold_dpd"] == 60
    with pytest.raises(UsageError, match="no policy was published"):
        on(TODAY - dt.timedelta(days=1))


def test_a_policy_tried_on_days_before_it_held(place: Place) -> None:
    then = dt.date(2025, 3, 31)
    for path, day, value in ((place.store, CHANGED, 45), (place.store, TODAY, 60), (place.rules, CHANGED, 45)):
        tried = policies_of(path, day)(then)
        assert (tried.parameters["hold_dpd"], tried.as_of) == (value, then)
        assert tried.content_hash == open_policy(path, day).content_hash


def test_before_the_first_and_after_the_last(place: Place) -> None:
    with pytest.raises(UsageError, match=r"no policy was published for 2026-11-22: the first, \w{8}, is in force from"):
        open_policy(place.store, TODAY - dt.timedelta(days=1))
    last = read_store(place.store).publications[-1].bundle
    retire(place, last, person("Chen Jing", LATER), dt.date(2027, 6, 1), "to be written anew")
    assert hold((place.store, dt.date(2027, 5, 31))) == 45
    with pytest.raises(
        UsageError, match=rf"no policy is in force on 2027-06-01: {last[:8]} was retired from 2027-06-01"
    ):
        open_policy(place.store, dt.date(2027, 6, 1))


def test_where_nothing_was_published(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    with pytest.raises(InputError, match="no policy was published here"):
        open_policy(tmp_path / "published", TODAY)
    place = released_place(tmp_path / "other", CHANGED)
    retire(place, read_store(place.store).bundles[0], person("Chen Jing", LATER), CHANGED, "not wanted after all")
    with pytest.raises(UsageError, match="no policy is published"):
        open_policy(place.store, CHANGED)


def test_an_edited_bundle_is_never_used(place: Place) -> None:
    first = read_store(place.store).bundles[0]
    edit(place.store / first / "parameters.yaml", "value: 60", "value: 61")
    for path in (place.store, place.store / first):
        with pytest.raises(InputError, match=r"parameters.yaml: a published file was edited\. Remedy: restore"):
            open_policy(path, TODAY)
    assert hold((place.store, CHANGED)) == 45  # the other one is whole


@pytest.mark.parametrize("do", ["add", "remove", "manifest", "rename"])
def test_other_ways_to_change_a_bundle(place: Place, do: str) -> None:
    folder = place.store / read_store(place.store).bundles[0]
    match do:
        case "add":
            (folder / "hard_stops" / "more.yaml").write_text("rules: []\n", encoding="utf-8")
        case "remove":
            (folder / "hard_stops" / "hold.test.yaml").unlink()
        case "manifest":
            (folder / "manifest.json").write_text("{}", encoding="utf-8")
        case "rename":
            folder = folder.rename(place.store / ("0" * 64))
    with pytest.raises(InputError):
        open_policy(folder, TODAY)


def test_an_edited_log_is_never_used(place: Place) -> None:
    edit(place.store / "log.jsonl", "Chen Jing", "Chen Jin")
    with pytest.raises(InputError, match=r"log.jsonl:5: this line was edited"):
        open_policy(place.store, TODAY)


def test_the_policy_of_a_certificate(place: Place) -> None:
    first, second = read_store(place.store).bundles
    old = load_policy(place.store / first).in_force(CHANGED).content_hash
    new = load_policy(place.store / second).in_force(CHANGED).content_hash
    assert policy_of_content(place.store, CHANGED, new).parameters["hold_dpd"] == 45
    assert policy_of_content(place.store, CHANGED, old).parameters["hold_dpd"] == 60  # published, though not in force
    with pytest.raises(InputError, match="no published policy has the content 00000000 on 2027-01-01"):
        policy_of_content(place.store, CHANGED, "0" * 64)
    assert policy_of_content(place.rules, CHANGED, "0" * 64).parameters["hold_dpd"] == 45


def test_without_a_date_it_is_the_last_published(place: Place) -> None:
    assert policy_folder(place.store).name == read_store(place.store).publications[-1].bundle
    assert open_source(place.store).in_force(CHANGED).parameters["hold_dpd"] == 45
    assert policy_folder(place.rules) == place.rules


def test_what_is_published_is_no_part_of_the_policy(place: Place) -> None:
    reader = FolderReader(place.rules, standard_vocabulary())
    reader.read()
    assert reader.findings == []
    assert not any(name.startswith("published") for name in policy_files(place.rules))
    assert is_store(place.store)
    assert not is_store(place.rules)


def test_which_files_make_a_bundle(tmp_path: Path) -> None:
    root = small_policy(tmp_path)
    before = file_hashes(root)
    for name in ("README.md", ".hidden.yaml", "schema/rules.yaml", "published/x/parameters.yaml", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")
    assert file_hashes(root) == before
    assert {"CHANGELOG.md", "hard_stops/hold.test.yaml", "parameters.yaml"} <= before.keys()
    (root / "limits" / "new.yaml").parent.mkdir()
    (root / "limits" / "new.yaml").write_text("x", encoding="utf-8")
    assert file_hashes(root).keys() - before.keys() == {"limits/new.yaml"}


def test_a_policy_this_version_cannot_read_names_the_one_that_published_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_root: Path, _vocabulary: object) -> None:
        raise PolicyFindings((next(iter(_finding())),))

    monkeypatch.setattr("riskengine.policy.release.published.load_policy", unreadable)
    with pytest.raises(InputError, match=r"that version \d+\.\d+\.\d+ published: a\.yaml:1: retired"):
        open_policy(place.store, TODAY)


def _finding() -> list[object]:
    from riskengine.tables.yaml_file import Finding  # noqa: PLC0415 - only this test makes one

    return [Finding("a.yaml:1", "retired")]


def test_names_of_bundles_are_hashes(place: Place) -> None:
    assert all(re.fullmatch("[0-9a-f]{64}", bundle) for bundle in read_store(place.store).bundles)
