"""A model trained again: what moved since an earlier version of it, on the rows the new one is tested on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from riskengine.features.feature import Feature
from riskengine.reports.validation.moved import moved_text
from riskengine.reports.validation.moved_page import moved_page
from riskengine.scoring.bundle import load_bundle, read_card, read_metrics
from riskengine.scoring.duel import Duel
from riskengine.scoring.matrix import Matrix, rows_of
from riskengine.scoring.movement import Movement, find_movement
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.validation.grades import SHIPPED
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.same_rows import Progress, find_same_rows, last_training_day, read_model_spec


@dataclass(frozen=True, slots=True)
class Moved:
    """`trained`: the training windows before and now. `why_not`: why nothing could be compared, else empty."""

    movement: Movement | None
    trained: tuple[Mapping[str, Any], Mapping[str, Any]]
    why_not: str = ""

    def named(self, now: str) -> "Moved":
        """With the name the new version got."""
        if self.movement is None:
            return self
        return replace(self, movement=replace(self.movement, now=replace(self.movement.now, model=now)))

    def text(self) -> str:
        """As Markdown."""
        if self.movement is None:
            return f"What moved cannot be said: {self.why_not}\n"
        return moved_text(self.movement, self.trained)

    def as_json(self) -> dict[str, Any]:
        found = None if self.movement is None else self.movement.as_json()
        return {"movement": found, "trained": list(self.trained), "why_not": self.why_not}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a version was made by: its spec, byte for byte, and the seed."""

    bundle: Path
    spec: Path
    seed: int | None


def recipe_of(bundle: Path) -> Recipe:
    """How to train a version again. Raises InputError if it was changed, UsageError if it is not of a portfolio."""
    card = read_card(bundle)
    if "columns" in card["provenance"]:
        raise UsageError(
            "was trained on a feature table, which the tables of a portfolio cannot replace",
            where=str(bundle),
            remedy="give the new table: riskengine train --feature-table FILE --label COLUMN",
        )
    read_model_spec(bundle)
    return Recipe(bundle, bundle / "spec.yaml", card["provenance"].get("seed"))


def compare_and_move(tables: TableSet, first: Path, second: Path, *, progress: Progress) -> tuple[Duel, Moved]:
    """Two versions on the same rows: who orders them better, and what moved from the second to the first.

    Errors as in `find_same_rows`.
    """
    found = find_same_rows(tables, first, second, progress=progress)
    windows = tuple((read_metrics(bundle).get("data") or {}).get("train") or {} for bundle in (second, first))
    seed = read_model_spec(first).seed
    movement = find_movement(found.champion, found.candidate, found.rows, found.features, SHIPPED, seed=seed)
    return found.compare(), Moved(movement, (windows[0], windows[1]))


def moved_papers(moved: Moved) -> dict[str, str]:
    """What moved as files: for people, and for machines."""
    document = json.dumps(moved.as_json(), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    texts = {"moved.md": moved.text(), "moved.json": document + "\n"}
    if moved.movement is not None:
        texts["moved.html"] = moved_page(moved.movement, moved.trained)
    return texts


def moved_since(
    before: Path, now: PdModel, rows: Matrix, features: tuple[Feature, ...], window: Mapping[str, Any], *, seed: int
) -> Moved:
    """`rows`: what the new model is tested on, with `features` as columns; `window`: what it was trained on.

    Raises InputError if the earlier bundle was changed.
    """
    old = load_bundle(before)
    trained = (read_metrics(before).get("data") or {}).get("train") or {}, window
    if absent := sorted(set(old.features) - {f.name for f in features}):
        why = f"{old.name} {old.version} asks for {', '.join(absent[:5])}, which the spec gives to models no more"
        return Moved(None, trained, why)
    try:
        later = rows_of(rows, rows.as_of > day_number(last_training_day(before)))
        return Moved(find_movement(old, now, later, features, SHIPPED, seed=seed), trained)
    except InputError as error:  # no row later than its training, or a value it refuses
        return Moved(None, trained, f"{old.name} {old.version}: {error.what}")
