"""What the model said, or why it said nothing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskengine.decision.arrays import NONE, Codes, Flags, Floats
from riskengine.rules.facts import FactColumns
from riskengine.terms.errors import InputError
from riskengine.terms.limit import UnratedReason
from riskengine.terms.text import Text

UNRATED_REASONS: tuple[UnratedReason, ...] = tuple(UnratedReason)

UNRATED_TEXTS = {
    UnratedReason.NO_INFORMATION: Text(
        "Not rated: there is no payment history, no order, no statement and no signal to rate on",
        "未评级：没有付款记录、订单、财务报表或外部信号可供评级",
    ),
    UnratedReason.MODEL_REFUSED: Text(
        "Not rated: the model refused the customer's data",
        "未评级：模型拒绝了该客户的数据",
    ),
    UnratedReason.NOT_SCORED: Text("Not rated: the customer was not scored", "未评级：该客户未评分"),
}


@dataclass(frozen=True, slots=True)
class Predictions:
    """`raw` and `pd_12m` are NaN exactly where `unrated` holds a reason (position in UNRATED_REASONS, -1 none)."""

    raw: Floats
    pd_12m: Floats
    unrated: Codes

    def take(self, rows: npt.NDArray[np.int64] | slice) -> "Predictions":
        return Predictions(self.raw[rows], self.pd_12m[rows], self.unrated[rows])

    @property
    def rated(self) -> Flags:
        rated: Flags = self.unrated == NONE
        return rated


def predictions_of(raw: Floats, pd_12m: Floats, unrated: Codes | None = None) -> Predictions:
    """Predictions, checked. Without `unrated` every customer must have a PD.

    Raises InputError for a PD that is NaN or outside 0..1 where no reason is given, or is there where one is.
    """
    reasons = np.full(len(pd_12m), NONE, np.int8) if unrated is None else unrated
    rated = reasons == NONE
    wrong = rated & ~((pd_12m >= 0.0) & (pd_12m <= 1.0))
    if wrong.any():
        raise InputError(
            f"{int(wrong.sum())} customers have a PD outside 0..1 or none (first in row {int(np.argmax(wrong))})",
            where="predictions",
            remedy="give a reason for customers that could not be scored; never a stand-in PD",
        )
    stray = ~rated & ~np.isnan(pd_12m)
    if stray.any():
        raise InputError(f"row {int(np.argmax(stray))} is not rated and yet has a PD", where="predictions")
    return Predictions(raw.astype(np.float64), pd_12m.astype(np.float64), reasons)


def find_uninformed(facts: FactColumns) -> Flags:
    """Customers about whom no source says anything: no invoice, no order, no statement, no signal.

    Master data, an industry or what is asked for say nothing of the one customer; they are never scored.
    """
    informed = np.zeros(facts.count, np.bool_)
    for name in ("pay_settled_count_all", "pay_open_amount", "ord_open_amount"):
        informed |= _numbers(facts, name) > 0
    informed |= ~np.isnan(_numbers(facts, "fin_statement_age_days"))
    for name, values in facts.numbers.items():
        if name.startswith("sig_") and name.endswith(("_count_365d", "_count_all")):
            informed |= values > 0
    return ~informed


def _numbers(facts: FactColumns, name: str) -> Floats:
    found = facts.numbers.get(name)
    return np.full(facts.count, np.nan) if found is None else found
