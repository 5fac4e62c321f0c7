"""Numbers as ledgers write them: separators as declared, brackets or a trailing minus for negative."""

import re

import polars as pl

from riskengine.tables.mapping_model import NumberFormat
from riskengine.tables.parsed import Parsed, as_text
from riskengine.tables.reason import Reason, Repair

# Beyond 2**53 hundredths a 64-bit float no longer tells neighbouring cents apart.
_MOST_CENTS = 2.0**53
_SPACES = "[\u0020\u00a0\u2009\u202f]"


def parse_numbers(series: pl.Series, form: NumberFormat, missing: tuple[str, ...] = ()) -> Parsed:
    """Float64. Texts must be written exactly as declared: with `,` for thousands, `1.234,5` is no number.

    >>> form = NumberFormat(decimal=",", thousands=".")
    >>> parse_numbers(pl.Series(["1.234,50", "(7)", "3-", "1,234.50"]), form).values.to_list()
    [1234.5, -7.0, -3.0, None]
    """
    if series.dtype.is_numeric():
        values = series.cast(pl.Float64)
        if any(text.casefold() == "nan" for text in missing):  # some writers know no other way to leave a number out
            values = values.fill_nan(None)
        given = values.is_not_null()
    else:
        text = as_text(series, missing)
        given = text.is_not_null()
        values = _from_text(text, form)
    infinite = (values.is_nan() | values.is_infinite()).fill_null(value=False)
    bad = given & values.is_null()
    return Parsed(values.set(infinite, None), ((Reason.BAD_NUMBER, bad), (Reason.NOT_FINITE, infinite)))


def _from_text(text: pl.Series, form: NumberFormat) -> pl.Series:
    plain = text
    for symbol in form.symbols:
        plain = plain.str.replace_all(symbol, "", literal=True)
    plain = plain.str.strip_chars()
    plain = plain.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^([^-].*)-$", "-$1")
    plain = plain.str.replace_all("\u2212", "-", literal=True)
    if form.thousands:
        separator = _SPACES if form.thousands == " " else re.escape(form.thousands)
        grouped = rf"^[+-]?\d{{1,3}}({separator}\d{{3}})+({re.escape(form.decimal)}\d*)?$"
        is_grouped = plain.str.contains(grouped).fill_null(value=False)
        plain = plain.str.replace_all(separator, "").zip_with(is_grouped, plain)
    fitting = plain.str.contains(rf"^[+-]?(\d+({re.escape(form.decimal)}\d*)?|{re.escape(form.decimal)}\d+)$")
    special = (
        plain.str.to_lowercase().str.strip_chars_start("+-").is_in(["nan", "inf", "infinity", "1.#inf", "1.#qnan"])
    )
    if form.decimal == ",":
        plain = plain.str.replace(",", ".", literal=True)
    numbers = plain.set(~fitting.fill_null(value=False), None).cast(pl.Float64, strict=False)
    return numbers.set(special.fill_null(value=False), float("nan"))


def parse_cents(
    series: pl.Series, form: NumberFormat, units: float, *, rounding: bool, missing: tuple[str, ...] = ()
) -> Parsed:
    """Hundredths as Int64. `units` is what 1 in the source is worth (1000 for statements in thousands).

    An amount that is no whole number of cents is a problem unless `rounding` is declared; then it is a repair.
    """
    parsed = parse_numbers(series, form, missing)
    exact = parsed.values * units * 100.0
    large = (exact.abs() > _MOST_CENTS).fill_null(value=False)
    whole = exact.set(large, None).round()
    tolerance = exact.abs() * 1e-12 + 1e-4
    fractional = ((exact - whole).abs() > tolerance).fill_null(value=False)
    problems = (*parsed.problems, (Reason.TOO_LARGE, large))
    if rounding:
        return Parsed(whole.cast(pl.Int64), problems, ((Repair.FRACTION_OF_CENT, fractional),))
    cents = whole.set(fractional, None).cast(pl.Int64)
    return Parsed(cents, (*problems, (Reason.FRACTION_OF_CENT, fractional)))


def parse_counts(series: pl.Series, form: NumberFormat, missing: tuple[str, ...] = ()) -> Parsed:
    """Whole numbers as Int32."""
    parsed = parse_numbers(series, form, missing)
    fractional = (parsed.values != parsed.values.floor()).fill_null(value=False)
    large = (parsed.values.abs() >= 2.0**31).fill_null(value=False)
    values = parsed.values.set(fractional | large, None).cast(pl.Int32)
    return Parsed(values, (*parsed.problems, (Reason.NOT_WHOLE, fractional), (Reason.TOO_LARGE, large)))
