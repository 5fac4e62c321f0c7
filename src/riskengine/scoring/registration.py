"""What MLflow is told of a bundle, read from the bundle and from what was written down at its training."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from riskengine.scoring.bundle import read_card, read_metrics, read_spec
from riskengine.scoring.promotion_log import Note
from riskengine.scoring.registry import Papers, Registration
from riskengine.scoring.validation.verdict_rules import Level
from riskengine.tables.publish import MANIFEST
from riskengine.tables.store import file_sha256

_NOT_A_METRIC = "name"
_OF_THE_WHOLE = ("rows", "bad", "customers", "mean_pd", "bad_rate", "brier", "jeffreys_p")
_OF_ORDER = ("auc", "gini", "ks", "pr_auc")


def registration_of(bundle: Path, trained: Note | None, papers: tuple[Papers, ...] = ()) -> Registration:
    """Everything of a bundle that MLflow shows. Errors as in `load_bundle`."""
    card, metrics, spec = read_card(bundle), read_metrics(bundle), read_spec(bundle)
    provenance = card["provenance"]
    example = card.get("example")
    return Registration(
        bundle,
        params=_params(spec, metrics, provenance) | {"features": len(card["features"])},
        metrics=_metrics(metrics),
        tags=_tags(spec, metrics, provenance, trained),
        example=None if not example else np.array(example, dtype=np.float64),
        papers=papers,
    )


def papers_at(folder: Path) -> Papers:
    """The papers of a validation in a folder: `validation.json`, and whatever lies beside it."""
    document = json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    dates = document["test_dates"]
    return Papers(
        name=f"validation/{dates[0]}_{dates[-1]}",
        folder=folder,
        digest=file_sha256(folder / MANIFEST),
        metrics=validation_metrics(document),
        step=int(dates[-1].replace("-", "")),
    )


def validation_metrics(document: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a validation as MLflow keeps metrics: names and numbers; what could not be measured is left out.

    `verdicts_red` and its like count verdicts, `verdict_<check>` is the figure a verdict was given for.
    """
    found = {name: value for name, value in _figures(document) if value is not None}
    counts = Counter(v["level"] for v in document["verdicts"])
    return found | {f"verdicts_{level.value}": float(counts[level.value]) for level in Level}


def _figures(document: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    whole, tests = document["whole"], document["calibration"]
    for name in _OF_THE_WHOLE:
        yield f"validation_{name}", _number(whole[name])
    order = whole["order"] or {}
    for name in _OF_ORDER:
        yield f"validation_{name}", _number(order.get(name))
    for name in ("auc", "pr_auc"):
        for end in ("low", "high"):
            yield f"validation_{name}_{end}", _number((order.get(f"{name}_interval") or {}).get(end))
    for name in ("slope", "intercept", "level"):
        yield f"validation_{name}", _number((tests["line"] or {}).get(name))
    for name in ("hosmer_lemeshow", "spiegelhalter"):
        yield f"validation_{name}_p", _number((tests[name] or {}).get("p_value"))
    yield "validation_score_psi", _number(document["score_shift"]["psi"])
    yield "validation_score_psi_critical", _number(document["score_shift"]["critical"])
    yield "validation_grade_hhi", _number(document["concentration"]["hhi"])
    yield "validation_attainable_share", _number((document["attainable"] or {}).get("share"))
    for verdict in document["verdicts"]:
        yield f"verdict_{verdict['check']}", _number(verdict["value"])


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _params(
    spec: Mapping[str, Any], metrics: Mapping[str, Any], provenance: Mapping[str, Any]
) -> dict[str, str | int | float]:
    sections = ("booster", "outcome", "calibration")
    found = {f"{part}.{key}": str(value) for part in sections for key, value in (spec.get(part) or {}).items()}
    chosen = (metrics.get("search") or {}).get("best") or {}
    return found | {key: str(value) for key, value in chosen.items()} | {"seed": str(provenance.get("seed"))}


def _metrics(metrics: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, contender in enumerate(metrics.get("contenders", ())):
        numbers = {k: float(v) for k, v in contender.items() if k != _NOT_A_METRIC and v is not None}
        if place == 0:
            found |= {f"test_{key}": value for key, value in numbers.items()}
        else:
            found[f"test_auc_{contender['name'].replace(' ', '_')}"] = numbers["auc"]
    calibration = metrics.get("calibration") or {}
    return found | {
        f"test_{k}": float(calibration[k]) for k in ("mean_pd", "default_rate", "slope") if k in calibration
    }


def _tags(
    spec: Mapping[str, Any], metrics: Mapping[str, Any], provenance: Mapping[str, Any], trained: Note | None
) -> dict[str, str]:
    policy = {} if trained is None else trained.evidence.get("policy") or {}
    known = {
        "data_fingerprint": provenance.get("data_fingerprint"),
        "code_version": provenance.get("riskengine"),
        "policy_version": policy.get("version"),
        "policy_hash": policy.get("content_hash"),
        "trained_by": None if trained is None else trained.by,
        "accepted": str(all(g["passed"] for g in metrics["gates"])).lower() if "gates" in metrics else None,
        "owner": spec.get("owner"),
    }
    return {key: str(value) for key, value in known.items() if value is not None}
