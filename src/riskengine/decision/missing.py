"""What is not known of a customer, and what it would change.

For each source of information that is missing, real customers ("donors") lend theirs: their facts of that source, all
together so that they fit each other, are put into the case, and the case is rated again with each. Amounts are scaled
to the case by what both owe or ask for, so that a small applicant is not given a giant's balance sheet. Sorted by PD,
the donors at the 10th, 50th and 90th percentile show what a good, a usual and a bad answer would lead to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from riskengine.decision.arrays import Floats, or_else
from riskengine.decision.canonical import number_or_null
from riskengine.decision.predictions import Predictions
from riskengine.decision.rate import rate
from riskengine.decision.ratings import Ratings
from riskengine.decision.words import SOURCE_TEXTS, write_grade
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Source, Unit
from riskengine.policy.bundle import Policy
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import Engine
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Text

Predict = Callable[[FactColumns], Predictions]

PERCENTILES = (10, 50, 90)
MOST_DONORS = 200
LEAST_DONORS = 10
_SCALES = (0.01, 100.0)

# A source is known if any of these is there (and not 0, for those where 0 means nothing yet). Orders are not asked of
# anybody: who has none yet can bring none.
_WITNESSES = {
    Source.PAYMENT: ("pay_settled_count_all", "pay_open_amount"),
    Source.STATEMENT: ("fin_statement_age_days",),
    Source.SIGNAL: ("sig_insolvency_filing_count_all",),
    Source.INDUSTRY: ("ind_delay_index",),
}
_ZERO_IS_NOTHING = (Source.PAYMENT,)
_MASTER_FACTS = ("cus_age_days", "cus_country", "cus_industry", "cus_legal_form")  # what a newcomer can state


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the rating would be with one donor's answer. `limit` None: none set."""

    percentile: int
    pd_12m: float | None
    grade: str | None
    limit: float | None
    terms_days: float | None


@dataclass(frozen=True, slots=True)
class MissingSource:
    """One thing that is not known. `prospects`: good, usual and bad answer; empty if fewer than ten customers could
    lend theirs, or if the case could not be rated with it either.
    """

    source: Source
    text: Text
    donors: int
    prospects: tuple[Prospect, ...]


@dataclass(frozen=True, slots=True)
class MissingInformation:
    sources: tuple[MissingSource, ...]
    master_data: tuple[str, ...]  # facts of the master data that would help and are not stated


def what_missing_changes(
    case: FactColumns,
    donors: FactColumns,
    predict: Predict,
    policy: Policy,
    engine: Engine,
    *,
    customer_id: str,
    as_of: date,
    portfolio_exposure: float | None = None,
) -> MissingInformation:
    """The missing sources of one case and what each would change by itself.

    `case` holds one customer; `donors` features of customers as of the same day (at most 200 that have the source are
    used, evenly over the given order). `predict` answers for facts in columns. Raises UsageError if `case` is not one.
    """
    if case.count != 1:
        raise UsageError(f"missing information is asked of one customer, not of {case.count}")
    found = []
    for source in find_missing(case):
        rows = _choose(donors, source)
        prospects: tuple[Prospect, ...] = ()
        if len(rows) >= LEAST_DONORS:
            filled = lend(case, donors.take(rows), source)
            ids = [customer_id] * filled.count  # what was agreed for him holds for each answer
            ratings = rate(
                ids, filled, predict(filled), policy, engine, as_of=as_of, portfolio_exposure=portfolio_exposure
            )
            prospects = _prospects(ratings)
        found.append(MissingSource(source, SOURCE_TEXTS[source], len(rows), prospects))
    stated = {**case.numbers, **case.texts}
    absent = tuple(name for name in _MASTER_FACTS if name not in stated or _is_absent(stated[name][0]))
    return MissingInformation(tuple(found), absent)


def find_missing(case: FactColumns) -> tuple[Source, ...]:
    """Sources of which nothing is known about the one customer, in the order of the enum."""
    return tuple(source for source in _WITNESSES if not _knows(case, source)[0])


def lend(case: FactColumns, donors: FactColumns, source: Source) -> FactColumns:
    """The case once for each donor, with the donor's facts of the source; amounts scaled to the size of the case."""
    scale = _scale(case, donors)
    names = [feature.name for feature in CATALOGUE.values() if feature.source is source]
    numbers = {name: np.repeat(values, donors.count) for name, values in case.numbers.items()}
    texts = {name: np.repeat(values, donors.count) for name, values in case.texts.items()}
    for name in names:
        if name in donors.numbers:
            is_money = CATALOGUE[name].unit is Unit.MONEY
            numbers[name] = donors.numbers[name] * scale if is_money else donors.numbers[name].copy()
        elif name in donors.texts:
            texts[name] = donors.texts[name].copy()
    return FactColumns(donors.count, numbers, texts)


def _scale(case: FactColumns, donors: FactColumns) -> Floats:
    """The case's size over the donor's; 1 where either is not known."""
    own = _size(case, ("req_amount", "cus_exposure", "cus_current_limit"))
    theirs = _size(donors, ("cus_current_limit", "cus_exposure"))
    ratio = np.full(donors.count, np.nan)
    np.divide(own[0], theirs, out=ratio, where=theirs > 0)
    return np.clip(or_else(ratio, 1.0), *_SCALES)


def _size(facts: FactColumns, names: Sequence[str]) -> Floats:
    size = np.full(facts.count, np.nan)
    for name in names:
        known = facts.numbers.get(name)
        if known is not None:
            size = np.where(np.isnan(size) & (known > 0), known, size)
    return size


def _choose(donors: FactColumns, source: Source) -> npt.NDArray[np.int64]:
    rows = np.flatnonzero(_knows(donors, source))
    if len(rows) <= MOST_DONORS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, MOST_DONORS).round().astype(np.int64)]


def _knows(facts: FactColumns, source: Source) -> npt.NDArray[np.bool_]:
    known = np.zeros(facts.count, np.bool_)
    for name in _WITNESSES[source]:
        values = facts.numbers.get(name)
        if values is not None:
            known |= values > 0 if source in _ZERO_IS_NOTHING else ~np.isnan(values)
    return known


def _prospects(ratings: Ratings) -> tuple[Prospect, ...]:
    """By PD, then grade, then limit, so that equal PDs are told apart; the nearest rank at each percentile."""
    if not ratings.predictions.rated.any():
        return ()
    pd_12m, grade, limit = ratings.predictions.pd_12m, ratings.grades.final, ratings.limits.limit
    order = np.lexsort((-or_else(limit, 0.0), or_else(grade, 99.0), or_else(pd_12m, 2.0)))
    picked = [(p, int(order[round(p / 100 * (len(order) - 1))])) for p in PERCENTILES]
    return tuple(
        Prospect(
            percentile=percentile,
            pd_12m=number_or_null(pd_12m[row]),
            grade=None if np.isnan(grade[row]) else write_grade(float(grade[row])),
            limit=number_or_null(limit[row]),
            terms_days=number_or_null(ratings.terms.days[row]),
        )
        for percentile, row in picked
    )


def _is_absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and bool(np.isnan(value)))
