"""The tables part of a drafted mapping, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.tables.contracts import CONTRACTS, Column, Kind
from riskengine.tables.day_text import parse_days
from riskengine.tables.mapping import ISO, mappable
from riskengine.tables.parsed import as_text
from riskengine.tables.raw import RawSource
from riskengine.tables.sniff import guess_dates
from riskengine.tables.synonyms import LINK_KINDS, PAID_ON, PAYMENT_KINDS, SIGNAL_KINDS, match_columns, normal
from riskengine.tables.terms_codes import days_of_codes
from riskengine.tables.yaml_text import flow, quoted
from riskengine.terms.errors import InputError

_GATHERED = ("name", "country", "region", "industry", "legal_form", "sales_team")
_IDS = {"invoices": "invoice_id", "payments": "payment_id", "orders": "order_id", "signals": "signal_id"}
_SPOKEN: Mapping[str, Mapping[str, str]] = {"payments": PAYMENT_KINDS, "signals": SIGNAL_KINDS, "links": LINK_KINDS}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A source, the table it seems to be, and which source column seems to be which of its columns."""

    raw: RawSource
    table: str
    found: Mapping[str, tuple[str, float]]

    def values(self, column: str) -> pl.Series:
        return self.raw.frame[self.found[column][0]]


def table_lines(seen: Sighting) -> tuple[list[str], set[str]]:
    """The lines below `tables:`, and the source columns they use. Raises InputError if nothing names customers."""
    lines: list[str] = []
    used = {name for name, _ in seen.found.values()}
    if seen.table not in ("customers", "industry", "fx"):
        gathered, gathered_from = _gathered_customers(seen)
        lines += gathered
        used |= gathered_from
    lines += [f"{seen.table}:", "  columns:", *(f"    {line}" for line in _column_lines(seen))]
    if seen.table == "invoices" and PAID_ON in seen.found:
        lines += _payments_of_a_flat_file(seen)
    return lines, used


def _gathered_customers(seen: Sighting) -> tuple[list[str], set[str]]:
    if "customer_id" not in seen.found:
        raise InputError(
            "no column of customer ids is recognised",
            where=seen.raw.file,
            remedy="write the mapping by hand, following examples/",
        )
    free = [c for c in seen.raw.frame.columns if c not in {n for n, _ in seen.found.values()}]
    found = {c: m for c, m in match_columns("customers", free).items() if c in _GATHERED}
    lines = [
        "# Customers as this source shows them. CHECK: drop this table where a customer file is read too.",
        "customers:",
        "  one_row_per: customer_id",
        "  columns:",
        f"    customer_id: {quoted(seen.found['customer_id'][0])}",
    ]
    lines += [f"    {c}: {quoted(n)}{_name_doubt(c, sure)}" for c, (n, sure) in found.items()]
    terms = _terms(seen)
    if terms is not None:
        lines.append(f"    current_terms_days: {terms}")
    return lines, {name for name, _ in found.values()}


def _column_lines(seen: Sighting) -> Iterator[str]:
    known = mappable(CONTRACTS[seen.table])
    if seen.table in _IDS and _IDS[seen.table] not in seen.found:
        yield f"{_IDS[seen.table]}: {_identity(seen)} # CHECK: no number found; rows alike in these are one"
    for column, (name, sure) in seen.found.items():
        if column == "terms_days":
            terms = _terms(seen)
            if terms is not None and not {"issued_on", "due_on"} <= set(seen.found):
                yield f"{column}: {terms}"
        elif column in known:
            yield _line(seen, known[column], column, name, sure)
    for column in _absent(seen, known):
        yield _stand_in(seen, column)


def _line(seen: Sighting, target: Column, column: str, name: str, sure: float) -> str:
    doubt = _name_doubt(column, sure)
    empty = as_text(seen.raw.frame[name]).null_count()
    if target.required and empty:
        doubt = f" # CHECK: {empty} of {seen.raw.frame.height} rows are empty"
    if target.kind is Kind.DAY:
        guess = guess_dates(seen.raw.frame[name])
        if guess.doubt:
            doubt = f" # CHECK: {guess.doubt}"
        if guess.formats != ("iso",):
            return f"{column}: {{column: {quoted(name)}, formats: {flow(guess.formats)}}}{doubt}"
    if target.kind is Kind.CODE:
        return f"{column}: {_codes(seen, target, name)}"
    return f"{column}: {quoted(name)}{doubt}"


def _name_doubt(column: str, sure: float) -> str:
    return "" if sure >= 1 else f" # CHECK: the name is only similar to {column}"


def _codes(seen: Sighting, target: Column, name: str) -> str:
    texts = as_text(seen.raw.frame[name]).drop_nulls().unique().sort().to_list()
    if set(texts) <= set(target.codes):
        return quoted(name)
    spoken = _SPOKEN.get(seen.table, {})
    known = {t: spoken.get(normal(t), t) for t in texts[:200]}
    known = {t: code for t, code in known.items() if code in target.codes}
    unknown = [t for t in texts if t not in known][:20]
    codes = ", ".join(f"{quoted(t)}: {code}" for t, code in known.items())
    doubt = f"; add {flow(unknown)}" if unknown else ""
    body = f", codes: {{{codes}}}" if codes else ""
    return f"{{column: {quoted(name)}{body}}} # CHECK: codes{doubt}"


def _identity(seen: Sighting) -> str:
    parts = ("customer_id", "kind", "issued_on", "due_on", PAID_ON, "ordered_on", "occurred_on", "amount")
    names = [seen.found[c][0] for c in parts if c in seen.found]
    return f"{{concat: {flow(names)}}}"


def _absent(seen: Sighting, known: Mapping[str, Column]) -> list[str]:
    filled = {"known_at", "currency", "customer_id" if "invoice_id" in seen.found else "", _IDS.get(seen.table, "")}
    if seen.table == "customers" and not {"known_at", "customer_since"} & set(seen.found):
        return ["known_at", "customer_since"]
    if seen.table == "invoices" and "terms_days" in seen.found and {"issued_on", "due_on"} & set(seen.found):
        filled |= {"issued_on", "due_on"}
    needed = [n for n, c in known.items() if c.required and c.default is None and n not in filled]
    return [n for n in needed if n not in seen.found]


def _stand_in(seen: Sighting, column: str) -> str:
    if seen.table == "customers":
        return f"{column}: {{derived: first_seen}} # CHECK: from the first dealings with the customer"
    other = {"issued_on": "due_on", "due_on": "issued_on", "published_on": "period_end"}.get(column)
    if other in seen.found:
        name = seen.found[other][0] if other is not None else ""
        return f"{column}: {_day_reference(seen, name)} # CHECK: no such column found; {other} stands in"
    if column == "months":
        return "months: {constant: 12} # CHECK: no such column found"
    names = list(seen.raw.frame.columns)
    return f"{column}: {quoted(names[0])} # CHECK: no such column found; the first column stands in"


def _day_reference(seen: Sighting, name: str) -> str:
    formats = guess_dates(seen.raw.frame[name]).formats
    return quoted(name) if formats == ("iso",) else f"{{column: {quoted(name)}, formats: {flow(formats)}}}"


def _terms(seen: Sighting) -> str | None:
    """Days as they are, or the days that the ledger's own dates give each code; None if they cannot be terms."""
    if "terms_days" not in seen.found:
        return None
    name = seen.found["terms_days"][0]
    texts = as_text(seen.values("terms_days"))
    if texts.drop_nulls().str.contains(r"^-?\d+(\.0)?$").all():
        return None if texts.drop_nulls().str.starts_with("-").any() else quoted(name)
    if not {"issued_on", "due_on"} <= set(seen.found):
        return f"{{column: {quoted(name)}, unlisted: '', codes: {{N30: 30}}}} # CHECK: days of each code"
    days = {}
    for column in ("issued_on", "due_on"):
        patterns = tuple(ISO if f == "iso" else f for f in guess_dates(seen.values(column)).formats)
        days[column] = parse_days(seen.values(column), patterns).values
    codes = days_of_codes(texts, days["issued_on"], days["due_on"]) or {"N30": 30}
    listed = ", ".join(f"{quoted(code)}: {n}" for code, n in codes.items())
    return f"{{column: {quoted(name)}, unlisted: '', codes: {{{listed}}}}} # CHECK: days as due less issued shows them"


def _payments_of_a_flat_file(seen: Sighting) -> list[str]:
    paid = seen.found[PAID_ON][0]
    identity = quoted(seen.found["invoice_id"][0]) if "invoice_id" in seen.found else _identity(seen)
    lines = ["# One row is an invoice and, where it has a clearing date, its payment in full.", "payments:"]
    if as_text(seen.values(PAID_ON)).null_count():
        lines.append(f"  only_with: {quoted(paid)}")
    guess = guess_dates(seen.values(PAID_ON))
    doubt = f" # CHECK: {guess.doubt}" if guess.doubt else ""
    return [
        *lines,
        "  columns:",
        f"    payment_id: {identity}",
        f"    invoice_id: {identity}",
        f"    paid_on: {_day_reference(seen, paid)}{doubt}",
        f"    amount: {quoted(seen.found['amount'][0]) if 'amount' in seen.found else quoted(paid)}",
    ]
