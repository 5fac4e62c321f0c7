"""The answer of `rate`: every step and conclusion for every customer, as columns."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from riskengine.decision.arrays import NONE, Codes, Flags, Floats, Texts
from riskengine.decision.grade import GradePath
from riskengine.decision.limit import LimitPath
from riskengine.decision.predictions import UNRATED_REASONS, Predictions
from riskengine.decision.terms import TermsPath
from riskengine.policy.bundle import Policy
from riskengine.rules.effects import JoinedEffects
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import Outcomes
from riskengine.terms.decision import Status
from riskengine.terms.limit import UnratedReason

STATUSES: tuple[Status, ...] = tuple(Status)


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row per customer in the order given. Nothing here depends on the other rows."""

    as_of: date
    policy: Policy
    customer_ids: Texts
    facts: FactColumns  # what was known, with what the stages concluded
    predictions: Predictions
    status: Codes  # position in STATUSES
    pd_bound: Floats  # the PD the limit is computed with
    grades: GradePath
    limits: LimitPath
    available: Floats
    terms: TermsPath
    review_months: Floats  # NaN: no review falls due by itself
    outcomes: Outcomes
    effects: JoinedEffects

    @property
    def count(self) -> int:
        return self.facts.count

    @property
    def frozen(self) -> Flags:
        return self.effects.freeze | self.effects.in_default

    def status_of(self, row: int) -> Status:
        return STATUSES[int(self.status[row])]

    def unrated_reason(self, row: int) -> UnratedReason | None:
        code = int(self.predictions.unrated[row])
        return None if code == NONE else UNRATED_REASONS[code]


def find_status(rated: Flags, in_default: Flags) -> Codes:
    """In default whether scored or not; else rated if there is a PD."""
    codes = {status: code for code, status in enumerate(STATUSES)}
    otherwise = np.where(rated, codes[Status.RATED], codes[Status.UNRATED])
    return np.where(in_default, codes[Status.IN_DEFAULT], otherwise).astype(np.int8)
