"""The decision on one case, for people and for machines."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from riskengine.decision.canonical import JsonValue
from riskengine.decision.missing import MissingInformation
from riskengine.tables.publish import publishing_file
from riskengine.workflows.run_folder import certificate_text


@dataclass(frozen=True, slots=True)
class Assessment:
    """The decision on a case and what more would change it. Amounts in the reporting currency."""

    name: str | None
    reporting_currency: str
    requested: float
    requested_days: int | None
    trade_references: int
    certificate: Mapping[str, JsonValue]
    missing: MissingInformation
    has_donors: bool


def write_certificate(assessment: Assessment, path: Path) -> None:
    with publishing_file(path) as scratch:
        scratch.write_text(certificate_text(assessment.certificate), encoding="utf-8")


def assessment_as_json(assessment: Assessment) -> dict[str, Any]:
    """For machines: the certificate, and what is missing with the answers it could bring."""
    return {
        "name": assessment.name,
        "reporting_currency": assessment.reporting_currency,
        "requested": assessment.requested,
        "requested_days": assessment.requested_days,
        "trade_references": assessment.trade_references,
        "certificate": dict(assessment.certificate),
        "missing": {
            "master_data": list(assessment.missing.master_data),
            "sources": [
                {
                    "source": source.source.value,
                    "text": asdict(source.text),
                    "donors": source.donors,
                    "prospects": [asdict(prospect) for prospect in source.prospects],
                }
                for source in assessment.missing.sources
            ],
        },
    }
