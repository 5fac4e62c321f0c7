"""The comparison of two policies over past dates, whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from riskengine.policy.bundle import Policy
from riskengine.portfolio.trial.decided import Decided
from riskengine.portfolio.trial.detection import Detection, default_events, detect
from riskengine.portfolio.trial.resampling import Interval
from riskengine.portfolio.trial.rule_effects import rule_effects
from riskengine.portfolio.trial.side_by_side import SEGMENTS, Side
from riskengine.portfolio.trial.swap_set import SwapCell, swap_cells
from riskengine.portfolio.trial.trial_figures import figures_by, sure_differences


@dataclass(frozen=True, slots=True)
class Trial:
    """What columns mean is in the modules named; amounts in columns called `*_cents*` are cents."""

    cases: pl.DataFrame  # side_by_side, trial_money
    detection: Mapping[Side, Detection]
    swap: tuple[SwapCell, ...]
    total: Mapping[str, int]  # trial_figures
    by_date: pl.DataFrame
    by_segment: Mapping[str, pl.DataFrame]
    differences: Mapping[str, Interval]  # trial_figures.DIFFERENCES; empty where no outcome is known
    segment_gains: Mapping[str, Mapping[str | None, Interval]]
    rules: pl.DataFrame  # rule_effects


def compare_policies(
    cases: pl.DataFrame, decided: Mapping[Side, Decided], policies: Mapping[Side, Sequence[Policy]]
) -> Trial:
    """All figures of cases that have their money. `policies`: those of the dates, oldest first."""
    events = {side: default_events(cases, side) for side in Side}
    differences, gains = sure_differences(cases, events)
    return Trial(
        cases=cases,
        detection={side: detect(cases, events[side], side) for side in Side},
        swap=swap_cells(cases),
        total=figures_by(cases, events).row(0, named=True),
        by_date=figures_by(cases, events, "as_of"),
        by_segment={kind: figures_by(cases, events, kind) for kind in SEGMENTS},
        differences=differences,
        segment_gains=gains,
        rules=rule_effects(cases, decided, policies),
    )
