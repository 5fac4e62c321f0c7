"""A rule-set file as a checked document: rules, lookup tables, or both; see `rule_document` and `table_document`."""

from typing import Self

from pydantic import Field, model_validator

from riskengine.policy.documents.rule import RuleDocument
from riskengine.policy.documents.table import TableDocument
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.decision import Stage


class RulesetDocument(StrictModel):
    ruleset: str = Field(pattern=r"^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$", description="its name, in dotted words")
    stage: Stage = Field(description="the stage of all its rules; that of its folder")
    owner: str = Field(min_length=1, description="who answers for it")
    rules: tuple[RuleDocument, ...] = Field((), description="rules, one by one")
    tables: tuple[TableDocument, ...] = Field((), description="lookup tables; each row is a rule")

    @model_validator(mode="after")
    def _must_say_something(self) -> Self:
        if not self.rules and not self.tables:
            raise ValueError("a rule set needs rules or tables")
        return self
