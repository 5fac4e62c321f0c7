"""Patterns of events that become facts: rules/early_warning/windows.yaml as a checked document.

```yaml
versions:
  - from: 2015-01-01
    reference: Collections manual 7.2
    decided_by: Head of collections
    policy:
      windows:
        promises_then_order:
          text: {en: "Three broken promises in 30 days, then a large order", zh: ...}
          counts_for_days: 30
          steps:
            - {event: promise_broken, count: 3, within_days: 30}
            - {event: order, amount_from: "@large_order_amount", within_days: 30}
```
Facts: `evt_promises_then_order_holds` (1 or 0) and `evt_promises_then_order_days_ago`.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from riskengine.features.event_window import NO_STEPS, EventWindow, WindowStep
from riskengine.policy.documents.text import TextDocument
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.errors import nearest

WINDOW_NAME = r"^[a-z][a-z0-9_]*$"
LONGEST_SPAN = 1096  # days
Days = Annotated[int, Field(ge=1, le=LONGEST_SPAN)]
Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class StepDocument(StrictModel):
    event: EventKind = Field(description="the kind of event, as in docs/reference/events.md")
    kinds: tuple[str, ...] = Field(default=(), description="only signals or payments of these kinds; without it all")
    count: int = Field(default=1, ge=1, le=1000, description="at least so many")
    amount_from: Amount | None = Field(
        default=None, description="an event counts from this amount on, in the policy's currency"
    )
    sum_from: Amount | None = Field(default=None, description="and together they are worth at least this")
    within_days: Days = Field(
        description="first step: on that day and the days before, so many in all; later steps: up to so many days "
        "after the step before was complete"
    )

    @model_validator(mode="after")
    def _must_be_possible(self) -> Self:
        known = {kind.value for kind in EventKind if kind not in NO_STEPS}
        if self.event in NO_STEPS:
            raise ValueError(
                f"'{self.event.value}' happens to no customer on a day; use one of {', '.join(sorted(known))}"
            )
        form = FORMS[self.event]
        if "amount" not in form.fields and (self.amount_from is not None or self.sum_from is not None):
            raise ValueError(f"events '{self.event.value}' have no amount")
        codes = form.fields["kind"].codes if "kind" in form.fields else ()
        if self.kinds and not codes:
            raise ValueError(f"events '{self.event.value}' have no kinds")
        for kind in self.kinds:
            if kind not in codes:
                raise ValueError(f"there is no kind '{kind}' of '{self.event.value}'; {nearest(kind, codes)}")
        if len(set(self.kinds)) < len(self.kinds):
            raise ValueError("a kind is named twice")
        return self

    def step(self) -> WindowStep:
        return WindowStep(
            self.event, self.within_days, self.count, self.sum_from, self.amount_from, tuple(sorted(self.kinds))
        )


class WindowDocument(StrictModel):
    text: TextDocument = Field(description="what people call the pattern")
    counts_for_days: Days = Field(description="days for which it holds once complete, that day among them")
    steps: tuple[StepDocument, ...] = Field(min_length=1, max_length=5, description="one after the other")


class WindowPolicy(StrictModel):
    """The patterns of one date; a policy without the file has none."""

    windows: dict[Annotated[str, Field(pattern=WINDOW_NAME)], WindowDocument] = Field(
        default={}, description="patterns by id; the facts are evt_ID_holds and evt_ID_days_ago"
    )

    def event_windows(self) -> tuple[EventWindow, ...]:
        """Sorted by id, so that the order in the file does not count."""
        return tuple(
            EventWindow(id_, one.text.text(), one.counts_for_days, tuple(step.step() for step in one.steps))
            for id_, one in sorted(self.windows.items())
        )
