"""Which earlier run a new one is compared with, and what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.decision.arrays import Floats
from riskengine.tables.publish import read_manifest
from riskengine.tables.store import file_sha256
from riskengine.terms.errors import InputError, UsageError

RUN = "riskengine run"
RATINGS, WARNINGS, MOVEMENTS, DONORS = "ratings.parquet", "warnings.parquet", "movements.parquet", "donors.parquet"
EPISODES, CHANGES, CASES = "episodes.parquet", "changes.parquet", "cases.parquet"
SUMMARY, REPORT = "run.json", "report.html"
_FACTS: Mapping[str, str] = {
    "prev_grade": "final_grade",
    "prev_pd_12m": "pd_12m",
    "prev_limit": "limit",
    "prev_terms_days": "terms_days",
}


@dataclass(frozen=True, slots=True)
class PreviousRun:
    as_of: date
    content_hash: str
    ratings: pl.DataFrame
    warnings: pl.DataFrame
    episodes: pl.DataFrame | None = None  # None: a run from before there were episodes


def newest_earlier_run(folder: Path, as_of: date) -> Path | None:
    """The finished run with the latest as-of date before `as_of`, among the folders in `folder`; ties by name."""
    found = []
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        if place.is_dir() and not place.name.startswith("."):
            day = _as_of(place)
            if day is not None and day < as_of:
                found.append((day, place.name, place))
    return max(found)[2] if found else None


def _as_of(place: Path) -> date | None:
    try:
        return date.fromisoformat(str(read_manifest(place, RUN)["as_of"]))
    except (InputError, KeyError, ValueError):
        return None


def read_run(
    folder: Path, *, before: date | None = None, files: tuple[str, ...] = (RATINGS, WARNINGS, EPISODES)
) -> PreviousRun:
    """A finished run, `files` verified against the manifest; runs from before there were episodes have none.

    Raises InputError if it is not one or a file was changed; UsageError if it is not earlier than `before`.
    """
    manifest = read_manifest(folder, RUN)
    try:
        day = date.fromisoformat(manifest["as_of"])
        content_hash, hashes = str(manifest["content_hash"]), dict(manifest["files"])
    except (KeyError, TypeError, ValueError):
        raise InputError("the manifest is incomplete", where=str(folder), remedy="run rerate again") from None
    if before is not None and day >= before:
        raise UsageError(
            f"the run is as of {day}, which is not earlier than {before}",
            where=str(folder),
            remedy="give an earlier run with --previous, or --previous none",
        )
    with_episodes = EPISODES in files and EPISODES in hashes
    for name in files if with_episodes else (name for name in files if name != EPISODES):
        if not (folder / name).is_file():
            raise InputError("the file is not there (any more)", where=str(folder / name), remedy="run rerate again")
        if file_sha256(folder / name) != hashes.get(name):
            raise InputError("the file was changed after the run", where=str(folder / name), remedy="run rerate again")
    return PreviousRun(
        as_of=day,
        content_hash=content_hash,
        ratings=pl.read_parquet(folder / RATINGS),
        warnings=pl.read_parquet(folder / WARNINGS),
        episodes=pl.read_parquet(folder / EPISODES) if with_episodes else None,
    )


def previous_facts(previous: PreviousRun | None, customer_ids: pl.Series) -> dict[str, Floats]:
    """What was decided before, as facts in the order of `customer_ids`; NaN for who was not rated then."""
    if previous is None:
        return {}
    wanted = pl.DataFrame({"customer_id": customer_ids})
    found = wanted.join(previous.ratings, on="customer_id", how="left", maintain_order="left")
    return {
        fact: np.array(found[column].cast(pl.Float64).to_numpy(), dtype=np.float64) for fact, column in _FACTS.items()
    }
