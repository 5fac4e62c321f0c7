"""Numbers, days, flags and codes as ledgers write them."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.tables.column_values import Reading, column_values
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.day_text import parse_days
from riskengine.tables.mapping_model import ColumnMapping, NumberFormat
from riskengine.tables.number_text import parse_cents, parse_counts
from riskengine.tables.parsed import as_text
from riskengine.tables.reason import Reason

PLAIN = NumberFormat()


def problems(parsed) -> dict[str, list[int]]:
    return {reason.value: mask.arg_true().to_list() for reason, mask in parsed.problems if mask.any()}


@given(st.integers(-(10**15), 10**15), st.sampled_from([("", "."), (",", "."), (".", ","), (" ", ","), ("'", ".")]))
def test_every_amount_survives_being_written(cents, separators):
    thousands, decimal = separators
    whole, part = divmod(abs(cents), 100)
    text = f"{'-' if cents < 0 else ''}{whole:,}".replace(",", thousands) + f"{decimal}{part:02d}"
    form = NumberFormat(decimal=decimal, thousands=thousands)
    parsed = parse_cents(pl.Series([text]), form, 1.0, rounding=False)
    assert parsed.values.to_list() == [cents]
    assert problems(parsed) == {}


@given(st.integers(-(10**13), 10**13))
def test_every_amount_survives_being_a_float_or_a_decimal(cents):
    for series in (pl.Series([cents / 100]), pl.Series([Decimal(cents) / 100], dtype=pl.Decimal(20, 2))):
        assert parse_cents(series, PLAIN, 1.0, rounding=False).values.to_list() == [cents]


@pytest.mark.parametrize(
    ("text", "form", "cents"),
    [
        ("(1,000.00)", NumberFormat(thousands=","), -100_000),
        ("5.00-", PLAIN, -500),
        ("\u22125", PLAIN, -500),
        ("1\u00a0234,50", NumberFormat(thousands=" ", decimal=","), 123_450),
        ("1\u202f234,50", NumberFormat(thousands=" ", decimal=","), 123_450),
        ("EUR 7", NumberFormat(symbols=("EUR",)), 700),
        ("¥7元", NumberFormat(symbols=("¥", "元")), 700),
        (".5", PLAIN, 50),
        ("+3.", PLAIN, 300),
        ("1,23", NumberFormat(thousands=","), None),
        ("12,34,567", NumberFormat(thousands=","), None),
        ("1.234.567", NumberFormat(thousands=","), None),
        ("--5", PLAIN, None),
        ("5 6", PLAIN, None),
        ("1e5", PLAIN, None),
        ("0x10", PLAIN, None),
        ("१२", PLAIN, None),
    ],
)
def test_amounts_are_read_exactly_as_declared(text, form, cents):
    parsed = parse_cents(pl.Series([text]), form, 1.0, rounding=False)
    assert parsed.values.to_list() == [cents]
    assert problems(parsed) == ({} if cents is not None else {"bad_number": [0]})


def test_units_and_rounding():
    values = pl.Series(["1.23456", "1.234567"])
    assert parse_cents(values, PLAIN, 1000.0, rounding=False).values.to_list() == [123_456, None]
    assert parse_cents(values, PLAIN, 1000.0, rounding=True).values.to_list() == [123_456, 123_457]
    assert parse_cents(pl.Series([12345]), PLAIN, 0.01, rounding=False).values.to_list() == [12_345]


def test_not_finite_and_not_whole():
    parsed = parse_counts(pl.Series([1.0, 1.5, float("nan"), float("inf"), 3e10, None]), PLAIN)
    assert parsed.values.to_list() == [1, None, None, None, None, None]
    assert problems(parsed) == {"not_finite": [2, 3], "not_whole": [1], "too_large": [4]}
    assert problems(parse_counts(pl.Series(["NaN", "Infinity", "-inf", ""]), PLAIN)) == {"not_finite": [0, 1, 2]}


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_survives_being_written(day, pattern):
    parsed = parse_days(pl.Series([day.strftime(pattern)]), (pattern,))
    assert parsed.values.cast(pl.Date).to_list() == [day]


def test_days_with_times_whole_numbers_and_dates():
    moment = dt.datetime(2024, 1, 5, 23, 59)
    for series in (pl.Series([moment]), pl.Series([moment.date()]), pl.Series([20240105]), pl.Series([20240105.0])):
        assert parse_days(series, ("%Y%m%d",)).values.cast(pl.Date).to_list() == [moment.date()]
    assert parse_days(pl.Series([None, ""]), ("%Y-%m-%d",)).values.to_list() == [None, None]


def test_a_text_that_two_formats_read_alike_is_not_ambiguous():
    parsed = parse_days(pl.Series(["04/04/2024", "13/04/2024"]), ("%d/%m/%Y", "%m/%d/%Y"))
    assert problems(parsed) == {}


def values(name: str, texts: list[str | None], spec: dict, table: str = "payments"):
    reading = Reading(("%Y-%m-%d",), PLAIN, ("NULL",), ("EUR", "USD"), rounding=False)
    frame = pl.DataFrame({"x": pl.Series(texts, dtype=pl.String), "y": pl.Series([None] * len(texts), dtype=pl.String)})
    column = CONTRACTS[table].column(name)
    return column_values(frame, column, ColumnMapping.model_validate(spec), reading)


def test_codes_are_translated_and_unlisted_ones_are_problems():
    parsed = values(
        "kind", ["ZP", "CN", "??", None, "NULL"], {"column": "x", "codes": {"ZP": "cash", "CN": "credit_note"}}
    )
    assert parsed.values.to_list() == ["cash", "credit_note", None, None, None]
    assert problems(parsed) == {Reason.UNKNOWN_CODE.value: [2]}
    parsed = values("kind", ["ZP", "??"], {"column": "x", "codes": {"ZP": "cash"}, "unlisted": "write_off"})
    assert (parsed.values.to_list(), problems(parsed)) == (["cash", "write_off"], {})


def test_flags_in_the_usual_words_only():
    parsed = values("disputed", ["Yes", "否", "0", "TRUE", "perhaps", ""], {"column": "x"}, "invoices")
    assert parsed.values.to_list() == [True, False, False, True, None, None]
    assert problems(parsed) == {"bad_flag": [4]}


def test_currencies_are_upper_case_and_allowed():
    parsed = values("currency", ["eur", "USD", "GBP", None], {"column": "x", "default": "EUR"})
    assert parsed.values.to_list() == ["EUR", "USD", None, "EUR"]
    assert problems(parsed) == {"unknown_currency": [2]}


def test_a_default_may_depend_on_another_column():
    spec = {"column": "x", "default": "EUR", "default_only_with": "y"}
    assert values("currency", [None], spec).values.to_list() == [None]


def test_an_identity_lacks_nothing_or_is_missing():
    assert values("payment_id", ["a", None], {"concat": ("x", "x"), "separator": "-"}).values.to_list() == ["a-a", None]


def test_texts():
    assert as_text(pl.Series([" a ", "", "NULL", None]), ("NULL",)).to_list() == ["a", None, None, None]
    assert as_text(pl.Series([1, 2])).to_list() == ["1", "2"]
