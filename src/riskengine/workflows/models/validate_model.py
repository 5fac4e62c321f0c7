"""Validate a trained model on tables: its bundle, its own spec, and the rivals beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from riskengine.features.build import build_features
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Feature
from riskengine.features.known import EVENT_DAY
from riskengine.policy.release.published import open_policy
from riskengine.scoring.bundle import load_bundle, read_card, read_metrics
from riskengine.scoring.calibration import Floats
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.promotion_log import reigns
from riskengine.scoring.scorecard import Scorecard, fit_scorecard
from riskengine.scoring.spec import DateWindow, ModelSpec
from riskengine.scoring.validation.challengers import Rival
from riskengine.scoring.validation.grades import Bands
from riskengine.scoring.validation.leakage import FutureCheck, differing_features
from riskengine.scoring.validation.segments import at_rows, find_segments
from riskengine.scoring.validation.validate import Context, Validation, validate
from riskengine.scoring.workspace import Workspace
from riskengine.synthetic.truth_files import read_true_pd
from riskengine.tables.store import TableSet, open_tables
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.text import Text
from riskengine.workflows.models.train import unbound
from riskengine.workflows.models.training_data import Progress, TrainingData, prepare
from riskengine.workflows.scored import check_currency, model_matrix
from riskengine.workflows.trial.history import dates_model_saw


@dataclass(frozen=True, slots=True)
class ValidationRequest:
    """`first`, `last`: another test window, month ends, instead of that of the spec."""

    tables: Path
    bundle: Path
    workspace: Workspace
    rules: Path
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ValidatedModel:
    """`notes`: what could not be compared, and why."""

    model: PdModel
    spec: ModelSpec
    features: tuple[Feature, ...]
    provenance: Mapping[str, Any]
    validation: Validation
    notes: tuple[Text, ...]


def validate_model(
    request: ValidationRequest, progress: Progress = lambda _what, _done, _total: None
) -> ValidatedModel:
    """Everything a validator asks of a bundle, on the test window of its spec or a later one.

    Raises InputError if the bundle was tampered with or learnt another currency, or a window is empty, has no outcome
    yet or overlaps the training; UsageError if the catalogue does not have the model's features.
    """
    model = load_bundle(request.bundle)
    unknown = [name for name in model.features if name not in CATALOGUE]
    if unknown:
        raise UsageError(
            f"the model needs {', '.join(unknown[:5])}, which the catalogue does not have",
            where=f"model {model.name} {model.version}",
            remedy="validate with the version that trained it, or train a model with this one",
        )
    tables, card, metrics = open_tables(request.tables), read_card(request.bundle), read_metrics(request.bundle)
    check_currency(model, tables.reporting_currency)
    spec = _windows(_read_spec(request.bundle), request, tables, card, metrics)
    data = prepare(tables, spec, progress=progress)
    features = _own_features(model, data)
    train, test = (_columns(m, data.features, model) for m in (data.train, data.test))
    progress("validation", 0, 3)
    built = {day: build_features(tables, day) for day in data.split.test}
    progress("validation", 1, 3)
    notes: list[Text] = _recalibrated(metrics, data.split.test)
    context = Context(
        bands=bands_of(request.rules, data.split.test[-1]),
        seed=spec.seed,
        gap_days=data.split.gap_days,
        segments=find_segments(test, built),
        scorecard=_scorecard(train, model, spec, notes),
        naive=data.naive,
        champion=_champion(request.workspace, model, test, built, notes),
        true_pd=_true_pd(request.tables, test, model, notes),
        future=_future_check(tables, built, model),
        score_reference=_score_reference(metrics),
        unbound=unbound(spec),
    )
    progress("validation", 2, 3)
    found = validate(model, features, train, test, context)
    progress("validation", 3, 3)
    return ValidatedModel(model, spec, features, card.get("provenance", {}), found, tuple(notes))


def _read_spec(bundle: Path) -> ModelSpec:
    path = bundle / "spec.yaml"
    return validated(parse_yaml(path.read_text(encoding="utf-8"), where=str(path)), ModelSpec)


def _windows(
    spec: ModelSpec,
    request: ValidationRequest,
    tables: TableSet,
    card: Mapping[str, Any],
    metrics: Mapping[str, Any],
) -> ModelSpec:
    """On later tables the training window stays where it was; windows relative to the data would move with it."""
    changes: dict[str, Any] = {}
    seen = metrics.get("data", {}).get("train", {}).get("snapshots")
    if seen and card.get("provenance", {}).get("tables") != dict(tables.sha256):
        changes["train"] = _window(date.fromisoformat(seen[0]), date.fromisoformat(seen[-1]))
    if request.first is not None and request.last is not None:
        changes["test"] = _window(request.first, request.last)
    elif request.first is not None or request.last is not None:
        raise UsageError("a window has two ends", where="--from, --to", remedy="give both, each the end of a month")
    return spec.model_copy(update={"snapshots": spec.snapshots.model_copy(update=changes)})


def _window(first: date, last: date) -> DateWindow:
    return DateWindow.model_validate({"from": first, "to": last})


def _own_features(model: PdModel, data: TrainingData) -> tuple[Feature, ...]:
    """The model's features with the directions that bound it, in its order."""
    known = {f.name: f for f in data.features}
    absent = [name for name in model.features if name not in known]
    if absent:
        raise UsageError(
            f"the catalogue does not give {', '.join(absent[:5])} to models any more",
            where=f"model {model.name} {model.version}",
            remedy="validate with the version that trained it, or train a model with this one",
        )
    return tuple(known[name] for name in model.features)


def _columns(matrix: Matrix, features: tuple[Feature, ...], model: PdModel) -> Matrix:
    names = [f.name for f in features]
    values = np.ascontiguousarray(matrix.values[:, [names.index(n) for n in model.features]])
    return replace(matrix, values=values)


def bands_of(rules: Path, day: date) -> Bands:
    """The bands of PD of the master scale in force on a day. Raises as `open_policy`."""
    grades = open_policy(rules, day).master_scale.grades
    return Bands(tuple(g.label for g in grades), tuple(1.0 if g.pd_to is None else g.pd_to for g in grades))


def _recalibrated(metrics: Mapping[str, Any], test: Sequence[date]) -> list[Text]:
    """A calibration is right on the outcomes it was made of, which proves nothing."""
    used = set((metrics.get("recalibration") or {}).get("month_ends") or ())
    shared = [d.isoformat() for d in test if d.isoformat() in used]
    if not shared:
        return []
    return [
        Text(
            f"the calibration was refitted on outcomes of {', '.join(shared)}: on them its level proves nothing",
            f"该版本的校准即由{'、'.join(shared)}的结果重新拟合：其水平在这些日期上不能说明问题",
        )
    ]


def _scorecard(train: Matrix, model: PdModel, spec: ModelSpec, notes: list[Text]) -> Scorecard | None:
    if not 0 < train.outcome.sum() < len(train):
        notes.append(
            Text("no scorecard: only one outcome occurs in the training window", "无评分卡：训练窗口仅出现一种结果")
        )
        return None
    rivals = spec.rivals
    return fit_scorecard(
        train.values, train.outcome, model.features, bins=rivals.scorecard_bins, most=rivals.scorecard_features
    )


def _champion(
    workspace: Workspace, model: PdModel, test: Matrix, built: Mapping[date, pl.DataFrame], notes: list[Text]
) -> tuple[str, Rival] | None:
    """The champion, or the one before it if the model is the champion itself."""
    bundle = _last_champion(workspace, model)
    if bundle is None:
        notes.append(Text("there is no other champion to compare with", "没有其他冠军模型可供比较"))
        return None
    try:
        other = load_bundle(bundle)
        if dates_model_saw(read_metrics(bundle), tuple(sorted(built)), other.horizon_days):
            name = f"{other.name} {other.version}"
            notes.append(
                Text(
                    f"champion {name} is left out: it was trained on outcomes of the window",
                    f"未比较冠军模型 {name}：其训练用到了测试窗口的结果",
                )
            )
            return None
        rows = at_rows(test, built, [n for n in other.features if n in CATALOGUE])
        said = other.predict(model_matrix(rows, other), threads=1)
    except (InputError, UsageError) as error:
        notes.append(Text(f"the champion is left out: {error}", f"未比较冠军模型：{error}"))
        return None
    return f"{other.name} {other.version}", Rival(said.raw, said.pd_12m)


def _last_champion(workspace: Workspace, model: PdModel) -> Path | None:
    for reign in reversed(reigns(workspace.notes())):
        if reign.id.digest != model.digest:
            bundle = workspace.bundle_folder(reign.id.model, reign.id.version)
            return bundle if bundle.is_dir() else None
    return None


def _true_pd(folder: Path, test: Matrix, model: PdModel, notes: list[Text]) -> Floats | None:
    truth = read_true_pd(folder)
    if truth is None:
        return None
    if not 360 <= model.horizon_days <= 370:
        days = model.horizon_days
        notes.append(
            Text(
                f"attainable Gini left out: the truth speaks of 12 months, the model of {days} days",
                f"未计算可达 Gini：真实概率为12个月，模型为{days}天",
            )
        )
        return None
    asked = pl.DataFrame({"customer_id": test.customer_id.tolist(), "as_of": test.as_of}).with_columns(
        pl.col("as_of").cast(pl.Date)
    )
    joined = asked.join(truth, on=["customer_id", "as_of"], how="left", maintain_order="left")
    return joined["pd_12m"].to_numpy().astype(np.float64)


def _future_check(tables: TableSet, built: Mapping[date, pl.DataFrame], model: PdModel) -> FutureCheck:
    """The features of the first test date once more, from tables that end on it."""
    day = min(built)
    names = list(model.features)
    whole, cut = built[day], build_features(tables_as_known(tables, day), day)
    both = whole.select("customer_id").join(cut, on="customer_id", how="left", maintain_order="left")
    found = differing_features(_numbers(whole, names), _numbers(both, names), model.features, day.isoformat())
    return FutureCheck((day.isoformat(),), len(names), whole.height, found)


def _numbers(frame: pl.DataFrame, names: list[str]) -> Floats:
    return frame.select(pl.col(n).cast(pl.Float64) for n in names).to_numpy().astype(np.float64)


def tables_as_known(tables: TableSet, day: date) -> TableSet:
    """Only the rows that had reached us by a day and speak of no later one."""
    last = day_number(day)
    frames = {}
    for name, frame in tables.frames.items():
        kept = frame.filter(pl.col("known_at") <= last)
        if name in EVENT_DAY:
            kept = kept.filter(pl.col(EVENT_DAY[name]) <= last)
        frames[name] = kept
    return replace(tables, frames=frames)


def _score_reference(metrics: Mapping[str, Any]) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.int64]]] | None:
    said = metrics.get("score_stability")
    if not said or "edges" not in said or "train_counts" not in said:
        return None
    return np.array(said["edges"], dtype=np.float64), np.array(said["train_counts"], dtype=np.int64)
