"""Whatever call of the extension fails, whenever: a typed error, a ruleset built anew, the next answer right."""

import _thread
import threading

import pytest

from riskengine.policy.condition import AllOf, Comparison, IsMissing, Op
from riskengine.policy.rule import Rule
from riskengine.rules.durable_engine import DurableEngine, DurableEngineError
from riskengine.rules.facts import FactColumns
from riskengine.rules.live_rules import LiveRules
from riskengine.terms.decision import Outcome
from support.faulty_extension import CALLS, FREEING, FaultyExtension, LyingExtension
from support.random_rules import hostile_facts, random_rules, rule

RULES: tuple[Rule, ...] = (
    rule("A-001", Comparison("x", Op.GT, 1.0)),
    rule("A-002", AllOf((Comparison("x", Op.LT, 9.0), Comparison("y", Op.EQ, "a")))),
    rule("A-003", IsMissing("y")),
)
RECORDS = ({"x": 2.0, "y": "a"}, {"x": 0.0, "y": "b"}, {"x": 2.0}, {}, {"x": 9.0, "y": "a"})
HIT, NO_HIT, MISSING = Outcome.HIT, Outcome.NO_HIT, Outcome.MISSING
RIGHT = [
    *([HIT, HIT, NO_HIT], [NO_HIT, NO_HIT, NO_HIT], [HIT, MISSING, HIT]),
    *([MISSING, MISSING, HIT], [HIT, NO_HIT, NO_HIT]),
]
LIBRARY_ERRORS = (
    *(Exception(f"Could not assert fact, error code: {code}") for code in (202, 204, 302, 303, 314)),
    *(MemoryError(), RuntimeError("boom")),
)


def answers(engine: DurableEngine, faults: list[BaseException]) -> list[list[Outcome]]:
    """Every record decided; what fails is asked again."""
    found = []
    for record in RECORDS:
        try:
            outcomes = engine.decide(RULES, record)
        except (DurableEngineError, KeyboardInterrupt) as fault:
            faults.append(fault)
            outcomes = engine.decide(RULES, record)
        found.append(list(outcomes.values()))
    return found


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", CALLS)
def test_every_call_failing_at_every_time(name: str, after: bool) -> None:
    at, failed = 1, True
    while failed:
        extension = FaultyExtension(name, at, LIBRARY_ERRORS[at % len(LIBRARY_ERRORS)], after=after)
        faults: list[BaseException] = []
        with DurableEngine(extension) as engine:
            assert answers(engine, faults) == RIGHT
        failed = extension.failed
        assert [type(fault) for fault in faults] == [DurableEngineError] * failed
        assert extension.alive == 0 or (name == "create_ruleset" and after)  # one nobody was told of cannot be freed
        at += 1
    assert at > (1 if name == "create_ruleset" else len(RECORDS))


@pytest.mark.parametrize("name", CALLS)
def test_every_call_interrupted_at_every_time(name: str) -> None:
    """Ctrl-C is never swallowed and leaves nothing half-done behind."""
    at, failed = 1, True
    while failed:
        extension = FaultyExtension(name, at, KeyboardInterrupt())
        faults: list[BaseException] = []
        with DurableEngine(extension) as engine:
            assert answers(engine, faults) == RIGHT
        failed = extension.failed
        assert [type(fault) for fault in faults] == [KeyboardInterrupt] * failed
        assert extension.alive == 0
        at += 1


@pytest.mark.parametrize("name", FREEING)
def test_what_cannot_be_freed_is_no_error(name: str) -> None:
    extension = FaultyExtension(name, 1, RuntimeError("boom"))
    with DurableEngine(extension) as engine:
        assert answers(engine, []) == RIGHT
    assert extension.failed


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("assert_fact", (1, 0), "a fact was not taken"),  # not handled: yet one rule is always true
        ("assert_fact", (2, 0), "a fact was not taken"),  # taken for one already seen
        ("start_action_for_state", None, "the last rule was not the last to fire"),
        ("complete_and_start_action", None, "the last rule was not the last to fire"),
        ("start_action_for_state", ("{}", '{"rX":{}}'), "a rule fired that is unknown, or fired before: rX"),
        ("complete_and_start_action", '{"r0":{}}', "fired before: r0"),
        ("start_action_for_state", ("{}", "no JSON"), "substring not found"),
    ],
)
def test_an_answer_that_cannot_be_is_an_error(name: str, answer: object, said: str) -> None:
    extension = LyingExtension(name, 1, answer)
    faults: list[BaseException] = []
    with DurableEngine(extension) as engine:
        found = answers(engine, faults)
    assert found == RIGHT
    assert extension.lied
    assert [type(fault) for fault in faults] == [DurableEngineError]
    assert said in str(faults[0])


@pytest.mark.parametrize("code", [202, 204, 302, 303, 314])
def test_the_error_names_code_meaning_rules_and_facts(code: int) -> None:
    extension = FaultyExtension("assert_fact", 1, Exception(f"Could not assert fact, error code: {code}"))
    with DurableEngine(extension) as engine, pytest.raises(DurableEngineError) as caught:
        engine.decide(RULES, RECORDS[0])
    fault = caught.value
    assert (fault.code, fault.rules, fault.facts) == (code, ("A-001", "A-002", "A-003"), ("x", "y"))
    assert f"error code: {code}: " in str(fault)
    assert "(rules A-001, A-002, A-003; facts x, y)" in str(fault)
    assert str(fault.where).startswith("policy-")


def test_a_fault_in_the_middle_of_many_customers() -> None:
    rules, facts = random_rules(5, 20), hostile_facts(5, 50)
    with DurableEngine() as engine:
        expected = engine.evaluate(rules, facts)
    with DurableEngine(FaultyExtension("assert_fact", 25, RuntimeError("boom"))) as engine:
        with pytest.raises(DurableEngineError, match="boom"):
            engine.evaluate(rules, facts)
        found = engine.evaluate(rules, facts)
    assert all((found.by_rule[r.id] == expected.by_rule[r.id]).all() for r in rules)


def test_one_of_several_networks_that_fails_to_load() -> None:
    rules = [rule(f"A-{place:03d}", Comparison(f"fact_{place}", Op.GT, 0.0)) for place in range(400)]
    extension = FaultyExtension("create_ruleset", 2, MemoryError())
    with DurableEngine(extension) as engine:
        with pytest.raises(DurableEngineError, match="MemoryError"):
            engine.decide(rules, {})
        assert extension.alive == 0
        assert set(engine.decide(rules, {}).values()) == {MISSING}
        assert extension.alive == 3


def test_live_rules_go_on_after_a_fault() -> None:
    live = LiveRules("trade", RULES, extension=FaultyExtension("retract_fact", 1, RuntimeError("boom")))
    with pytest.raises(DurableEngineError):
        live.decide(RECORDS[0])
    assert [list(live.decide(record).outcomes.values()) for record in RECORDS] == RIGHT


def test_a_real_interruption() -> None:
    """As if somebody pressed Ctrl-C while 50,000 customers are evaluated."""
    rules, facts = random_rules(6, 30), hostile_facts(6, 50_000)
    with DurableEngine() as engine:
        timer = threading.Timer(0.2, _thread.interrupt_main)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            engine.evaluate(rules, facts)
        timer.join()
        few = facts.take(slice(0, 20))
        found = engine.evaluate(rules, few)
    with DurableEngine() as other:
        expected = other.evaluate(rules, few)
    assert all((found.by_rule[r.id] == expected.by_rule[r.id]).all() for r in rules)


def test_no_customers_need_no_library() -> None:
    with DurableEngine(FaultyExtension("create_ruleset", 1, RuntimeError("boom"))) as engine:
        assert engine.evaluate(RULES, FactColumns(0, {}, {})).by_rule["A-001"].shape == (0,)
