"""Read delimited text: UTF-8 with or without byte-order mark, UTF-16, or a declared encoding such as gb18030."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from riskengine.tables.raw import RawSource, UnreadableLine, without_blank_rows
from riskengine.terms.errors import InputError

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_RECORD = 100  # lines one quoted field may span


def read_text_file(
    path: Path, *, source: str = "", encoding: str | None = None, separator: str = ",", skip_rows: int = 0
) -> RawSource:
    """Every cell as text. Lines that do not fit the header are kept apart, so that none is lost.

    Raises InputError if the file is empty, has no usable header, or is not in the (declared) encoding.
    """
    text = decoded(path, encoding)
    if "\n" not in text:
        text = text.replace("\r", "\n")  # lines end as on old Macs
    if skip_rows:
        text = "".join(text.splitlines(keepends=True)[skip_rows:])
    if not text.strip():
        raise InputError("the file is empty", where=str(path), remedy="export it again")
    names = _header(text, separator, path)
    frame = _at_once(text, separator, len(names))
    if frame is None:
        return _read_line_by_line(path, source, text, separator, names, first_row=skip_rows + 1)
    frame.columns = names
    kept, rows = without_blank_rows(frame, first_row=skip_rows + 2)
    return RawSource(source, str(path), kept, rows)


def _at_once(text: str, separator: str, width: int) -> pl.DataFrame | None:
    """The whole text at speed, or None where some line does not fit: Polars stops at the first such line."""
    try:
        frame = pl.read_csv(io.BytesIO(text.encode("utf-8")), separator=separator, infer_schema=False)
    except PolarsError:
        return None
    return frame if frame.width == width else None


def decoded(path: Path, encoding: str | None) -> str:
    """The file's text. Without a declared encoding only byte-order marks and UTF-8 are believed."""
    content = path.read_bytes()
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    chosen = marked or encoding or "utf-8"
    try:
        return content.decode(chosen)
    except LookupError:
        raise InputError(f"unknown encoding '{chosen}'", where=str(path), remedy="such as utf-8 or gb18030") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        guess = fitting_encoding(content)
        raise InputError(
            f"not {chosen} text (line {line})",
            where=str(path),
            remedy=f"declare the right encoding in the mapping, such as encoding: {guess}",
        ) from None


def fitting_encoding(content: bytes) -> str:
    """The first usual encoding that can decode the bytes; a hint for people, never used to read data."""
    for name in ("utf-8", "gb18030", "cp1252"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _header(text: str, separator: str, path: Path) -> list[str]:
    try:
        first = next(csv.reader(io.StringIO(text), delimiter=separator), [])
    except csv.Error as error:
        raise InputError(
            f"the header cannot be read ({error})",
            where=str(path),
            remedy="save the file again as CSV; set separator and skip_rows in the mapping",
        ) from None
    names = [name.strip().lstrip("\ufeff") for name in first]
    if not any(names):
        raise InputError("the first line is empty", where=str(path), remedy="set skip_rows so that the header is first")
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise InputError(
            f"the header names {', '.join(repr(n) for n in repeated)} more than once",
            where=str(path),
            remedy="give each column its own name",
        )
    return names


def _read_line_by_line(
    path: Path, source: str, text: str, separator: str, names: list[str], *, first_row: int
) -> RawSource:
    good: list[list[str]] = []
    rows: list[int] = []
    bad: list[UnreadableLine] = []
    for number, (record, line) in enumerate(_records(text, separator), start=first_row):
        if number == first_row or not any(cell.strip() for cell in record or [line]):
            continue
        if record is None or len(record) > len(names):
            bad.append(UnreadableLine(number, line.rstrip("\r\n")))
        else:
            good.append(record + [""] * (len(names) - len(record)))
            rows.append(number)
    columns = list(zip(*good, strict=True)) or [()] * len(names)
    frame = pl.DataFrame(
        {n: pl.Series(n, c, dtype=pl.String).replace("", None) for n, c in zip(names, columns, strict=True)}
    )
    return RawSource(source, str(path), frame, pl.Series("row", rows, dtype=pl.Int64), tuple(bad))


def _records(text: str, separator: str) -> Iterator[tuple[list[str] | None, str]]:
    """Each record with its text; None where a line is no record by itself nor with the lines that follow."""
    lines = io.StringIO(text, newline="").readlines()
    position = 0
    while position < len(lines):
        record, count = _record_at(lines, position, separator)
        yield record, "".join(lines[position : position + count])
        position += count


def _record_at(lines: list[str], position: int, separator: str) -> tuple[list[str] | None, int]:
    """The record that begins at a line and how many lines it takes; None and 1 if there is none."""
    for count in range(1, min(_LONGEST_RECORD, len(lines) - position) + 1):
        chunk = "".join(lines[position : position + count])
        try:
            return next(csv.reader(io.StringIO(chunk, newline=""), delimiter=separator, strict=True), []), count
        except csv.Error as error:
            if "unexpected end" not in str(error):
                break
    return None, 1
