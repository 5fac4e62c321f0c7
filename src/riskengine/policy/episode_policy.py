"""How warnings live on: rules/early_warning/episodes.yaml as a checked document. Periods are calendar days."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from riskengine.policy.documents.text import TextDocument
from riskengine.policy.terms_policy import FollowUp, FollowUpPolicy
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.decision import Action, Severity

Level = Literal["watch", "amber", "red"]
Period = Annotated[int, Field(ge=0, le=1096)]


class Periods(StrictModel):
    """Days by the worst severity an episode reached."""

    watch: Period = Field(description="of episodes to be watched")
    amber: Period = Field(description="of amber episodes")
    red: Period = Field(description="of red episodes")

    def of(self, severity: Severity) -> int:
        return {Severity.WATCH: self.watch, Severity.AMBER: self.amber, Severity.RED: self.red}[severity]

    @model_validator(mode="after")
    def _worse_must_stay_longer(self) -> Self:
        if not self.watch <= self.amber <= self.red:
            raise ValueError("a more severe episode must not close sooner than a milder one")
        return self


class IndicatorPeriods(StrictModel):
    """The name of an indicator, and other periods for it; what is left out is as for all."""

    name: TextDocument | None = Field(default=None, description="what people call it; without it as its rule is called")
    close_after_days: Periods | None = Field(default=None, description="instead of the general one")
    cooling_days: Periods | None = Field(default=None, description="instead of the general one")


class Answerer(StrictModel):
    """Who answers the cases that `follow_up` of terms.yaml would give to another role."""

    severity: Level = Field(description="cases of this severity")
    from_exposure: float = Field(
        default=0.0,
        ge=0,
        allow_inf_nan=False,
        description="of customers who owe this much or more, in the policy's currency",
    )
    sales_team: str | None = Field(default=None, min_length=1, description="and of this sales team only")
    owner: str = Field(min_length=1, description="the role that answers it")
    due_days: int | None = Field(
        default=None, ge=0, le=366, description="days until it is answered; without it those of terms.yaml"
    )

    def takes(self, severity: Severity, exposure: float | None, sales_team: str | None) -> bool:
        """An exposure that is not known is not large."""
        large = self.from_exposure == 0 or (exposure is not None and exposure >= self.from_exposure)
        return severity.word == self.severity and large and self.sales_team in (None, sales_team)


class AutomaticActions(StrictModel):
    """What takes effect without anybody's word; all else is proposed."""

    watch: tuple[Action, ...] = Field(default=(), description="of cases to be watched")
    amber: tuple[Action, ...] = Field(default=(), description="of amber cases")
    red: tuple[Action, ...] = Field(default=(), description="of red cases")

    def of(self, severity: Severity) -> tuple[Action, ...]:
        return {Severity.WATCH: self.watch, Severity.AMBER: self.amber, Severity.RED: self.red}[severity]


class AlertBudget(StrictModel):
    """How many new cases people can answer."""

    cases: int = Field(gt=0, description="new cases")
    days: int = Field(gt=0, le=366, description="within so many days")


_AT_ONCE = Periods(watch=0, amber=0, red=0)


class EpisodePolicy(StrictModel):
    """When episodes close, and who does what about the cases they make.

    A policy without the file has these defaults: an episode ends on the first day on which its exit holds.
    """

    close_after_days: Periods = Field(
        default=_AT_ONCE, description="days for which the exit must have held before it closes"
    )
    cooling_days: Periods = Field(
        default=_AT_ONCE, description="days since an entry last held, before which it does not close"
    )
    indicators: dict[str, IndicatorPeriods] = Field(default={}, description="names and other periods, by indicator")
    owners: tuple[Answerer, ...] = Field(
        default=(),
        description="who answers instead of terms.yaml's follow_up; of several the one that names the sales team, "
        "then the one with the largest exposure",
    )
    roles: dict[str, TextDocument] = Field(
        default={}, description="what people call the owners of cases, of terms.yaml as well"
    )
    automatic: AutomaticActions = Field(default=AutomaticActions(), description="actions that need nobody's word")
    budget: AlertBudget | None = Field(default=None, description="new cases people can answer; without it any number")
    loss_given_default: float = Field(
        default=1.0,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="share of what is owed and not covered that a default costs; cases are ranked by expected loss",
    )

    def close_after(self, indicator: str, severity: Severity) -> int:
        own = self.indicators.get(indicator)
        return (self.close_after_days if own is None or own.close_after_days is None else own.close_after_days).of(
            severity
        )

    def cooling(self, indicator: str, severity: Severity) -> int:
        own = self.indicators.get(indicator)
        return (self.cooling_days if own is None or own.cooling_days is None else own.cooling_days).of(severity)

    def follow_up(
        self, severity: Severity, general: FollowUpPolicy, *, exposure: float | None, sales_team: str | None
    ) -> FollowUp:
        """Who answers a case and within how many days: the closest of `owners`, or as terms.yaml says."""
        usual = general.of(severity)
        found = [one for one in self.owners if one.takes(severity, exposure, sales_team)]
        if not found:
            return usual
        closest = max(found, key=lambda one: (one.sales_team is not None, one.from_exposure))
        return FollowUp(owner=closest.owner, due_days=usual.due_days if closest.due_days is None else closest.due_days)

    @model_validator(mode="after")
    def _owners_must_differ(self) -> Self:
        seen: set[tuple[str, float, str | None]] = set()
        for one in self._cases_answered():
            if one in seen:
                severity, amount, team = one
                whose = f" of sales team '{team}'" if team else ""
                raise ValueError(f"two owners for {severity} cases from {amount:g} on{whose}")
            seen.add(one)
        return self

    def _cases_answered(self) -> Iterator[tuple[str, float, str | None]]:
        for one in self.owners:
            yield one.severity, one.from_exposure, one.sales_team


AT_ONCE = EpisodePolicy()  # of a policy without the file
