"""JSON Schemas of the files in a policy folder, for editors that complete and underline.

Made from the models that read the files, so the two cannot part; conditions, cells of tables, and names of facts are
added. A schema knows the form of one file. What needs several files or a date is left to `riskengine rules check`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from riskengine.policy.documents.case import CasesDocument
from riskengine.policy.documents.dated import PolicyDocument
from riskengine.policy.documents.exception import ExceptionsDocument
from riskengine.policy.documents.identity import IdentityDocument
from riskengine.policy.documents.invariant import InvariantsDocument
from riskengine.policy.documents.parameter import ParametersDocument
from riskengine.policy.documents.ruleset import RulesetDocument
from riskengine.policy.documents.scale import ScaleDocument
from riskengine.policy.documents.schema_parts import (
    CELL,
    CONDITION,
    DAY,
    INDICATOR,
    NUMBER_OR_PARAMETER,
    PARAMETER_NAME,
    PARAMETER_VALUE,
    ROW_VALUE,
    RULE_ID,
    TEXT_OR_TEXTS,
    Schema,
    case_facts,
    condition_tree,
    fact_name,
    or_parameter,
)
from riskengine.policy.documents.segment import SegmentsDocument
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.policy.limit_policy import LimitPolicy
from riskengine.policy.reading import NO_RULESETS
from riskengine.policy.segment import SEGMENT_FACTS
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.policy.vocabulary import Vocabulary
from riskengine.policy.window_policy import WindowPolicy

DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that editors' YAML support understands best
FOLDER = "schema"
_CASES = ".test.yaml"


@dataclass(frozen=True, slots=True)
class _FileKind:
    model: type[BaseModel]
    about: str
    policy: type[BaseModel] | None = None  # of `policy` in a dated document, where numbers may be parameters


_KINDS: Mapping[str, _FileKind] = MappingProxyType(
    {
        "policy": _FileKind(IdentityDocument, "policy.yaml: name, currency and owner"),
        "parameters": _FileKind(ParametersDocument, "parameters.yaml: thresholds with their dates"),
        "segments": _FileKind(SegmentsDocument, "segments.yaml: customers for whom parameters have other values"),
        "master_scale": _FileKind(ScaleDocument, "master_scale.yaml: which PD is which grade"),
        "limits": _FileKind(PolicyDocument, "limits.yaml: how limits are computed", LimitPolicy),
        "terms": _FileKind(PolicyDocument, "terms.yaml: how terms are computed", TermsPolicy),
        "exceptions": _FileKind(ExceptionsDocument, "exceptions.yaml: what was agreed for single customers"),
        "invariants": _FileKind(InvariantsDocument, "invariants.yaml: what must hold for every customer"),
        "episodes": _FileKind(
            PolicyDocument, "early_warning/episodes.yaml: how warnings live on, and who answers them", EpisodePolicy
        ),
        "windows": _FileKind(
            PolicyDocument, "early_warning/windows.yaml: patterns of events that become facts", WindowPolicy
        ),
        "ruleset": _FileKind(RulesetDocument, "<stage>/<topic>.yaml: rules and lookup tables"),
        "cases": _FileKind(CasesDocument, "<stage>/<topic>.test.yaml: what the rules must say"),
    }
)
KINDS: tuple[str, ...] = tuple(_KINDS)


def models_of(kind: str) -> tuple[type[BaseModel], type[BaseModel] | None, str]:
    """The model of one kind of file, that of its `policy` where it is dated, and what the file is about."""
    found = _KINDS[kind]
    return found.model, found.policy, found.about


def kind_of(path: str) -> str:
    """The kind of a file, from its path in the policy folder.

    >>> kind_of("parameters.yaml"), kind_of("early_warning/payment.yaml"), kind_of("early_warning/payment.test.yaml")
    ('parameters', 'ruleset', 'cases')
    """
    inside = PurePosixPath(path)
    if path.endswith(_CASES):
        return "cases"
    if path in NO_RULESETS:
        return inside.stem
    return inside.stem if len(inside.parts) == 1 and inside.stem in _KINDS else "ruleset"


def schema_of(kind: str, vocabulary: Vocabulary) -> Schema:
    """The JSON Schema of one kind of file (one of KINDS). Plain data, in a fixed order."""
    found = _KINDS[kind]
    schema = found.model.model_json_schema(ref_template="#/definitions/{model}")
    definitions: Schema = {name: dict(part) for name, part in schema.pop("$defs", {}).items()}
    if found.policy is not None:
        inner = found.policy.model_json_schema(ref_template="#/definitions/{model}")
        definitions.update({name: or_parameter(part) for name, part in inner.pop("$defs", {}).items()})
        definitions[found.policy.__name__] = or_parameter(inner)
        definitions["PolicyVersion"]["properties"]["policy"] = {"$ref": f"#/definitions/{found.policy.__name__}"}
    parts = {**definitions, found.model.__name__: schema}
    for (model, field), part in _replaced(vocabulary).items():
        if field in parts.get(model, {}).get("properties", {}):
            _put(parts[model]["properties"], field, part)
    if any("Condition" in str(part) for part in parts.values()):
        definitions.update(condition_tree(vocabulary))
    title = {"$schema": DIALECT, "title": f"riskengine {found.about}"}
    plain = _plain({**schema, "definitions": dict(sorted(definitions.items()))})
    return {**title, **{key: part for key, part in plain.items() if key != "title" and part != {}}}


def _replaced(vocabulary: Vocabulary) -> Mapping[tuple[str, str], Schema]:
    """What the models leave open, because it is read by hand and so with better messages."""
    known = fact_name(vocabulary)
    effects = ("grade_cap", "notch", "limit_cap", "limit_factor", "terms_cap_days", "terms_add_days")
    condition = {"$ref": CONDITION}
    row = {"type": "array", "minItems": 2, "items": {"anyOf": [CELL, *ROW_VALUE["anyOf"]]}}
    segment_texts = dict.fromkeys(SEGMENT_FACTS, TEXT_OR_TEXTS)
    return {
        **{("EffectDocument", effect): NUMBER_OR_PARAMETER for effect in effects},
        ("RuleDocument", "when"): condition,
        ("RuleDocument", "until"): condition,
        ("RuleDocument", "indicator"): INDICATOR,
        ("RuleDocument", "id"): RULE_ID,
        ("InvariantDocument", "given"): condition,
        ("InvariantDocument", "always"): condition,
        ("WorseDocument", "fact"): known,
        ("TableDocument", "id"): RULE_ID,
        ("TableDocument", "over"): {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": True, "items": known},
        ("TableDocument", "rows"): {"type": "array", "minItems": 2, "items": row},
        ("ExclusionDocument", "rule"): RULE_ID,
        ("DatedValueDocument", "value"): PARAMETER_VALUE,
        ("ParametersDocument", "parameters"): {
            "type": "object",
            "propertyNames": {"pattern": PARAMETER_NAME},
            "additionalProperties": {"$ref": "#/definitions/ParameterDocument"},
        },
        ("SegmentDocument", "for"): {
            "type": "object",
            "minProperties": 1,
            "properties": segment_texts,
            "additionalProperties": False,
        },
        ("CaseDocument", "facts"): case_facts(vocabulary),
    }


def _put(properties: Schema, field: str, part: Schema) -> None:
    about = properties[field].get("description")
    properties[field] = {**part, "description": about} if about else dict(part)


def _plain(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Without titles, with days as they are written, and with no word beside a `$ref`, which older editors ignore."""
    match part:
        case {"format": "date", **rest}:
            return {**DAY, **{key: inner for key, inner in rest.items() if key == "description"}}
        case {"$ref": str(ref), **rest} if rest:
            return {"allOf": [{"$ref": ref}], **_plain(rest)}
        case dict():
            return {key: _plain(inner) for key, inner in part.items() if not _is_title(key, inner)}
        case list():
            return [_plain(inner) for inner in part]
        case _:
            return part


def _is_title(key: str, inner: object) -> bool:
    return key == "title" and isinstance(inner, str)
