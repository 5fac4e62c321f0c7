"""What open cases mean for credit: whether one of them freezes it, and how severe the worst is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.early_warning.case import Case, CaseAction, CaseEnd, Mode
from riskengine.terms.decision import Action, Severity

FREEZE_FLAG, CASE_SEVERITY = "ews_freeze_flag", "ews_case_severity"
_AUTOMATIC = CaseAction(Action.FREEZE_CREDIT, Mode.AUTOMATIC)


@dataclass(frozen=True, slots=True)
class CaseState:
    """Of one customer. `severity` is None without an open case."""

    freezes: bool = False
    severity: Severity | None = None


def facts_of_state(state: CaseState) -> dict[str, float]:
    """`ews_freeze_flag` and `ews_case_severity` of the next rating."""
    return {FREEZE_FLAG: float(state.freezes), CASE_SEVERITY: float(state.severity or 0)}


def case_states(cases: Iterable[Case]) -> Mapping[str, CaseState]:
    """The state of every customer of whom there are cases, in any order.

    An open case freezes credit where policy freezes without asking. A case that somebody acted on freezes, if that
    person did, until its last episode has closed (`holds_freeze`); what was dismissed freezes nothing, and neither does
    what was acted on before.
    """
    found: dict[str, CaseState] = {}
    for case in sorted(cases, key=lambda one: (one.customer_id, one.opened_on)):
        before = found.get(case.customer_id, CaseState())
        found[case.customer_id] = _after(before, case)
    return found


def _after(before: CaseState, case: Case) -> CaseState:
    if case.is_open:
        worst = case.severity if before.severity is None else max(before.severity, case.severity)
        return CaseState(before.freezes or holds_freeze(case), worst)
    if case.end is CaseEnd.DISMISSED:
        return CaseState(severity=before.severity)
    return CaseState(before.freezes or holds_freeze(case), before.severity)


def holds_freeze(case: Case) -> bool:
    """Whether a case freezes credit if no later one was dismissed: open, by policy; ended, by the person who acted on
    it, as long as what it warned of is not over."""
    if case.is_open:
        return _AUTOMATIC in case.actions
    return Action.FREEZE_CREDIT in case.taken and any(episode.is_open for episode in case.episodes)


def states_of_run(cases: pl.DataFrame) -> Mapping[str, CaseState]:
    """The same from the cases of a run (CASE_SCHEMA): of customers with a case that is open or freezes credit."""
    is_open = pl.col("end").is_null()
    if "freezes" not in cases.columns:  # of runs from before people could freeze
        by_policy = pl.col("automatic").list.contains(Action.FREEZE_CREDIT.value)
        cases = cases.with_columns((is_open & by_policy).alias("freezes"))
    kept = cases.filter(is_open | pl.col("freezes")).select("customer_id", "severity", "end", "freezes")
    found: dict[str, CaseState] = {}
    for customer_id, severity, end, freezes in kept.iter_rows():
        before = found.get(customer_id, CaseState())
        worst = before.severity if end is not None else Severity[severity.upper()]
        found[customer_id] = CaseState(before.freezes or freezes, worst)
    return found
