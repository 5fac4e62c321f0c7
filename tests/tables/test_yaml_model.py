import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import pytest
from pydantic import model_validator

from riskengine.tables.yaml_file import DocumentError, parse_yaml
from riskengine.tables.yaml_model import StrictModel, validated


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Leaf(StrictModel):
    size: int
    colour: Colour = Colour.RED
    share: float = 0.5


class Circle(StrictModel):
    radius: float


class Span(StrictModel):
    low: int
    high: int

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class Tree(StrictModel):
    shape: Circle | Span | None = None
    leaves: tuple[Leaf, ...] = ()
    named: Mapping[str, Leaf | str] = {}
    since: dt.date | None = None
    dated: Mapping[dt.date, float] = {}


def errors(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        validated(parse_yaml(text, where="t.yaml"), Tree)
    return [str(f) for f in caught.value.findings]


def test_a_document_becomes_a_model():
    text = "leaves: [{size: 1, colour: green, share: 1}]\nsince: 2024-01-31\ndated: {2024-01-01: 2}\nnamed: {a: x}"
    tree = validated(parse_yaml(text, where="t"), Tree)
    assert tree == Tree(
        leaves=(Leaf(size=1, colour=Colour.GREEN, share=1.0),),
        since=dt.date(2024, 1, 31),
        dated={dt.date(2024, 1, 1): 2.0},
        named={"a": "x"},
    )


def test_an_unknown_key_names_the_nearest_right_one():
    assert errors("leaves:\n  - size: 1\n    color: red") == [
        "t.yaml:3: unknown key 'leaves.0.color'. Remedy: did you mean 'colour'?"
    ]


def test_an_unknown_word_names_the_nearest_right_one():
    assert errors("leaves:\n  - size: 1\n    colour: grean") == [
        "t.yaml:3: 'leaves.0.colour' is 'grean'. Remedy: did you mean 'green'?"
    ]


def test_a_missing_key_is_reported_where_it_belongs():
    assert errors("since: 2024-01-01\nleaves:\n  - colour: red") == [
        "t.yaml:3: 'leaves.0.size' is missing. Remedy: add it"
    ]


@pytest.mark.parametrize("value", ["'5'", "true", "1.5", "[1]", "2024-01-01"])
def test_nothing_is_converted_to_a_number(value):
    (error,) = errors(f"leaves: [{{size: {value}}}]")
    assert error.startswith("t.yaml:1: 'leaves.0.size': input should be a valid integer")


def test_all_errors_are_reported_in_the_order_of_the_file():
    found = errors("sincee: 1\nleaves:\n  - size: x\n  - size: 2\n    b: 1")
    assert [e.split(": ")[0] for e in found] == ["t.yaml:1", "t.yaml:3", "t.yaml:5"]


def test_a_union_member_is_no_part_of_the_path():
    found = errors("named:\n  a:\n    size: x")
    assert found[0].startswith("t.yaml:3: 'named.a.size'")


def test_of_two_shapes_the_one_with_fewest_errors_was_meant():
    assert errors("shape: {low: 2, high: 1}") == ["t.yaml:1: 'shape': low must not be above high"]
    assert errors("shape: {low: 2, hihg: 1}") == [
        "t.yaml:1: 'shape.high' is missing. Remedy: add it",
        "t.yaml:1: unknown key 'shape.hihg'. Remedy: did you mean 'high'?",
    ]
    assert errors("shape: {radius: wide}") == [
        "t.yaml:1: 'shape.radius': input should be a valid number. Remedy: write a number, without quotes and unit"
    ]


def test_the_top_level_must_be_a_mapping():
    assert errors("- 1")[0].startswith("t.yaml:1: 'the file'")
