"""The terms policy: rules/terms.yaml as a checked document. Days from the invoice date."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.decision import Severity

GradeNumber = Annotated[int, Field(ge=1, le=8)]


class DiscountPolicy(StrictModel):
    """An early-payment discount such as 2/10 net 30: `percent` off when paid within `within_days`."""

    percent: float = Field(gt=0, lt=100, allow_inf_nan=False, description="off the invoice")
    within_days: int = Field(gt=0, description="when paid within so many days")
    best_grade: GradeNumber = Field(description="the best grade it is offered to")
    worst_grade: GradeNumber = Field(description="the worst grade it is offered to")
    shortest_terms_days: int = Field(gt=0, description="terms shorter than this carry no discount")

    @model_validator(mode="after")
    def _must_save_time(self) -> Self:
        if self.within_days >= self.shortest_terms_days:
            raise ValueError("a discount must ask for payment before the terms end")
        if self.best_grade > self.worst_grade:
            raise ValueError("best_grade must not be worse than worst_grade")
        return self


class FollowUp(StrictModel):
    """Who answers a warning, and within how many days."""

    owner: str = Field(min_length=1, description="the role that answers it")
    due_days: int = Field(ge=0, le=366, description="days until it is answered")


class FollowUpPolicy(StrictModel):
    watch: FollowUp = Field(description="of warnings to be watched")
    amber: FollowUp = Field(description="of amber warnings")
    red: FollowUp = Field(description="of red warnings")

    def of(self, severity: Severity) -> FollowUp:
        return {Severity.WATCH: self.watch, Severity.AMBER: self.amber, Severity.RED: self.red}[severity]

    @model_validator(mode="after")
    def _worse_must_be_sooner(self) -> Self:
        if not self.red.due_days <= self.amber.due_days <= self.watch.due_days:
            raise ValueError("a more severe warning must not be due later than a milder one")
        return self


class TermsPolicy(StrictModel):
    """What terms are computed from beside the grade and the rules."""

    standard_days: int = Field(ge=0, description="for a customer with neither agreed nor requested terms")
    longest_days: int = Field(gt=0, le=365, description="nobody gets longer, whatever the grade and the rules say")
    longest_extension_days: int = Field(ge=0, le=15, description="the most that rules may add together")
    steps_days: tuple[int, ...] = Field(min_length=1, strict=False, description="allowed terms end on one of these")
    discount: DiscountPolicy | None = Field(None, description="for paying early; without it none is offered")
    follow_up: FollowUpPolicy = Field(description="who answers warnings, and by when")

    @model_validator(mode="after")
    def _steps_must_rise(self) -> Self:
        if self.steps_days[0] <= 0 or any(b <= a for a, b in pairwise(self.steps_days)):
            raise ValueError("steps_days must be positive and rise")
        if self.standard_days > self.longest_days:
            raise ValueError("standard_days is longer than longest_days")
        return self
