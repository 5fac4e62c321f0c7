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

from riskengine.policy.invariant import Direction, Measure, StandIn
from riskengine.policy.rule_document import InForce
from riskengine.policy.text_document import TextDocument
from riskengine.tables.yaml_model import StrictModel

_ID = re.compile(r"INV(-[A-Z0-9]+)+-[0-9]{3}")
_KINDS = ("always", "worse", "missing")


def _invariant_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f"'{value}' is not the id of an invariant; ids read INV-TOPIC-001, in capitals")
    return value


class WorseDocument(StrictModel):
    fact: str
    when: Direction
    never_better: tuple[Measure, ...] = Field(min_length=1)


class MissingDocument(StrictModel):
    facts: Literal["any"] | tuple[str, ...]
    never_better: tuple[Measure, ...] = Field(min_length=1)
    stand_ins: tuple[StandIn, ...] = ()


class InvariantDocument(StrictModel):
    id: Annotated[str, AfterValidator(_invariant_id)]
    name: TextDocument
    why: TextDocument
    in_force: InForce | None = None
    given: Any = None  # read by `condition_reader`, as is `always`
    always: Any = None
    worse: WorseDocument | None = None
    missing: MissingDocument | None = None

    @model_validator(mode="after")
    def _must_say_one_thing(self) -> Self:
        said = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(said) != 1:
            found = f"{self.id} has {' and '.join(said)}" if said else f"{self.id} has none of them"
            raise ValueError(f"an invariant says one of {', '.join(_KINDS)}; {found}")
        return self


class InvariantsDocument(StrictModel):
    invariants: tuple[InvariantDocument, ...] = Field(min_length=1)
