"""The JSON Schemas of a policy's files, written where editors find them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from riskengine.policy.documents.schema_parts import Schema
from riskengine.policy.schema import KINDS, schema_of
from riskengine.policy.vocabulary import Vocabulary, standard_vocabulary
from riskengine.terms.errors import InputError, UsageError, nearest

SUFFIX = ".schema.json"


def policy_schemas(kinds: Sequence[str] | None = None, vocabulary: Vocabulary | None = None) -> Mapping[str, Schema]:
    """The schemas of the named kinds of files, by default of all.

    Raises UsageError for a kind that does not exist.
    """
    for kind in kinds or ():
        if kind not in KINDS:
            raise UsageError(f"there is no kind of file '{kind}'", remedy=nearest(kind, KINDS))
    facts = standard_vocabulary() if vocabulary is None else vocabulary
    return {kind: schema_of(kind, facts) for kind in kinds or KINDS}


def schema_text(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def write_schemas(schemas: Mapping[str, Schema], folder: Path) -> tuple[Path, ...]:
    """Write each to `KIND.schema.json`. Raises InputError if that is not possible."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, schema in schemas.items():
            path = folder / f"{kind}{SUFFIX}"
            path.write_text(schema_text(schema), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(folder)) from None
    return tuple(written)
