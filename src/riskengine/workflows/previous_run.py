"""Which earlier run a new one is compared with, and what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.decision.arrays import Floats
from riskengine.early_warning.freeze import CASE_SEVERITY, FREEZE_FLAG, CaseState, states_of_run
from riskengine.tables.publish import read_manifest
from riskengine.tables.store import file_sha256
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, UsageError

RUN = "riskengine run"
RATINGS, WARNINGS, MOVEMENTS, DONORS = "ratings.parquet", "warnings.parquet", "movements.parquet", "donors.parquet"
EPISODES, CHANGES, CASES = "episodes.parquet", "changes.parquet", "cases.parquet"
SURROUNDINGS = "surroundings.parquet"
SUMMARY, REPORT = "run.json", "report.html"
_LATER = (EPISODES, CASES, SURROUNDINGS)  # which the first runs did not have
REVIEW_CLOCK = "clk_review_days_left"
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
    cases: pl.DataFrame | None = None  # None: so too, or nobody asked for them
    surroundings: pl.DataFrame | None = None  # None: so too


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
    folder: Path, *, before: date | None = None, files: tuple[str, ...] = (RATINGS, WARNINGS, EPISODES, CASES)
) -> PreviousRun:
    """A finished run, `files` verified against the manifest; runs from before there were episodes have none, nor cases.

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
    there = [name for name in files if name in hashes or name not in _LATER]
    for name in there:
        if not (folder / name).is_file():
            raise InputError("the file is not there (any more)", where=str(folder / name), remedy="run rerate again")
        if file_sha256(folder / name) != hashes.get(name):
            raise InputError("the file was changed after the run", where=str(folder / name), remedy="run rerate again")
    return PreviousRun(
        as_of=day,
        content_hash=content_hash,
        ratings=pl.read_parquet(folder / RATINGS),
        warnings=pl.read_parquet(folder / WARNINGS),
        episodes=pl.read_parquet(folder / EPISODES) if EPISODES in there else None,
        cases=pl.read_parquet(folder / CASES) if CASES in there else None,
        surroundings=pl.read_parquet(folder / SURROUNDINGS) if SURROUNDINGS in there else None,
    )


def previous_facts(previous: PreviousRun | None, customer_ids: pl.Series, as_of: date) -> dict[str, Floats]:
    """What was decided before, and what was warned of by then, as facts in the order of `customer_ids`."""
    return {**decided_facts(previous, customer_ids, as_of), **warned_facts(previous, customer_ids)}


def decided_facts(previous: PreviousRun | None, customer_ids: pl.Series, as_of: date) -> dict[str, Floats]:
    """`prev_*`, and the days left on `as_of` until the review its grade asks for; NaN for who was not rated then."""
    if previous is None:
        return {}
    wanted = pl.DataFrame({"customer_id": customer_ids})
    found = wanted.join(previous.ratings, on="customer_id", how="left", maintain_order="left")
    left = found["review_on"].cast(pl.Int32) - day_number(as_of)
    return {fact: _numbers(found[column]) for fact, column in _FACTS.items()} | {REVIEW_CLOCK: _numbers(left)}


def warned_facts(previous: PreviousRun | None, customer_ids: pl.Series) -> dict[str, Floats]:
    """`ews_*`, by the cases open after the run; 0 for who had none, NaN for who was not rated then."""
    if previous is None or previous.cases is None:
        return {}
    states = dict.fromkeys(previous.ratings["customer_id"], CaseState()) | dict(states_of_run(previous.cases))
    found = [states.get(customer_id) for customer_id in customer_ids]
    return {
        FREEZE_FLAG: np.array([np.nan if one is None else float(one.freezes) for one in found]),
        CASE_SEVERITY: np.array([np.nan if one is None else float(one.severity or 0) for one in found]),
    }


def _numbers(column: pl.Series) -> Floats:
    return np.array(column.cast(pl.Float64).to_numpy(), dtype=np.float64)
