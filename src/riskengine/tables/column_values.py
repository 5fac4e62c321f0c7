"""The values of one contract column, from the columns of a source as its mapping says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.tables.contracts import Column, Kind
from riskengine.tables.day_text import parse_days
from riskengine.tables.mapping_model import CodeValue, ColumnMapping, NumberFormat
from riskengine.tables.number_text import parse_cents, parse_counts, parse_numbers
from riskengine.tables.parsed import Parsed, Problem, as_text, no_row
from riskengine.tables.reason import Reason

_FLAGS: Mapping[str, str] = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "x", "是"), "true"),
    **dict.fromkeys(("false", "f", "no", "n", "0", "否"), "false"),
}
_AS_WRITTEN_IN_A_MAPPING = NumberFormat()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the texts of one column are to be read."""

    patterns: tuple[str, ...]
    numbers: NumberFormat
    missing: tuple[str, ...]
    currencies: tuple[str, ...]
    rounding: bool


def column_values(frame: pl.DataFrame, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    """Values in the engine's types (days as Int32), null where missing or not understood."""
    if spec.constant is not None:
        return _constant(frame.height, target, spec.constant, reading)
    raw = _raw(frame, spec, reading.missing)
    problems: tuple[Problem, ...] = ()
    if spec.codes:
        raw, unknown = _translated(raw, spec, reading.missing)
        problems = ((Reason.UNKNOWN_CODE, unknown),)
        reading = _canonical(reading)
    parsed = _PARSERS[target.kind](raw, target, spec, reading)
    if spec.default is not None:
        fill = _constant(frame.height, target, spec.default, reading).values
        absent = _may_default(frame, spec, reading.missing) & as_text(raw, reading.missing).is_null()
        parsed = Parsed(fill.zip_with(absent, parsed.values), parsed.problems, parsed.repairs)
    if target.name == "currency":
        parsed = _allowed_currency(parsed, reading.currencies)
    return Parsed(parsed.values.alias(target.name), (*problems, *parsed.problems), parsed.repairs)


def source_text(frame: pl.DataFrame, spec: ColumnMapping) -> pl.Series:
    """What stands in the source, for a person who has to find it there."""
    names = [n for n in (spec.column, *spec.first_of, *spec.concat) if n is not None]
    if len(names) == 1:
        return frame[names[0]].cast(pl.String)
    parts = [as_text(frame[n]).fill_null("") for n in names]
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" | ")).to_series()


def _raw(frame: pl.DataFrame, spec: ColumnMapping, missing: tuple[str, ...]) -> pl.Series:
    if spec.column is not None:
        return frame[spec.column]
    if spec.concat:
        parts = pl.DataFrame([as_text(frame[n], missing).alias(n) for n in dict.fromkeys(spec.concat)])
        return parts.select(pl.concat_str([pl.col(n) for n in spec.concat], separator=spec.separator)).to_series()
    candidates = [frame[n] for n in spec.first_of]
    if len({c.dtype for c in candidates}) > 1 or candidates[0].dtype == pl.String:
        candidates = [as_text(c, missing) for c in candidates]
    first = candidates[0]
    for other in candidates[1:]:
        first = first.zip_with(first.is_not_null(), other)
    return first


def _translated(raw: pl.Series, spec: ColumnMapping, missing: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    text = as_text(raw, missing)
    known = {code: _text_of(value) for code, value in spec.codes.items()}
    listed = text.is_in(list(known)) | text.is_null()
    unlisted = None if spec.unlisted is None else _text_of(spec.unlisted)
    translated = text.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
    if unlisted is not None:
        return translated.set(~listed, unlisted), no_row(len(text))
    return translated, ~listed


def _text_of(value: CodeValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _canonical(reading: Reading) -> Reading:
    """Values written in the mapping itself are plain: point for decimals, ISO dates."""
    return Reading(("%Y-%m-%d",), _AS_WRITTEN_IN_A_MAPPING, (), reading.currencies, reading.rounding)


def _constant(count: int, target: Column, value: CodeValue, reading: Reading) -> Parsed:
    spec = ColumnMapping(column="constant")
    one = column_values(pl.DataFrame({"constant": pl.Series([_text_of(value)])}), target, spec, _canonical(reading))
    values = one.values.new_from_index(0, count) if count else one.values.clear()
    return Parsed(values, tuple((r, m.new_from_index(0, count) if count else m.clear()) for r, m in one.problems))


def _may_default(frame: pl.DataFrame, spec: ColumnMapping, missing: tuple[str, ...]) -> pl.Series:
    if spec.default_only_with is None:
        return ~no_row(frame.height)
    return as_text(frame[spec.default_only_with], missing).is_not_null()


def _allowed_currency(parsed: Parsed, currencies: tuple[str, ...]) -> Parsed:
    values = parsed.values.str.to_uppercase()
    unknown = (~values.is_in(list(currencies))).fill_null(value=False)
    return Parsed(values.set(unknown, None), (*parsed.problems, (Reason.UNKNOWN_CURRENCY, unknown)), parsed.repairs)


def _text(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del target, spec
    return Parsed(as_text(raw, reading.missing))


def _code(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del spec
    text = as_text(raw, reading.missing)
    unknown = (~text.is_in(list(target.codes))).fill_null(value=False)
    return Parsed(text.set(unknown, None), ((Reason.UNKNOWN_CODE, unknown),))


def _flag(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del target, spec
    if raw.dtype == pl.Boolean:
        return Parsed(raw)
    text = as_text(raw, reading.missing).str.to_lowercase()
    read = text.replace_strict(list(_FLAGS), list(_FLAGS.values()), default=None, return_dtype=pl.String)
    return Parsed(read == "true", ((Reason.BAD_FLAG, text.is_not_null() & read.is_null()),))


def _day(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del target, spec
    return parse_days(raw, reading.patterns, reading.missing)


def _cents(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del target
    return parse_cents(raw, reading.numbers, spec.units, rounding=reading.rounding, missing=reading.missing)


def _count(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del target, spec
    return parse_counts(raw, reading.numbers, reading.missing)


def _number(raw: pl.Series, target: Column, spec: ColumnMapping, reading: Reading) -> Parsed:
    del target
    parsed = parse_numbers(raw, reading.numbers, reading.missing)
    return Parsed(parsed.values * spec.units, parsed.problems)


_PARSERS: Mapping[Kind, Callable[[pl.Series, Column, ColumnMapping, Reading], Parsed]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.CENTS: _cents,
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
}
