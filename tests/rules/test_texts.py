"""Texts as codes: the same text has the same code, a missing one none."""

import numpy as np
import pytest

from riskengine.rules.facts import FactColumns
from riskengine.rules.texts import code_texts
from riskengine.terms.errors import InputError


def test_codes_tell_texts_apart_as_they_are() -> None:
    texts = np.array(["e\u0301", "é", "", " ", "华东", "NO", "no", None, "é"], dtype=object)
    coded = code_texts(texts)
    assert coded.codes.tolist() == [0, 1, 2, 3, 4, 5, 6, -1, 1]
    assert coded.find(("é", "SE", "")).tolist() == [1, 2]


@pytest.mark.parametrize(("different", "expected"), [(0, np.int8), (127, np.int8), (128, np.int16), (40_000, np.int32)])
def test_the_smallest_type_that_holds_them(different: int, expected: type) -> None:
    coded = code_texts(np.array([None, *(f"t{place}" for place in range(different))], dtype=object))
    assert coded.codes.dtype == expected
    assert coded.codes.tolist() == [-1, *range(different)]


def test_facts_keep_the_codes_with_their_rows() -> None:
    facts = FactColumns(4, {}, {"t": np.array(["a", None, "b", "a"], dtype=object)})
    made = facts.coded("t")
    grown = facts.with_numbers(x=np.zeros(4))
    assert grown.coded("t") is facts.only({"t"}).coded("t") is made
    assert facts.take(slice(2, None)).coded("t").codes.tolist() == [1, 0]
    assert facts.take(np.array([3, 1])).coded("t").codes.tolist() == [0, -1]


@pytest.mark.parametrize("odd", [3.0, True, b"a", ["a"], {"a": 1}, "x" * 1001, float("nan")])
def test_what_is_no_text_is_refused_with_its_row(odd: object) -> None:
    texts = np.array(["a", None, None, "b"], dtype=object)
    texts[2] = odd
    with pytest.raises(InputError, match=r"'place' is .* in row 2; a text of at most 1000 characters or None"):
        FactColumns(4, {}, {"place": texts})
