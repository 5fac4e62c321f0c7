"""Verification names the file or the line that was changed."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from riskengine.policy.release.log import Entry, Note, Step, next_entry
from riskengine.terms.errors import InputError
from riskengine.workflows.release.policy import Place, person, start
from riskengine.workflows.release.store import read_log
from riskengine.workflows.release.verify_releases import verify_releases
from support.released import MORNING, TODAY, change_hold, edit, release, released_place

LATER = MORNING + dt.timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = released_place(tmp_path)
    change_hold(place.rules, "2027-01-01", 45)
    release(place, dt.date(2027, 1, 1), LATER)
    return place


def first_bundle(place: Place) -> Path:
    return place.store / read_log(place.store)[5].note.bundle


def rewrite(place: Place, log: tuple[Entry, ...]) -> None:
    """A log with right hashes, as somebody who knows how would forge it."""
    forged: tuple[Entry, ...] = ()
    for entry in log:
        forged = (*forged, next_entry(forged, entry.note))
    (place.store / "log.jsonl").write_text("".join(f"{e.line()}\n" for e in forged), encoding="utf-8")


def said(place: Place, earlier: Path | None = None) -> list[str]:
    return [str(finding) for finding in verify_releases(place.store, earlier)]


def test_what_was_never_touched_is_whole(place: Place, tmp_path: Path) -> None:
    assert said(place) == []
    shutil.copytree(place.store, tmp_path / "backup")
    change_hold(place.rules, "2027-02-01", 30)
    start(place, person("Li Wei", LATER), "stricter still")
    assert said(place, tmp_path / "backup") == []


def test_where_nothing_was_published_nothing_can_be_changed(tmp_path: Path, place: Place) -> None:
    assert verify_releases(tmp_path / "none") == ()
    assert "another line stood here" in str(verify_releases(tmp_path / "none", place.store)[0])
    with pytest.raises(InputError, match="there is no log"):
        verify_releases(tmp_path)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda p: edit(first_bundle(p) / "parameters.yaml", "value: 60", "value: 61"), "parameters.yaml: a published"),
        (lambda p: (first_bundle(p) / "limits.yaml").unlink(), "limits.yaml: a published file is missing"),
        (lambda p: (first_bundle(p) / "x.txt").write_text("x"), "x.txt: this file was not published"),
        (lambda p: edit(first_bundle(p) / "manifest.json", "2020-01-01", "2020-01-02"), "not the one the log names"),
        (lambda p: shutil.rmtree(first_bundle(p)), "there is no such folder"),
        (lambda p: edit(p.store / "log.jsonl", "Chen Jing", "Chen Jin"), "log.jsonl:5: this line was edited"),
        (lambda p: (p.store / ".tmp.part").mkdir(), "left over from a publication that was interrupted"),
    ],
)
def test_harm_is_named(place: Place, harm: Callable[[Place], object], says: str) -> None:
    harm(place)
    found = said(place)
    assert found
    assert says in found[0]


def test_a_torn_last_line(place: Place) -> None:
    log = place.store / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-10])
    found = said(place)
    assert "log.jsonl:12: the last line is unfinished. Remedy: delete this line" in found[0]
    assert any("nothing in the log says that this was published" in line for line in found)


def test_a_log_cut_short_leaves_a_bundle_without_a_line(place: Place) -> None:
    rewrite(place, read_log(place.store)[:11])
    (finding,) = said(place)
    assert "nothing in the log says that this was published" in finding


def test_a_rewritten_end_is_found_against_an_older_copy(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.store, tmp_path / "backup")
    log = read_log(place.store)
    note = Note(Step.RETIRED, log[5].note.bundle, "Mallory", LATER, "nobody will see", dt.date(2026, 12, 1))
    rewrite(place, (*log[:11], next_entry(log[:11], note)))
    shutil.rmtree(place.store / log[11].note.bundle)
    assert said(place) == []
    assert [line.split(": ")[0].removeprefix(str(place.store)) for line in said(place, tmp_path / "backup")] == [
        "/log.jsonl:12",
        *(f"/{log[11].note.bundle}/{name}" for name in _names(tmp_path / "backup" / log[11].note.bundle)),
    ]


def _names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]


def without(log: tuple[Entry, ...], step: Step) -> tuple[Entry, ...]:
    return tuple(entry for entry in log if entry.note.step is not step)


def by(log: tuple[Entry, ...], step: Step, name: str) -> tuple[Entry, ...]:
    return tuple(
        next_entry((), Note(e.note.step, e.note.bundle, name, e.note.at, e.note.reason, e.note.start, e.note.evidence))
        if e.note.step is step
        else e
        for e in log
    )


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (lambda log: without(log, Step.APPROVED), ":5: published, but policy"),
        (lambda log: without(log, Step.PROVED), ":4: approved, but policy"),
        (lambda log: without(log, Step.STARTED), ":1: checked without a draft"),
        (lambda log: by(log, Step.APPROVED, "li WEI"), ":5: approved, but li WEI started a draft"),
    ],
)
def test_forged_lines_with_right_hashes_break_a_gate(
    place: Place, forge: Callable[[tuple[Entry, ...]], tuple[Entry, ...]], says: str
) -> None:
    rewrite(place, forge(read_log(place.store)))
    assert says in said(place)[0]


def test_a_backdated_publication_is_found(place: Place) -> None:
    log = read_log(place.store)
    last = log[-1].note
    back = Note(last.step, last.bundle, last.by, last.at, "", TODAY - dt.timedelta(days=9), last.evidence)
    rewrite(place, (*log[:-1], next_entry(log[:-1], back)))
    assert ":12: published, but from 2026-11-14, which had passed" in said(place)[0]


def test_a_version_that_reads_it_otherwise_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from riskengine.policy import source  # noqa: PLC0415 - patched here only

    hashed = source.content_hash
    monkeypatch.setattr(source, "content_hash", lambda *parts, **named: hashed(*parts, **named)[::-1])
    found = said(place)
    assert "this version reads another policy in it, first on 2015-01-01" in found[0]
    assert "a content hash is for ever" in found[0]
