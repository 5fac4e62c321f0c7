"""master_scale.yaml as a checked document.

```yaml
versions:
  - from: 2024-01-01
    reference: Credit manual 3.1
    decided_by: Credit committee
    grades:                     # best first; each band begins where the one before ends, the last ends at 1
      - {grade: 1, pd_to: 0.001, review_months: 12, limit_factor: 1.5, terms_cap_days: 90, text: {en: Top, zh: 优秀}}
      - ...
    default: {limit_factor: 0, terms_cap_days: 0, text: {en: In default, zh: 已违约}}
```
`pd_from` may be written as well; it must then equal the `pd_to` of the band before.
"""

from pydantic import Field

from riskengine.policy.dated_document import Decided
from riskengine.policy.text_document import TextDocument
from riskengine.tables.yaml_model import StrictModel


class DefaultGrade(StrictModel):
    limit_factor: float = Field(ge=0, allow_inf_nan=False)
    terms_cap_days: int = Field(ge=0, le=3650)
    text: TextDocument


class GradeBand(DefaultGrade):
    grade: int = Field(ge=1, le=8)
    pd_from: float | None = Field(default=None, ge=0, le=1)
    pd_to: float = Field(gt=0, le=1)
    review_months: int = Field(ge=1, le=60)


class ScaleVersion(Decided):
    grades: tuple[GradeBand, ...] = Field(min_length=2)
    default: DefaultGrade


class ScaleDocument(StrictModel):
    versions: tuple[ScaleVersion, ...] = Field(min_length=1)
