"""Strict YAML: a file means what a person reads in it, or it is refused with file and line.

Scalars follow YAML 1.2 (`NO`, `yes` and `on` are text), and whatever people and parsers read differently is refused:
`010`, `1_000`, `1,000`, `0x1F`, `.nan`, `2024-02-30`, times of day, duplicate keys, aliases, tags, several documents.
Text that only looks like one of these is written in quotes.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from riskengine.tables.yaml_scalar import Scalar, plain_value
from riskengine.terms.errors import InputError

YamlPath = tuple[str, ...]
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a file. `example` shows it: the facts of one customer, None where missing.

    `kind` is a word for machines; a file that cannot be read at all has the one given here.
    """

    place: str  # file:line
    what: str
    remedy: str | None = None
    example: tuple[tuple[str, float | str | None], ...] = ()
    kind: str = "unreadable"

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {_shown(value)}" for name, value in self.example)
        parts = (self.what, f"For example: {shown}" if shown else "", f"Remedy: {self.remedy}" if self.remedy else "")
        return f"{self.place}: {'. '.join(part for part in parts if part)}"


def _shown(value: float | str | None) -> str:
    match value:
        case None:
            return "missing"
        case str():
            return repr(value)
        case _:
            return f"{value:g}"


class DocumentError(InputError):
    """All findings of one or several YAML files at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = findings[0]
        super().__init__(first.what, where=first.place, remedy=first.remedy)

    def __str__(self) -> str:
        return "\n".join(str(f) for f in self.findings)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A YAML file as plain dicts, lists, texts, ints, floats, bools, dates and None, with the line of every part.

    A path is the keys and list positions from the top, each as text: `("tables", "invoices", "columns", "0")`.

    >>> document = parse_yaml("tables:\\n  invoices: NO\\n", where="m.yaml")
    >>> document.data
    {'tables': {'invoices': 'NO'}}
    >>> document.place("tables", "invoices")
    'm.yaml:2'
    """

    where: str
    data: Any
    lines: Mapping[YamlPath, int]

    def line(self, *path: object) -> int:
        """The line of a part, or of the nearest enclosing part that exists."""
        names = tuple(str(p) for p in path)
        while names not in self.lines:
            names = names[:-1]
        return self.lines[names]

    def place(self, *path: object) -> str:
        return f"{self.where}:{self.line(*path)}"

    def mapping(self) -> dict[Any, Any]:
        """The top level, which must be a mapping. Raises InputError if it is not."""
        if isinstance(self.data, dict):
            return self.data
        raise InputError("the file must be a mapping of names to values", where=self.place())


def load_yaml(path: Path) -> YamlDocument:
    """Read one YAML file (UTF-8, with or without byte-order mark).

    Raises InputError if it cannot be read, DocumentError (an InputError) with file and line if it is not strict YAML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path), remedy="check the path") from None
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text (byte {error.start})", where=str(path), remedy="save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from None
    return parse_yaml(text, where=str(path))


def parse_yaml(text: str, *, where: str) -> YamlDocument:
    """Parse strict YAML; `where` stands for the file in messages.

    Raises DocumentError, with all findings where the text is well-formed YAML.

    >>> parse_yaml("a: 1e-4\\nb: 2024-01-31\\nc: on\\nd: '010'", where="x").data
    {'a': 0.0001, 'b': datetime.date(2024, 1, 31), 'c': 'on', 'd': '010'}
    >>> parse_yaml("a: 1\\nb: 010\\na: 2", where="x.yaml")
    Traceback (most recent call last):
    riskengine.tables.yaml_file.DocumentError: x.yaml:2: '010' is ambiguous. Remedy: a number does not begin with 0; \
drop the zeros, or put it in quotes if it is meant as text
    x.yaml:3: the key 'a' is there twice, first on line 1. Remedy: keep one of the two
    """
    builder = _Builder(where, _events(text, where))
    return builder.document()


def _events(text: str, where: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        what = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise DocumentError((Finding(f"{where}:{line}", f"not valid YAML: {what}", _remedy(what)),)) from None
    except YAMLError as error:
        raise DocumentError((Finding(f"{where}:1", f"not valid YAML: {error}".splitlines()[0]),)) from None


def _remedy(problem: str) -> str | None:
    if "cannot start any token" in problem:
        return "put a value that begins with @, % or a backtick in quotes; indent with spaces, not tabs"
    if "mapping values are not allowed" in problem:
        return "put a value that contains ': ' in quotes, and check the indentation"
    return None


@dataclass(slots=True)
class _Builder:
    """Turns parser events into values; collects findings instead of stopping at the first."""

    where: str
    events: Iterator[Event]
    lines: dict[YamlPath, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def document(self) -> YamlDocument:
        data: object = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.find(event, "a second document begins here", "one file holds one document")
                    break
                data = self.value(next(self.events), ())
        self.lines.setdefault((), 1)
        if self.findings:
            raise DocumentError(tuple(self.findings))
        if data is None:
            raise DocumentError((Finding(f"{self.where}:1", "the file is empty"),))
        return YamlDocument(self.where, data, self.lines)

    def value(self, event: Event, path: YamlPath) -> object:
        self.lines.setdefault(path, event.start_mark.line + 1)
        if not isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            self.find(event, "anchors and aliases are not supported", "write the value out")
            return None
        if event.anchor is not None:
            self.find(event, "anchors and aliases are not supported", "write the value out")
        if event.tag is not None:
            self.find(event, f"the tag {event.tag} is not supported", "write the plain value")
        if len(path) > _MAX_DEPTH:
            raise DocumentError((Finding(f"{self.where}:{event.start_mark.line + 1}", "nested too deeply"),))
        if isinstance(event, MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path)
        return self.scalar(event)

    def mapping(self, path: YamlPath) -> dict[Hashable, object]:
        built: dict[Hashable, object] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self.key(event, path)
            inner = (*path, str(key))
            if inner in self.lines:
                what = f"the key '{key}' is there twice, first on line {self.lines[inner]}"
                self.find(event, what, "keep one of the two")
            self.lines.setdefault(inner, event.start_mark.line + 1)
            value = self.value(next(self.events), inner)
            built.setdefault(key, value)
        return built

    def key(self, event: Event, path: YamlPath) -> Hashable:
        if not isinstance(event, ScalarEvent):
            self.find(event, "a key must be a single value", "put it in quotes")
            return str(self.value(event, (*path, f"?{event.start_mark.line}")))
        key = self.scalar(event)
        if key is None or isinstance(key, bool) or key == "<<":
            self.find(event, f"'{event.value}' cannot be a key", "put it in quotes if it is meant as text")
            return str(event.value)
        return key

    def sequence(self, path: YamlPath) -> list[object]:
        built: list[object] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            built.append(self.value(event, (*path, str(len(built)))))
        return built

    def scalar(self, event: ScalarEvent) -> Scalar:
        text: str = event.value
        if event.style is not None:  # quoted or block text
            return text
        try:
            return plain_value(text)
        except ValueError as error:
            self.find(event, f"'{text}' is ambiguous", str(error))
            return None

    def find(self, event: Event, what: str, remedy: str) -> None:
        self.findings.append(Finding(f"{self.where}:{event.start_mark.line + 1}", what, remedy))
