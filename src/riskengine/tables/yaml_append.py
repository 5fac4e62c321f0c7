"""Add entries to the end of a list in a YAML file; everything that stands there stays as it is, byte for byte."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from riskengine.tables.yaml_file import load_yaml, parse_yaml
from riskengine.tables.yaml_text import quoted
from riskengine.terms.errors import InputError

Plain = str | int | float | bool | dt.date
Entry = Mapping[str, Plain | Mapping[str, Plain]]

_ITEM = re.compile(r"^( *)- ", re.MULTILINE)


def append_entries(path: Path, key: str, entries: Sequence[Entry], *, heading: str = "") -> None:
    """Append entries to the list under `key`, the only key of the file; a file that is not there begins with `heading`.

    Raises InputError if the file cannot be read or written, or if its list is not written in lines of its own.
    """
    is_new = not path.exists()
    before = [] if is_new else list(load_yaml(path).mapping()[key])
    text = f"{heading}{key}:\n" if is_new else path.read_bytes().decode("utf-8")
    indent = "  " if is_new or not (found := _ITEM.search(text)) else found[1]
    grown = text.rstrip("\n") + "\n" + "".join(f"\n{_lines(entry, indent)}" for entry in entries)
    read = parse_yaml(grown.removeprefix("\ufeff"), where=str(path)).mapping()
    if list(read) != [key] or read[key][: len(before)] != before or len(read[key]) != len(before) + len(entries):
        raise InputError(
            f"the list '{key}' cannot be added to", where=str(path), remedy="write it in lines, each entry after a `-`"
        )
    try:
        path.write_bytes(grown.encode())
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from None


def _lines(entry: Entry, indent: str) -> str:
    shown = [f"{key}: {_flow(value) if isinstance(value, Mapping) else _plain(value)}" for key, value in entry.items()]
    return f"{indent}- " + f"\n{indent}  ".join(shown) + "\n"


def _flow(values: Mapping[str, Plain]) -> str:
    return "{" + ", ".join(f"{key}: {_plain(value)}" for key, value in values.items()) + "}"


def _plain(value: Plain) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case dt.date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return repr(value)
