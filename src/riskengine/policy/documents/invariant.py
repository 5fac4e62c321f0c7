"""invariants.yaml as a checked document.

```yaml
invariants:
  - id: INV-FRZ-001
    name: {en: A frozen customer has no credit, zh: 冻结客户额度为零}
    why: {en: Whoever may not buy on credit has no limit to use up, zh: ...}
    in_force: {from: 2015-01-01}       # optional: without it, on every date of the policy
    given: frozen == 1                 # optional: of whom it is said
    always: limit == 0                 # one of always, worse, missing
  - id: INV-PD-001
    ...
    worse: {fact: pd_12m, when: higher, never_better: [grade, limit, terms_days]}
  - id: INV-MIS-001
    ...
    missing: {facts: any, never_better: [grade, limit, terms_days], stand_ins: [need, capacity]}
```
Conditions are those of rules; they may name every fact known at the end, see `invariant_facts`.
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from riskengine.policy.documents.rule import InForce
from riskengine.policy.documents.text import TextDocument
from riskengine.policy.invariant import Direction, Measure, StandIn
from riskengine.tables.yaml_model import StrictModel

_ID = re.compile(r"INV(-[A-Z0-9]+)+-[0-9]{3}")
_KINDS = ("always", "worse", "missing")


def _invariant_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f"'{value}' is not the id of an invariant; ids read INV-TOPIC-001, in capitals")
    return value


class WorseDocument(StrictModel):
    fact: str = Field(description="the fact that differs between two customers who are otherwise equal")
    when: Direction = Field(description="which of the two values is the worse")
    never_better: tuple[Measure, ...] = Field(min_length=1, description="in what the worse one is never treated better")


class MissingDocument(StrictModel):
    facts: Literal["any"] | tuple[str, ...] = Field(description="which of them may be missing")
    never_better: tuple[Measure, ...] = Field(
        min_length=1, description="in what a gap is never better than the worst value that could have filled it"
    )
    stand_ins: tuple[StandIn, ...] = Field((), description="amounts that policy sets itself where facts are missing")


class InvariantDocument(StrictModel):
    id: Annotated[str, AfterValidator(_invariant_id)] = Field(description="`INV-TOPIC-001`")
    name: TextDocument = Field(description="what must hold, in a sentence")
    why: TextDocument = Field(description="what would go wrong otherwise")
    in_force: InForce | None = Field(None, description="without it on every date of the policy")
    given: Any = Field(None, description="a condition: of whom it is said; without it of everybody")
    always: Any = Field(None, description="a condition that holds for all of them")  # read by `condition_reader`
    worse: WorseDocument | None = Field(None, description="a worse value of one fact never leads to anything better")
    missing: MissingDocument | None = Field(None, description="a missing fact never leads to anything better")

    @model_validator(mode="after")
    def _must_say_one_thing(self) -> Self:
        said = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(said) != 1:
            found = f"{self.id} has {' and '.join(said)}" if said else f"{self.id} has none of them"
            raise ValueError(f"an invariant says one of {', '.join(_KINDS)}; {found}")
        return self


class InvariantsDocument(StrictModel):
    invariants: tuple[InvariantDocument, ...] = Field(min_length=1, description="what must hold on every date")
