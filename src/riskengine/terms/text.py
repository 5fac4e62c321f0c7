"""A text in the two languages a credit officer reads."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    en: str
    zh: str

    def in_language(self, language: Language) -> str:
        return self.en if language == "en" else self.zh
