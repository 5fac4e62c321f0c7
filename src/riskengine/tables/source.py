"""Read whatever a person names on the command line: text, Parquet, Excel, or a database."""

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from riskengine.tables.mapping import MappingFile
from riskengine.tables.mapping_model import SourceMapping
from riskengine.tables.raw import RawSource, without_blank_rows
from riskengine.tables.text_file import read_text_file
from riskengine.terms.errors import InputError, RiskEngineError, UsageError

_BY_ENDING = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".xls": "excel",
    ".xlsb": "excel",
    ".ods": "excel",
}


def is_database(source: str) -> bool:
    return "://" in source


def paired_sources(mapping: MappingFile, given: Sequence[str]) -> list[tuple[str, str]]:
    """Which source of the mapping each given file or URL is: (name in the mapping, file or URL).

    `name=file` says it outright; a database belongs to every source with a query or table; a file to the source whose
    `files` pattern fits its name, or to the only source there is. Raises UsageError where that leaves a doubt.
    """
    pairs = [pair for text in given for pair in _pairs(mapping, text)]
    unused = [name for name in mapping.spec.sources if name not in {p[0] for p in pairs}]
    if unused:
        raise UsageError(
            f"nothing was given for {', '.join(unused)}",
            where=mapping.document.place("sources", unused[0]),
            remedy=f"add it to the command, such as {unused[0]}=FILE",
        )
    return pairs


def _pairs(mapping: MappingFile, text: str) -> list[tuple[str, str]]:
    sources = mapping.spec.sources
    name, equals, rest = text.partition("=")
    if equals and name in sources:
        return [(name, rest)]
    if is_database(text):
        fitting = [n for n, s in sources.items() if s.query or s.table]
        if not fitting:
            raise UsageError("no source of the mapping has a query or table", where=mapping.document.place("sources"))
        return [(n, text) for n in fitting]
    fitting = [n for n, s in sources.items() if any(fnmatch(Path(text).name, pattern) for pattern in s.files)]
    if not fitting and len(sources) == 1:
        fitting = list(sources)
    if len(fitting) != 1:
        what = "fits no source of the mapping" if not fitting else f"fits several sources: {', '.join(fitting)}"
        remedy = f"say which, such as {next(iter(sources))}={text}, or set files: in the mapping"
        raise UsageError(what, where=text, remedy=remedy)
    return [(fitting[0], text)]


def read_source(name: str, given: str, spec: SourceMapping) -> RawSource:
    """Read one source. Raises InputError if it cannot be read, naming the remedy."""
    if is_database(given):
        from riskengine.tables.database import read_database  # noqa: PLC0415 - SQLAlchemy only when asked for

        return read_database(given, source=name, query=spec.query, table=spec.table)
    path = Path(given)
    if not path.is_file():
        raise InputError("there is no such file", where=given, remedy="check the path")
    kind = spec.format or file_format(path)
    try:
        if kind == "csv":
            return read_text_file(
                path, source=name, encoding=spec.encoding, separator=spec.separator, skip_rows=spec.skip_rows
            )
        frame = _parquet(path) if kind == "parquet" else _excel(path, spec)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", where=given) from None
    if frame.width == 0:
        raise InputError("the file is empty", where=given, remedy="export it again")
    first_row = 1 if kind == "parquet" else spec.skip_rows + 2
    kept, rows = without_blank_rows(frame.rename(str.strip), first_row=first_row)
    return RawSource(name, given, kept, rows)


def file_format(path: Path) -> str:
    """By the ending. Raises UsageError for an ending nobody knows."""
    kind = _BY_ENDING.get(path.suffix.lower())
    if kind is None:
        raise UsageError(
            f"cannot tell the format from '{path.suffix}'",
            where=str(path),
            remedy="set format: csv, parquet or excel in the mapping",
        )
    return kind


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except PolarsError as error:
        raise InputError(f"not a readable Parquet file ({_first_line(error)})", where=str(path)) from None


def _excel(path: Path, spec: SourceMapping) -> pl.DataFrame:
    try:
        import fastexcel  # noqa: PLC0415 - part of an extra
    except ImportError:
        raise RiskEngineError(
            "reading Excel needs the package fastexcel",
            where=str(path),
            remedy="pip install 'riskengine[excel]', or save the sheet as CSV",
        ) from None
    try:
        reader = fastexcel.read_excel(path)
        sheet = spec.sheet if spec.sheet is not None else reader.sheet_names[0]
        if sheet not in reader.sheet_names:
            raise InputError(
                f"there is no sheet '{sheet}'", where=str(path), remedy=f"it has: {', '.join(reader.sheet_names)}"
            )
        loaded = reader.load_sheet(sheet, header_row=spec.skip_rows, schema_sample_rows=None)
        return pl.DataFrame(loaded.to_polars())
    except fastexcel.FastExcelError as error:
        raise InputError(f"not a readable workbook ({_first_line(error)})", where=str(path)) from None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
