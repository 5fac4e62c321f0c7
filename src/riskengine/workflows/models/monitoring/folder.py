"""Write what monitoring found: the report, and monitoring.json."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from riskengine.reports.monitoring.report import MonitoringReport, monitoring_page
from riskengine.tables.publish import publishing, refuse_foreign, write_manifest
from riskengine.workflows.models.monitoring.monitor import MonitoredModel, MonitorRequest, Progress, monitor_model

MONITORING = "riskengine monitoring"


@dataclass(frozen=True, slots=True)
class Written:
    """`out` is None where nothing was to be written."""

    out: Path | None
    document: dict[str, Any]
    done: MonitoredModel


def monitor_folder(
    request: MonitorRequest, out: Path | None, *, progress: Progress = lambda _what, _done, _total: None
) -> Written:
    """report.html and monitoring.json in `out`, both or none; without `out` only the result.

    The same input gives the same bytes. Errors as in `monitor_model`; UsageError if `out` holds something else.
    """
    if out is not None:
        refuse_foreign(out, MONITORING)
    done = monitor_model(request, progress)
    document = document_of(done)
    if out is not None:
        texts = {
            "report.html": monitoring_page(
                MonitoringReport(done.monitoring, done.meaning, done.thresholds, done.thresholds_from, done.notes)
            ),
            "monitoring.json": json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
            + "\n",
        }
        watch = done.monitoring.watch
        identity = {"as_of": watch.as_of, "model": watch.model, "version": watch.version, "digest": watch.digest}
        with publishing(out, MONITORING) as scratch:
            for name, text in texts.items():
                (scratch / name).write_bytes(text.encode("utf-8"))
            write_manifest(scratch, MONITORING, identity)
    return Written(out, document, done)


def document_of(done: MonitoredModel) -> dict[str, Any]:
    """Everything as plain JSON."""
    return {
        **done.monitoring.as_json(),
        "thresholds": done.thresholds.model_dump(mode="json"),
        "thresholds_from": asdict(done.thresholds_from),
        "notes": [asdict(n) for n in done.notes],
    }
