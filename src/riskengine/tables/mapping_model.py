"""What a mapping file may say."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from riskengine.tables.yaml_model import StrictModel

CodeValue = str | int | float | bool
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class DateFormats(StrictModel):
    """`iso` or strptime patterns, tried in order; a text that two of them read as different days is quarantined."""

    formats: tuple[str, ...] = ("iso",)


class NumberFormat(StrictModel):
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    symbols: tuple[str, ...] = ()  # texts to ignore, such as a currency sign

    @model_validator(mode="after")
    def _differ(self) -> "NumberFormat":
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands must not be the same character")
        return self


class ColumnMapping(StrictModel):
    """Where the values of one column come from. One of column, first_of, concat, constant, derived."""

    column: str | None = None
    first_of: tuple[str, ...] = ()
    concat: tuple[str, ...] = ()
    separator: str = "|"
    constant: CodeValue | None = None
    derived: Literal["first_seen"] | None = None
    codes: Mapping[str, CodeValue] = {}
    unlisted: CodeValue | None = None
    default: CodeValue | None = None
    default_only_with: str | None = None
    formats: tuple[str, ...] = ()
    decimal: Literal[".", ","] | None = None
    thousands: Literal["", ",", ".", " ", "'"] | None = None
    units: Annotated[float, Field(gt=0)] = 1.0

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnMapping":
        origins = [self.column, self.first_of or None, self.concat or None, self.constant, self.derived]
        if sum(o is not None for o in origins) != 1:
            raise ValueError("give exactly one of column, first_of, concat, constant, derived")
        if self.default_only_with is not None and self.default is None:
            raise ValueError("default_only_with needs a default")
        if self.unlisted is not None and not self.codes:
            raise ValueError("unlisted needs codes")
        return self

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Every column of the source this reads."""
        named = (self.column, *self.first_of, *self.concat, self.default_only_with)
        return tuple(dict.fromkeys(n for n in named if n is not None))


class TableMapping(StrictModel):
    stated: Annotated[Mapping[str, str | ColumnMapping], Field(alias="columns")]
    only_with: str | None = None  # a row of the source gives a row here only where this source column is filled
    one_row_per: Literal["customer_id"] | None = None  # many rows of the source, one row here

    @property
    def columns(self) -> Mapping[str, ColumnMapping]:
        """The mapped columns; a bare text is the name of a source column."""
        return {n: ColumnMapping(column=c) if isinstance(c, str) else c for n, c in self.stated.items()}


class SourceMapping(StrictModel):
    tables: Annotated[Mapping[str, TableMapping], Field(min_length=1)]
    files: tuple[str, ...] = ()  # patterns of file names, such as "*invoices*.csv"
    format: Literal["csv", "parquet", "excel", "database"] | None = None  # by the file's ending if absent
    encoding: str | None = None  # UTF-8 or as the byte-order mark says, if absent
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    skip_rows: Annotated[int, Field(ge=0)] = 0
    sheet: str | None = None
    query: str | None = None
    table: str | None = None
    missing: tuple[str, ...] | None = None
    dates: DateFormats | None = None
    numbers: NumberFormat | None = None


class Currencies(StrictModel):
    default: Currency | None = None  # for rows whose currency is not mapped or empty
    allowed: tuple[Currency, ...] = ()


class Rate(StrictModel):
    currency: Currency
    quoted_on: dt.date
    rate: Annotated[float, Field(gt=0)]
    reference: Annotated[str, Field(min_length=1)]  # who says so


class Repairs(StrictModel):
    """Declared repairs; what is not declared is quarantined."""

    issued_after_paid: Literal["quarantine", "use_paid_on"] = "quarantine"
    due_before_issued: Literal["quarantine", "use_issued_on"] = "quarantine"
    negative_invoice: Literal["quarantine", "credit_note"] = "quarantine"
    payer_differs: Literal["quarantine", "use_invoice_customer"] = "quarantine"
    fraction_of_cent: Literal["quarantine", "round"] = "quarantine"
    known_before_event: Literal["quarantine", "use_event_day"] = "quarantine"


class Mapped(StrictModel):
    """A whole mapping file."""

    mapping: Annotated[str, Field(min_length=1)]  # its name
    reporting_currency: Currency
    extracted_on: dt.date | None = None
    notes: str | None = None
    missing: tuple[str, ...] = ()  # texts that mean "no value", besides the empty one
    dates: DateFormats = DateFormats()
    numbers: NumberFormat = NumberFormat()
    currencies: Currencies = Currencies()
    fx: tuple[Rate, ...] = ()
    repairs: Repairs = Repairs()
    sources: Annotated[Mapping[str, SourceMapping], Field(min_length=1)]
