"""Draft a mapping file for a source nobody has described yet."""

from pathlib import Path

from riskengine.tables.draft import SourceHints, draft_mapping
from riskengine.tables.mapping import checked_mapping
from riskengine.tables.mapping_model import SourceMapping, TableMapping
from riskengine.tables.publish import publishing_file
from riskengine.tables.raw import RawSource
from riskengine.tables.sniff import guess_encoding, guess_separator
from riskengine.tables.source import file_format, is_database, read_source
from riskengine.tables.text_file import decoded
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_text import quoted
from riskengine.terms.errors import InputError, UsageError


def suggest_mapping(source: str) -> str:
    """A draft as YAML text, which loads as a mapping. A database is given as `TABLE=URL`.

    Raises InputError if the source cannot be read or recognised.
    """
    raw, hints = _read_database(source) if is_database(source) else _read_file(source)
    text = draft_mapping(raw, hints)
    checked_mapping(parse_yaml(text, where="the draft"))
    return text


def write_suggestion(text: str, path: Path) -> None:
    """Write a draft; a file that exists is never overwritten, it may hold somebody's corrections."""
    if path.exists():
        raise UsageError("exists already", where=str(path), remedy="choose a new name with --out")
    with publishing_file(path) as scratch:
        scratch.write_text(text, encoding="utf-8")


def _read_database(source: str) -> tuple[RawSource, SourceHints]:
    from riskengine.tables.database import table_names  # noqa: PLC0415 - SQLAlchemy only when asked for

    table, equals, url = source.partition("=")
    if not equals or is_database(table):
        names = table_names(source)
        if len(names) != 1:
            raise UsageError(
                f"the database has {len(names)} tables: {', '.join(names)}",
                remedy=f"say which, such as {names[0] if names else 'TABLE'}=URL",
            )
        table, url = names[0], source
    spec = _spec(table=table)
    return read_source("draft", url, spec), SourceHints(lines=(f"table: {quoted(table)}",))


def _read_file(source: str) -> tuple[RawSource, SourceHints]:
    path = Path(source)
    if not path.is_file():
        raise InputError("there is no such file", where=source, remedy="check the path")
    pattern = path.name
    if file_format(path) != "csv":
        return read_source("draft", source, _spec()), SourceHints(pattern)
    encoding, doubt = guess_encoding(path)
    text = decoded(path, encoding)
    separator = guess_separator(text)
    lines = []
    if encoding is not None:
        lines.append(f"encoding: {encoding} # CHECK: {doubt}")
    if separator != ",":
        lines.append("separator: " + ('"\\t"' if separator == "\t" else quoted(separator)))
    raw = read_source("draft", source, _spec(encoding=encoding, separator=separator))
    return raw, SourceHints(pattern, tuple(lines))


def _spec(encoding: str | None = None, separator: str = ",", table: str | None = None) -> SourceMapping:
    nothing = {"customers": TableMapping.model_validate({"columns": {}})}
    return SourceMapping(tables=nothing, encoding=encoding, separator=separator, table=table)
