"""What is known about customers when rules run: columns of numbers and texts, with gaps where nothing is known."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from riskengine.rules.texts import CodedTexts, TextArray, code_texts
from riskengine.terms.errors import InputError

FloatArray = npt.NDArray[np.float64]
MAX_TEXT = 1_000  # characters


@dataclass(frozen=True, slots=True)
class FactColumns:
    """`count` customers. Numbers are float64 arrays of shape (count,), NaN where missing; texts are object arrays of
    str, None where missing. A fact that is in neither mapping is missing for everybody.

    Raises InputError on construction for infinite numbers, wrong shapes and wrong types.
    """

    count: int
    numbers: Mapping[str, FloatArray]
    texts: Mapping[str, TextArray]
    _coded: dict[str, CodedTexts] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, values in self.numbers.items():
            _check_numbers(name, values, self.count)
        for name, texts in self.texts.items():
            _check_texts(name, texts, self.count)
            _check_once(name, self.numbers, self.texts)

    def with_numbers(self, **more: FloatArray) -> "FactColumns":
        """The same customers with facts added or replaced, such as what a stage concluded."""
        for name, values in more.items():
            _check_numbers(name, values, self.count)
            _check_once(name, more, self.texts)
        return _already_checked(self.count, {**self.numbers, **more}, self.texts, self._coded)

    def take(self, rows: npt.NDArray[np.int64] | slice) -> "FactColumns":
        """Some of the customers."""
        numbers = {name: values[rows] for name, values in self.numbers.items()}
        texts = {name: values[rows] for name, values in self.texts.items()}
        coded = {name: found.take(rows) for name, found in self._coded.items()}
        count = len(np.arange(self.count)[rows])
        return _already_checked(count, numbers, texts, coded)

    def only(self, names: Collection[str]) -> "FactColumns":
        """Only the facts named."""
        numbers = {name: values for name, values in self.numbers.items() if name in names}
        texts = {name: values for name, values in self.texts.items() if name in names}
        return _already_checked(self.count, numbers, texts, self._coded)

    def coded(self, name: str) -> CodedTexts:
        """A text fact as codes, made when first asked for and kept."""
        found = self._coded.get(name)
        if found is None:
            found = self._coded[name] = code_texts(self.texts[name])
        return found

    def record(self, row: int, names: Sequence[str] | None = None) -> dict[str, float | str | None]:
        """One customer's facts, all or those named; missing ones are None."""
        found: dict[str, float | str | None] = {}
        for name in (*self.numbers, *self.texts) if names is None else names:
            if name in self.numbers:
                value = float(self.numbers[name][row])
                found[name] = None if math.isnan(value) else value
            else:
                found[name] = self.texts[name][row] if name in self.texts else None
        return found


def _already_checked(
    count: int, numbers: Mapping[str, FloatArray], texts: Mapping[str, TextArray], coded: dict[str, CodedTexts]
) -> FactColumns:
    """Columns made of checked columns; looking at every text again would cost more than most rules."""
    made = object.__new__(FactColumns)
    for name, value in (("count", count), ("numbers", numbers), ("texts", texts), ("_coded", coded)):
        object.__setattr__(made, name, value)
    return made


def _check_once(name: str, numbers: Mapping[str, FloatArray], texts: Mapping[str, TextArray]) -> None:
    if name in numbers and name in texts:
        raise InputError(f"'{name}' is given as a number and as a text", where="facts")


def _check_numbers(name: str, values: FloatArray, count: int) -> None:
    if values.dtype != np.float64 or values.shape != (count,):
        raise InputError(
            f"'{name}' is {values.dtype} of shape {values.shape}, float64 of shape ({count},) is needed", where="facts"
        )
    infinite = np.isinf(values)
    if infinite.any():
        raise InputError(
            f"'{name}' is infinite for {int(infinite.sum())} customers (first row: {int(np.argmax(infinite))})",
            where="facts",
            remedy="a ratio without a denominator is missing, not infinite",
        )


def _check_texts(name: str, texts: TextArray, count: int) -> None:
    if texts.dtype != np.object_ or texts.shape != (count,):
        raise InputError(
            f"'{name}' is {texts.dtype} of shape {texts.shape}, object of shape ({count},) is needed", where="facts"
        )
    listed = texts.tolist()
    if all(map(_is_text, _different(listed))):
        return
    row, text = next((row, text) for row, text in enumerate(listed) if not _is_text(text))
    raise InputError(
        f"'{name}' is {repr(text)[:60]} in row {row}; a text of at most {MAX_TEXT} characters or None is needed",
        where="facts",
    )


def _different(values: list[object]) -> Collection[object]:
    """Each value once; far fewer to look at than there are customers. As they are if one of them cannot be hashed."""
    try:
        return dict.fromkeys(values)
    except TypeError:
        return values


def _is_text(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= MAX_TEXT)
