from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.scoring.spec import DateWindow, RelativeWindow, SnapshotSpec
from riskengine.scoring.split import last_uncensored_month_end, month_ends_back, split_by_time
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError


def back(first, last):
    return RelativeWindow(from_months_back=first, to_months_back=last)


def days(first, last):
    return DateWindow.model_validate({"from": first, "to": last})


def split(train, test, *, begin=date(2023, 1, 1), end=date(2025, 12, 31), horizon=365, **more):
    spec = SnapshotSpec(train=train, test=test, **more)
    return split_by_time(spec, first_day=day_number(begin), last_day=day_number(end), horizon_days=horizon)


def test_36_months_of_data_and_a_horizon_of_12():
    found = split(back(30, 12), back(0, 0), every_months=2, min_history_months=4)
    assert found.test == (date(2024, 12, 31),)
    assert found.train[0] == date(2023, 6, 30)
    assert found.train[-1] == date(2023, 12, 31)
    assert all(d < date(2023, 5, 31) for d in found.too_early)
    assert found.gap_days == 366


def test_the_windows_of_the_closed_ledger():
    found = split(
        days(date(2019, 4, 30), date(2019, 8, 31)),
        days(date(2019, 10, 31), date(2019, 12, 31)),
        begin=date(2018, 12, 1),
        end=date(2020, 5, 22),
        horizon=60,
    )
    assert [d.month for d in found.train] == [4, 5, 6, 7, 8]
    assert [d.day for d in found.test] == [31, 30, 31]


def test_windows_without_a_gap_are_refused_unless_the_spec_says_why():
    with pytest.raises(InputError, match="into the test window that begins 2024-12-31"):
        split(back(20, 11), back(0, 0))
    assert split(back(20, 11), back(0, 0), overlap_reason="a study").gap_days == 335


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (back(99, 40), back(0, 0), "train window holds no snapshot"),
        (back(24, 12), days(date(2025, 6, 30), date(2025, 6, 30)), "has an outcome yet"),
        (
            days(date(2023, 6, 29), date(2023, 8, 31)),
            back(0, 0),
            "snapshots.train: 2023-06-29 is not the end of a month",
        ),
        (back(20, 18), days(date(2024, 11, 30), date(2024, 12, 30)), "snapshots.test: 2024-12-30 is not the end of"),
        (days(date(2023, 8, 31), date(2023, 6, 30)), back(0, 0), "from 2023-08-31 lies after to 2023-06-30"),
        (back(0, 0), back(13, 13), "begins 2023-11-30, before the last training snapshot 2024-12-31"),
        (back(13, 0), back(0, 0), "begins 2024-12-31, on the last training snapshot"),
    ],
)
def test_windows_that_cannot_be_used(train, test, message):
    with pytest.raises(InputError, match=message):
        split(train, test, min_history_months=3)


@settings(deadline=None, max_examples=50)
@given(st.integers(10_000, 25_000), st.integers(1, 800))
def test_the_last_uncensored_month_end_is_the_last(last, horizon):
    found = last_uncensored_month_end(last, horizon)
    assert month_ends_back(found, 0) == found
    assert day_number(found) + horizon <= last
    assert day_number(month_ends_back(found, -1)) + horizon > last


@settings(deadline=None, max_examples=50)
@given(st.integers(10_000, 25_000), st.integers(-40, 40))
def test_months_back_and_forth_come_home(number, months):
    end = month_ends_back(day_of(number), 0)
    assert month_ends_back(month_ends_back(end, months), -months) == end


def test_no_reason_makes_a_test_of_months_that_were_learnt_from():
    with pytest.raises(InputError, match="nothing would be tested out of time"):
        split(back(13, 0), back(1, 0), overlap_reason="a study")


def test_from_must_not_lie_after_to():
    with pytest.raises(ValueError, match="must not be smaller"):
        back(3, 4)
