"""rules/CHANGELOG.md: what changed, under the date on which it takes effect, newest first."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

from riskengine.tables.yaml_file import Finding

_HEADING = re.compile(r"##\s+(?P<title>.*?)\s*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def changelog_findings(text: str, where: str) -> Iterator[Finding]:
    """Headings that are no dates, dates that do not fall, and dates under which nothing stands."""
    newest: dt.date | None = None
    for line, title, body in _sections(text):
        day = _day(title)
        if day is None:
            yield Finding(f"{where}:{line}", f"'{title}' is not a date", "head it with the date of effect, YYYY-MM-DD")
            continue
        if newest is not None and day >= newest:
            yield Finding(f"{where}:{line}", f"{day} does not come before {newest}", "newest first, each date once")
        if not body:
            yield Finding(f"{where}:{line}", f"nothing is said about {day}", "say what changes for whom, on whose word")
        newest = day


def changelog_entries(text: str) -> Mapping[dt.date, str]:
    """What is said about each date.

    >>> changelog_entries("# Changes\\n\\n## 2026-12-01\\n\\n- Stricter.\\n")
    {datetime.date(2026, 12, 1): '- Stricter.'}
    """
    found = {_day(title): body for _, title, body in _sections(text)}
    return {day: body for day, body in found.items() if day is not None and body}


def unsaid(text: str, days: Iterable[dt.date]) -> tuple[dt.date, ...]:
    """The dates of effect about which the changelog says nothing, ascending."""
    return tuple(sorted(set(days) - changelog_entries(text).keys()))


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, title and body of every second-level heading."""
    lines = text.splitlines()
    heads = [(number, found["title"]) for number, line in enumerate(lines) if (found := _HEADING.fullmatch(line))]
    ends = [*(number for number, _ in heads), len(lines)]
    for (number, title), end in zip(heads, ends[1:], strict=True):
        yield number + 1, title, "\n".join(lines[number + 1 : end]).strip()


def _day(title: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(title) if _DATE.fullmatch(title) else None
    except ValueError:
        return None
