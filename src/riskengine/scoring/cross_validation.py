"""How good a model of a table would be on rows it has not seen: everything that is chosen is chosen without them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskengine.scoring.calibration import Floats, probability
from riskengine.scoring.discrimination import auc, ks, pr_auc
from riskengine.scoring.folds import Fold, Rows, group_folds, random_folds, time_blocks
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.scorecard import fit_scorecard
from riskengine.scoring.search import Search, Value, search_settings, with_settings
from riskengine.scoring.spec import Metric
from riskengine.scoring.table_model import FeatureTable, fit_table
from riskengine.scoring.table_spec import TableSpec
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError

_HOLD_OUT = 4  # a search on one fold holds out a quarter


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What was learnt on `train_rows` and how it did on the rows held out; `settings` the search chose for it."""

    train_rows: int
    test_rows: int
    test_bad: int
    auc: float
    ks: float
    pr_auc: float
    scorecard_auc: float
    crosses: int
    settings: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """`raw`: log-odds of each row by a model that did not see it, NaN for rows that were never held out."""

    folds: tuple[FoldResult, ...]
    raw: Floats

    def as_json(self) -> dict[str, Any]:
        figures = ("auc", "ks", "pr_auc", "scorecard_auc")
        values = {name: [getattr(fold, name) for fold in self.folds] for name in figures}
        return {
            "folds": [asdict(fold) for fold in self.folds],
            "mean": {name: float(np.mean(v)) for name, v in values.items()},
            "standard_deviation": {name: float(np.std(v)) for name, v in values.items()},
        }


@one_thread()
def cross_validate(
    table: FeatureTable, spec: TableSpec, seed: int, *, tick: Callable[[int, int], None] = lambda _done, _total: None
) -> CrossValidated:
    """Fit and judge fold by fold; search, crosses and scorecard see the training rows of the fold alone.

    Raises InputError if the table has too few rows, groups or dates, or a fold only one outcome.
    """
    folds = make_folds(table, spec, spec.folds, seed)
    raw, found = np.full(len(table), np.nan), []
    for number, fold in enumerate(folds):
        tick(number, len(folds))
        result, raw[fold.test] = _judge(table.part(fold.train), table.part(fold.test), spec, seed)
        found.append(result)
    tick(len(folds), len(folds))
    return CrossValidated(tuple(found), raw)


def make_folds(table: FeatureTable, spec: TableSpec, count: int, seed: int) -> tuple[Fold, ...]:
    """By group where the table has groups, else by time where it has dates, else by chance.

    Raises InputError if a fold learns from, or is judged on, one outcome only.
    """
    if table.group is not None:
        folds = group_folds(table.outcome, table.group, count, seed)
    elif table.day is not None:
        folds = time_blocks(table.day, count, spec.gap_days)
    else:
        folds = random_folds(table.outcome, count, seed)
    for number, fold in enumerate(folds, start=1):
        for rows, what in ((fold.train, "learns from"), (fold.test, "is judged on")):
            _refuse_one_outcome(table, rows, f"fold {number} of {len(folds)} {what}")
    return folds


def _refuse_one_outcome(table: FeatureTable, rows: Rows, what: str) -> None:
    bad, count = int(table.outcome[rows].sum()), int(rows.sum())
    if min(bad, count - bad) >= 2:
        return
    when = ""
    if table.day is not None:
        when = f" from {day_of(int(table.day[rows].min()))} to {day_of(int(table.day[rows].max()))}"
    raise InputError(
        f"{what} {count:,} rows{when}, of which {bad:,} are bad: both outcomes are needed, twice at least",
        where="folds",
        remedy="use fewer folds, or bring more rows of the outcome that is lacking",
    )


def search_table(
    table: FeatureTable,
    spec: TableSpec,
    seed: int,
    *,
    tick: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[TableSpec, Search | None]:
    """The spec with the settings that do best on folds of these rows; as it is where it asks for no search."""
    if spec.search is None:
        return spec, None
    search = spec.search
    count = search.folds if search.folds > 1 else _HOLD_OUT
    folds = make_folds(table, spec, count, seed + 1)[-search.folds :]

    def score(settings: Mapping[str, Value]) -> float:
        tried = with_settings(spec, settings)
        return float(np.mean([_score(table, fold, tried, seed, search.metric) for fold in folds]))

    found = search_settings(spec, search, score, seed, tick=tick)
    return with_settings(spec, found.best.settings), found


def measure(raw: Floats, outcome: Floats, metric: Metric) -> float:
    """A metric of raw log-odds, higher being better."""
    if metric is Metric.AUC:
        return auc(raw, outcome)
    if metric is Metric.PR_AUC:
        return pr_auc(raw, outcome)
    pd = np.clip(probability(raw), 1e-9, 1 - 1e-9)
    return float(np.mean(np.log(np.where(outcome > 0, pd, 1 - pd))))


def _score(table: FeatureTable, fold: Fold, spec: TableSpec, seed: int, metric: Metric) -> float:
    model = fit_table(table.part(fold.train), spec, seed)
    return measure(model.raw(table.values[fold.test]), table.outcome[fold.test], metric)


def _judge(train: FeatureTable, test: FeatureTable, spec: TableSpec, seed: int) -> tuple[FoldResult, Floats]:
    chosen, search = search_table(train, spec, seed)
    model = fit_table(train, chosen, seed)
    raw = model.raw(test.values)
    card = fit_scorecard(train.values, train.outcome, train.columns, bins=5, most=15).predict(test.values)
    result = FoldResult(
        train_rows=len(train),
        test_rows=len(test),
        test_bad=int(test.outcome.sum()),
        auc=auc(raw, test.outcome),
        ks=ks(raw, test.outcome),
        pr_auc=pr_auc(raw, test.outcome),
        scorecard_auc=auc(card, test.outcome),
        crosses=len(model.crosses),
        settings={} if search is None else search.best.settings,
    )
    return result, raw
