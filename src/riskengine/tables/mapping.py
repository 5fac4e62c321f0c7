"""Load a mapping file and check it against the contracts, before any data is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from riskengine.tables.contracts import CONTRACTS, Column, Kind, TableContract
from riskengine.tables.mapping_model import ColumnMapping, Mapped, SourceMapping, TableMapping
from riskengine.tables.synonyms import SYNONYMS, normal
from riskengine.tables.yaml_file import DocumentError, Finding, YamlDocument, load_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.errors import nearest

TERMS_DAYS = Column(
    "terms_days", Kind.COUNT, meaning="days from issued_on to due_on, to fill in the one that is absent"
)
ISO = "%Y-%m-%d"
_DIRECTIVES = re.compile(r"%(.)")
_KNOWN_DIRECTIVES = frozenset("YymdbBeHMSfjp")

# Columns that intake can fill in by itself, so that a mapping need not.
_FILLED: Mapping[str, tuple[str, ...]] = {
    "invoices": ("currency",),
    "payments": ("currency", "customer_id"),
    "orders": ("currency",),
    "financials": ("currency",),
}


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A valid mapping and the document it came from, for messages with lines."""

    spec: Mapped
    document: YamlDocument

    @property
    def allowed_currencies(self) -> tuple[str, ...]:
        spec = self.spec
        named = spec.currencies.allowed or (spec.reporting_currency, *(r.currency for r in spec.fx))
        default = () if spec.currencies.default is None else (spec.currencies.default,)
        return tuple(dict.fromkeys((*named, *default)))

    def date_patterns(self, source: SourceMapping, column: ColumnMapping) -> tuple[str, ...]:
        formats = column.formats or (source.dates or self.spec.dates).formats
        return tuple(ISO if f == "iso" else f for f in formats)


def load_mapping(path: Path) -> MappingFile:
    """Read and check a mapping file.

    Raises DocumentError with every error, each with file, line and the nearest right name.
    """
    return checked_mapping(load_yaml(path))


def checked_mapping(document: YamlDocument) -> MappingFile:
    """As `load_mapping`, for a document at hand."""
    spec = validated(document, Mapped)
    findings = tuple(_findings(spec, document))
    if findings:
        raise DocumentError(findings)
    return MappingFile(spec, document)


def mapped_name(column: Column) -> str:
    """What a mapping calls a column: amounts are given in units of the currency, not in cents.

    >>> mapped_name(CONTRACTS["invoices"].column("amount_cents"))
    'amount'
    """
    return column.name.removesuffix("_cents") if column.kind is Kind.CENTS else column.name


def mappable(contract: TableContract) -> Mapping[str, Column]:
    """The names a mapping may use for a table, with the columns they fill."""
    named = {mapped_name(c): c for c in contract.columns}
    return {**named, TERMS_DAYS.name: TERMS_DAYS} if contract.name == "invoices" else named


def _findings(spec: Mapped, document: YamlDocument) -> Iterator[Finding]:
    yield from _currency_findings(spec, document)
    yield from _format_findings(spec.dates.formats, document, ("dates", "formats"))
    for name, source in spec.sources.items():
        at = ("sources", name)
        if source.dates is not None:
            yield from _format_findings(source.dates.formats, document, (*at, "dates", "formats"))
        if source.query is not None and source.table is not None:
            yield Finding(document.place(*at, "table"), "query and table exclude each other", "keep one")
        for table_name, table in source.tables.items():
            at_table = (*at, "tables", table_name)
            yield from _table_findings(table_name, table, document, at_table)
            if _needs_currency(table_name, table) and spec.currencies.default is None:
                what = f"{table_name} has amounts and no currency"
                yield Finding(document.place(*at_table), what, "map currency, or set currencies.default")
    given = {table for source in spec.sources.values() for table in source.tables}
    if given - {"industry", "fx"} and "customers" not in given:
        yield Finding(
            document.place("sources"),
            "no source gives customers",
            "map the table customers; from invoices with one_row_per: customer_id",
        )


def _currency_findings(spec: Mapped, document: YamlDocument) -> Iterator[Finding]:
    default = spec.currencies.default
    if default is not None and spec.currencies.allowed and default not in spec.currencies.allowed:
        yield Finding(
            document.place("currencies", "default"), f"'{default}' is not allowed", "add it to currencies.allowed"
        )
    for position, rate in enumerate(spec.fx):
        if rate.currency == spec.reporting_currency:
            place = document.place("fx", position, "currency")
            yield Finding(place, f"'{rate.currency}' is the reporting currency; its rate is 1", "drop this rate")


def _table_findings(name: str, table: TableMapping, document: YamlDocument, at: tuple[str, ...]) -> Iterator[Finding]:
    if name not in CONTRACTS:
        yield Finding(document.place(*at), f"unknown table '{name}'", nearest(name, CONTRACTS))
        return
    known = mappable(CONTRACTS[name])
    for column_name, column in table.columns.items():
        place = document.place(*at, "columns", column_name)
        if column_name not in known:
            yield Finding(place, f"table {name} has no column '{column_name}'", _nearest_column(name, column_name))
            continue
        yield from _column_findings(known[column_name], column, document, (*at, "columns", column_name))
        if column.derived and (name != "customers" or column_name not in ("known_at", "customer_since")):
            yield Finding(place, "only customers.known_at and customers.customer_since can be derived", "map a column")
    if table.one_row_per is not None and name != "customers":
        yield Finding(document.place(*at, "one_row_per"), "only customers can be gathered from many rows", "drop it")
    for missing in _unmapped(name, table):
        yield Finding(document.place(*at), f"{name}.{missing} is required and not mapped", "map it or give a constant")


def _nearest_column(table: str, name: str) -> str:
    meant = next((c for c, words in SYNONYMS[table].items() if normal(name) in words), None)
    known = mappable(CONTRACTS[table])
    return f"did you mean '{meant}'?" if meant in known else nearest(name, known)


def _needs_currency(name: str, table: TableMapping) -> bool:
    if name not in CONTRACTS or "currency" in table.columns or (name == "payments" and "invoice_id" in table.columns):
        return False
    known = mappable(CONTRACTS[name])
    return any(c in known and known[c].kind is Kind.CENTS for c in table.columns)


def _unmapped(name: str, table: TableMapping) -> list[str]:
    contract = CONTRACTS[name]
    filled = {"known_at", *_FILLED.get(name, ())}
    if "terms_days" in table.columns:
        filled |= {"due_on"} if "issued_on" in table.columns else {"issued_on"}
    if name == "payments" and "invoice_id" not in table.columns:
        filled -= {"customer_id"}
    needed = [mapped_name(c) for c in contract.columns if c.required and c.default is None and c.name not in filled]
    if name == "customers" and table.one_row_per is None and not {"known_at", "customer_since"} & set(table.columns):
        needed.append("known_at")
    return [n for n in needed if n not in table.columns]


def _column_findings(
    target: Column, column: ColumnMapping, document: YamlDocument, at: tuple[str, ...]
) -> Iterator[Finding]:
    yield from _format_findings(column.formats, document, (*at, "formats"))
    if column.formats and target.kind is not Kind.DAY:
        yield Finding(document.place(*at, "formats"), f"'{target.name}' is not a date", "drop formats")
    if column.units != 1.0 and target.kind not in (Kind.CENTS, Kind.NUMBER):
        yield Finding(document.place(*at, "units"), f"'{target.name}' has no units", "drop units")
    if target.kind is Kind.CODE:
        for key, code in (*column.codes.items(), ("constant", column.constant), ("default", column.default)):
            if code is not None and code not in target.codes:
                place = document.place(*at, *(("codes", key) if key in column.codes else (key,)))
                yield Finding(place, f"'{code}' is no {target.name}", nearest(str(code), target.codes))


def _format_findings(formats: tuple[str, ...], document: YamlDocument, at: tuple[str, ...]) -> Iterator[Finding]:
    for position, text in enumerate(formats):
        place = document.place(*at, position)
        used = set(_DIRECTIVES.findall(text))
        if text == "iso":
            continue
        if used - _KNOWN_DIRECTIVES:
            unknown = ", ".join(f"%{d}" for d in sorted(used - _KNOWN_DIRECTIVES))
            yield Finding(place, f"unknown directive {unknown} in '{text}'", "use %Y %y %m %d %b %B %H %M %S")
        elif not (used & {"Y", "y"} and ("j" in used or (used & {"m", "b", "B"} and used & {"d", "e"}))):
            yield Finding(place, f"'{text}' does not give year, month and day", "such as %d.%m.%Y, or iso")
