"""All that the report of a tuning shows."""

from dataclasses import dataclass, replace
from datetime import date

from riskengine.policy.parameters import Parameter
from riskengine.policy.rule import Effect, Rule
from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.portfolio.trial.tuning_choice import Budget, Choice, Point, Volume
from riskengine.reports.tuning.charts import Marks
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.decision import Action


@dataclass(frozen=True, slots=True)
class TuningReport:
    """All a report shows. `current`: the value in force on each date."""

    parameter: Parameter
    segment: str | None
    current: tuple[float | None, ...]
    rules: tuple[Rule, ...]
    dates: tuple[date, ...]
    ripe_dates: tuple[date, ...]
    model_saw: tuple[date, ...] | None
    last_day: date
    outcome: OutcomeSpec
    severe_days: int
    currency: str
    model: str
    defaults: int
    costs: CostAssumptions
    budget: Budget | None
    by_money: bool
    points: tuple[Point, ...]
    choice: Choice | None

    @property
    def volume(self) -> Volume:
        """What the pictures count: what the budget counts, else warnings if the rules warn."""
        if self.budget is not None:
            return self.budget.volume
        return Volume.WARNINGS if any(rule.then.severity for rule in self.rules) else Volume.HITS

    @property
    def only_warns(self) -> bool:
        """Whether nothing the rules do changes credit, so that money cannot tell the values apart."""
        return bool(self.rules) and all(_only_warns(rule.then) for rule in self.rules)

    @property
    def marks(self) -> Marks:
        known = {value for value in self.current if value is not None}
        current = known.pop() if len(known) == 1 else None
        low, high = self.points[0].value, self.points[-1].value
        current = current if current is not None and low <= current <= high else None
        if self.choice is None:
            return Marks(None, None, None, current)
        return Marks(self.choice.value, self.choice.low, self.choice.high, current)


def _only_warns(effect: Effect) -> bool:
    """Warnings and actions, none of which stops deliveries on credit."""
    return replace(effect, severity=None, actions=()) == Effect() and Action.REQUIRE_PREPAYMENT not in effect.actions
