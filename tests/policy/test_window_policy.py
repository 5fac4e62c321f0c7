"""Patterns of events in a policy: facts that rules may name, dated, resolved, part of the content."""

import datetime as dt
from pathlib import Path

import pytest

from riskengine.features.event_window import WindowStep
from riskengine.features.feature import Unit
from riskengine.policy.difference.compare import Part, ValueChange, compare_on
from riskengine.policy.source import PolicySource, load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.policy.window_facts import with_windows
from riskengine.policy.window_reader import known_in
from riskengine.tables.events.forms import EventKind
from riskengine.terms.text import Text
from support.policy_folder import SHIPPED, VOCABULARY, good_policy

WINDOWS = """
versions:
  - from: 2020-01-01
    reference: manual
    decided_by: committee
    policy:
      windows:
        orders:
          text: {en: Large orders, zh: 大额订单}
          counts_for_days: 30
          steps:
            - {event: order, amount_from: "@materiality", count: 2, within_days: 30}
  - from: 2022-01-01
    reference: minutes
    decided_by: committee
    policy:
      windows:
        orders:
          text: {en: Large orders, zh: 大额订单}
          counts_for_days: 60
          steps:
            - {event: order, amount_from: "@materiality", count: 3, within_days: 30}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = good_policy(tmp_path)
    (root / "early_warning").mkdir()
    (root / "early_warning" / "windows.yaml").write_text(WINDOWS, encoding="utf-8")
    return root


def source(folder: Path) -> PolicySource:
    return load_policy(folder, VOCABULARY)


def test_a_pattern_holds_from_its_date_with_the_parameters_of_the_day(folder: Path):
    policies = source(folder)
    (before,) = policies.in_force(dt.date(2021, 12, 31)).windows
    (after,) = policies.in_force(dt.date(2022, 1, 1)).windows
    assert before.steps == (WindowStep(EventKind.ORDER, within_days=30, count=2, amount_from=5000.0),)
    assert (before.counts_for_days, after.counts_for_days) == (30, 60)
    assert after.steps[0].count == 3


def test_its_facts_have_a_unit_a_range_and_words(folder: Path):
    known = source(folder).draft.vocabulary
    holds, ago = known["evt_orders_holds"], known["evt_orders_days_ago"]
    assert (holds.unit, holds.low, holds.high, holds.text.zh) == (Unit.FLAG, 0.0, 1.0, "大额订单")
    assert (ago.unit, ago.low, ago.high) == (Unit.DAYS, 0.0, None)
    assert "evt_orders_holds" in known_in(source(folder).in_force(dt.date(2022, 1, 1)))


def test_a_policy_without_patterns_keeps_its_hash_and_one_with_them_has_another(folder: Path, tmp_path: Path):
    day = dt.date(2022, 1, 1)
    with_them = source(folder).in_force(day)
    (folder / "early_warning" / "windows.yaml").write_text(WINDOWS.replace("count: 3", "count: 4"), encoding="utf-8")
    other = source(folder).in_force(day)
    (folder / "early_warning" / "windows.yaml").unlink()
    without = source(folder).in_force(day)
    assert without.windows == ()
    assert len({with_them.content_hash, other.content_hash, without.content_hash}) == 3
    empty = (
        WINDOWS.split("versions:", maxsplit=1)[0]
        + "versions:\n"
        + "\n".join(["  - from: 2020-01-01", "    reference: manual", "    decided_by: committee", "    policy: {}"])
    )
    (folder / "early_warning" / "windows.yaml").write_text(empty, encoding="utf-8")
    assert source(folder).in_force(day).content_hash == without.content_hash


def test_what_differs_in_a_pattern_is_told(folder: Path):
    first = source(folder)
    (folder / "early_warning" / "windows.yaml").write_text(WINDOWS.replace("count: 3", "count: 4"), encoding="utf-8")
    second = source(folder)
    day = dt.date(2022, 1, 1)
    changed = compare_on(first, day, second, day)
    assert changed == (ValueChange(Part.WINDOWS, "orders.steps.1.count", 3, 4),)


def test_the_shipped_patterns_are_facts_of_shipped_rules():
    policy = load_policy(SHIPPED).in_force(dt.date(2024, 1, 1))
    named = {f"evt_{window.id}_holds" for window in policy.windows}
    used = {str(rule.when) for rule in policy.all_rules}
    assert named
    assert all(any(name in when for when in used) for name in named)


def test_no_pattern_takes_the_name_of_a_fact():
    assert with_windows(VOCABULARY, {}) is VOCABULARY
    facts = standard_vocabulary()
    assert len(with_windows(facts, {"a": Text("a", "a"), "a_holds": Text("b", "b")})) == len(facts) + 4
