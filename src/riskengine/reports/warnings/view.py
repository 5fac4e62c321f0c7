"""All that the report of an evaluation shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskengine.early_warning.quality.evaluation import Evaluation
from riskengine.early_warning.quality.figures import Figures
from riskengine.early_warning.quality.groups import Kind
from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class IndustryWarning:
    """One that opened, with the severity it opened with."""

    day: date
    industry: str
    indicator: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """`indicators`: id and name, of rules that share one too. `names`: of the customers the report speaks of.
    `industries`: new warnings of whole industries after the first date (day, code, indicator, severity), by day."""

    evaluation: Evaluation
    indicators: Mapping[str, Text]
    names: Mapping[str, str]
    dates: tuple[date, ...]
    ripe_dates: tuple[date, ...]
    weekly: bool
    model_saw: tuple[date, ...] | None
    last_day: date
    outcome: OutcomeSpec
    severe_days: int
    currency: str
    model: str
    costs: CostAssumptions
    industries: tuple[IndustryWarning, ...] = ()

    @property
    def together(self) -> Figures:
        """Every warning."""
        return self.evaluation.of_kind(Kind.ALL)[0]

    @property
    def cases(self) -> Figures:
        """All warnings of a customer as one; new where it opened or became worse."""
        return self.evaluation.of_kind(Kind.CASE)[0]

    def customers(self, level: Severity) -> Figures:
        """Customers under any warning of at least a severity."""
        return next(f for f in self.evaluation.of_kind(Kind.CUSTOMER) if f.level is level)

    def indicator_name(self, name: str) -> Text:
        return self.indicators.get(name, Text(name, name))
