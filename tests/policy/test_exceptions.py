"""exceptions.yaml and policy.yaml: what holds on a date, and what is refused."""

import datetime as dt
from pathlib import Path

import pytest

from riskengine.policy.checks.exceptions import check_expired
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.source import examine, load_policy
from support.policy_folder import VOCABULARY, good_policy

AGREED = "reason: Season, requested_by: a.meier, approved_by: b.chen"
EXCEPTIONS = f"""
exclusions:
  - {{rule: EWS-PAY-001, customer: C2, from: 2022-03-01, until: 2022-06-01, {AGREED}}}
  - {{rule: EWS-PAY-001, group: G1, from: 2022-01-01, until: 2023-01-01, {AGREED}}}
temporary_limits:
  - {{customer: C1, limit: 500000, from: 2022-05-01, until: 2022-08-01, {AGREED}}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = good_policy(tmp_path)
    (folder / "exceptions.yaml").write_text(EXCEPTIONS, encoding="utf-8")
    return folder


def test_what_was_agreed_holds_from_its_first_day_to_the_day_before_until(root: Path) -> None:
    source = load_policy(root, VOCABULARY)

    def held(day: str) -> tuple[list[str | None], list[str]]:
        policy = source.in_force(dt.date.fromisoformat(day))
        return [one.customer_id or one.group_id for one in policy.exclusions], [
            one.customer_id for one in policy.temporary_limits
        ]

    assert held("2021-12-31") == ([], [])
    assert held("2022-02-28") == (["G1"], [])
    assert held("2022-03-01") == (["G1", "C2"], [])
    assert held("2022-05-31") == (["G1", "C2"], ["C1"])
    assert held("2022-06-01") == (["G1"], ["C1"])
    assert held("2023-01-01") == ([], [])


def test_the_entries_are_read_whole(root: Path) -> None:
    policy = load_policy(root, VOCABULARY).in_force(dt.date(2022, 5, 5))
    start, until = dt.date(2022, 5, 1), dt.date(2022, 8, 1)
    assert policy.temporary_limits == (TemporaryLimit("C1", 500_000.0, start, until, "Season", "a.meier", "b.chen"),)
    first = Exclusion(
        "EWS-PAY-001", None, "G1", dt.date(2022, 1, 1), dt.date(2023, 1, 1), "Season", "a.meier", "b.chen"
    )
    assert policy.exclusions[0] == first


def test_content_and_version_follow_what_was_agreed(root: Path) -> None:
    source = load_policy(root, VOCABULARY)
    days = [dt.date(2022, month, 15) for month in (2, 4, 5, 7, 9)]
    policies = [source.in_force(day) for day in days]
    hashes = [policy.content_hash for policy in policies]
    assert hashes[0] == hashes[4]  # the same exclusion alone
    assert len(set(hashes)) == 4
    assert [policy.version[:10] for policy in policies] == [
        "2022-01-01", "2022-03-01", "2022-05-01", "2022-06-01", "2022-08-01"
    ]  # fmt: skip
    assert set(source.draft.dates()) < set(source.draft.all_dates())


def test_the_order_of_the_file_does_not_show(root: Path) -> None:
    day = dt.date(2022, 5, 5)
    before = load_policy(root, VOCABULARY).in_force(day).content_hash
    lines = EXCEPTIONS.strip().splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    (root / "exceptions.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert load_policy(root, VOCABULARY).in_force(day).content_hash == before


FINDINGS = [
    ("rule: EWS-PAY-001, group", "rule: EWS-PAY-011, group", "4: there is no rule EWS-PAY-011. Remedy: did you mean"),
    ("rule: EWS-PAY-001, group", "rule: EWS-PAY-001#2, group", "'EWS-PAY-001#2' is not an id"),
    (
        "from: 2022-01-01, until: 2023-01-01",
        "from: 2019-01-01, until: 2020-01-01",
        "is not in force between 2019-01-01",
    ),
    (
        "from: 2022-01-01, until: 2023-01-01",
        "from: 2022-01-01, until: 2022-01-01",
        "ends on 2022-01-01, before it begins",
    ),
    ("from: 2022-01-01, until: 2023-01-01", "from: 2022-01-01", "'exclusions.1.until' is missing"),
    (
        "approved_by: b.chen",
        "approved_by: A.Meier ",
        "was requested and approved by 'A.Meier'; another person approves",
    ),
    ("reason: Season, ", "", "'exclusions.0.reason' is missing"),
    ("group: G1, ", "", "an exclusion is for a customer or for a group: name one of the two"),
    ("group: G1, ", "group: G1, customer: C1, ", "an exclusion is for a customer or for a group: name one of the two"),
    ("group: G1", "gruop: G1", "unknown key 'exclusions.1.gruop'. Remedy: did you mean 'group'?"),
    (
        "group: G1",
        "customer: C2",
        "4: customer C2 is exempt from the rule twice at a time, the other is rules/exceptions",
    ),
    ("limit: 500000", "limit: 0", "greater than 0"),
    ("limit: 500000", "limit: much", "'temporary_limits.0.limit'"),
]


@pytest.mark.parametrize(("before", "after", "what"), FINDINGS, ids=[what for *_, what in FINDINGS])
def test_a_mistake_is_explained(root: Path, before: str, after: str, what: str) -> None:
    assert before in EXCEPTIONS
    (root / "exceptions.yaml").write_text(EXCEPTIONS.replace(before, after, 1), encoding="utf-8")
    found = [str(finding) for finding in examine(root, VOCABULARY)[1]]
    assert any(what in finding and finding.startswith("rules/exceptions.yaml:") for finding in found), found


def test_two_temporary_limits_of_one_customer_at_a_time(root: Path) -> None:
    more = f"  - {{customer: C1, limit: 9, from: 2022-07-31, until: 2022-09-01, {AGREED}}}\n"
    path = root / "exceptions.yaml"
    path.write_text(EXCEPTIONS + more, encoding="utf-8")
    found = [str(finding) for finding in examine(root, VOCABULARY)[1]]
    assert any("customer C1 is given a temporary limit twice at a time" in finding for finding in found)
    path.write_text(EXCEPTIONS + more.replace("07-31", "08-01"), encoding="utf-8")
    assert examine(root, VOCABULARY)[1] == ()


def test_what_ended_is_told_to_whoever_checks_later(root: Path) -> None:
    draft = load_policy(root, VOCABULARY).draft
    assert list(check_expired(draft, dt.date(2022, 5, 31))) == []
    assert [str(finding) for finding in check_expired(draft, dt.date(2022, 6, 1))] == [
        "rules/exceptions.yaml:3: this ended on 2022-06-01. Remedy: remove it, or agree it anew"
    ]
    assert len(list(check_expired(draft, dt.date(2024, 1, 1)))) == 3


def test_both_files_may_be_absent_and_lists_empty(tmp_path: Path) -> None:
    folder = good_policy(tmp_path)
    assert not (folder / "exceptions.yaml").exists()
    (folder / "exceptions.yaml").write_text("exclusions: []\ntemporary_limits: []\n", encoding="utf-8")
    assert load_policy(folder, VOCABULARY).in_force(dt.date(2022, 1, 1)).exclusions == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name: P\ncurrency: yuan\nowner: x\n", "'currency': string should match pattern"),
        ("name: P\nowner: x\n", "'currency' is missing"),
        ("name: P\ncurrency: NO\nowner: x\n", "'currency': string should match pattern"),
        ("name: P\ncurency: CNY\nowner: x\n", "unknown key 'curency'. Remedy: did you mean 'currency'?"),
    ],
)
def test_the_policy_says_in_which_currency_it_is(tmp_path: Path, text: str, what: str) -> None:
    folder = good_policy(tmp_path)
    assert load_policy(folder, VOCABULARY).in_force(dt.date(2022, 1, 1)).currency == "CNY"
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    assert any(what in str(finding) for finding in examine(folder, VOCABULARY)[1])


def test_another_currency_is_another_policy(tmp_path: Path) -> None:
    folder, day = good_policy(tmp_path), dt.date(2022, 1, 1)
    before = load_policy(folder, VOCABULARY).in_force(day).content_hash
    path = folder / "policy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("CNY", "EUR"), encoding="utf-8")
    assert load_policy(folder, VOCABULARY).in_force(day).content_hash != before
