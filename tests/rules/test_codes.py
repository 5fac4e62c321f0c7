"""Codes compare exactly as the values they stand for."""

import math

from hypothesis import given
from hypothesis import strategies as st

from riskengine.policy.condition import ORDERINGS, Comparison, IsMissing, Op
from riskengine.rules.codes import MISSING_CODE, NumberCoding, PresenceCoding, TextCoding, codings_of
from support.random_rules import HOSTILE_NUMBERS, HOSTILE_TEXTS

numbers = st.sampled_from(HOSTILE_NUMBERS) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.sampled_from(HOSTILE_TEXTS) | st.text(max_size=5)


@given(st.lists(numbers, min_size=1, max_size=8), numbers, st.data())
def test_numbers_compare_with_every_constant_as_their_codes_do(
    constants: list[float], value: float, data: st.DataObject
) -> None:
    coding = NumberCoding.of(constants)
    beside = data.draw(st.sampled_from([value, *constants, *(math.nextafter(c, math.inf) for c in constants)]))
    if math.isinf(beside):
        return
    code = coding.code(beside)
    assert 0 <= code < coding.size
    for constant in constants:
        other = coding.code(constant)
        assert (beside == constant) is (code == other)
        assert all(compare(beside, constant) is compare(code, other) for compare in ORDERINGS.values())


@given(st.lists(texts, min_size=1, max_size=8), texts)
def test_texts_equal_the_constants_their_codes_equal(constants: list[str], value: str) -> None:
    coding = TextCoding.of(constants)
    assert 0 <= coding.code(value) < coding.size
    assert [value == constant for constant in constants] == [coding.code(value) == coding.code(c) for c in constants]


def test_next_to_a_constant() -> None:
    coding = NumberCoding.of([0.3, 0.1 + 0.2, 1e16])
    values = [math.nextafter(0.3, 0), 0.3, 0.1 + 0.2, 0.31, 1e16, 1e16 + 2, None]
    assert [coding.code(value) for value in values] == [0, 1, 3, 4, 5, 6, MISSING_CODE]


def test_flags_and_whole_numbers_are_numbers() -> None:
    coding = NumberCoding.of([1.0, 90.0])
    assert [coding.code(value) for value in (True, False, 90, 2**53, -(2**53))] == [1, 0, 3, 4, 0]


def test_each_fact_has_the_coding_its_constants_ask_for() -> None:
    found = codings_of(
        [
            *(Comparison("x", Op.GT, 5.0), Comparison("x", Op.IN, (1.0, 5.0)), IsMissing("x")),
            *(Comparison("t", Op.IN, ("b", "a")), IsMissing("only_there"), Comparison("empty", Op.IN, ())),
        ]
    )
    assert found == {
        "x": NumberCoding((1.0, 5.0, math.inf)),
        "t": TextCoding({"a": 1, "b": 2, None: -1}),
        "only_there": PresenceCoding(),
        "empty": PresenceCoding(),
    }
    assert [found["only_there"].code(value) for value in (0.0, "", None)] == [0, 0, MISSING_CODE]
