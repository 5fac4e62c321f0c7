"""Two models of a workspace on the same customers, out of time for both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.features.build import build_features
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Feature
from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.bundle import load_bundle, read_metrics, read_spec
from riskengine.scoring.duel import Duel, compare_models
from riskengine.scoring.label import find_standing, label_snapshots
from riskengine.scoring.matrix import Matrix, assemble
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.split import split_by_time
from riskengine.scoring.validation.segments import COLUMNS, find_segments
from riskengine.tables.store import TableSet
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.errors import InputError, UsageError

Progress = Callable[[str, int, int], None]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class SameRows:
    """Two models and customers on dates later than `after`, the last date either was trained on.

    `features` are the columns of `rows` and hold all that either model needs; `segments`: what groups are told by, by
    date.
    """

    candidate: PdModel
    champion: PdModel
    rows: Matrix
    features: tuple[Feature, ...]
    segments: Mapping[date, pl.DataFrame]
    after: date

    def compare(self) -> Duel:
        """Who orders them better, and among which of them."""
        groups = find_segments(self.rows, self.segments)
        return compare_models(self.candidate, self.champion, self.rows, self.features, groups, after=self.after)


def compare_on_tables(tables: TableSet, candidate: Path, champion: Path, *, progress: Progress = _silent) -> Duel:
    """Both bundles on the same rows. Errors as in `find_same_rows`."""
    return find_same_rows(tables, candidate, champion, progress=progress).compare()


def find_same_rows(tables: TableSet, candidate: Path, champion: Path, *, progress: Progress = _silent) -> SameRows:
    """The test snapshots of the candidate's spec, by the outcome of the candidate's spec.

    Raises InputError if no snapshot is later than both trainings, UsageError if a model needs a feature that is not
    computed.
    """
    ours, theirs = load_bundle(candidate), load_bundle(champion)
    spec = read_model_spec(candidate)
    after = max(last_training_day(candidate), last_training_day(champion))
    features = features_of(ours, theirs)
    progress("outcomes", 0, 1)
    ledger = read_ledger(tables)
    split = split_by_time(
        spec.snapshots,
        first_day=ledger.first_day,
        last_day=ledger.last_day,
        horizon_days=spec.outcome.horizon_days,
    )
    known = tables["customers"].group_by("customer_id").agg(day=pl.col("known_at").min()).collect()
    days = tuple(day for day in split.test if day > after)
    if not days:
        raise _nothing_later(after, ours, theirs)
    standing = find_standing(ledger, spec.outcome)
    sample = label_snapshots(ledger, standing, known, days, outcome=spec.outcome, population=spec.population)
    progress("outcomes", 1, 1)

    told: dict[date, pl.DataFrame] = {}

    def make(day: date) -> pl.DataFrame:
        progress("snapshots", days.index(day), len(days))
        built = build_features(tables, day)
        told[day] = built.select("customer_id", *COLUMNS)
        return built

    return SameRows(ours, theirs, assemble(sample.rows, days, features, make), features, told, after)


def read_model_spec(bundle: Path) -> ModelSpec:
    """The spec of a verified bundle. Raises DocumentError if this version does not understand it."""
    text = (bundle / "spec.yaml").read_text(encoding="utf-8")
    read_spec(bundle)
    return validated(parse_yaml(text, where=str(bundle / "spec.yaml")), ModelSpec)


def features_of(*models: PdModel) -> tuple[Feature, ...]:
    """All features the models need, in catalogue order. Raises UsageError if one is not in the catalogue."""
    for model in models:
        absent = [name for name in model.features if name not in CATALOGUE]
        if absent:
            raise UsageError(
                f"the model needs {', '.join(absent[:5])}, which this version does not compute",
                where=f"model {model.name} {model.version}",
                remedy="train a model with this version",
            )
    wanted = {name for model in models for name in model.features}
    return tuple(feature for name, feature in CATALOGUE.items() if name in wanted)


def last_training_day(bundle: Path) -> date:
    """The last snapshot a bundle was trained on. Raises InputError if it does not say."""
    snapshots = ((read_metrics(bundle).get("data") or {}).get("train") or {}).get("snapshots")
    if not snapshots:
        raise InputError(
            "does not say which snapshots it was trained on, so nothing is known to be out of time for it",
            where=str(bundle),
            remedy="train it again, or state a reason instead of a comparison",
        )
    return date.fromisoformat(max(snapshots))


def _nothing_later(after: date, ours: PdModel, theirs: PdModel) -> InputError:
    return InputError(
        f"no test snapshot lies after {after}, the last one either model was trained on",
        where=f"{ours.name} {ours.version} against {theirs.name} {theirs.version}",
        remedy="bring tables with later outcomes, or state why it should be champion without a comparison",
    )
