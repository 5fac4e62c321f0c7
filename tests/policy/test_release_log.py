"""The log of releases: every edit shows, at its line."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.policy.release.log import Entry, Note, Step, next_entry, parse_log

AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def log_of(count: int) -> tuple[Entry, ...]:
    log: tuple[Entry, ...] = ()
    for number in range(count):
        note = Note(
            Step.STARTED, f"{number:064x}", "李伟", AT + dt.timedelta(hours=number), "first", dt.date(2026, 12, 1)
        )
        log = (*log, next_entry(log, note))
    return log


def data_of(log: tuple[Entry, ...]) -> bytes:
    return "".join(f"{entry.line()}\n" for entry in log).encode()


DATA = data_of(log_of(4))


def test_it_reads_what_it_wrote() -> None:
    assert parse_log(DATA, "log") == (log_of(4), ())
    assert parse_log(b"", "log") == ((), ())


@given(st.integers(0, len(DATA) - 2), st.integers(1, 255))
def test_any_changed_byte_is_found_at_its_line(place: int, other: int) -> None:
    changed = bytearray(DATA)
    changed[place] ^= other
    _, findings = parse_log(bytes(changed), "log")
    lines = {int(finding.place.rpartition(":")[2]) for finding in findings}
    assert lines
    assert DATA[:place].count(b"\n") + 1 in lines


@pytest.mark.parametrize(
    ("lines", "first_bad"),
    [([0, 2, 3], 2), ([0, 1, 1, 2, 3], 3), ([1, 0, 2, 3], 1), ([1, 2, 3], 1), ([0, 2, 1, 3], 2)],
)
def test_lines_removed_repeated_or_moved_are_found(lines: list[int], first_bad: int) -> None:
    kept = DATA.splitlines(keepends=True)
    _, findings = parse_log(b"".join(kept[line] for line in lines), "log")
    assert findings[0].place == f"log:{first_bad}"
    assert "does not follow" in findings[0].what


def test_a_line_rewritten_with_its_own_hash_breaks_the_next() -> None:
    log = log_of(3)
    other = next_entry(log[:1], Note(Step.APPROVED, "f" * 64, "Mallory", AT + dt.timedelta(hours=1)))
    _, findings = parse_log(data_of((log[0], other, log[2])), "log")
    assert [finding.place for finding in findings] == ["log:3"]


def test_an_unfinished_last_line_says_how_to_go_on() -> None:
    entries, findings = parse_log(DATA[:-20], "log")
    assert len(entries) == 3
    assert [finding.place for finding in findings] == ["log:4"]
    assert "unfinished" in findings[0].what
    assert findings[0].remedy is not None
    assert "do the step again" in findings[0].remedy


def test_a_line_dated_before_the_last_is_found() -> None:
    first = next_entry((), Note(Step.STARTED, "a" * 64, "Li", AT))
    second = next_entry((first,), Note(Step.CHECKED, "a" * 64, "Li", AT - dt.timedelta(minutes=11)))
    _, findings = parse_log(data_of((first, second)), "log")
    assert "dated before" in findings[0].what
    near = next_entry((first,), Note(Step.CHECKED, "a" * 64, "Li", AT - dt.timedelta(minutes=9)))
    assert parse_log(data_of((first, near)), "log")[1] == ()


@pytest.mark.parametrize("line", [b"{}", b"[]", b"null", b"\xff", b'"a"', b"{", b'{"step": "started"}'])
def test_what_is_no_line_is_named(line: bytes) -> None:
    _, findings = parse_log(line + b"\n", "log")
    assert findings[0].place == "log:1"


def test_a_time_without_zone_is_no_line() -> None:
    entry = next_entry((), Note(Step.STARTED, "a" * 64, "Li", AT.replace(tzinfo=None)))
    _, findings = parse_log(data_of((entry,)), "log")
    assert "no line of a log" in findings[0].what


def test_a_line_can_be_read_by_anybody() -> None:
    content = json.loads(DATA.splitlines()[1])
    assert content["by"] == "李伟"
    assert (content["number"], content["step"], content["from"]) == (2, "started", "2026-12-01")
