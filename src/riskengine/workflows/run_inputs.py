"""What a run was made from, as its summary states it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskengine.early_warning.journal import Said
from riskengine.policy.bundle import Policy
from riskengine.scoring.pd_model import PdModel
from riskengine.tables.store import TableSet
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.run_episodes import NOTHING_SAID


@dataclass(frozen=True, slots=True)
class RunInputs:
    """`case_pages`: how many of the first cases get a page; it decides nothing but that."""

    tables: TableSet
    policy: Policy
    model: PdModel
    model_metrics: Mapping[str, Any]
    previous: PreviousRun | None
    reasons: bool
    said: Said = NOTHING_SAID
    case_pages: int = 0
