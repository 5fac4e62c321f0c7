"""A draft of a mapping for one source, from its column names and values.

The draft is a valid mapping. Every line that is more than the meaning of a name ends in a CHECK comment.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.day_text import parse_days
from riskengine.tables.draft_tables import Sighting, table_lines
from riskengine.tables.mapping import ISO
from riskengine.tables.mapping_model import NumberFormat
from riskengine.tables.parsed import as_text
from riskengine.tables.raw import RawSource
from riskengine.tables.sniff import guess_currency, guess_dates, guess_numbers
from riskengine.tables.synonyms import PAID_ON, SYNONYMS, match_columns
from riskengine.tables.yaml_text import flow, quoted
from riskengine.terms.errors import InputError

UNKNOWN_CURRENCY = "XXX"  # ISO 4217 for "no currency"


@dataclass(frozen=True, slots=True)
class SourceHints:
    """What had to be found out to read the source at all, as lines of its mapping."""

    file_pattern: str | None = None
    lines: tuple[str, ...] = ()


def draft_mapping(raw: RawSource, hints: SourceHints) -> str:
    """YAML text. Raises InputError if there are no rows, or no table and no customers can be recognised."""
    if raw.frame.height == 0:
        raise InputError("there are no rows to draw a mapping from", where=raw.file)
    seen = _recognised(raw)
    body, used = table_lines(seen)
    unused = [c for c in raw.frame.columns if c not in used]
    source = ["sources:", f"  {seen.table}:"]
    if hints.file_pattern is not None:
        source.append(f"    files: [{quoted(hints.file_pattern)}]")
    source += [f"    {line}" for line in hints.lines]
    if unused:
        source.append(f"    # not mapped: {flow(unused)}")
    return "\n".join([*_head(seen), *source, "    tables:", *(f"      {line}" for line in body)]) + "\n"


def _recognised(raw: RawSource) -> Sighting:
    best = max((_scored(raw, table) for table in SYNONYMS), key=lambda s: s[:2])
    if best[0] < 0.4:
        raise InputError(
            "cannot tell which table this is",
            where=raw.file,
            remedy="write the mapping by hand, following examples/; the columns are " + ", ".join(raw.frame.columns),
        )
    return best[2]


def _scored(raw: RawSource, table: str) -> tuple[float, int, Sighting]:
    found = match_columns(table, raw.frame.columns)
    needed = [c.name.removesuffix("_cents") for c in CONTRACTS[table].columns if c.required and c.default is None]
    # An identity can be put together, and every table has a day on which it became known.
    needed = [c for c in needed if c not in ("known_at", "currency", "invoice_id", "payment_id", "signal_id")]
    if table == "customers":
        needed += ["name"]
    share = sum(found.get(c, ("", 0.0))[1] for c in needed) / len(needed)
    return share, len(found), Sighting(raw, table, found)


def _head(seen: Sighting) -> Iterator[str]:
    amount = seen.values("amount") if "amount" in seen.found else None
    yield "# A draft. Look at every line marked CHECK, correct it, and remove the mark."
    yield f"mapping: {quoted(seen.table)}"
    used = _currencies(seen)
    guessed = guess_currency(list(seen.raw.frame.columns), amount)
    reporting = used[0] if used else guessed or UNKNOWN_CURRENCY
    doubt = "the most frequent currency" if used else "the source does not say its currency"
    yield f"reporting_currency: {reporting} # CHECK: {doubt}"
    latest = _latest_day(seen)
    if latest is not None:
        yield f"# extracted_on: {latest} # CHECK: the latest day in the data; what lies after it is quarantined"
    if used:
        yield f"currencies: {{allowed: {flow(used)}}} # CHECK: what is not listed is quarantined"
    else:
        yield f"currencies: {{default: {reporting}}} # CHECK: for every row"
    if used[1:]:
        yield "# CHECK: intake needs a rate for each other currency"
        yield "# fx:"
        yield from (
            f"#   - {{currency: {c}, quoted_on: 2024-01-01, rate: 1.0, reference: who says so}}" for c in used[1:]
        )
    if amount is not None:
        yield from _number_line(*guess_numbers(amount))
    yield from _repair_lines(seen)


def _repair_lines(seen: Sighting) -> Iterator[str]:
    repairs = (("issued_after_paid", "use_paid_on", PAID_ON), ("due_before_issued", "use_issued_on", "due_on"))
    for name, repair, later in repairs:
        if {"issued_on", later} <= set(seen.found):
            count = (_days(seen, later) < _days(seen, "issued_on")).sum()
            if count:
                yield f"# repairs: {{{name}: {repair}}} # CHECK: else these {count} rows are quarantined"


def _number_line(form: NumberFormat, doubt: str) -> Iterator[str]:
    if form != NumberFormat() or doubt:
        parts = [f"decimal: {quoted(form.decimal)}", f"thousands: {quoted(form.thousands)}"]
        if form.symbols:
            parts.append(f"symbols: {flow(form.symbols)}")
        yield f"numbers: {{{', '.join(parts)}}}" + (f" # CHECK: {doubt}" if doubt else "")


def _currencies(seen: Sighting) -> list[str]:
    """Currency codes in the data, the most frequent first."""
    if "currency" not in seen.found or seen.table == "fx":
        return []
    codes = pl.DataFrame({"code": as_text(seen.values("currency")).str.to_uppercase()}).drop_nulls()
    counted = codes.group_by("code").len().sort("len", "code", descending=[True, False])
    return counted.filter(pl.col("code").str.contains(r"^[A-Z]{3}$"))["code"].to_list()


def _latest_day(seen: Sighting) -> str | None:
    columns = ("issued_on", PAID_ON, "ordered_on", "occurred_on", "published_on")
    latest = [_days(seen, c).cast(pl.Date).max() for c in columns if c in seen.found]
    return max((str(day) for day in latest if day is not None), default=None)


def _days(seen: Sighting, column: str) -> pl.Series:
    values = seen.values(column)
    return parse_days(values, tuple(ISO if f == "iso" else f for f in guess_dates(values).formats)).values
