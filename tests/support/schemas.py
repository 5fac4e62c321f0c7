"""The policy's files as plain data, and whether their schemas accept it."""

import copy
import datetime as dt
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from riskengine.policy.schema import schema_of
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.tables.yaml_file import load_yaml
from support.policy_folder import SHIPPED


@cache
def validator(kind: str) -> Draft7Validator:
    schema = schema_of(kind, standard_vocabulary())
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def is_valid(kind: str, data: object) -> bool:
    return bool(validator(kind).is_valid(data))


def why_not(kind: str, data: object) -> list[str]:
    return [f"{list(error.path)}: {error.message[:300]}" for error in validator(kind).iter_errors(data)]


def shipped_data(file: str) -> Any:
    return as_json(load_yaml(SHIPPED / file).data)


def as_json(value: object) -> Any:
    """As an editor sees it: days are texts, keys are texts."""
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def edited(data: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A copy with one part replaced or added."""
    changed = copy.deepcopy(data)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed
