"""Effects join: the order of rules cannot change a decision."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.policy.condition import IsMissing
from riskengine.policy.rule import Effect, Rule
from riskengine.rules.effects import JoinedEffects, combine, join_effects, no_effects
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT, Outcomes
from riskengine.terms.decision import Action, OnMissing, Severity
from support.random_rules import rule as plain_rule

effects = st.builds(
    Effect,
    grade_cap=st.none() | st.integers(2, 9),
    notch=st.integers(-2, 2),
    limit_cap=st.none() | st.floats(0, 1e9),
    limit_factor=st.none() | st.floats(0, 1),
    terms_cap_days=st.none() | st.integers(0, 120),
    terms_add_days=st.integers(-30, 30),
    actions=st.lists(st.sampled_from(list(Action)), unique=True, max_size=3).map(tuple),
    severity=st.none() | st.sampled_from(list(Severity)),
    freeze=st.booleans(),
    refer=st.booleans(),
    in_default=st.booleans(),
)


def rule(number: int, then: Effect, on_missing: OnMissing = OnMissing.NO_HIT) -> Rule:
    made = plain_rule(f"A-{number:03d}", IsMissing("x"), None, then)
    return Rule(**{f: getattr(made, f) for f in made.__slots__} | {"on_missing": on_missing})


def shown(joined: JoinedEffects) -> dict[str, object]:
    plain = {name: getattr(joined, name).tolist() for name in joined.__slots__[1:11]}
    groups = {name: getattr(joined, name) for name in ("actions", "applied", "referred")}
    return plain | {name: {key: mask.tolist() for key, mask in sorted(group.items())} for name, group in groups.items()}


@given(st.lists(st.tuples(effects, st.sampled_from(list(OnMissing))), min_size=1, max_size=4), st.data())
def test_the_order_of_rules_does_not_show(parts: list[tuple[Effect, OnMissing]], data: st.DataObject) -> None:
    rules = [rule(number, then, on_missing) for number, (then, on_missing) in enumerate(parts)]
    codes = st.lists(st.sampled_from([0, 1, 2]), min_size=3, max_size=3).map(lambda c: np.array(c, np.int8))
    outcomes = Outcomes(3, {r.id: data.draw(codes) for r in rules})
    joined = [shown(join_effects(order, outcomes)) for order in itertools.permutations(rules)]
    assert all(one == joined[0] for one in joined)
    first, rest = join_effects(rules[:1], outcomes), join_effects(rules[1:], outcomes)
    assert shown(combine(first, rest)) == shown(combine(rest, first)) == joined[0]
    assert shown(combine(first, no_effects(3))) == shown(first)


def joined(*parts: tuple[Effect, OnMissing, np.int8]) -> JoinedEffects:
    rules = [rule(number, then, on_missing) for number, (then, on_missing, _) in enumerate(parts)]
    codes = {r.id: np.array([code], np.int8) for r, (_, _, code) in zip(rules, parts, strict=True)}
    return join_effects(rules, Outcomes(1, codes))


def test_each_part_joins_as_documented() -> None:
    left = Effect(6, 1, 5e4, 0.5, 30, 5, (Action.INSURE,), Severity.WATCH)
    right = Effect(4, 2, 2e4, 0.8, 14, -10, (Action.CUT_LIMIT,), Severity.RED)
    found = joined((left, OnMissing.NO_HIT, HIT), (right, OnMissing.NO_HIT, HIT))
    assert (found.grade_cap[0], found.notch[0]) == (6, 3)
    assert (found.limit_cap[0], found.limit_factor[0]) == (2e4, 0.5)
    assert (found.terms_cap_days[0], found.terms_add_days[0]) == (14, -5)
    assert found.actions_of(0) == (Action.CUT_LIMIT, Action.INSURE)
    assert found.severity[0] == Severity.RED
    assert found.applied_to(0) == ("A-000", "A-001")


@pytest.mark.parametrize(
    ("on_missing", "applies", "refers"),
    [(OnMissing.HIT, True, False), (OnMissing.NO_HIT, False, False), (OnMissing.REFER, False, True)],
)
def test_what_unknown_leads_to(on_missing: OnMissing, applies: bool, refers: bool) -> None:
    found = joined((Effect(grade_cap=7), on_missing, MISSING))
    assert bool(found.grade_cap[0] == 7) is applies
    assert bool(found.refer[0]) is refers
    assert found.applied_to(0) == (("A-000",) if applies else ())
    assert found.referred_by(0) == (("A-000",) if refers else ())


def test_a_freeze_calls_for_the_action_and_no_hit_for_nothing() -> None:
    assert joined((Effect(freeze=True), OnMissing.HIT, HIT)).actions_of(0) == (Action.FREEZE_CREDIT,)
    assert shown(joined((Effect(freeze=True), OnMissing.HIT, NO_HIT)))["freeze"] == [False]
