"""The text of a leaf: `fact op operand` or `fact is missing`."""

import math
import re

from riskengine.policy.condition import Comparison, IsMissing, Leaf, Literal, Op, ParameterName
from riskengine.terms.errors import RiskEngineError


class LeafError(RiskEngineError):
    """A leaf that cannot be read: what is wrong and how to write it."""


_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_COMPARISON = re.compile(rf"({_NAME})\s*(<=|>=|==|!=|<|>|(?:not\s+in|in)(?![A-Za-z0-9_]))\s*(\S.*)", re.DOTALL)
_MISSING = re.compile(rf"({_NAME})\s+is\s+missing")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_PARAMETER = re.compile(rf"@({_NAME})")
_MISTAKES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bbetween\b"), "write {all: [fact >= low, fact <= high]}"),
    (re.compile(r"\b(and|or)\b|&&|\|\|"), "one comparison in a leaf; join leaves with {all: [..]} or {any: [..]}"),
    (re.compile(r"\bis\s+not\s+missing\b"), "write {not: fact is missing}"),
    (re.compile(rf"{_NAME}\s*=[^=]"), "write == to compare"),
    (re.compile(rf"{_NAME}\s*(<>|~=)"), "write != for 'differs from'"),
    (re.compile(r"^\s*(not\b|!)"), "write {not: ...}"),
)
_FORM = "write `fact op operand` with op one of < <= > >= == != in, not in; or `fact is missing`"


def parse_leaf(text: str) -> Leaf:
    """Read one leaf.

    Raises LeafError.

    >>> parse_leaf("pay_dpd_max >= @dpd_serious")
    Comparison(fact='pay_dpd_max', op=<Op.GE: '>='>, operand=ParameterName(name='dpd_serious'))
    >>> parse_leaf("cus_country not in ['NO', 'SE']").operand
    ('NO', 'SE')
    >>> parse_leaf("fin_equity is missing")
    IsMissing(fact='fin_equity')
    >>> parse_leaf("pay_dpd_max = 3")
    Traceback (most recent call last):
    riskengine.policy.leaf.LeafError: 'pay_dpd_max = 3' is not a condition. Remedy: write == to compare
    """
    stripped = text.strip()
    missing = _MISSING.fullmatch(stripped)
    if missing:
        return IsMissing(missing[1])
    comparison = _COMPARISON.fullmatch(stripped)
    if comparison is None:
        remedy = next((hint for pattern, hint in _MISTAKES if pattern.search(stripped)), _FORM)
        raise LeafError(f"'{text}' is not a condition", remedy=remedy)
    fact, word, rest = comparison.groups()
    op = Op(" ".join(word.split()))
    operand = _operand(rest.strip(), text)
    _check_fit(op, operand, text)
    return Comparison(fact, op, operand)


def _operand(text: str, leaf: str) -> Literal | ParameterName:
    parameter = _PARAMETER.fullmatch(text)
    if parameter:
        return ParameterName(parameter[1])
    if text.startswith("[") and text.endswith("]"):
        return _list(text[1:-1], leaf)
    return _single(text, leaf)


def _list(text: str, leaf: str) -> tuple[float, ...] | tuple[str, ...]:
    members = [_single(part.strip(), leaf) for part in _parts(text)]
    numbers = tuple(m for m in members if isinstance(m, float))
    texts = tuple(m for m in members if isinstance(m, str))
    if numbers and texts:
        raise LeafError(f"the list in '{leaf}' mixes numbers and texts", remedy="a list holds one or the other")
    if not members:
        raise LeafError(f"the list in '{leaf}' is empty", remedy="name at least one value, or drop the condition")
    if len(set(members)) < len(members):
        raise LeafError(f"the list in '{leaf}' names a value twice", remedy="name it once")
    return texts or numbers


def _parts(text: str) -> list[str]:
    """Split at the commas outside of quotes."""
    if not text.strip():
        return []
    return re.findall(r"(?:'(?:[^']|'')*'|[^,'])+", text)


def _single(text: str, leaf: str) -> float | str:
    quoted = _TEXT.fullmatch(text)
    if quoted:
        return quoted[1].replace("''", "'")
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise LeafError(f"the number in '{leaf}' is too large")
        return number
    raise LeafError(
        f"'{text}' in '{leaf}' is neither a number, a 'text', a [list] nor a @parameter", remedy=_hint(text)
    )


def _hint(text: str) -> str:
    percent = re.fullmatch(r"([0-9.]+)\s*%", text)
    if percent and _NUMBER.fullmatch(percent[1]):
        return f"write {float(percent[1]) / 100:g}"
    joined = next((hint for pattern, hint in _MISTAKES[:2] if pattern.search(text)), None)
    if joined:
        return joined
    if re.fullmatch(r"[0-9][0-9,_ ]*(\.[0-9]+)?", text):
        return "write numbers without separators"
    if text.lower() in ("true", "false"):
        return "a flag is 1 or 0"
    counted = re.fullmatch(r"([0-9.]+)\s*[A-Za-z]+", text)
    if counted:
        return f"write {counted[1]} alone, in the unit of the fact"
    return f"put a text in single quotes: '{text}'"


def _check_fit(op: Op, operand: Literal | ParameterName, leaf: str) -> None:
    if isinstance(operand, ParameterName):
        return
    wants_list = op in (Op.IN, Op.NOT_IN)
    if wants_list and not isinstance(operand, tuple):
        raise LeafError(f"'{op.value}' in '{leaf}' needs a list", remedy="write [a, b], or compare with ==")
    if not wants_list and isinstance(operand, tuple):
        raise LeafError(f"'{op.value}' in '{leaf}' cannot compare with a list", remedy="use in or not in")
    if isinstance(operand, str) and op not in (Op.EQ, Op.NE):
        raise LeafError(f"'{op.value}' in '{leaf}' cannot order texts", remedy="use == != in, not in")
