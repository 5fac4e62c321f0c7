"""segments.yaml as a checked document.

```yaml
segments:
  south:
    text: {en: Southern Europe, zh: 南欧}
    for: {cus_country: [IT, ES]}      # one text or a list for each fact; all facts must agree
    if_unknown: out                   # in | out: a customer whose country is not known
```
A value in parameters.yaml that names a segment holds for its customers; see `parameters`.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from riskengine.policy.documents.text import TextDocument
from riskengine.tables.yaml_model import StrictModel

SEGMENT_NAME = r"^[a-z][a-z0-9_]*$"


def _texts(value: object) -> object:
    """One text is a list of one. Refused here in one sentence, where a union would give one for each of its members."""
    members = value if isinstance(value, list) else [value]
    if not members or not all(isinstance(member, str) and member for member in members):
        raise ValueError(f"{value!r} is neither a text nor a list of texts")
    if len(set(members)) < len(members):
        raise ValueError(f"{value!r} names a text twice")
    return tuple(members)


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class SegmentDocument(StrictModel):
    text: TextDocument = Field(description="what people call these customers")
    members: dict[str, Texts] = Field(
        alias="for", min_length=1, description="a text, or a list of texts, for each fact; all facts must agree"
    )
    if_unknown: Literal["in", "out"] = Field(description="whether a customer of whom a fact is not known is inside")


class SegmentsDocument(StrictModel):
    segments: dict[Annotated[str, Field(pattern=SEGMENT_NAME)], SegmentDocument] = Field(
        description="segments by name; of two that a customer is in, the one with more facts wins"
    )
