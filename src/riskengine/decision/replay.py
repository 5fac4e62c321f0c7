"""Rating again from a certificate, and what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from riskengine.decision.arrays import NONE, Floats
from riskengine.decision.canonical import JsonValue, canonical_json, sha256_of
from riskengine.decision.certificate import SCHEMA, ModelIdentity, certify
from riskengine.decision.predictions import UNRATED_REASONS, Predictions, predictions_of
from riskengine.decision.rate import rate
from riskengine.decision.reasons import ReasonKind, explain
from riskengine.policy.bundle import Policy
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import Engine
from riskengine.terms.errors import InputError
from riskengine.terms.limit import UnratedReason


class Scored(Protocol):
    @property
    def raw(self) -> Floats: ...
    @property
    def pd_12m(self) -> Floats: ...


class Scorer(Protocol):
    """The part of a PD model that rating needs."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def features(self) -> tuple[str, ...]: ...
    def predict(self, matrix: Floats) -> Scored: ...
    def contributions(self, matrix: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` names the part of the certificate, such as `limit_path.limit`; values as in the certificate."""

    path: str
    recorded: JsonValue
    found: JsonValue

    def __str__(self) -> str:
        return f"{self.path}: recorded {canonical_json(self.recorded)}, now {canonical_json(self.found)}"


def replay(
    certificate: Mapping[str, JsonValue], model: Scorer | None, policy: Policy, engine: Engine
) -> tuple[Difference, ...]:
    """Everything in which the decision made again differs from the recorded one; empty: the same bit for bit.

    The facts are the recorded ones. Without a `model` its recorded answer is taken as it stands (and recorded model
    reasons are not checked). Raises InputError if the record is not a certificate of this schema.
    """
    recorded = dict(certificate)
    facts = recorded_facts(recorded)
    again = _decide_again(recorded, facts, model, policy, engine)
    if model is None:
        again["reasons"] = _keep_model_reasons(recorded["reasons"], again["reasons"])
        again["decision_sha256"] = sha256_of({k: v for k, v in again.items() if k != "decision_sha256"})
    return tuple(compare(recorded, again))


def recorded_facts(certificate: Mapping[str, JsonValue]) -> FactColumns:
    """The one customer's facts in a certificate.

    Raises InputError if it is not a certificate of this schema or a part is missing or of the wrong type.
    """
    if certificate.get("schema") != SCHEMA:
        raise InputError(
            f"the schema is {certificate.get('schema')!r}, expected '{SCHEMA}'",
            where="certificate",
            remedy="give a record as riskengine wrote it; one of an earlier schema needs the version that wrote it",
        )
    try:
        given = certificate["input"]
        numbers = {n: np.array([np.nan if v is None else float(v)]) for n, v in given["numbers"].items()}
        texts = {n: np.array([v], dtype=object) for n, v in given["texts"].items()}
        return FactColumns(1, numbers, texts)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"the record is incomplete or altered ({error!r})", where="certificate.input") from None


def model_matrix(features: tuple[str, ...], facts: FactColumns) -> Floats:
    """The model's columns, NaN where a fact is missing; shape (count, len(features))."""
    missing = np.full(facts.count, np.nan)
    columns = [facts.numbers.get(name, missing) for name in features]
    return np.column_stack(columns) if columns else np.empty((facts.count, 0))


def compare(recorded: JsonValue, found: JsonValue, path: str = "") -> Iterator[Difference]:
    """Differences, part by part in the order of their names. Numbers are equal only if every bit is."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        for key in sorted(recorded.keys() | found.keys()):
            place = f"{path}.{key}" if path else str(key)
            if recorded.get(key) is found.get(key) is None and (key in recorded) is not (key in found):
                yield Difference(f"{place} (is there)", key in recorded, key in found)
            yield from compare(recorded.get(key), found.get(key), place)
    elif _exact(recorded) != _exact(found):
        yield Difference(path, recorded, found)


def _exact(value: JsonValue) -> str:
    """Whole floats and ints are one number in JSON: other tools write 5.0 as 5."""
    if isinstance(value, int) and not isinstance(value, bool):
        return canonical_json(float(value))
    if isinstance(value, list):
        return canonical_json([_exact(v) for v in value])
    return canonical_json({k: _exact(v) for k, v in value.items()} if isinstance(value, dict) else value)


def _decide_again(
    recorded: Mapping[str, JsonValue], facts: FactColumns, model: Scorer | None, policy: Policy, engine: Engine
) -> dict[str, JsonValue]:
    try:
        said, as_of = recorded["model"], date.fromisoformat(recorded["as_of"])
        unrated = said["unrated_reason"]
        predictions = _said(said) if model is None or unrated is not None else _predicted(model, facts)
        ratings = rate(
            [recorded["customer_id"]],
            facts,
            predictions,
            policy,
            engine,
            as_of=as_of,
            portfolio_exposure=recorded["input"]["portfolio_exposure"],
        )
        identity = ModelIdentity(said["name"], said["version"], said["digest"])
        kinds = [reason["kind"] for reason in recorded["reasons"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"the record is incomplete or altered ({error!r})", where="certificate") from None
    if model is not None:
        identity = ModelIdentity(model.name, model.version, model.digest)
    if not kinds:
        return certify(ratings, 0, identity)
    if model is None or ReasonKind.MODEL not in kinds:
        return certify(ratings, 0, identity, explain(ratings, 0))
    contributions = model.contributions(model_matrix(model.features, facts))[0]
    return certify(ratings, 0, identity, explain(ratings, 0, features=model.features, contributions=contributions))


def _said(model: Mapping[str, JsonValue]) -> Predictions:
    reason = model["unrated_reason"]
    code = NONE if reason is None else UNRATED_REASONS.index(UnratedReason(reason))
    raw, pd_12m = (np.nan if model[part] is None else float(model[part]) for part in ("raw", "pd_12m"))
    return predictions_of(np.array([raw]), np.array([pd_12m]), np.array([code], np.int8))


def _predicted(model: Scorer, facts: FactColumns) -> Predictions:
    scored = model.predict(model_matrix(model.features, facts))
    return predictions_of(scored.raw, scored.pd_12m)


def _keep_model_reasons(recorded: list[JsonValue], again: list[JsonValue]) -> list[JsonValue]:
    return [*again, *(reason for reason in recorded if reason["kind"] == ReasonKind.MODEL)]
