"""A model that is to become champion, and what a gate says of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from riskengine.features.feature import Risk
from riskengine.scoring.duel import Duel
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import ModelSpec


class Gate(StrEnum):
    VERIFIED = "bundle verified"
    ACCEPTANCE = "acceptance of its spec"
    CALIBRATION = "calibration"
    MONOTONE = "monotone"
    GROUPS = "groups"
    BETTER = "better than the champion"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class GateVerdict:
    gate: Gate
    passed: bool
    found: str
    required: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Candidacy:
    """What is known of a model that is to become champion.

    `directions` are those of its features; `duel` is None where it was not compared with the champion, `champion` None
    where there is none; `despite` is the stated reason to promote it though it is not shown to be better.
    """

    model: PdModel
    metrics: Mapping[str, Any]
    directions: Mapping[str, Risk]
    spec: ModelSpec
    trainer: str | None
    approver: str | None
    champion: str | None
    duel: Duel | None = None
    despite: str = ""

    @property
    def excuse(self) -> str:
        """Why a gate may be passed that nothing is known of; empty if it may not."""
        if self.champion is None:
            return "the first model of the workspace"
        return f"promoted because: {self.despite}" if self.despite.strip() else ""


def unknown(gate: Gate, what: str, required: str, candidacy: Candidacy) -> GateVerdict:
    """The verdict of a gate there are too few outcomes for: passed with a stated reason, or by the first model."""
    excuse = candidacy.excuse
    return GateVerdict(gate, passed=bool(excuse), found=f"{what}{'; ' if excuse else ''}{excuse}", required=required)
