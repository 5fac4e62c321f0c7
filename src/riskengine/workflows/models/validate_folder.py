"""Write a validation: the report, its figures and pictures, the scorecard's points, and the model card."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.reports.validation.card import CardSource
from riskengine.scoring.bundle import read_metrics
from riskengine.scoring.validation.verdict import Verdict
from riskengine.tables.publish import publishing_file, refuse_foreign
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Text
from riskengine.workflows.models.register_model import register_model
from riskengine.workflows.models.training_data import Progress
from riskengine.workflows.models.validate_model import ValidationRequest, validate_model
from riskengine.workflows.models.validation_papers import CARD, VALIDATION, keep_papers, publish_papers, write_papers


@dataclass(frozen=True, slots=True)
class Written:
    """`kept`: the folder beside the version, if it was asked for."""

    out: Path
    document: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    notes: tuple[Text, ...]
    kept: Path | None = None


def validate_folder(
    request: ValidationRequest,
    out: Path,
    *,
    card: Path | None = None,
    keep: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> Written:
    """report.html, validation.json, pictures, points.csv and card.md in `out`, all or none.

    `card`: the card as `<model>.md` in that folder as well. `keep`: the papers are kept beside the version in its
    workspace and logged to its run in MLflow. The same input gives the same bytes.

    Errors as in `validate_model`; UsageError if `out` holds something else, or a bundle from elsewhere is to be kept;
    RiskEngineError if MLflow could not be told.
    """
    refuse_foreign(out, VALIDATION)
    place, bundle = request.workspace, request.bundle
    own = place.bundle_folder(bundle.parent.name, bundle.name).resolve() == bundle.resolve()
    if keep and not own:
        raise UsageError(
            "is no version of the workspace, so there is nothing to keep its validation with",
            where=str(bundle),
            remedy="name a version with --version, or leave --keep out",
        )
    done = validate_model(request, progress)
    life = tuple(n for n in place.notes() if n.id.digest == done.model.digest)
    data = read_metrics(bundle).get("data") or {}
    source = CardSource(done.spec, done.features, done.provenance, data, life)
    papers = write_papers(done.validation, source, done.notes)
    publish_papers(papers, out)
    if card is not None:
        with publishing_file(card / f"{done.model.name}.md") as scratch:
            scratch.write_text(papers.texts[CARD], encoding="utf-8")
    kept = None
    if keep:
        kept = keep_papers(papers, place)
        register_model(place, bundle)
    return Written(out, papers.document, done.validation.verdicts, done.notes, kept)
