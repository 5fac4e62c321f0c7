"""The changelog by impacted dates."""

import datetime as dt

import pytest

from riskengine.policy.release.changelog import changelog_entries, changelog_findings, unsaid

GOOD = "# Changes\n\nNewest first.\n\n## 2026-12-01\n\n- Stricter.\n\n## 2019-01-01\n- Looser.\n  On whose word.\n"


def test_entries_by_date() -> None:
    assert changelog_entries(GOOD) == {
        dt.date(2026, 12, 1): "- Stricter.",
        dt.date(2019, 1, 1): "- Looser.\n  On whose word.",
    }
    assert tuple(changelog_findings(GOOD, "c")) == ()


def test_dates_about_which_nothing_is_said() -> None:
    days = {dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2018, 1, 1)}
    assert unsaid(GOOD, days) == (dt.date(2018, 1, 1), dt.date(2027, 1, 1))
    assert unsaid("", days) == tuple(sorted(days))


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("## Unreleased\n- a\n", "c:1", "'Unreleased' is not a date"),
        ("## 20261201\n- a\n", "c:1", "is not a date"),
        ("## 2026-13-01\n- a\n", "c:1", "is not a date"),
        ("## 2026-01-01\n- a\n\n## 2026-02-01\n- b\n", "c:4", "2026-02-01 does not come before 2026-01-01"),
        ("## 2026-01-01\n- a\n## 2026-01-01\n- b\n", "c:3", "does not come before"),
        ("## 2026-01-01\n\n## 2025-01-01\n- b\n", "c:1", "nothing is said about 2026-01-01"),
    ],
)
def test_what_is_wrong(text: str, place: str, says: str) -> None:
    (finding,) = changelog_findings(text, "c")
    assert finding.place == place
    assert says in finding.what
