"""Strict JSON with the line of every part: no repeated keys, no NaN, no numbers too large to hold."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from riskengine.tables.yaml_file import DocumentError, Finding, YamlDocument, YamlPath
from riskengine.terms.errors import InputError

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def load_json(path: Path) -> YamlDocument:
    """Read one JSON file (UTF-8, with or without byte-order mark).

    Raises InputError if it cannot be read, DocumentError (an InputError) with file and line if it is not strict JSON.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path), remedy="check the path") from None
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text (byte {error.start})", where=str(path), remedy="save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from None
    return parse_json(text, where=str(path))


def parse_json(text: str, *, where: str) -> YamlDocument:
    """Parse strict JSON; `where` stands for the file in messages.

    >>> document = parse_json('{"a":\\n [1, {"b": 2}]}', where="case.json")
    >>> document.data, document.place("a", 1, "b")
    ({'a': [1, {'b': 2}]}, 'case.json:2')
    >>> parse_json('{"a": 1,\\n "a": NaN}', where="case.json")
    Traceback (most recent call last):
    riskengine.tables.yaml_document.DocumentError: case.json:2: the key 'a' is there twice, first on line 1. \
Remedy: keep one of the two
    case.json:2: NaN is not a value. Remedy: leave it out if it is not known
    """
    try:
        data = json.loads(text, parse_constant=lambda _name: None)
    except json.JSONDecodeError as error:
        raise DocumentError((Finding(f"{where}:{error.lineno}", f"not valid JSON: {error.msg}"),)) from None
    except RecursionError:
        raise DocumentError((Finding(f"{where}:1", "nested too deeply"),)) from None
    lines: dict[YamlPath, int] = {}
    findings = tuple(_walk(text, where, lines))
    if findings:
        raise DocumentError(findings)
    return YamlDocument(where, data, lines)


def _walk(text: str, where: str, lines: dict[YamlPath, int]) -> Iterator[Finding]:
    """Fill `lines` with the line of every part of valid JSON; yields what is wrong with it all the same."""
    path: list[str | int] = []  # an int counts the entries of a list
    expects_key: list[bool] = []
    line, seen = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        word = token.group()
        if word == ",":
            if isinstance(path[-1], int):
                path[-1] += 1
            else:
                expects_key[-1] = True
        elif word in "}]":
            path.pop()
            expects_key.pop()
        elif word != ":":
            if word.startswith('"') and not _is_text(json.loads(word)):
                yield Finding(f"{where}:{line}", f"{word[:40]} holds half a character", "write the whole character")
            if expects_key and expects_key[-1]:
                expects_key[-1] = False
                path[-1] = json.loads(word)
                yield from _repeated(path, lines, where, line)
            lines.setdefault(tuple(str(p) for p in path), line)
            if word in "{[":
                path.append("" if word == "{" else 0)
                expects_key.append(word == "{")
            elif not word.startswith('"'):
                yield from _unfit(word, f"{where}:{line}")


def _repeated(path: list[str | int], lines: dict[YamlPath, int], where: str, line: int) -> Iterator[Finding]:
    first = lines.get(tuple(str(p) for p in path))
    if first is not None:
        yield Finding(
            f"{where}:{line}", f"the key '{path[-1]}' is there twice, first on line {first}", "keep one of the two"
        )


def _is_text(word: str) -> bool:
    """Escapes can spell half of a surrogate pair, which no file can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in word)


def _unfit(word: str, place: str) -> Iterator[Finding]:
    if word in ("NaN", "Infinity", "-Infinity"):
        yield Finding(place, f"{word} is not a value", "leave it out if it is not known")
    elif word not in ("true", "false", "null") and math.isinf(float(word)):
        yield Finding(place, f"the number {word[:20]} is too large")
