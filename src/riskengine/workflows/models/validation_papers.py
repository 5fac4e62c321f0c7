"""The papers of a validation: report, figures, pictures, scorecard points and card; and where a workspace keeps them.

    validations/<model>/<version>/<first>_<last>/   one folder per test window, beside the bundles it speaks of

A bundle does not change when it is validated again; its papers are apart from it, and name it by digest.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from riskengine.reports.validation.card import CardSource, model_card
from riskengine.reports.validation.plots import validation_plots
from riskengine.reports.validation.report import ValidationReport, validation_page
from riskengine.scoring.validation.points import PointsRow
from riskengine.scoring.validation.validate import Validation
from riskengine.scoring.workspace import Workspace
from riskengine.tables.publish import MANIFEST, publishing, read_manifest, write_manifest
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError, RiskEngineError
from riskengine.terms.text import Text

VALIDATION = "riskengine validation"
DOCUMENT, CARD, REPORT = "validation.json", "card.md", "report.html"


@dataclass(frozen=True, slots=True)
class Papers:
    """`document`: all figures and verdicts as JSON. `texts`: every file by its name."""

    document: dict[str, Any]
    texts: Mapping[str, str]

    @property
    def window(self) -> str:
        """First and last test date."""
        dates = self.document["test_dates"]
        return f"{dates[0]}_{dates[-1]}"


def write_papers(validation: Validation, source: CardSource, notes: tuple[Text, ...] = ()) -> Papers:
    """All papers of a validation. The same input gives the same texts."""
    document = {
        **validation.as_json(),
        "worst": validation.worst.value,
        "notes": [asdict(note) for note in notes],
    }
    report = ValidationReport(validation.figures, validation.verdicts, source.spec.meaning_text, notes)
    return Papers(
        document,
        {
            REPORT: validation_page(report),
            DOCUMENT: json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n",
            "points.csv": points_csv(validation.figures.points),
            CARD: model_card(report, source),
            **validation_plots(validation.figures),
        },
    )


def publish_papers(papers: Papers, out: Path) -> None:
    """All files in `out`, or none. Raises UsageError if `out` holds something else."""
    with publishing(out, VALIDATION) as scratch:
        for name, text in papers.texts.items():
            (scratch / name).write_bytes(text.encode("utf-8"))
        identity = {key: papers.document[key] for key in ("model", "version", "digest")}
        write_manifest(scratch, VALIDATION, {**identity, "files": {n: _sha(t) for n, t in papers.texts.items()}})


def keep_papers(papers: Papers, workspace: Workspace) -> Path:
    """Put papers beside the version they speak of; those of the same test window are replaced.

    What only the training can tell (`moved.*`, what moved since an earlier version) stays.
    """
    folder = papers_of(workspace, papers.document["model"], papers.document["version"]) / papers.window
    publish_papers(replace(papers, texts={**_only_of_training(folder), **papers.texts}), folder)
    return folder


def _only_of_training(folder: Path) -> dict[str, str]:
    if not (folder / MANIFEST).is_file():
        return {}
    files = read_manifest(folder, VALIDATION).get("files") or {}
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("moved.*"))}
    return {name: text for name, text in texts.items() if files.get(name) == _sha(text)}


def papers_of(workspace: Workspace, model: str, version: str) -> Path:
    """The folder of the validations of a version; it need not exist."""
    return workspace.root / "validations" / model / version


def kept_validations(workspace: Workspace, bundle: Path) -> tuple[Path, ...]:
    """The folders of a bundle's validations, by test window."""
    place = papers_of(workspace, bundle.parent.name, bundle.name)
    return tuple(sorted(p for p in place.iterdir() if not p.name.startswith("."))) if place.is_dir() else ()


def whole_papers(workspace: Workspace, bundle: Path, digest: str) -> tuple[Path, ...]:
    """The folders of a bundle's validations. Raises InputError if one of them is not what was written down."""
    folders = kept_validations(workspace, bundle)
    for fault in (fault for folder in folders for fault in verify_papers(folder, digest)):
        raise InputError(fault.what, where=fault.place, remedy=fault.remedy)
    return folders


def list_papers(workspace: Workspace, bundle: Path, digest: str) -> list[dict[str, Any]]:
    """Each validation of a version: its window, verdicts and files; one that was changed with what is wrong."""
    found: list[dict[str, Any]] = []
    for folder in kept_validations(workspace, bundle):
        if fault := next(verify_papers(folder, digest), None):
            found.append({"folder": str(folder), "fault": f"{fault.place}: {fault.what}"})
            continue
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
        levels = [v["level"] for v in document["verdicts"]]
        found.append(
            {
                "test": [document["test_dates"][0], document["test_dates"][-1]],
                "worst": document["worst"],
                "verdicts": {level: levels.count(level) for level in sorted(set(levels))},
                "folder": str(folder),
                "files": sorted(p.name for p in folder.iterdir() if p.name != MANIFEST),
            }
        )
    return found


def verify_papers(folder: Path, digest: str) -> Iterator[Finding]:
    """Whether papers are what was written down, and of the bundle with this digest."""
    again = "validate the version again: riskengine validate --version VERSION --keep"
    try:
        manifest = read_manifest(folder, VALIDATION)
    except RiskEngineError as error:
        yield Finding(error.where or str(folder), error.what, again)
        return
    if manifest.get("digest") != digest:
        yield Finding(str(folder), "is the validation of another bundle", again)
    files = manifest.get("files") or {}
    for name in sorted({*files, *(p.name for p in folder.iterdir())} - {MANIFEST}):
        path = folder / name
        if not path.is_file() or name not in files:
            yield Finding(str(path), "is missing" if name in files else "was added", again)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != files[name]:
            yield Finding(str(path), "is not what the validation wrote", again)


def points_csv(points: tuple[PointsRow, ...]) -> str:
    """The points of a scorecard as CSV, an end that is not there being empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f.name for f in fields(PointsRow)])
    for row in points:
        writer.writerow(["" if v is None else repr(v) if isinstance(v, float) else v for v in astuple(row)])
    return text.getvalue()


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
