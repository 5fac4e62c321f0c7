"""The folder where models live: MLflow's database, the bundles, which of them is champion, and since when.

mlflow.db  artifacts/        MLflow's tracking and registry
bundles/<model>/<version>/   verified bundles
champion.json                the bundle that rates
promotions.jsonl             one line per promotion, only ever appended
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.scoring.bundle import read_identity
from riskengine.tables.publish import explained_disk_errors, publishing_file
from riskengine.terms.errors import InputError

DEFAULT_ROOT = Path(".riskengine")
CHAMPION = "riskengine champion"


@dataclass(frozen=True, slots=True)
class Workspace:
    root: Path

    @property
    def mlflow_uri(self) -> str:
        return f"sqlite:///{self.root.resolve() / 'mlflow.db'}"

    @property
    def artifacts(self) -> Path:
        return self.root.resolve() / "artifacts"

    def bundle_folder(self, model: str, version: str) -> Path:
        return self.root / "bundles" / model / version

    def next_version(self, model: str) -> str:
        """The number after the highest version that was ever published of `model`."""
        folder = self.root / "bundles" / model
        taken = [int(p.name) for p in folder.iterdir() if p.name.isdigit()] if folder.is_dir() else []
        return str(max(taken, default=0) + 1)

    def has_champion(self) -> bool:
        return (self.root / "champion.json").is_file()

    def champion(self) -> Path:
        """The folder of the champion's bundle, verified to be the very bundle that was promoted.

        Raises InputError if no model was promoted yet, or the bundle is not the promoted one any more.
        """
        place = self.root / "champion.json"
        if not place.is_file():
            raise InputError(
                "no model was promoted in this workspace", where=str(self.root), remedy="run riskengine train first"
            )
        record = _read_record(place)
        bundle = self.bundle_folder(record["model"], record["version"])
        if read_identity(bundle) != (record["model"], record["version"], record["digest"]):
            raise InputError(
                "the bundle is not the one that was promoted",
                where=str(bundle),
                remedy="restore it from a backup, or train and promote again",
            )
        return bundle

    def promote(self, bundle: Path, *, by: str, at: str, reason: str) -> None:
        """Make a bundle of this workspace the champion and append to the promotion log. `at` is an ISO time."""
        model, version, digest = read_identity(bundle)
        previous = _read_record(self.root / "champion.json") if self.has_champion() else None
        line = {
            "at": at,
            "by": by,
            "reason": reason,
            "model": model,
            "version": version,
            "digest": digest,
            "replaces": None if previous is None else {k: previous[k] for k in ("model", "version", "digest")},
        }
        _append_line(self.root / "promotions.jsonl", line)
        with publishing_file(self.root / "champion.json") as scratch:
            record = {"kind": CHAMPION, "format": 1, "model": model, "version": version, "digest": digest}
            scratch.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")

    def promotions(self) -> list[dict[str, Any]]:
        """The promotion log, oldest first."""
        path = self.root / "promotions.jsonl"
        if not path.is_file():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _append_line(path: Path, line: Mapping[str, Any]) -> None:
    with explained_disk_errors(path), path.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def _read_record(place: Path) -> dict[str, str]:
    try:
        record = json.loads(place.read_text(encoding="utf-8"))
        if record["kind"] != CHAMPION:
            raise KeyError("kind")  # noqa: TRY301 - same complaint as any other missing part
        return {k: str(record[k]) for k in ("model", "version", "digest")}
    except (ValueError, KeyError, TypeError):
        raise InputError(
            "is not a champion record", where=str(place), remedy="promote a bundle again, which rewrites it"
        ) from None
