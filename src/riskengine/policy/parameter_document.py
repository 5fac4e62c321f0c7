"""parameters.yaml as a checked document; see `parameters` for an example."""

from pydantic import Field

from riskengine.features.feature import Unit
from riskengine.policy.dated_document import Decided
from riskengine.policy.text_document import TextDocument
from riskengine.tables.yaml_model import StrictModel

Value = float | str | tuple[float, ...] | tuple[str, ...]


class DatedValueDocument(Decided):
    value: Value


class ParameterDocument(StrictModel):
    text: TextDocument
    unit: Unit
    values: tuple[DatedValueDocument, ...] = Field(min_length=1)


class ParametersDocument(StrictModel):
    parameters: dict[str, ParameterDocument]
