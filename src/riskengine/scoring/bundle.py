"""A trained model as a folder of plain text that is verified before anything in it is used.

    manifest.json     name, version, digest, SHA-256 of every other file
    booster.txt       the LightGBM model in its text form
    model.json        features, horizon, calibration as numbers, which features had missing values, data fingerprint
    metrics.json      how it did, and the rivals beside it
    spec.yaml         the spec it was trained from, byte for byte
    development.json  the distribution of every feature and of the score in training, for monitoring (format 2 only)

Bundles of format 1 lack the last file; everything but the drift of their inputs can be said of them all the same.
LightGBM aborts, hangs or predicts something else on a damaged text model, so not a byte of it reaches LightGBM before
its hash was compared. Nothing is pickled.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from riskengine.scoring.calibration import Calibration, calibration_from_json
from riskengine.scoring.monitoring.development import Development, development_from_json
from riskengine.scoring.pd_model import PdModel
from riskengine.tables.publish import MANIFEST, publishing, read_manifest, write_manifest
from riskengine.tables.yaml_file import parse_yaml
from riskengine.terms.errors import InputError

MODEL = "riskengine model"

_BOOSTER = "booster.txt"
_CARD = "model.json"
_METRICS = "metrics.json"
_SPEC = "spec.yaml"
_DEVELOPMENT = "development.json"
_FILES: Mapping[int, tuple[str, ...]] = {  # by format
    1: (_BOOSTER, _CARD, _METRICS, _SPEC),
    2: (_BOOSTER, _CARD, _DEVELOPMENT, _METRICS, _SPEC),
}
_REMEDY = "do not use it; train again or restore the folder from a backup"


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training run hands over to be written. `provenance` is free JSON: data fingerprint, versions, seed.

    `example`: a few rows of features in order, None for missing, that show what goes in. `development`: without it the
    bundle is of format 1, and the drift of its inputs cannot be watched.
    """

    name: str
    features: tuple[str, ...]
    horizon_days: int
    booster_text: str
    calibration: Calibration
    seen_missing: frozenset[str]
    spec_text: str
    metrics: Mapping[str, Any]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    example: tuple[tuple[float | None, ...], ...] = ()
    development: Development | None = None


def write_bundle(trained: Trained, out: Path, *, version: str) -> str:
    """Publish a bundle at `out` and return its digest (SHA-256 over everything else in the manifest)."""
    card = {
        "features": list(trained.features),
        "horizon_days": trained.horizon_days,
        "calibration": trained.calibration.as_json(),
        "seen_missing": sorted(trained.seen_missing),
        "provenance": dict(trained.provenance),
    } | ({"example": [list(row) for row in trained.example]} if trained.example else {})
    texts = {
        _BOOSTER: trained.booster_text,
        _CARD: _json(card),
        _METRICS: _json(trained.metrics),
        _SPEC: trained.spec_text,
    } | ({} if trained.development is None else {_DEVELOPMENT: _json(trained.development.as_json())})
    with publishing(out, MODEL) as scratch:
        for name, text in texts.items():
            (scratch / name).write_bytes(text.encode("utf-8"))
        content: dict[str, Any] = {
            "name": trained.name,
            "version": version,
            "files": {name: hashlib.sha256(text.encode("utf-8")).hexdigest() for name, text in texts.items()},
        }
        digest = _digest(content)
        write_manifest(scratch, MODEL, {"format": 1 if trained.development is None else 2, **content, "digest": digest})
    return digest


def load_bundle(path: Path) -> PdModel:
    """Verify every byte of a bundle, then load it.

    Raises InputError if the folder is no finished bundle, a file is missing, added, or differs from its hash.
    """
    manifest, contents = _verified(path)
    import lightgbm  # noqa: PLC0415 - seconds to import; and only after everything is verified

    card = json.loads(contents[_CARD])
    return PdModel(
        name=manifest["name"],
        version=manifest["version"],
        digest=manifest["digest"],
        features=tuple(card["features"]),
        horizon_days=int(card["horizon_days"]),
        calibration=calibration_from_json(card["calibration"]),
        seen_missing=frozenset(card["seen_missing"]),
        booster=lightgbm.Booster(model_str=contents[_BOOSTER].decode("utf-8")),
        reporting_currency=card["provenance"].get("reporting_currency"),
    )


def read_metrics(path: Path) -> dict[str, Any]:
    """The metrics of a verified bundle. Errors as in `load_bundle`; LightGBM is not touched."""
    return _object(_verified(path)[1][_METRICS])


def read_card(path: Path) -> dict[str, Any]:
    """Features, horizon, calibration and provenance of a verified bundle. Errors as in `load_bundle`."""
    return _object(_verified(path)[1][_CARD])


def read_spec(path: Path) -> dict[str, Any]:
    """The spec a verified bundle was trained from, as YAML says it. Errors as in `load_bundle`."""
    text = _verified(path)[1][_SPEC].decode("utf-8")
    data = parse_yaml(text, where=str(path / _SPEC)).data
    return data if isinstance(data, dict) else {}


def read_development(path: Path) -> Development | None:
    """What a verified bundle was developed on; None if it is of format 1, trained before this was kept."""
    content = _verified(path)[1].get(_DEVELOPMENT)
    return None if content is None else development_from_json(_object(content))


def read_identity(path: Path) -> tuple[str, str, str]:
    """Name, version and digest of a verified bundle."""
    manifest = _verified(path)[0]
    return manifest["name"], manifest["version"], manifest["digest"]


def _verified(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    manifest = read_manifest(path, MODEL)
    number = manifest.get("format")
    names = _FILES.get(number) if type(number) is int else None
    if names is None:
        raise InputError(
            f"is a bundle of format {number!r}, which this version does not read",
            where=str(path / MANIFEST),
            remedy="use the version of riskengine that wrote it",
        )
    body = {k: v for k, v in manifest.items() if k not in ("kind", "format", "digest")}
    canonical = _json({"kind": MODEL, "format": number, **body, "digest": manifest.get("digest")})
    if (path / MANIFEST).read_bytes() != canonical.encode("utf-8") or _digest(body) != manifest.get("digest"):
        raise InputError("the manifest was changed after it was written", where=str(path / MANIFEST), remedy=_REMEDY)
    found = {p.name for p in path.iterdir() if p.is_file()} | {f"{p.name}/" for p in path.iterdir() if not p.is_file()}
    if found != {MANIFEST, *names}:
        odd = ", ".join(sorted(found ^ {MANIFEST, *names}))
        raise InputError(f"files are missing or were added ({odd})", where=str(path), remedy=_REMEDY)
    if not isinstance(manifest.get("files"), dict) or set(manifest["files"]) != set(names):
        raise InputError("does not name the files of a bundle", where=str(path / MANIFEST), remedy=_REMEDY)
    contents = {name: (path / name).read_bytes() for name in names}
    for name, content in contents.items():
        if hashlib.sha256(content).hexdigest() != manifest["files"][name]:
            raise InputError("the file does not match its SHA-256", where=str(path / name), remedy=_REMEDY)
    return manifest, contents


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(content).encode("utf-8")).hexdigest()


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _object(content: bytes) -> dict[str, Any]:
    loaded = json.loads(content)
    if not isinstance(loaded, dict):
        raise InputError("is not a JSON object", remedy=_REMEDY)
    return loaded
