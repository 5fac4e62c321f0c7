"""What MLflow is told of a bundle, read from the bundle and from what was written down at its training."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from riskengine.scoring.bundle import read_card, read_metrics, read_spec
from riskengine.scoring.promotion_log import Note
from riskengine.scoring.registry import Registration

_NOT_A_METRIC = "name"


def registration_of(bundle: Path, trained: Note | None) -> Registration:
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
    )


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
