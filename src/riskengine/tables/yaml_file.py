"""Strict YAML: a file means what a person reads in it, or it is refused with file and line.

Scalars follow YAML 1.2 (`NO`, `yes` and `on` are text), and whatever people and parsers read differently is refused:
`010`, `1_000`, `1,000`, `[1,000]`, `1,5`, `0x1F`, `NaN`, `2024-02-30`, a day with a time, duplicate keys, `{a:1}`,
`[a，b]`, aliases, merge keys, tags, directives, several documents, characters that nobody sees. Text that only
looks like one of these is written in quotes.
"""

from pathlib import Path

from riskengine.tables.yaml_builder import build_document
from riskengine.tables.yaml_characters import MOST_BYTES, odd_characters
from riskengine.tables.yaml_document import DocumentError, Finding, YamlDocument, YamlPath
from riskengine.terms.errors import InputError

__all__ = ["DocumentError", "Finding", "YamlDocument", "YamlPath", "load_yaml", "parse_yaml"]


def load_yaml(path: Path) -> YamlDocument:
    """Read one YAML file (UTF-8, with or without byte-order mark).

    Raises InputError if it cannot be read, DocumentError (an InputError) with file and line if it is not strict YAML.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path), remedy="check the path") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from None
    if len(content) > MOST_BYTES:
        what = f"the file has {len(content):,} bytes, more than {MOST_BYTES:,}"
        raise DocumentError((Finding(f"{path}:1", what, "split it; large tables of figures are no policy"),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(content[: error.start].splitlines()) or 1
        what = f"not UTF-8 text (byte {error.start})"
        raise DocumentError((Finding(f"{path}:{line}", what, "save it as UTF-8"),)) from None
    return parse_yaml(text, where=str(path))


def parse_yaml(text: str, *, where: str) -> YamlDocument:
    """Parse strict YAML; `where` stands for the file in messages.

    Raises DocumentError with all findings; where the text is not well-formed YAML, with those up to there.

    >>> parse_yaml("a: 1e-4\\nb: 2024-01-31\\nc: on\\nd: '010'", where="x").data
    {'a': 0.0001, 'b': datetime.date(2024, 1, 31), 'c': 'on', 'd': '010'}
    >>> parse_yaml("a: 1\\nb: 010\\na: 2", where="x.yaml")
    Traceback (most recent call last):
    riskengine.tables.yaml_document.DocumentError: x.yaml:2: '010' is ambiguous. Remedy: a number does not begin \
with 0; drop the zeros, or put it in quotes if it is meant as text
    x.yaml:3: the key 'a' is there twice, first on line 1. Remedy: keep one of the two
    """
    odd = tuple(Finding(f"{where}:{line}", what, remedy) for line, what, remedy in odd_characters(text))
    if odd:
        raise DocumentError(odd)
    return build_document(text, where)
