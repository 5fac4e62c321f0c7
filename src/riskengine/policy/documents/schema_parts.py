"""Parts of the JSON Schemas that no model knows: conditions, cells of tables, values, facts of cases."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from riskengine.features.feature import Unit
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.policy.window_facts import with_windows
from riskengine.terms.text import Text

Schema = dict[str, Any]

CONDITION = "#/definitions/Condition"
PARAMETER_NAME = "^[a-z_][a-z0-9_]*$"

# Patterns are ECMAScript's, which editors and Python read alike.
_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_TEXT = "'([^']|'')*'"
_PARAMETER = f"@{_NAME}"
_ONE = f"({_NUMBER}|{_TEXT}|{_PARAMETER})"
_LIST = rf"(\[\s*({_NUMBER}|{_TEXT})(\s*,\s*({_NUMBER}|{_TEXT}))*\s*,?\s*\]|{_PARAMETER})"
_OPERATION = rf"((<=|>=|==|!=|<|>)\s*{_ONE}|(not\s+in|in)\s*{_LIST})"
_LEAF = rf"^\s*{_NAME}(\s*{_OPERATION}|\s+is\s+missing)\s*$"
_CELL = rf"^\s*(any|{_OPERATION}(\s*,\s*{_OPERATION})*)\s*,?\s*$"

DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
RULE_ID: Schema = {"type": "string", "pattern": "^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+-[0-9]{3}$"}
INDICATOR: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_BY_NAME: Schema = {"type": "string", "pattern": "^@[a-z][a-z0-9_]*$"}
NUMBER_OR_PARAMETER: Schema = {"anyOf": [{"type": ["number", "null"]}, _BY_NAME]}
ROW_VALUE: Schema = {"anyOf": [{"type": "number"}, _BY_NAME, {"const": "none"}]}
CELL: Schema = {"type": "string", "pattern": _CELL, "examples": ["any", "<= 3", ">= 365, < 1825", "in ['IT', 'ES']"]}
TEXT_OR_TEXTS: Schema = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string", "minLength": 1}},
    ]
}
PARAMETER_VALUE: Schema = {
    "anyOf": [
        {"type": ["number", "string"]},
        {"type": "array", "minItems": 1, "items": {"type": "number"}},
        {"type": "array", "minItems": 1, "items": {"type": "string"}},
    ]
}

# Facts of patterns are named by their policy, so a schema for all policies knows only what their names look like.
PATTERN_FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        f"^evt_[a-z0-9_]+_{fact.name.removeprefix('evt_x_')}$": fact
        for fact in with_windows({}, {"x": Text("pattern of windows.yaml", "windows.yaml 中的事件模式")}).values()
    }
)


def condition_tree(vocabulary: Vocabulary) -> Schema:
    """The definitions of a condition: a leaf, or all, any, not over conditions."""
    arms = {"type": "array", "minItems": 1, "items": {"$ref": CONDITION}}
    nests = {
        "all": ({**arms, "description": "true where all are true, false where one is false"}),
        "any": ({**arms, "description": "true where one is true, false where all are false"}),
        "not": ({"$ref": CONDITION}),
    }
    return {
        "Condition": {
            "anyOf": [
                {"$ref": "#/definitions/Leaf"},
                *(
                    {"type": "object", "required": [key], "additionalProperties": False, "properties": {key: part}}
                    for key, part in nests.items()
                ),
            ]
        },
        "Leaf": {
            "type": "string",
            "pattern": _LEAF,
            "description": "`fact op operand` with op one of < <= > >= == != in, not in; or `fact is missing`",
            "examples": [_example(fact) for _, fact in sorted(vocabulary.items())],
        },
    }


def _example(fact: Fact) -> str:
    if fact.is_text:
        return f"{fact.name} == 'text'"
    return f"{fact.name} == 1" if fact.unit is Unit.FLAG else f"{fact.name} >= 0"


def case_facts(vocabulary: Vocabulary) -> Schema:
    """Every fact by name with what its values can be."""
    known = {name: _values(fact) for name, fact in sorted(vocabulary.items())}
    patterns = {pattern: _values(fact) for pattern, fact in PATTERN_FACTS.items()}
    return {"type": "object", "properties": known, "patternProperties": patterns, "additionalProperties": False}


def fact_name(vocabulary: Vocabulary) -> Schema:
    """The name of a fact: a known one, or one of a pattern in windows.yaml."""
    patterns: list[Schema] = [{"pattern": pattern} for pattern in PATTERN_FACTS]
    return {"type": "string", "anyOf": [{"enum": sorted(vocabulary)}, *patterns]}


def _values(fact: Fact) -> Schema:
    about = f"{fact.text.en} ({fact.unit.value}) · {fact.text.zh}"
    if fact.is_text:
        return {"type": "string", "description": about}
    bounds = {key: bound for key, bound in (("minimum", fact.low), ("maximum", fact.high)) if bound is not None}
    kind = ["number", "boolean"] if fact.unit is Unit.FLAG else "number"
    return {"type": kind, **bounds, "description": about}


def or_parameter(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """The same schema with a parameter by name allowed wherever it asks for a number."""
    match part:
        case {"type": "number" | "integer", **rest}:
            about = {"description": rest["description"]} if "description" in rest else {}
            number = {key: inner for key, inner in part.items() if key != "description"}
            return {"anyOf": [number, _BY_NAME], **about}
        case dict():
            return {key: or_parameter(inner) for key, inner in part.items()}
        case list():
            return [or_parameter(inner) for inner in part]
        case _:
            return part
