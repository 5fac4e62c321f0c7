"""The limit policy: rules/limits.yaml as a checked document.

Amounts are units of the reporting currency; shares are of the measure they name.
"""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from riskengine.tables.yaml_model import StrictModel

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3660)]


class NeedPolicy(StrictModel):
    """Need = expected monthly purchases x (1 + headroom) x (terms + average delay) / 30."""

    headroom: Share = Field(description="added to the mean month's purchases, as a share of them")
    longest_delay_days: Days = Field(description="a customer's lateness raises his need by no more than this")
    least: Amount = Field(description="need is never taken below this, so that small buyers keep a usable account")


class CapacityPolicy(StrictModel):
    """From the statement: the middle one of three shares. Without one: a share of what was paid in twelve months."""

    equity_share: Share = Field(description="of book equity")
    working_capital_share: Share = Field(description="of working capital")
    revenue_share: Share = Field(description="of a year's revenue")
    statement_oldest_days: Days = Field(description="a statement older than this is none")
    paid_share: Share = Field(description="of what was paid in twelve months, where there is no statement")
    paid_least_count: int = Field(ge=1, description="settled invoices before paid history is evidence")
    starter: Amount = Field(description="where there is neither a statement nor paid history")


class EvidencePolicy(StrictModel):
    """How far the PD is pushed up for a limit while a customer is little known."""

    deviations: float = Field(ge=0, le=3, allow_inf_nan=False, description="of the score bound with no file at all")
    model_weight: float = Field(gt=0, allow_inf_nan=False, description="observations the model's PD stands for")
    experience_weight: float = Field(gt=0, allow_inf_nan=False, description="observations a settled invoice stands for")
    statement_experiences: int = Field(ge=0, description="settled invoices a current statement stands for")
    full_file_experiences: int = Field(ge=1, description="from here on the PD is taken as it is")


class CapPolicy(StrictModel):
    customer: Amount = Field(description="the most any one customer may owe")
    portfolio_share: Share = Field(description="the most one group may owe, as a share of all exposure")
    portfolio_share_least: Amount = Field(description="the concentration cap never falls below this")


class RoundingStep(StrictModel):
    above: Amount = Field(description="limits from this amount on are rounded down to `step`")
    step: float = Field(gt=0, allow_inf_nan=False, description="to a multiple of this")


class AvailablePolicy(StrictModel):
    """Available credit = limit - open invoices - open orders + the secured parts."""

    guaranteed_share: Share = Field(description="of guarantees, that counts as secured")
    insured_share: Share = Field(description="of insured amounts, that counts as secured")


class LimitPolicy(StrictModel):
    """Everything a limit is computed from beside the grade."""

    need: NeedPolicy = Field(description="what the customer needs to owe")
    capacity: CapacityPolicy = Field(description="what the customer can carry")
    evidence: EvidencePolicy = Field(description="how carefully the PD of little-known customers is taken")
    caps: CapPolicy = Field(description="what nobody may exceed")
    rounding: tuple[RoundingStep, ...] = Field(
        min_length=1, strict=False, description="steps limits are rounded down to"
    )
    available: AvailablePolicy = Field(description="what counts beside the limit")

    @model_validator(mode="after")
    def _steps_must_nest(self) -> Self:
        """Rounding down must never turn a larger limit into a smaller one."""
        if self.rounding[0].above != 0:
            raise ValueError("the first rounding step must begin above 0")
        for lower, upper in pairwise(self.rounding):
            if upper.above <= lower.above or upper.step <= lower.step:
                raise ValueError(f"rounding steps must rise: {upper.above:g} comes after {lower.above:g}")
            if upper.above % lower.step or upper.above % upper.step:
                raise ValueError(f"{upper.above:g} must be a whole number of the steps on both of its sides")
        return self
