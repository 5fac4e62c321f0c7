"""Each fault of durable_rules that the adapter has a duty against: what the library does, beside what we answer.

The library runs in a child process (tests/support/raw_durable.py). Not shown, because they come and go: four threads on
one session, which lose most firings without a word (our threads take turns, see test_durable_engine), and the crash
when the state of a session that never fired is deleted (every session of ours fires: its last rule is always true).
Kept away by construction, because we drive the extension and never its host: timers, state charts, several facts at
once, regular expressions, joins, `$nex`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from riskengine.policy.condition import AllOf, AnyOf, Comparison, IsMissing, Not, Op
from riskengine.policy.rule import Rule
from riskengine.rules.codes import Value
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.facts import FactColumns
from riskengine.rules.network import build_networks
from riskengine.terms.decision import Outcome
from riskengine.terms.errors import InputError
from support.policy_folder import PROJECT
from support.random_rules import rule

RAW = PROJECT / "tests" / "support" / "raw_durable.py"
HIT, NO_HIT, MISSING = Outcome.HIT, Outcome.NO_HIT, Outcome.MISSING
QUICK = (
    *("small_number", "large_number", "small_threshold", "beyond_64_bits", "null", "not_a_number", "infinite"),
    *("text_against_number", "flag_against_number", "names_with_one_hash", "alternatives_in_one_rule"),
    *("many_true_at_once", "many_fields", "many_levels", "many_sessions", "long_text", "unquoted_text"),
    *("interrupted_action", "same_fact_twice", "no_rule_true"),
)


def run_raw(*faults: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RAW), *faults],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | (environment or {}),
        check=False,
    )


@pytest.fixture(scope="module")
def library() -> dict[str, object]:
    """What the library says, by fault."""
    done = run_raw(*QUICK)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def ours(*conditions: object, **record: Value) -> list[Outcome]:
    rules = tuple(rule(f"A-{place:03d}", when) for place, when in enumerate(conditions))
    with DurableEngine() as engine:
        return list(engine.decide(rules, record).values())


@pytest.mark.parametrize(
    ("fault", "said", "when", "value", "outcome"),
    [
        ("small_number", "error code: 204", Comparison("x", Op.LT, 0.1), 5e-05, HIT),
        ("large_number", "error code: 204", Comparison("x", Op.GT, 1.0), 1e16, HIT),
        ("small_threshold", "error code: 204", Comparison("x", Op.LT, 5e-05), 0.0, HIT),
        ("beyond_64_bits", "['r0']", Comparison("x", Op.EQ, 2.0**53), 2.0**64, NO_HIT),
        ("null", "[]", Comparison("x", Op.NE, 5.0), None, MISSING),
        ("flag_against_number", "['r0']", Comparison("x", Op.EQ, 1.0), True, HIT),
    ],
)
def test_values_the_library_misreads(
    library: dict[str, object], fault: str, said: str, when: Comparison, value: Value, outcome: Outcome
) -> None:
    assert said in str(library[fault])
    assert ours(when, x=value) == [outcome]


@pytest.mark.parametrize(
    ("fault", "said", "value", "refused"),
    [
        ("not_a_number", "[]", float("nan"), "'x' is nan, a finite number is needed"),
        ("infinite", "error code: 202", float("inf"), "'x' is inf, a finite number is needed"),
        ("beyond_64_bits", "['r0']", 2**64, "'x' is 18446744073709551616, too large to be kept exactly"),
        ("text_against_number", "['r0']", "abc", "'x' is the text 'abc', a number is needed"),
        ("long_text", "error code: 314", "a" * 1001, "'x' is the text 'aaa.*', a number is needed"),
        ("unquoted_text", "error code: 202", b"abc", "'x' is b'abc', a number is needed"),
    ],
)
def test_values_that_are_no_facts_are_refused_by_name(
    library: dict[str, object], fault: str, said: str, value: Value, refused: str
) -> None:
    assert said in str(library[fault])
    with pytest.raises(InputError, match=refused):
        ours(Comparison("x", Op.NE, 5.0), x=value)


def test_names_with_one_hash(library: dict[str, object]) -> None:
    assert library["names_with_one_hash"] == ["r0"]  # the rule asked for 'liquid', the fact was 'costarring'
    liquid, costarring = (Comparison(name, Op.EQ, 5.0) for name in ("liquid", "costarring"))
    assert ours(liquid, costarring, liquid=4.0, costarring=5.0) == [NO_HIT, HIT]
    assert ours(liquid, IsMissing("costarring"), costarring=5.0) == [MISSING, NO_HIT]


def test_a_rule_with_two_true_alternatives_fires_once(library: dict[str, object]) -> None:
    assert library["alternatives_in_one_rule"] == ["r0", "r0"]
    both = AnyOf((Comparison("x", Op.EQ, 5.0), Comparison("y", Op.GT, 1.0)))
    assert ours(both, Not(both), x=5.0, y=2.0) == [HIT, NO_HIT]


@pytest.mark.parametrize("count", [65, 513, 2_000])
def test_many_rules_true_at_once(library: dict[str, object], count: int) -> None:
    assert "error code: 303" in str(library["many_true_at_once"])
    assert set(ours(*(Comparison("x", Op.GT, -float(place)) for place in range(count)), x=5.0)) == {HIT}


def test_many_first_conditions() -> None:
    done = run_raw("many_first_conditions")
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, "")  # it would never have ended
    assert ours(*(Comparison("x", Op.EQ, float(place)) for place in range(513)), x=5.0).count(HIT) == 1


def test_many_fields(library: dict[str, object]) -> None:
    assert "error code: 302" in str(library["many_fields"])
    names = [f"f{place}" for place in range(600)]
    record = {name: float(place % 2) for place, name in enumerate(names)}
    outcomes = ours(*(Comparison(name, Op.EQ, 1.0) for name in names), **record)
    assert outcomes == [HIT if place % 2 else NO_HIT for place in range(600)]


def test_many_levels(library: dict[str, object]) -> None:
    assert "error code: 113" in str(library["many_levels"])
    condition: object = Comparison("x", Op.EQ, 1.0)
    for _ in range(15):
        condition = AllOf((Comparison("y", Op.EQ, 1.0), AnyOf((condition, Comparison("z", Op.EQ, 1.0)))))
    assert ours(condition, Not(condition), x=1.0, y=1.0, z=0.0) == [HIT, NO_HIT]
    assert ours(condition, Not(condition), x=0.0, y=1.0) == [MISSING, MISSING]


def test_many_customers_are_one_session(library: dict[str, object]) -> None:
    assert "MemoryError" in str(library["many_sessions"])
    facts = FactColumns(1_100, {"x": np.arange(1_100.0)}, {})
    with DurableEngine() as engine:
        found = engine.evaluate([rule("A-001", Comparison("x", Op.GE, 1_024.0))], facts)
    assert np.flatnonzero(found.by_rule["A-001"]).tolist() == list(range(1_024, 1_100))


def test_no_match_and_the_same_customer_twice_are_answers(library: dict[str, object]) -> None:
    assert str(library["no_rule_true"]).startswith("MessageNotHandledException")
    assert str(library["same_fact_twice"]).startswith("MessageObservedException")
    rules = (rule("A-001", Comparison("x", Op.EQ, 1.0)),)
    with DurableEngine() as engine:
        assert [engine.decide(rules, {"x": x})["A-001"] for x in (2.0, 1.0, 1.0, 2.0)] == [NO_HIT, HIT, HIT, NO_HIT]


def test_only_names_come_out_so_no_action_can_swallow_an_error(library: dict[str, object]) -> None:
    """The host swallows even KeyboardInterrupt; ours is told in test_durable_faults."""
    assert library["interrupted_action"] is True
    network = build_networks([rule("A-001", Comparison("x", Op.EQ, 1.0))])[0]
    assert set(next(iter(json.loads(network.definition).values()))) == {"all"}  # no action to run


def make_locale(folder: Path) -> None:
    """A locale with a decimal comma. A machine that cannot make one skips the test, CI must not."""
    unable = pytest.fail if os.environ.get("CI") else pytest.skip
    if shutil.which("localedef") is None:
        unable("needs localedef to make a locale with a decimal comma")
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")], check=False)
    if made.returncode:
        unable("the sources of the locale de_DE are not installed")


def test_a_locale_with_a_decimal_comma(tmp_path: Path) -> None:
    make_locale(tmp_path)
    here = {"LOCPATH": str(tmp_path)}
    assert json.loads(run_raw("decimal_comma", environment=here).stdout) == {"decimal_comma": []}  # 0.5 > 0.4
    code = (
        "import locale; locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')\n"
        "from test_durable_duties import HIT, NO_HIT, Comparison, Op, ours\n"
        "print(ours(Comparison('x', Op.GT, 0.4), Comparison('x', Op.GT, 0.5), x=0.5) == [HIT, NO_HIT])"
    )
    places = os.pathsep.join(str(PROJECT / place) for place in ("src", "tests", "tests/rules"))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | here | {"PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_nothing_the_library_stumbles_over_is_in_a_definition() -> None:
    conditions = [
        AllOf((Comparison("id", Op.EQ, 1e16), IsMissing("sid"), Comparison("m", Op.NOT_IN, ("$nex", "华东")))),
        AnyOf((Not(IsMissing("$s")), Comparison("none", Op.LT, 5e-05))),
    ]
    rules: list[Rule] = [rule(f"A-{place:03d}", when) for place, when in enumerate(conditions)]
    (network,) = build_networks(rules)
    assert network.definition.isascii()
    for word in ("id", "sid", "$nex", "$or", "$s", "e-", ".", "华"):
        assert word not in network.definition
