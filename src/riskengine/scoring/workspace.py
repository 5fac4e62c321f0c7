"""The folder where models live: MLflow's database, the bundles, which of them is champion, and since when.

mlflow.db  artifacts/        MLflow's tracking and registry, unless a server is given
bundles/<model>/<version>/   verified bundles
champion.json                the bundle that rates; without it the log says which
models.jsonl                 what was done to which model by whom, only ever appended (see `promotion_log`)
models.end.json              which line of it is the last, so that a cut shows
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.scoring.bundle import read_identity
from riskengine.scoring.promotion_log import ModelId, Note, Role, Step, champions, read_log, roles
from riskengine.tables.chained_log import add_line, next_line, only_one_writes, write_end
from riskengine.tables.publish import publishing_file
from riskengine.terms.errors import FindingsError, InputError, UsageError, nearest

DEFAULT_ROOT = Path(".riskengine")
CHAMPION = "riskengine champion"


@dataclass(frozen=True, slots=True)
class Workspace:
    """`server` is the URI of an MLflow server; without it MLflow keeps its records in the folder."""

    root: Path
    server: str | None = None

    @property
    def mlflow_uri(self) -> str:
        return self.server or f"sqlite:///{self.root.resolve() / 'mlflow.db'}"

    @property
    def log(self) -> Path:
        return self.root / "models.jsonl"

    @property
    def champion_record(self) -> Path:
        return self.root / "champion.json"

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
        """Whether there is a record of a champion, or the log names one. Errors as in `notes` where there is none."""
        return self.champion_record.is_file() or Role.CHAMPION in self.holders()

    def champion(self) -> Path:
        """The folder of the champion's bundle, verified to be the very bundle that was promoted.

        The record says who it is, and where it is missing the log. Raises InputError if no model was promoted yet, the
        bundle is not the promoted one any more, or record and log name different ones.
        """
        named = self._named_champion()
        if named is None:
            raise InputError(
                "no model was promoted in this workspace", where=str(self.root), remedy="run riskengine train first"
            )
        bundle = self.bundle_folder(named.model, named.version)
        if ModelId(*read_identity(bundle)) != named:
            raise InputError(
                "the bundle is not the one that was promoted",
                where=str(bundle),
                remedy="restore it from a backup, or train and promote again",
            )
        return bundle

    def _named_champion(self) -> ModelId | None:
        """A log that was changed says nothing to rating while there is a record; `models verify` finds it."""
        place = self.champion_record
        if not place.is_file():
            return self.holders().get(Role.CHAMPION)
        named = _read_record(place)
        try:
            said = self.holders().get(Role.CHAMPION)
        except InputError:
            return named
        if said is not None and named != said:
            raise InputError(
                f"names {named.text}, the log names {said.text}",
                where=str(place),
                remedy="if the log is right (riskengine models history), delete the record; else restore both from one "
                "backup",
            )
        return named

    def notes(self) -> tuple[Note, ...]:
        """The log, oldest first. Raises InputError if it was changed."""
        return read_log(self.log)[1]

    def holders(self) -> dict[Role, ModelId]:
        """Who has which role. Errors as in `notes`."""
        return roles(self.notes())

    def versions(self) -> tuple[tuple[str, str], ...]:
        """Every model and version there is a folder of, by model and number."""
        folder = self.root / "bundles"
        found = [(p.parent.name, p.name) for p in folder.glob("*/*") if p.is_dir() and not p.name.startswith(".")]
        return tuple(sorted(found, key=lambda f: (f[0], not f[1].isdigit(), int(f[1]) if f[1].isdigit() else 0, f[1])))

    def find(self, wanted: str) -> Path:
        """The folder of `VERSION`, `MODEL/VERSION`, or the name of a role. Raises UsageError if there is no such."""
        if wanted in tuple(Role):
            held = self.holders().get(Role(wanted))
            if held is None:
                raise UsageError(f"no model is {wanted}", where=str(self.root), remedy="see riskengine models list")
            return self.bundle_folder(held.model, held.version)
        known = self.versions()
        found = [(m, v) for m, v in known if wanted in (v, f"{m}/{v}")]
        if len(found) != 1:
            names = [f"{m}/{v}" for m, v in (found or known)]
            what = f"no model is called '{wanted}'" if not found else f"'{wanted}' may be {' or '.join(names)}"
            raise UsageError(
                what, where=str(self.root), remedy=nearest(wanted, names) if not found else "name the model as well"
            )
        return self.bundle_folder(*found[0])

    def record(
        self, step: Step, bundle: Path, *, by: str, at: str, reason: str = "", evidence: Mapping[str, Any] | None = None
    ) -> Note:
        """Write down what was done to a bundle of this workspace. `at` is an ISO time with its zone.

        Raises InputError if the log or the bundle was changed, or the clock stands before the last line.
        """
        return self.write_down(Note(step, ModelId(*read_identity(bundle)), by, instant(at), reason, evidence or {}))

    def write_down(self, note: Note) -> Note:
        """Add a note to the log; a champion is made by `promote` and `roll_back`. Errors as in `record`."""
        with only_one_writes(self.root):
            self._append(note)
        return note

    def promote(
        self, bundle: Path, *, by: str, at: str, reason: str, evidence: Mapping[str, Any] | None = None
    ) -> Note:
        """Make a bundle of this workspace the champion and write it down, whatever it is worth: see `gates`."""
        note = Note(Step.PROMOTED, ModelId(*read_identity(bundle)), by, instant(at), reason, evidence or {})
        with only_one_writes(self.root):
            self._crown(note)
        return note

    def roll_back(self, *, by: str, at: str, reason: str) -> Note:
        """Make the champion before the present one champion again.

        Raises FindingsError if there was none before, InputError if its bundle is not the one that was promoted.
        """
        with only_one_writes(self.root):
            line = champions(self.notes())
            if len(line) < 2:
                raise FindingsError(
                    "there is no champion before the present one", where=str(self.root), remedy="promote a version"
                )
            before, now = line[-2], line[-1]
            bundle = self.bundle_folder(before.model, before.version)
            if ModelId(*read_identity(bundle)) != before:
                raise InputError(
                    "the bundle is not the one that was promoted", where=str(bundle), remedy="restore it from a backup"
                )
            note = Note(Step.ROLLED_BACK, before, by, instant(at), reason, {"replaces": now.as_json()})
            self._crown(note)
        return note

    def _crown(self, note: Note) -> None:
        self._append(note)
        with publishing_file(self.champion_record) as scratch:
            record = {"kind": CHAMPION, "format": 1, **note.id.as_json()}
            scratch.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")

    def _append(self, note: Note) -> None:
        lines, _ = read_log(self.log)
        line = next_line(lines, note.as_json())
        add_line(self.log, lines, line)
        write_end(self.log, line)


def instant(at: str) -> dt.datetime:
    """An ISO time with its zone. Raises UsageError if it is none."""
    try:
        found = dt.datetime.fromisoformat(at)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(f"'{at}' is no time with its zone", remedy="write it as 2026-11-23T09:00:00+00:00")
    return found


def _read_record(place: Path) -> ModelId:
    try:
        record = json.loads(place.read_text(encoding="utf-8"))
        if record["kind"] != CHAMPION:
            raise KeyError("kind")  # noqa: TRY301 - same complaint as any other missing part
        return ModelId(*(str(record[k]) for k in ("model", "version", "digest")))
    except (ValueError, KeyError, TypeError):
        raise InputError(
            "is not a champion record", where=str(place), remedy="delete it: then the log says who is champion"
        ) from None
