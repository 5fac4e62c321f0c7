"""YAML documents as pydantic models: every error at once, each with file, line and the nearest right name."""

import datetime as dt
import json
import re
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from riskengine.tables.yaml_file import DocumentError, Finding, YamlDocument, YamlPath
from riskengine.terms.errors import nearest

Model = TypeVar("Model", bound=BaseModel)


class StrictModel(BaseModel):
    """Base for what a YAML file may say: unknown keys are errors, "5" is not a number, true is not 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def validated(document: YamlDocument, model: type[Model]) -> Model:
    """The document as `model`. Raises DocumentError with one finding for each error.

    Validation follows JSON's strict mode: enums, dates and tuples are made from the texts and lists of YAML, nothing
    else is converted.
    """
    try:
        return model.model_validate_json(json.dumps(_as_json(document.data)), strict=True)
    except ValidationError as error:
        errors = _of_members_meant(document, error.errors(include_url=False))
        resolved = [(e, *_resolve(document, model, e["loc"], is_missing=e["type"] == "missing")) for e in errors]
        deeper = {path[:i] for _, path, _ in resolved for i in range(len(path))}
        judged = {path for e, path, _ in resolved if not _is_other_type(e)}
        # Of a union's members the one the author meant is the one that got furthest.
        meant = [
            r for r in resolved if not r[1] or (r[1] not in deeper and not (_is_other_type(r[0]) and r[1] in judged))
        ]
        kept = [_finding(document, *r) for r in meant]
        raise DocumentError(tuple(sorted(dict.fromkeys(kept), key=_line))) from None


def _of_members_meant(document: YamlDocument, errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the errors of those members of a union that have more of them than another one.

    Where a member is of another type altogether nothing is said of it here: it has one error only.
    """
    counts: dict[YamlPath, dict[str, int]] = {}
    for error in errors:
        for path, member in _members(document, error):
            tried = counts.setdefault(path, {})
            tried[member] = tried.get(member, 0) + 1
    of_other_type = {
        (path, member)
        for error in errors
        if _is_other_type(error)
        for path, member in _members(document, error)[-1:]
        if error["loc"][-1] == member
    }

    def is_meant(path: YamlPath, member: str) -> bool:
        rivals = [n for other, n in counts[path].items() if (path, other) not in of_other_type]
        return (path, member) in of_other_type or counts[path][member] == min(rivals)

    return [error for error in errors if all(is_meant(*member) for member in _members(document, error))]


def _members(document: YamlDocument, error: ErrorDetails) -> list[tuple[YamlPath, str]]:
    """The members of unions, each with the part of the document that was tried as it, on the way to an error."""
    path: YamlPath = ()
    found = []
    for position, part in enumerate(error["loc"]):
        inner = (*path, str(part))
        if inner in document.lines:
            path = inner
        elif not (error["type"] == "missing" and position == len(error["loc"]) - 1):
            found.append((path, str(part)))
    return found


_REMEDIES = {
    "bool_type": "write true or false",
    "string_type": "put it in quotes",
    "date_from_datetime_parsing": "write a day as YYYY-MM-DD",
    "date_parsing": "write a day as YYYY-MM-DD",
    "date_type": "write a day as YYYY-MM-DD",
    "float_type": "write a number, without quotes and unit",
    "int_type": "write a whole number, without quotes and unit",
}


def _is_other_type(error: ErrorDetails) -> bool:
    return error["type"].endswith("_type")


def _line(finding: Finding) -> int:
    return int(finding.place.rpartition(":")[2])


def _as_json(value: object) -> object:
    if isinstance(value, dict):
        return {_key(k): _as_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_json(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _key(key: object) -> str:
    return key.isoformat() if isinstance(key, dt.date) else str(key)


def _finding(document: YamlDocument, error: ErrorDetails, path: YamlPath, fields: tuple[str, ...]) -> Finding:
    name = ".".join(path) or "the file"
    kind = error["type"]
    if kind == "extra_forbidden":
        return Finding(document.place(*path), f"unknown key '{name}'", nearest(path[-1], fields) if fields else None)
    if kind == "missing":
        return Finding(document.place(*path[:-1]), f"'{name}' is missing", "add it")
    if kind in ("enum", "literal_error"):
        known = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        return Finding(document.place(*path), f"'{name}' is {error['input']!r}", nearest(str(error["input"]), known))
    message = error["msg"].removeprefix("Value error, ")
    return Finding(document.place(*path), f"'{name}': {message[:1].lower()}{message[1:]}", _REMEDIES.get(kind))


def _resolve(
    document: YamlDocument, model: type[BaseModel], location: tuple[int | str, ...], *, is_missing: bool
) -> tuple[YamlPath, tuple[str, ...]]:
    """The part of the document an error is about, and the field names known there.

    pydantic's location also names union members and keys' checks, which no document holds; they are left out.
    """
    path: YamlPath = ()
    annotations: tuple[Any, ...] = (model,)
    for position, part in enumerate(location):
        inner = (*path, str(part))
        is_last = position == len(location) - 1
        if inner not in document.lines and not (is_last and is_missing):
            continue
        path = inner
        if not is_last:
            annotations = tuple(a for annotation in annotations for a in _inner(annotation, str(part)))
    return path, _field_names(annotations)


def _plain(annotation: object) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _plain(member)
    else:
        yield annotation


def _inner(annotation: object, part: str) -> Iterator[Any]:
    for plain in _plain(annotation):
        origin = get_origin(plain)
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            yield from (f.annotation for n, f in plain.model_fields.items() if part == (f.alias or n))
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            yield get_args(plain)[1]
        elif origin in (list, tuple):
            yield get_args(plain)[0]


def _field_names(annotations: tuple[Any, ...]) -> tuple[str, ...]:
    models = [p for a in annotations for p in _plain(a) if isinstance(p, type) and issubclass(p, BaseModel)]
    return tuple(sorted({f.alias or name for m in models for name, f in m.model_fields.items()}))
