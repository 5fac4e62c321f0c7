"""JSON that is the same bytes for the same content, so that it can be hashed and compared."""

import hashlib
import json
import math
from typing import Any

from riskengine.terms.errors import InputError

JsonValue = Any  # None, bool, int, float, str, list, dict: checked when written


def canonical_json(content: JsonValue) -> str:
    """Sorted keys, no spaces, floats by their shortest exact form; NaN and infinity are refused.

    >>> canonical_json({"b": 0.1, "a": [1, None]})
    '{"a":[1,null],"b":0.1}'
    """
    try:
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise InputError(f"cannot be written as JSON ({error})", where="certificate") from None


def sha256_of(content: JsonValue) -> str:
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


def number_or_null(value: float) -> float | None:
    """A number that may be missing (NaN) or unbounded (infinite), both of which JSON cannot hold, as null."""
    return float(value) if math.isfinite(value) else None
