"""What open cases mean for credit: whether one of them freezes it, and how severe the worst is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.early_warning.case import Case, CaseAction, CaseEnd, Mode
from riskengine.terms.decision import Action, Severity

FREEZE_FLAG, CASE_SEVERITY = "ews_freeze_flag", "ews_case_severity"
WARNED_FACTS = (FREEZE_FLAG, CASE_SEVERITY)
_AUTOMATIC = CaseAction(Action.FREEZE_CREDIT, Mode.AUTOMATIC)
_PROPOSED = CaseAction(Action.FREEZE_CREDIT, Mode.PROPOSED)


@dataclass(frozen=True, slots=True)
class CaseState:
    """Of one customer. `severity` is None without an open case."""

    freezes: bool = False
    severity: Severity | None = None


def case_states(cases: Iterable[Case]) -> Mapping[str, CaseState]:
    """The state of every customer of whom there are cases, in any order.

    An open case freezes credit where policy freezes without asking. A case that somebody acted on goes on freezing, if
    it asked for that, until its last episode has closed; what was dismissed freezes nothing, and neither does what was
    acted on before.
    """
    found: dict[str, CaseState] = {}
    for case in sorted(cases, key=lambda one: (one.customer_id, one.opened_on)):
        before = found.get(case.customer_id, CaseState())
        found[case.customer_id] = _after(before, case)
    return found


def _after(before: CaseState, case: Case) -> CaseState:
    if case.is_open:
        worst = case.severity if before.severity is None else max(before.severity, case.severity)
        return CaseState(before.freezes or _AUTOMATIC in case.actions, worst)
    if case.end is CaseEnd.DISMISSED:
        return CaseState(severity=before.severity)
    asked = _AUTOMATIC in case.actions or _PROPOSED in case.actions
    goes_on = case.end is CaseEnd.ACTED_ON and asked and any(episode.is_open for episode in case.episodes)
    return CaseState(before.freezes or goes_on, before.severity)


def states_of_run(cases: pl.DataFrame) -> pl.DataFrame:
    """The same from the cases of a run (CASE_SCHEMA), which nobody has answered: customer_id, ews_freeze_flag (1, 0)
    and ews_case_severity (1 watch .. 3 red), one row for each customer with an open case."""
    ranks = {severity.word: float(severity) for severity in Severity}
    return (
        cases.filter(pl.col("end").is_null())
        .group_by("customer_id")
        .agg(
            pl.col("automatic").list.contains(Action.FREEZE_CREDIT.value).any().cast(pl.Float64).alias(FREEZE_FLAG),
            pl.col("severity").replace_strict(ranks, return_dtype=pl.Float64).max().alias(CASE_SEVERITY),
        )
        .sort("customer_id")
    )
