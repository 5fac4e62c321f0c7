"""Every key of every file of the policy language as Markdown, from the models that read the files."""

import datetime as dt
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from riskengine.policy.documents.rule import EffectDocument
from riskengine.policy.documents.text import TextDocument
from riskengine.policy.schema import KINDS, models_of

Row = tuple[str, str, str]  # key, value, meaning
_SCALARS: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    dt.date: "day",
    Any: "see below",
}
_LEAVES: Mapping[type[BaseModel], str] = {
    TextDocument: "`{en: .., zh: ..}`",
    EffectDocument: "see Effects",
}
_SHOWN = 8  # of the words of an enum


def file_keys() -> Iterator[tuple[str, tuple[Row, ...]]]:
    """Title and keys of each kind of file; a key reads `versions[].policy.need.headroom`."""
    for kind in KINDS:
        model, inner, about = models_of(kind)
        yield about, tuple(_keys(model, "", inner))


def _keys(model: type[BaseModel], prefix: str, inner: type[BaseModel] | None) -> Iterator[Row]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        meaning = field.description or ""
        is_dated = name == "policy" and inner is not None
        nested = inner if is_dated else _nested(field.annotation)
        mark = "" if is_dated else _mark(field.annotation)
        yield f"`{key}`", _value(field, is_nested=nested is not None), meaning
        if nested is not None:
            yield from _keys(nested, f"{key}{mark}.", inner)


def _value(field: FieldInfo, *, is_nested: bool) -> str:
    words = "" if is_nested else _words(field.annotation)
    need = "required" if field.is_required() else "optional"
    return f"{words}, {need}" if words else need


def _words(annotation: Any) -> str:  # noqa: ANN401 - any annotation of a model
    """What may be written, for people."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_words(one) for one in inner if one is not type(None)))
    containers = {Annotated: (0, "{}"), tuple: (0, "list of {}"), dict: (1, "{} by name")}
    if origin in containers:
        place, form = containers[origin]
        return form.format(_words(inner[place]))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        known = [str(one.value) for one in annotation]
        return "one of " + ", ".join(f"`{one}`" for one in known) if len(known) <= _SHOWN else "see below"
    return _LEAVES.get(annotation) or _SCALARS.get(annotation, "see below")


def _nested(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation of a model
    """The model whose keys stand under this one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return None if annotation in _LEAVES else annotation
    found = (_nested(one) for one in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _mark(annotation: Any) -> str:  # noqa: ANN401 - any annotation of a model
    """`[]` for a list, `.<name>` for a mapping by name."""
    origin = get_origin(annotation)
    if origin is tuple:
        return "[]"
    if origin is dict:
        return ".<name>"
    return next((mark for one in get_args(annotation) if (mark := _mark(one))), "")
