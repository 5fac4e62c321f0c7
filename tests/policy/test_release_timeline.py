"""Which publication is in force on which day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.policy.release.log import Entry, Note, Step, next_entry
from riskengine.policy.release.timeline import in_force, last_published, timeline

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
A, B, C = (letter * 64 for letter in "abc")


def log_of(*steps: tuple[Step, str, int]) -> tuple[Entry, ...]:
    """Steps with their first day in January 2026."""
    log: tuple[Entry, ...] = ()
    for step, bundle, day in steps:
        log = (*log, next_entry(log, Note(step, bundle, "Li", AT, start=dt.date(2026, 1, day))))
    return log


def days(log: tuple[Entry, ...]) -> str:
    """What is in force on each of the first days of January."""
    found = (in_force(timeline(log), dt.date(2026, 1, day)) for day in range(1, 11))
    return "".join("." if one is None else one.bundle[0] for one in found)


PUB, RET = Step.PUBLISHED, Step.RETIRED


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], ".........."),
        ([(PUB, A, 3)], "..aaaaaaaa"),
        ([(PUB, A, 3), (PUB, B, 6)], "..aaabbbbb"),
        ([(PUB, A, 3), (RET, A, 6)], "..aaa....."),
        ([(PUB, A, 3), (RET, A, 6), (PUB, B, 8)], "..aaa..bbb"),
        ([(PUB, A, 3), (PUB, B, 8), (RET, A, 6)], "..aaa..bbb"),
        ([(PUB, A, 3), (PUB, B, 8), (RET, B, 8)], "..aaaaaaaa"),  # withdrawn before it began
        ([(PUB, A, 3), (PUB, B, 8), (RET, B, 5)], "..aaaaaaaa"),
        ([(PUB, A, 3), (PUB, B, 3)], "..bbbbbbbb"),  # the later recorded of two
        ([(PUB, A, 3), (RET, A, 5), (PUB, A, 8)], "..aa...aaa"),
        ([(PUB, A, 3), (PUB, B, 5), (PUB, C, 7), (RET, C, 9)], "..aabbcc.."),
    ],
)
def test_a_month(steps: list[tuple[Step, str, int]], says: str) -> None:
    assert days(log_of(*steps)) == says


def test_the_last_published_is_the_one_a_new_one_replaces() -> None:
    assert last_published(()) is None
    assert last_published(log_of((PUB, A, 3), (RET, A, 2))) is None
    found = last_published(log_of((PUB, A, 3), (RET, A, 6)))
    assert found is not None
    assert (found.bundle, found.retired, found.end) == (A, True, dt.date(2026, 1, 6))


@given(
    st.lists(
        st.tuples(st.sampled_from([PUB, RET]), st.sampled_from([A, B, C]), st.integers(1, 10)), min_size=1, max_size=8
    )
)
def test_at_most_one_is_in_force_on_any_day(steps: list[tuple[Step, str, int]]) -> None:
    publications = timeline(log_of(*steps))
    for day in range(1, 12):
        assert sum(one.holds(dt.date(2026, 1, day)) for one in publications) <= 1
    assert list(publications) == sorted(publications, key=lambda one: one.start)
