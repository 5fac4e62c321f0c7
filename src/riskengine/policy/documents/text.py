"""A text in both languages, as written in a file."""

from pydantic import Field

from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.text import Text


class TextDocument(StrictModel):
    en: str = Field(min_length=1, description="in English")
    zh: str = Field(min_length=1, description="in Chinese")

    def text(self) -> Text:
        return Text(self.en, self.zh)
