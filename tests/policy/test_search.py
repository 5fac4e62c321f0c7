"""The search for a customer agrees with trying all, and what it finds is one."""

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.features.feature import Unit
from riskengine.policy.checks.search import FALSE, TRUE, UNKNOWN, Goal, Undecided, World, find_customer
from riskengine.policy.checks.stand_ins import stand_ins
from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op, truth
from riskengine.policy.leaf import parse_leaf
from riskengine.policy.vocabulary import Fact, standard_vocabulary
from riskengine.terms.decision import Stage
from riskengine.terms.text import Text

TEXT = Text("fact", "事实")
FACTS = {
    "share": Fact("share", TEXT, Unit.RATIO, Stage.HARD_STOPS, 0.0, 1.0),
    "grade": Fact("grade", TEXT, Unit.SCORE, Stage.HARD_STOPS, 1.0, 9.0, is_grade=True),
    "flag": Fact("flag", TEXT, Unit.FLAG, Stage.HARD_STOPS, 0.0, 1.0, can_be_missing=False),
}
GRID = {
    "share": (None, 0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 1.0),
    "grade": (None, *(float(grade) for grade in range(1, 10))),
    "flag": (0.0, 1.0),
}
HOLES = tuple("abcdefgh")
BITS = {True: TRUE, False: FALSE, None: UNKNOWN}
ORDER = (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE)

_leaves = st.one_of(
    st.builds(Comparison, st.just("share"), st.sampled_from(ORDER), st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    st.builds(Comparison, st.just("grade"), st.sampled_from(ORDER), st.sampled_from([2.0, 3.0, 3.5, 9.0])),
    st.builds(Comparison, st.just("flag"), st.just(Op.EQ), st.sampled_from([0.0, 1.0])),
    st.builds(IsMissing, st.sampled_from(["share", "grade", "flag"])),
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
_goals = st.lists(st.builds(Goal, _trees, st.integers(1, 7)), min_size=1, max_size=3)


def holds(goals: list[Goal], always: list[Condition], record: dict[str, float | str | None]) -> bool:
    return all(BITS[truth(g.condition, record)] & g.wanted for g in goals) and all(
        truth(condition, record) is not False for condition in always
    )


@settings(max_examples=300, deadline=None)
@given(_goals, st.lists(_trees, max_size=2))
def test_the_search_agrees_with_trying_all(goals: list[Goal], always: list[Condition]) -> None:
    found = World(FACTS, always).find(goals)
    tried = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    if found is None:  # what is left out of a record is free, unless `always` alone can never hold
        assert not any(holds(goals, always, record) for record in tried)
    else:
        assert holds(goals, [], found)


def test_whole_numbers_leave_no_room_between_neighbours() -> None:
    between = [Goal(parse_leaf("grade > 3"), TRUE), Goal(parse_leaf("grade < 4"), TRUE)]
    assert find_customer(between, FACTS) is None
    assert find_customer([Goal(parse_leaf("grade == 3.5"), TRUE)], FACTS) is None


def test_there_is_no_value_between_neighbouring_floats() -> None:
    above = math.nextafter(0.5, 1.0)
    goals = [Goal(Comparison("share", Op.GT, 0.5), TRUE), Goal(Comparison("share", Op.LT, above), TRUE)]
    assert find_customer(goals, FACTS) is None


@pytest.mark.parametrize("constant", [0.0, 1e308, -1e308, 1.7976931348623157e308, 5e-324, 1e16, 20000.0, 0.07])
def test_a_value_on_each_side_of_any_constant(constant: float) -> None:
    values = [v for v in stand_ins(standard_vocabulary()["fin_equity"], [constant]) if isinstance(v, float)]
    assert constant in values
    assert all(math.isfinite(value) for value in values)
    assert any(value < constant for value in values) or constant == -1.7976931348623157e308
    assert any(value > constant for value in values) or constant == 1.7976931348623157e308


def test_what_follows_from_what_is_respected() -> None:
    worst = [parse_leaf("grade == 9"), parse_leaf("flag == 0")]
    goals = [Goal(condition, TRUE) for condition in worst]
    follows = AnyOf((Comparison("grade", Op.LE, 8.0), Comparison("flag", Op.EQ, 1.0)))
    assert find_customer(goals, FACTS) == {"grade": 9.0, "flag": 0.0}
    assert World(FACTS, [follows]).find(goals) is None


def test_a_search_without_end_is_given_up() -> None:
    """Nine pigeons in eight holes, no two in one."""
    facts = {f"in_{p}": Fact(f"in_{p}", TEXT, Unit.CATEGORY, Stage.HARD_STOPS) for p in range(9)}
    apart = [
        Goal(AnyOf((Comparison(f"in_{p}", Op.NE, hole), Comparison(f"in_{q}", Op.NE, hole))), TRUE)
        for p in range(9)
        for q in range(p)
        for hole in HOLES
    ]
    housed = [Goal(Comparison(f"in_{p}", Op.IN, HOLES), TRUE) for p in range(9)]
    with pytest.raises(Undecided):
        find_customer([*apart, *housed], facts)
