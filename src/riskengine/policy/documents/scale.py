"""master_scale.yaml as a checked document.

```yaml
versions:
  - from: 2024-01-01
    reference: Credit manual 3.1
    decided_by: Credit committee
    grades:                     # all eight, best first; each band begins where the one before ends, the last ends at 1
      - {grade: 1, pd_to: 0.001, review_months: 12, limit_factor: 1.5, terms_cap_days: 90, text: {en: Top, zh: 优秀}}
      - ...
    default: {limit_factor: 0, terms_cap_days: 0, text: {en: In default, zh: 已违约}}
```
`pd_from` may be written as well; it must then equal the `pd_to` of the band before.
"""

from pydantic import Field

from riskengine.policy.documents.dated import Decided
from riskengine.policy.documents.text import TextDocument
from riskengine.policy.vocabulary import WORST_GRADE
from riskengine.tables.yaml_model import StrictModel


class DefaultGrade(StrictModel):
    limit_factor: float = Field(ge=0, allow_inf_nan=False, description="by which a limit is multiplied")
    terms_cap_days: int = Field(ge=0, le=3650, description="longest terms; 0 is prepayment")
    text: TextDocument = Field(description="what people call it")


class GradeBand(DefaultGrade):
    grade: int = Field(ge=1, le=WORST_GRADE, description="its number; 1 is best")
    pd_from: float | None = Field(default=None, ge=0, le=1, description="lowest PD; that at which the one before ends")
    pd_to: float = Field(gt=0, le=1, description="PDs below this; the last grade ends at 1, which belongs to it")
    review_months: int = Field(ge=1, le=60, description="months until the next review falls due")


class ScaleVersion(Decided):
    grades: tuple[GradeBand, ...] = Field(  # `check_scale` counts them and says what is missing
        description="1 to 8, best first, without gap from PD 0 to 1",
        json_schema_extra={"minItems": WORST_GRADE, "maxItems": WORST_GRADE},
    )
    default: DefaultGrade = Field(description="grade 'D', of customers in default")


class ScaleDocument(StrictModel):
    versions: tuple[ScaleVersion, ...] = Field(min_length=1, description="by date; each replaces the one before")
