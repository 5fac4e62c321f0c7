"""What the values of a column look like: dates in which format, numbers with which separators, currencies.

For drafts of mappings only; intake itself never guesses.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from riskengine.tables.day_text import read_days
from riskengine.tables.mapping_model import NumberFormat
from riskengine.tables.number_text import parse_numbers
from riskengine.tables.parsed import as_text
from riskengine.tables.text_file import fitting_encoding

SAMPLE = 20_000
DATE_PATTERNS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
)
_FORMS = (
    NumberFormat(decimal="."),
    NumberFormat(decimal=","),
    NumberFormat(decimal=".", thousands=","),
    NumberFormat(decimal=",", thousands="."),
    NumberFormat(decimal=",", thousands=" "),
    NumberFormat(decimal=".", thousands=" "),
    NumberFormat(decimal=".", thousands="'"),
)
_SYMBOLS = {"¥": "CNY", "￥": "CNY", "元": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class Guess:
    """`doubt` says why a person has to look; empty if the values leave no other reading."""

    formats: tuple[str, ...]
    doubt: str = ""


def guess_dates(values: pl.Series) -> Guess:
    """Formats that together read all values, fewest first; several that each read all of them are a doubt."""
    if values.dtype.is_temporal():
        return Guess(("iso",))
    text = as_text(values).drop_nulls().unique().head(SAMPLE)
    if text.is_empty():
        return Guess(("iso",), "the column is empty")
    read = {pattern: read_days(text, pattern) for pattern in DATE_PATTERNS}
    plausible = {p: d.is_not_null() & d.dt.year().is_between(1950, 2100) for p, d in read.items()}
    covering = [p for p, ok in plausible.items() if ok.fill_null(value=False).all()]
    if covering:
        first = covering[0]
        others = [p for p in covering[1:] if (read[p] != read[first]).any()]
        return Guess((_named(first),), f"{', '.join(others)} would read every value too" if others else "")
    return _several(plausible, len(text))


def _several(plausible: dict[str, pl.Series], count: int) -> Guess:
    left = pl.repeat(value=True, n=count, dtype=pl.Boolean, eager=True)
    chosen: list[str] = []
    while left.any():
        gain = {p: int((ok & left).fill_null(value=False).sum()) for p, ok in plausible.items()}
        best = max(gain, key=lambda p: gain[p])
        if gain[best] == 0:
            break
        chosen.append(_named(best))
        left = left & ~plausible[best].fill_null(value=False)
    unread = int(left.sum())
    doubt = "several formats are mixed" if len(chosen) > 1 else ""
    if unread:
        doubt = f"{doubt}; " if doubt else ""
        doubt += f"{unread} of {count} different values are no date"
    return Guess(tuple(chosen) or ("iso",), doubt)


def _named(pattern: str) -> str:
    return "iso" if pattern == "%Y-%m-%d" else pattern


def guess_numbers(values: pl.Series) -> tuple[NumberFormat, str]:
    """The separators that read all values, and a doubt if none does or two read them differently."""
    if values.dtype.is_numeric():
        return NumberFormat(), ""
    text = as_text(values).drop_nulls().unique().head(SAMPLE)
    symbols = tuple(s for s in _SYMBOLS if text.str.contains(s, literal=True).any())
    read = []
    for form in _FORMS:
        with_symbols = form.model_copy(update={"symbols": symbols})
        numbers = parse_numbers(text, with_symbols).values
        read.append((numbers.null_count(), with_symbols, numbers))
    fewest = min(n for n, _, _ in read)
    best = [(form, numbers) for n, form, numbers in read if n == fewest]
    form, numbers = best[0]
    if fewest:
        return form, f"{fewest} of {len(text)} different values are no number in this format"
    rival = next((f for f, other in best[1:] if (other != numbers).any()), None)
    if rival is not None:
        return form, f"decimal: '{rival.decimal}' with thousands: '{rival.thousands}' would read every value too"
    return form, ""


def guess_currency(names: list[str], amounts: pl.Series | None) -> str | None:
    """A currency that a sign in the values or a word in the names gives away."""
    if amounts is not None and amounts.dtype == pl.String:
        text = amounts.drop_nulls().head(SAMPLE)
        for symbol, currency in _SYMBOLS.items():
            if text.str.contains(symbol, literal=True).any():
                return currency
    words = {w for name in names for w in name.replace("-", "_").replace(" ", "_").upper().split("_")}
    return next((c for c in ("USD", "EUR", "CNY", "RMB", "GBP", "CAD", "JPY") if c in words), None)


def guess_encoding(path: Path) -> tuple[str | None, str]:
    """An encoding to declare, None where none is needed, and a doubt."""
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None, ""
    found = fitting_encoding(content)
    return (None, "") if found == "utf-8" else (found, "not UTF-8; this encoding can read the bytes, others may too")


def guess_separator(text: str) -> str:
    """The sign that cuts the first lines into the same, largest number of parts."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    parts = {s: {len(line.split(s)) for line in lines} for s in (",", ";", "\t", "|")}
    even = {s: min(counts) for s, counts in parts.items() if min(counts, default=0) > 1}
    return max(even, key=lambda s: (len(parts[s]) == 1, even[s])) if even else ","
