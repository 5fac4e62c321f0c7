"""What a record of one customer may hold: refused here, with the field's name, is what must not reach an engine."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from riskengine.policy.condition import Comparison, leaves
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import Vocabulary
from riskengine.rules.facts import MAX_TEXT, FactColumns, FloatArray
from riskengine.rules.kinds import compares_text
from riskengine.rules.texts import TextArray
from riskengine.terms.errors import InputError, UsageError, nearest

MAX_EXACT = 2**53  # whole numbers beyond it are not exact as floats


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """Which facts there are: name -> whether it is a text; None where either will do."""

    kinds: Mapping[str, bool | None]

    @classmethod
    def of_vocabulary(cls, vocabulary: Vocabulary) -> "RecordSchema":
        return cls({name: fact.is_text for name, fact in vocabulary.items()})

    @classmethod
    def of_rules(cls, rules: Iterable[Rule]) -> "RecordSchema":
        """The facts that rules name are all there are; what is only asked to be there may be of any kind."""
        kinds: dict[str, bool | None] = {}
        for leaf in (leaf for rule in rules for leaf in leaves(rule.when)):
            is_compared = isinstance(leaf, Comparison) and leaf.operand != ()
            if is_compared or leaf.fact not in kinds:
                kinds[leaf.fact] = compares_text(leaf) if isinstance(leaf, Comparison) and is_compared else None
        return cls(kinds)

    def check_covers(self, rules: "RecordSchema") -> None:
        """Raises UsageError if rules, by their own schema, name a fact that is not here or is of another kind."""
        for name, is_text in rules.kinds.items():
            if name not in self.kinds:
                raise UsageError(
                    f"rules name '{name}', which is no fact", where="facts", remedy=nearest(name, self.kinds)
                )
            if None not in (is_text, self.kinds[name]) and is_text is not self.kinds[name]:
                needed, known = ("a text", "a number") if is_text else ("a number", "a text")
                raise UsageError(f"rules compare '{name}' as {needed}, it is {known}", where="facts")

    def check(self, record: Mapping[str, object]) -> None:
        """Raises UsageError for a fact nobody knows (with the nearest right name), and InputError for a value of the
        wrong type, a number that is not finite, a whole number beyond 2**53 and a text of more than 1,000 characters.
        Missing is None or not there; flags may be booleans.
        """
        for name, value in record.items():
            if name not in self.kinds:
                raise UsageError(f"there is no fact '{name}'", where="facts", remedy=nearest(name, self.kinds))
            if value is not None:
                check_value(name, value, self.kinds[name])


def facts_from_records(
    records: Sequence[Mapping[str, float | int | bool | str | None]], vocabulary: Vocabulary
) -> FactColumns:
    """Columns from one mapping per customer, checked against the vocabulary.

    Raises UsageError and InputError as `RecordSchema.check`.
    """
    schema = RecordSchema.of_vocabulary(vocabulary)
    for record in records:
        schema.check(record)
    numbers: dict[str, FloatArray] = {}
    texts: dict[str, TextArray] = {}
    for name in dict.fromkeys(name for record in records for name in record):
        column = [record.get(name) for record in records]
        if vocabulary[name].is_text:
            texts[name] = np.array(column, dtype=object)
        else:
            numbers[name] = np.array([math.nan if value is None else value for value in column], dtype=np.float64)
    return FactColumns(len(records), numbers, texts)


def check_value(name: str, value: object, is_text: bool | None) -> None:  # noqa: FBT001 - the kind of a fact
    """Raises InputError as `RecordSchema.check`; `value` is not missing."""
    if isinstance(value, str):
        if is_text is False:
            raise InputError(f"'{name}' is the text {value[:60]!r}, a number is needed", where="facts")
        if len(value) > MAX_TEXT:
            raise InputError(f"'{name}' is a text of {len(value):,} characters, {MAX_TEXT:,} at most", where="facts")
    elif is_text or not isinstance(value, int | float):
        needed = "a number or a text" if is_text is None else "a text" if is_text else "a number"
        raise InputError(f"'{name}' is {repr(value)[:60]}, {needed} is needed", where="facts")
    elif isinstance(value, int):
        if abs(value) > MAX_EXACT:
            raise InputError(f"'{name}' is {value}, too large to be kept exactly", where="facts")
    elif not math.isfinite(value):
        raise InputError(
            f"'{name}' is {value}, a finite number is needed", where="facts", remedy="leave out what is not known"
        )
