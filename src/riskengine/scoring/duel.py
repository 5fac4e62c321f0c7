"""Two models on the same customers, out of time for both: who orders them better, and in which groups."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskengine.features.feature import Feature, Source
from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import auc, auc_difference
from riskengine.scoring.matrix import Matrix, columns_of
from riskengine.scoring.pd_model import PdModel
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError

MIN_BAD = 10  # of a group with fewer on either side an AUC says little
YEAR = 365


@dataclass(frozen=True, slots=True)
class GroupDuel:
    """The same for a group of the rows."""

    group: str
    rows: int
    bad: int
    auc: float
    auc_champion: float


@dataclass(frozen=True, slots=True)
class Duel:
    """AUC of a candidate and of the champion on the same rows. `p_value` is two-sided, by DeLong's test
    with all rows of a customer taken as one draw."""

    candidate: str
    champion: str
    snapshots: tuple[str, ...]
    rows: int
    bad: int
    customers: int
    auc: float
    auc_champion: float
    gain: float
    standard_error: float
    p_value: float
    groups: tuple[GroupDuel, ...]

    @property
    def is_better(self) -> bool:
        return self.gain > 0 and self.p_value < 0.05

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare_models(
    candidate: PdModel, champion: PdModel, rows: Matrix, features: tuple[Feature, ...], *, after: date
) -> Duel:
    """Both on the snapshots later than `after`, the last one either was trained on. `features` are the columns of
    `rows` and hold all that either model needs.

    Raises InputError if no such snapshot is left, or only one outcome occurs.
    """
    kept = rows.as_of > day_number(after)
    if not kept.any():
        raise InputError(
            f"no test snapshot lies after {after}, the last one either model was trained on",
            where=f"{candidate.name} {candidate.version} against {champion.name} {champion.version}",
            remedy="bring tables with later outcomes, or state why it should be champion without a comparison",
        )
    values, outcome, customer = rows.values[kept], rows.outcome[kept], rows.customer_id[kept]
    ours, theirs = (_raw(model, values, features) for model in (candidate, champion))
    found = auc_difference(ours, theirs, outcome, customer=customer)
    return Duel(
        candidate=f"{candidate.name} {candidate.version}",
        champion=f"{champion.name} {champion.version}",
        snapshots=tuple(day_of(int(d)).isoformat() for d in np.unique(rows.as_of[kept])),
        rows=int(kept.sum()),
        bad=int(outcome.sum()),
        customers=len(set(customer.tolist())),
        auc=auc(ours, outcome),
        auc_champion=auc(theirs, outcome),
        gain=found.difference,
        standard_error=found.standard_error,
        p_value=found.p_value,
        groups=tuple(
            GroupDuel(
                name, int(at.sum()), int(outcome[at].sum()), auc(ours[at], outcome[at]), auc(theirs[at], outcome[at])
            )
            for name, at in groups_of(values, features)
            if min(outcome[at].sum(), (1 - outcome[at]).sum()) >= MIN_BAD
        ),
    )


def groups_of(values: Floats, features: tuple[Feature, ...]) -> Sequence[tuple[str, NDArray[np.bool_]]]:
    """Customers by what is known about them, and new ones apart from old ones; a row may be in several groups."""
    found: list[tuple[str, NDArray[np.bool_]]] = []
    for source in Source:
        columns = columns_of(features, source)
        if columns.size:
            without: NDArray[np.bool_] = np.logical_and.reduce(np.isnan(values[:, columns]), axis=1)
            found += [(f"with {source.value}", ~without), (f"without {source.value}", without)]
    names = [f.name for f in features]
    if "cus_relationship_days" in names:
        days = values[:, names.index("cus_relationship_days")]
        found += [("customer for a year", days >= YEAR), ("new customer", days < YEAR)]
    return [(name, at) for name, at in found if at.any() and not at.all()]


def _raw(model: PdModel, values: Floats, features: tuple[Feature, ...]) -> Floats:
    names = [f.name for f in features]
    return model.predict(values[:, [names.index(name) for name in model.features]]).raw
