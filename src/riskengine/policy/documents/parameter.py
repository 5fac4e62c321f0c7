"""parameters.yaml as a checked document; see `parameters` for an example."""

import datetime as dt
from typing import Annotated

from pydantic import BeforeValidator, Field

from riskengine.features.feature import Unit
from riskengine.policy.documents.dated import Decided
from riskengine.policy.documents.text import TextDocument
from riskengine.tables.yaml_model import StrictModel


def _value(value: object) -> object:
    """Refused here in one sentence, where a union of types would give one error for each of its members."""
    members = value if isinstance(value, list | tuple) else (value,)
    kinds = {_kind(member) for member in members}
    if len(kinds) != 1 or None in kinds:
        raise ValueError(f"{value!r} is neither a number, a text nor a list of one of them")
    return tuple(value) if isinstance(value, list) else value


def _kind(member: object) -> str | None:
    if isinstance(member, str):
        return "text"
    return "number" if isinstance(member, int | float) and not isinstance(member, bool) else None


Value = Annotated[float | str | tuple[float, ...] | tuple[str, ...], BeforeValidator(_value)]


class DatedValueDocument(Decided):
    value: Value = Field(description="a number, a text, or a list of one of them; in the unit of the parameter")
    segment: str | None = Field(None, description="the segment of segments.yaml whose customers have this value")
    until: dt.date | None = Field(None, description="first day on which a segment's value no longer holds")


class ParameterDocument(StrictModel):
    text: TextDocument = Field(description="what it means")
    unit: Unit = Field(description="that of the facts it is compared with")
    values: tuple[DatedValueDocument, ...] = Field(min_length=1, description="by date; those of a segment among them")


class ParametersDocument(StrictModel):
    parameters: dict[str, ParameterDocument] = Field(description="parameters by name")
