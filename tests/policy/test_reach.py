"""Reasoning over all values agrees with trying them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.features.feature import Unit
from riskengine.policy.checks.reach import can_be, can_be_unknown
from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op, truth
from riskengine.policy.vocabulary import Fact
from riskengine.terms.decision import Stage
from riskengine.terms.text import Text

TEXT = Text("fact", "事实")
FACTS = {
    "share": Fact("share", TEXT, Unit.RATIO, Stage.HARD_STOPS, 0.0, 1.0),
    "days": Fact("days", TEXT, Unit.DAYS, Stage.HARD_STOPS),
    "flag": Fact("flag", TEXT, Unit.FLAG, Stage.HARD_STOPS, 0.0, 1.0, can_be_missing=False),
    "country": Fact("country", TEXT, Unit.CATEGORY, Stage.HARD_STOPS),
}


def share(op: Op, value: float) -> Comparison:
    return Comparison("share", op, value)


@pytest.mark.parametrize(
    ("condition", "can_hit", "can_miss"),
    [
        (share(Op.GT, 0.5), True, True),
        (share(Op.GT, 1.0), False, True),
        (share(Op.GE, 0.0), True, False),
        (AllOf((share(Op.GT, 0.2), share(Op.LT, 0.2))), False, True),
        (AllOf((share(Op.GE, 0.2), share(Op.LE, 0.2))), True, True),
        (AnyOf((share(Op.GT, 0.2), share(Op.LE, 0.2))), True, False),
        (AllOf((IsMissing("share"), share(Op.LT, 0.2))), False, True),
        (AnyOf((IsMissing("share"), Not(IsMissing("share")))), True, False),
        (IsMissing("flag"), False, True),
        (Comparison("flag", Op.NE, 1.0), True, True),
        (AllOf((Comparison("country", Op.EQ, "NO"), Comparison("country", Op.IN, ("SE", "DK")))), False, True),
        (AllOf((Comparison("country", Op.NE, "NO"), Comparison("country", Op.NOT_IN, ("SE",)))), True, True),
        (AnyOf((Comparison("country", Op.NE, "NO"), Comparison("country", Op.NE, "SE"))), True, False),
        (AllOf((Comparison("days", Op.GT, 1e308), Comparison("days", Op.LT, -1e308))), False, True),
    ],
)
def test_what_a_condition_can_say(condition: Condition, can_hit: bool, can_miss: bool) -> None:
    assert can_be(condition, FACTS, wanted=True) is can_hit
    assert can_be(condition, FACTS, wanted=False) is can_miss


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (share(Op.GT, 0.5), True),
        (IsMissing("share"), False),
        (AllOf((Not(IsMissing("share")), share(Op.GT, 0.5))), False),
        (Comparison("flag", Op.EQ, 1.0), False),
        (AnyOf((IsMissing("share"), share(Op.GT, 0.5), Comparison("days", Op.GT, 3.0))), True),
    ],
)
def test_what_can_be_unknown(condition: Condition, expected: bool) -> None:
    assert can_be_unknown(condition, FACTS) is expected


_leaves = st.one_of(
    st.builds(
        share, st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE]), st.sampled_from([0.0, 0.25, 0.5, 1.0])
    ),
    st.builds(lambda op, v: Comparison("flag", op, v), st.sampled_from([Op.EQ, Op.NE]), st.sampled_from([0.0, 1.0])),
    st.just(IsMissing("share")),
)
_trees: st.SearchStrategy[Condition] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(_trees)
def test_reasoning_agrees_with_trying(condition: Condition) -> None:
    grid = [None, 0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 1.0]
    said = {truth(condition, {"share": s, "flag": f}) for s in grid for f in (0.0, 1.0)}
    assert can_be(condition, FACTS, wanted=True) is (True in said)
    assert can_be(condition, FACTS, wanted=False) is (False in said)
    assert can_be_unknown(condition, FACTS) is (None in said)
