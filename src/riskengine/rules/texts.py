"""Columns of text as small whole numbers: each different text has a code, so that rules compare numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TextArray = npt.NDArray[np.object_]
CodeArray = npt.NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """Codes of shape (count,) in the smallest type that holds them, -1 where missing, and the code of each text.

    >>> coded = code_texts(np.array(["华东", None, "NO", "华东"], dtype=object))
    >>> coded.codes.tolist(), coded.find(["NO", "SE"]).tolist()
    ([0, -1, 1, 0], [1])
    """

    codes: CodeArray
    places: Mapping[str, int]

    @property
    def missing(self) -> CodeArray:
        """The code of a missing text, shape ()."""
        return np.array(-1, self.codes.dtype)

    def find(self, texts: Iterable[object]) -> CodeArray:
        """The codes of those of `texts` that somebody has."""
        found = [self.places[text] for text in texts if isinstance(text, str) and text in self.places]
        return np.array(found, dtype=self.codes.dtype)

    def take(self, rows: npt.NDArray[np.int64] | slice) -> "CodedTexts":
        return CodedTexts(self.codes[rows], self.places)


def code_texts(texts: TextArray) -> CodedTexts:
    """Texts get their codes in the order in which they come first."""
    listed = texts.tolist()
    different = dict.fromkeys(listed)
    different.pop(None, None)
    places = {text: place for place, text in enumerate(different)}
    smallest = np.min_scalar_type(-1 - len(places))
    codes = np.fromiter(map({**places, None: -1}.__getitem__, listed), smallest, len(listed))
    return CodedTexts(codes, places)
