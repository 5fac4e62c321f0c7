"""Two models on the same customers, out of time for both: who orders them better, and among which of them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from riskengine.features.feature import Feature, Source
from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import auc
from riskengine.scoring.matrix import Matrix, columns_of
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.validation.challengers import Gain, gain_over
from riskengine.scoring.validation.slices import WHOLE, Groups, Rows, parts_of
from riskengine.scoring.validation.verdict_rules import Level
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError

NOBODY_HAS = "nobody has"


@dataclass(frozen=True, slots=True)
class Contest:
    """AUC of a candidate and of the champion on the same rows; None where too few went bad or stayed good.

    `gain`: of the candidate over the champion, by DeLong's test with all rows of a customer taken as one draw.
    """

    group: str
    name: str
    rows: int
    customers: int
    bad: int
    auc: float | None
    auc_champion: float | None
    gain: Gain | None

    def level(self, most_loss: float, among: int = 1) -> Level:
        """amber if the candidate's AUC is lower by more than `most_loss`, red if it is lower beyond chance as well.

        `among`: how many parts of the group are looked at; of twenty industries one is lost at 5 % by chance, so that
        each is asked for 5 % over their number (Bonferroni).
        """
        if self.gain is None:
            return Level.NOT_ENOUGH
        if self.gain.difference >= -most_loss:
            return Level.GREEN
        return Level.RED if self.gain.p_value < 0.05 / among else Level.AMBER


@dataclass(frozen=True, slots=True)
class Duel:
    """The same for all rows, and for the parts of each group."""

    candidate: str
    champion: str
    snapshots: tuple[str, ...]
    whole: Contest
    parts: tuple[Contest, ...]

    @property
    def is_better(self) -> bool:
        return self.whole.gain is not None and self.whole.gain.difference > 0 and self.whole.gain.p_value < 0.05

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@one_thread()
def compare_models(
    candidate: PdModel,
    champion: PdModel,
    rows: Matrix,
    features: tuple[Feature, ...],
    groups: Groups,
    *,
    after: date,
) -> Duel:
    """Both on the snapshots later than `after`, the last one either was trained on. `features` are the columns of
    `rows` and hold all that either model needs; `groups` has a value for each row.

    Beside the groups stands what becomes of all rows if nobody has a source: few customers lack statements, and of
    those who do too few go bad to tell. A source a model refuses to be without is left out.

    Raises InputError if no such snapshot is left.
    """
    kept = rows.as_of > day_number(after)
    if not kept.any():
        raise InputError(
            f"no test snapshot lies after {after}, the last one either model was trained on",
            where=f"{candidate.name} {candidate.version} against {champion.name} {champion.version}",
            remedy="bring tables with later outcomes, or state why it should be champion without a comparison",
        )
    values = rows.values[kept]
    ours, theirs = (_raw(model, values, features) for model in (candidate, champion))
    all_rows = Rows(ours, ours, rows.outcome[kept], rows.customer_id[kept], rows.as_of[kept])
    parts = parts_of({group: named[kept] for group, named in groups.items()})
    blind = _without_sources((candidate, champion), values, features)
    return Duel(
        candidate=f"{candidate.name} {candidate.version}",
        champion=f"{champion.name} {champion.version}",
        snapshots=tuple(day_of(int(d)).isoformat() for d in np.unique(all_rows.as_of)),
        whole=_contest(all_rows, theirs, WHOLE, WHOLE),
        parts=(
            *(_contest(all_rows.only(there), theirs[there], group, name) for group, name, there in parts),
            *(_contest(replace(all_rows, raw=one), other, NOBODY_HAS, source) for source, one, other in blind),
        ),
    )


def _without_sources(
    models: tuple[PdModel, PdModel], values: Floats, features: tuple[Feature, ...]
) -> Iterator[tuple[str, Floats, Floats]]:
    for source in Source:
        columns = columns_of(features, source)
        lost = {features[c].name for c in columns}
        if columns.size and all(lost.intersection(m.features) <= m.seen_missing for m in models):
            blind = values.copy()
            blind[:, columns] = np.nan
            yield source.value, _raw(models[0], blind, features), _raw(models[1], blind, features)


def _contest(rows: Rows, other: Floats, group: str, name: str) -> Contest:
    count = len(rows), rows.customers, int(rows.outcome.sum())
    if not rows.has_outcomes:
        return Contest(group, name, *count, None, None, None)
    return Contest(group, name, *count, auc(rows.raw, rows.outcome), auc(other, rows.outcome), gain_over(rows, other))


def _raw(model: PdModel, values: Floats, features: tuple[Feature, ...]) -> Floats:
    names = [f.name for f in features]
    return model.predict(values[:, [names.index(name) for name in model.features]]).raw
