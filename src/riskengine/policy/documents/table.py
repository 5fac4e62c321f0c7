"""A lookup table in a rule-set file, as a checked document.

```yaml
tables:
  - id: TRM-GRD-001
    name: {en: Longest terms by grade and relationship, zh: 按等级和合作年限的最长账期}
    reason: {en: "Grade {grade}: terms of at most {@value} days", zh: "{grade}级，账期不超过{@value}天"}   # optional
    in_force: {from: 2015-01-01}
    over: [grade, cus_relationship_days]      # one to three facts
    on_missing: no_hit                        # refer | no_hit | hit (each row that is not ruled out applies)
    sets: terms_cap_days
    rows:
      - ["<= 3", "< 365", 60]                 # for each fact `op operand`, several joined by commas, or any; the value
      - ["<= 3", ">= 365, < 1825", "@long_terms"]
      - ["<= 3", ">= 1825", none]             # no effect
      - ["> 3", any, 30]
```
Each row is a rule of its own, `TRM-GRD-001#1` and so on. The rows hold every value of the facts exactly once.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from riskengine.policy.documents.rule import InForce, RuleId
from riskengine.policy.documents.text import TextDocument
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.decision import OnMissing

Sets = Literal["grade_cap", "notch", "limit_cap", "limit_factor", "terms_cap_days", "terms_add_days"]
SUMS = ("notch", "terms_add_days")  # joined by adding: several rows that apply would add up


def _row(value: object) -> object:
    if not isinstance(value, list):
        what = "a row is a list: one entry for each fact of `over`, and the value"
        raise ValueError(what)  # noqa: TRY004 - pydantic reports ValueError only
    return tuple(value)


Row = Annotated[tuple[Any, ...], BeforeValidator(_row)]


class TableDocument(StrictModel):
    id: RuleId = Field(description="as that of a rule; a row is `ID#number`")
    name: TextDocument = Field(description="what people call it")
    reason: TextDocument | None = Field(
        None, description="a sentence; `{fact}`, `{@parameter}`, and `{@value}` for the value of the row"
    )
    in_force: InForce = Field(description="when it holds")
    over: tuple[str, ...] = Field(min_length=1, max_length=3, description="the facts it asks, one to three")
    on_missing: OnMissing = Field(description="what follows where no row is certain because a fact is not known")
    sets: Sets = Field(description="the part of an effect that the last entry of each row gives")
    rows: tuple[Row, ...] = Field(
        min_length=2, description="for each fact `op operand`, several joined by commas, or `any`; then the value"
    )
