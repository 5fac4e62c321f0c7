"""Kleene truth, the leaf syntax, and the normal form that keeps truth."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op, ParameterName, truth
from riskengine.policy.leaf import LeafError, parse_leaf
from riskengine.policy.normal_form import TooManyAlternatives, alternatives, pushed

FACTS = ("a", "b", "c")
VALUES = (None, 0.0, 1.0, 2.0)

_leaf = st.one_of(
    st.builds(IsMissing, st.sampled_from(FACTS)),
    st.builds(
        Comparison,
        st.sampled_from(FACTS),
        st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE]),
        st.sampled_from([0.0, 1.0, 2.0]),
    ),
    st.builds(
        Comparison, st.sampled_from(FACTS), st.sampled_from([Op.IN, Op.NOT_IN]), st.sampled_from([(0.0,), (1.0, 2.0)])
    ),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
records = st.fixed_dictionaries({fact: st.sampled_from(VALUES) for fact in FACTS})

UNKNOWN, TRUE, FALSE = Comparison("x", Op.GT, 0.0), IsMissing("x"), Not(IsMissing("x"))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AllOf((TRUE, TRUE)), True),
        (AllOf((TRUE, UNKNOWN)), None),
        (AllOf((FALSE, UNKNOWN)), False),
        (AnyOf((TRUE, UNKNOWN)), True),
        (AnyOf((FALSE, UNKNOWN)), None),
        (AnyOf((FALSE, FALSE)), False),
        (Not(UNKNOWN), None),
        (Not(TRUE), False),
    ],
)
def test_three_valued_truth(condition: Condition, expected: bool | None) -> None:
    assert truth(condition, {}) is expected


@given(conditions, records)
def test_opposites_and_de_morgan(condition: Condition, record: dict[str, float | None]) -> None:
    said = truth(condition, record)
    assert truth(Not(condition), record) is (None if said is None else not said)
    assert truth(pushed(condition), record) is said
    assert truth(pushed(condition, negate=True), record) is truth(Not(condition), record)


@given(conditions, records)
def test_an_alternative_is_true_exactly_where_the_condition_is(
    condition: Condition, record: dict[str, float | None]
) -> None:
    try:
        ways = alternatives(condition)
    except TooManyAlternatives:
        return
    found = any(all(truth(literal, record) for literal in way) for way in ways)
    assert found is (truth(condition, record) is True)


@given(conditions, st.data())
def test_learning_a_fact_never_turns_true_into_false(condition: Condition, data: st.DataObject) -> None:
    known = data.draw(records)
    less = {fact: value for fact, value in known.items() if data.draw(st.booleans())}
    asks_for_missing = "is missing" in str(condition)
    if not asks_for_missing and truth(condition, less) is not None:
        assert truth(condition, known) is truth(condition, less)


@given(_leaf)
def test_a_leaf_reads_back_as_written(leaf: Comparison | IsMissing) -> None:
    assert parse_leaf(str(leaf)) == leaf


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(list(Op)))
def test_any_text_and_number_reads_back(text: str, number: float, op: Op) -> None:
    if op in (Op.IN, Op.NOT_IN):
        leaf = Comparison("fact", op, (text, text + "x"))
    elif op in (Op.EQ, Op.NE):
        leaf = Comparison("fact", op, text)
    else:
        leaf = Comparison("fact", op, number)
    assert parse_leaf(str(leaf)) == leaf


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pay_in in [1, 2]", Comparison("pay_in", Op.IN, (1.0, 2.0))),
        ("a not  in ['x, y', 'it''s']", Comparison("a", Op.NOT_IN, ("x, y", "it's"))),
        ("a<=-1.5e-3", Comparison("a", Op.LE, -0.0015)),
        ("a in @list", Comparison("a", Op.IN, ParameterName("list"))),
        ("  inn == '中国' ", Comparison("inn", Op.EQ, "中国")),
    ],
)
def test_leaf_forms(text: str, expected: Comparison) -> None:
    assert parse_leaf(text) == expected


@pytest.mark.parametrize("text", ["", "a", "a >", "> 3", "a > 1e999", "a in ['x', 'x']", "a == 'x", "1 < a", "a > nan"])
def test_what_is_no_leaf_is_refused(text: str) -> None:
    with pytest.raises(LeafError):
        parse_leaf(text)


def test_alternatives_have_a_limit() -> None:
    wide = AllOf(tuple(AnyOf(tuple(Comparison(f, Op.EQ, float(v)) for v in range(7))) for f in FACTS))
    with pytest.raises(TooManyAlternatives):
        alternatives(wide)


def test_truth_of_every_record_of_a_small_condition() -> None:
    condition = AllOf((Comparison("a", Op.GE, 1.0), Not(AnyOf((IsMissing("b"), Comparison("c", Op.EQ, 2.0))))))
    for a, b, c in product(VALUES, repeat=3):
        parts = (None if a is None else a >= 1, b is not None, None if c is None else c != 2)
        expected = False if False in parts else None if None in parts else True
        assert truth(condition, {"a": a, "b": b, "c": c}) is expected
