"""Rules are exchanged while decisions run: every decision is made by one version, and old versions are freed."""

import gc
import os
import subprocess
import sys
import threading
import weakref

import pytest

from riskengine.policy.condition import Comparison, Condition, Not, Op, ParameterName
from riskengine.policy.rule import Rule
from riskengine.rules.live_rules import LiveRules
from riskengine.terms.decision import Outcome
from riskengine.terms.errors import InputError, UsageError
from support.faulty_extension import CountingExtension
from support.policy_folder import PROJECT
from support.random_rules import rule

RULES = 40


def version_of(threshold: float) -> tuple[Rule, ...]:
    """Rules that all say the same: hit from the threshold on, and every second one the opposite."""
    held = Comparison("x", Op.GE, threshold)
    conditions: list[Condition] = [held if place % 2 else Not(held) for place in range(RULES)]
    return tuple(rule(f"A-{place:03d}", when) for place, when in enumerate(conditions))


def test_the_version_is_name_and_content() -> None:
    live = LiveRules("trade", version_of(1.0))
    first = live.version
    assert first.startswith("trade@")
    assert live.reload("trade", version_of(1.0)) == first
    assert live.reload("trade", version_of(2.0)) != first
    assert live.reload("other", version_of(1.0)) == first.replace("trade", "other")
    assert live.decide({"x": 1.0}).version == live.version


def test_each_decision_is_wholly_by_one_version() -> None:
    """Threads decide about 5 while the threshold goes back and forth between 1 and 9."""
    live = LiveRules("low", version_of(1.0))
    expected = {live.version: Outcome.HIT, live.reload("high", version_of(9.0)): Outcome.NO_HIT}
    mixed: list[object] = []
    seen: set[str] = set()
    stop = threading.Event()

    def decide() -> None:
        while not stop.is_set():
            made = live.decide({"x": 5.0})
            seen.add(made.version)
            wanted = expected[made.version]
            other = Outcome.NO_HIT if wanted is Outcome.HIT else Outcome.HIT
            if list(made.outcomes.values()) != [other, wanted] * (RULES // 2):
                mixed.append(made)

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(2_000):
        if turn > 100 and seen == set(expected):
            break
        live.reload(*(("low", version_of(1.0)) if turn % 2 else ("high", version_of(9.0))))
    stop.set()
    for thread in threads:
        thread.join()
    assert mixed == []
    assert seen == set(expected)


def test_old_rulesets_are_freed() -> None:
    extension = CountingExtension()
    live = LiveRules("trade", version_of(0.0), extension=extension)
    old = weakref.ref(live._current.loaded)
    for threshold in range(1, 20):
        live.decide({"x": 5.0})
        live.reload("trade", version_of(float(threshold)))
    gc.collect()
    assert old() is None
    assert extension.alive == 1
    del live
    gc.collect()
    assert extension.alive == 0


def test_rules_that_cannot_be_loaded_leave_the_old_ones_in_force() -> None:
    live = LiveRules("trade", version_of(1.0))
    before = live.version
    with pytest.raises(UsageError, match="@limit has no value"):
        live.reload("trade", [rule("A-001", Comparison("x", Op.GT, ParameterName("limit")))])
    assert live.version == before
    assert live.decide({"x": 5.0}).outcomes["A-001"] is Outcome.HIT


def test_a_record_is_checked_by_the_facts_of_its_version() -> None:
    live = LiveRules("trade", version_of(1.0))
    with pytest.raises(InputError, match="'x' is the text '5', a number is needed"):
        live.decide({"x": "5"})
    with pytest.raises(UsageError, match="there is no fact 'y'"):
        live.decide({"y": 5.0})
    live.reload("trade", [rule("A-001", Comparison("y", Op.EQ, "5"))])
    assert live.decide({"y": "5"}).outcomes == {"A-001": Outcome.HIT}


_RELOADS = """
import resource, sys
import psutil
sys.path[:0] = sys.argv[1:]
from test_live_rules import LiveRules, version_of

live = LiveRules("trade", version_of(0.0))
def reload(first, count):
    for threshold in range(first, first + count):
        live.reload("trade", version_of(float(threshold)))
        live.decide({"x": 5.0})
    return psutil.Process().memory_info().rss
reload(1, 200)
print(reload(1_000, 100), reload(10_000, 900))
"""


def test_memory_does_not_grow_over_1000_reloads() -> None:
    """Less than 2 MiB over the last 900, where each ruleset that stayed would cost about 0.7 MiB."""
    places = [str(PROJECT / place) for place in ("src", "tests", "tests/rules")]
    done = subprocess.run(
        [sys.executable, "-c", _RELOADS, *places], capture_output=True, text=True, check=False, env=os.environ
    )
    assert (done.returncode, done.stderr) == (0, "")
    before, after = map(int, done.stdout.split())
    assert after - before < 2 * 2**20
