"""Write a validation: the report, its figures, the scorecard's points, and the model card."""

import csv
import io
import json
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

from riskengine.reports.validation.card import model_card
from riskengine.reports.validation.report import ValidationReport, validation_page
from riskengine.scoring.validation.points import PointsRow
from riskengine.scoring.validation.verdict import Verdict
from riskengine.tables.publish import publishing, publishing_file, refuse_foreign, write_manifest
from riskengine.terms.text import Text
from riskengine.workflows.train import Progress
from riskengine.workflows.validate_model import ValidatedModel, ValidationRequest, validate_model

VALIDATION = "riskengine validation"


@dataclass(frozen=True, slots=True)
class Written:
    out: Path
    document: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    notes: tuple[Text, ...]


def validate_folder(
    request: ValidationRequest,
    out: Path,
    *,
    card: Path | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Written:
    """report.html, validation.json, points.csv and card.md in `out`, all or none; `card`: the card there as well.

    The same input gives the same bytes. Errors as in `validate_model`; UsageError if `out` holds something else.
    """
    refuse_foreign(out, VALIDATION)
    done = validate_model(request, progress)
    document = _document(done)
    report = ValidationReport(done.validation.figures, done.validation.verdicts, done.spec.meaning, done.notes)
    about = model_card(report, done.spec, done.provenance)
    texts = {
        "report.html": validation_page(report),
        "validation.json": json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n",
        "points.csv": points_csv(done.validation.figures.points),
        "card.md": about,
    }
    with publishing(out, VALIDATION) as scratch:
        for name, text in texts.items():
            (scratch / name).write_bytes(text.encode("utf-8"))
        identity = {"model": done.model.name, "version": done.model.version, "digest": done.model.digest}
        write_manifest(scratch, VALIDATION, identity)
    if card is not None:
        with publishing_file(card / f"{done.model.name}-{done.model.version}.md") as scratch:
            scratch.write_text(about, encoding="utf-8")
    return Written(out, document, done.validation.verdicts, done.notes)


def points_csv(points: tuple[PointsRow, ...]) -> str:
    """The points of a scorecard as CSV, an end that is not there being empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f.name for f in fields(PointsRow)])
    for row in points:
        writer.writerow(["" if v is None else repr(v) if isinstance(v, float) else v for v in astuple(row)])
    return text.getvalue()


def _document(done: ValidatedModel) -> dict[str, Any]:
    return {
        **done.validation.as_json(),
        "worst": done.validation.worst.value,
        "notes": [asdict(note) for note in done.notes],
    }
