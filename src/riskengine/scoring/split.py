"""Which month ends are looked at: training and test windows with the horizon between them."""

import calendar
from dataclasses import dataclass
from datetime import date

from riskengine.scoring.spec import DateWindow, SnapshotSpec, Window
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class Split:
    """Snapshot dates, oldest first. `too_early` were asked for but have too little history before them."""

    train: tuple[date, ...]
    test: tuple[date, ...]
    too_early: tuple[date, ...]
    gap_days: int  # from the last training snapshot to the first test snapshot


def split_by_time(spec: SnapshotSpec, *, first_day: int, last_day: int, horizon_days: int) -> Split:
    """Snapshot dates for data that begins on `first_day` and ends on `last_day` (days since 1970-01-01).

    Raises InputError if a window is empty, not of month ends, or censored as a whole; if the test does not come after
    the training; or if the outcomes of the training window reach into the test window and the spec gives no reason.
    """
    anchor = last_uncensored_month_end(last_day, horizon_days)
    history_from = month_ends_back(day_of(first_day), -spec.min_history_months)
    train = _dates("train", spec.train, anchor, spec.every_months)
    test = _dates("test", spec.test, anchor, spec.every_months)
    too_early = tuple(d for d in train + test if d < history_from)
    train = tuple(d for d in train if d >= history_from)
    test = tuple(d for d in test if d >= history_from)
    for name, dates in (("train", train), ("test", test)):
        _check_window(name, dates, anchor, (day_of(first_day), day_of(last_day)))
    gap = (test[0] - train[-1]).days
    if gap <= 0:
        place = "on" if gap == 0 else "before"
        raise InputError(
            f"the test window begins {test[0]}, {place} the last training snapshot {train[-1]}: "
            "nothing would be tested out of time",
            where="snapshots",
            remedy="let the test window begin after the training window, with a gap of the horizon between them",
        )
    if gap < horizon_days and spec.overlap_reason is None:
        raise InputError(
            f"the outcomes of the last training snapshot {train[-1]} reach {horizon_days} days ahead, "
            f"into the test window that begins {test[0]}",
            where="snapshots",
            remedy="leave a gap of the horizon, or state overlap_reason in the spec",
        )
    return Split(train, test, too_early, gap)


def last_uncensored_month_end(last_day: int, horizon_days: int) -> date:
    """The last month end whose whole horizon lies inside the data.

    >>> last_uncensored_month_end(20088, 365)  # data to 2024-12-31
    datetime.date(2023, 12, 31)
    """
    latest = day_of(last_day - horizon_days)
    this_month = month_ends_back(latest, 0)
    return this_month if this_month == latest else month_ends_back(latest, 1)


def month_ends_back(day: date, months: int) -> date:
    """The end of the month that lies `months` before the month of `day` (after it, if negative).

    >>> month_ends_back(date(2024, 3, 15), 1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _dates(name: str, window: Window, anchor: date, every: int) -> tuple[date, ...]:
    """Month ends of a window, counted back from its last."""
    if isinstance(window, DateWindow):
        first, last = window.first, window.last
        for day in (first, last):
            if month_ends_back(day, 0) != day:
                raise InputError(
                    f"{day} is not the end of a month",
                    where=f"snapshots.{name}",
                    remedy=f"give {month_ends_back(day, 0)}, or another month end",
                )
        if first > last:
            raise InputError(f"from {first} lies after to {last}", where=f"snapshots.{name}", remedy="change them over")
    else:
        first = month_ends_back(anchor, window.from_months_back)
        last = month_ends_back(anchor, window.to_months_back)
    dates, back = [], 0
    while (day := month_ends_back(last, back)) >= first:
        dates.append(day)
        back += every
    return tuple(reversed(dates))


def _check_window(name: str, dates: tuple[date, ...], anchor: date, data: tuple[date, date]) -> None:
    begin, end = data
    if not dates:
        raise InputError(
            f"the {name} window holds no snapshot with enough history; the data begins on {begin} and ends on {end}",
            where=f"snapshots.{name}",
            remedy="move the window, lower min_history_months, or bring more months of data",
        )
    if dates[0] > anchor:
        raise InputError(
            f"no snapshot of the {name} window ({dates[0]} to {dates[-1]}) has an outcome yet: data ends on {end}, "
            f"the last snapshot whose horizon lies inside is {anchor}",
            where=f"snapshots.{name}",
            remedy="move the window back or choose a shorter horizon",
        )
