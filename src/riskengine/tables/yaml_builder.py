"""From parser events to values: what is read differently by people and parsers is found, not guessed."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

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

from riskengine.tables.yaml_document import DocumentError, Finding, YamlDocument, YamlPath
from riskengine.tables.yaml_scalar import Scalar, listed_value, plain_value

_MAX_DEPTH = 50
_NO_COLON = "could not find expected ':'"
_DIGITS = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")


def build_document(text: str, where: str) -> YamlDocument:
    """Raises DocumentError."""
    return _Builder(where, _events(text, where)).document()


def _events(text: str, where: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        what = " ".join(str(part) for part in (error.context, error.problem) if part)
        at_key = _NO_COLON in what  # the problem shows only behind the key
        mark = (error.context_mark if at_key else None) or error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise DocumentError((Finding(f"{where}:{line}", f"not valid YAML: {what}", _remedy(what)),)) from None
    except YAMLError as error:
        raise DocumentError((Finding(f"{where}:1", f"not valid YAML: {error}".splitlines()[0]),)) from None


def _remedy(problem: str) -> str | None:
    if "'\\t'" in problem:
        return "indent and separate with spaces, not tabs"
    if "cannot start any token" in problem:
        return "put a value that begins with @, % or a backtick in quotes"
    if "mapping values are not allowed" in problem:
        return "put a value that contains ': ' in quotes, and check the indentation"
    if "<block end>" in problem:
        return "let keys of one level, and dashes of one list, begin in the same column"
    if _NO_COLON in problem:
        return "end the key with the colon of a keyboard and a space"
    return None


@dataclass(slots=True)
class _Builder:
    """Turns parser events into values; collects findings instead of stopping at the first."""

    where: str
    events: Iterator[Event]
    lines: dict[YamlPath, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def document(self) -> YamlDocument:
        try:
            data = self.first_document()
        except DocumentError as error:  # nothing can be read from here on
            raise DocumentError((*self.findings, *error.findings)) from None
        self.lines.setdefault((), 1)
        if self.findings:
            raise DocumentError(tuple(self.findings))
        if data is None:
            raise DocumentError((Finding(f"{self.where}:1", "the file is empty"),))
        return YamlDocument(self.where, data, self.lines)

    def first_document(self) -> object:
        data: object = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.find(event, "a second document begins here", "one file holds one document")
                    break
                if event.version is not None or event.tags:
                    self.find(event, "directives are not supported", "remove the lines that begin with %")
                data = self.value(next(self.events), ())
        return data

    def value(self, event: Event, path: YamlPath, *, is_listed: bool = False) -> object:
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
            return self.mapping(path, is_flow=bool(event.flow_style))
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path, is_flow=bool(event.flow_style))
        return self.scalar(event, is_listed=is_listed)

    def mapping(self, path: YamlPath, *, is_flow: bool) -> dict[Hashable, object]:
        built: dict[Hashable, object] = {}
        last: Event | None = None
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            self.check_comma(last, event)
            key = self.key(event, path)
            inner = (*path, str(key))
            if inner in self.lines:
                what = f"the key '{key}' is there twice, first on line {self.lines[inner]}"
                self.find(event, what, "keep one of the two")
            self.lines.setdefault(inner, event.start_mark.line + 1)
            last = next(self.events)
            if is_flow and isinstance(last, ScalarEvent) and last.value == "" and last.style is None:
                self.find(event, f"the key '{_short(str(key))}' has no value", "write a space after the colon, or null")
            value = self.value(last, inner)
            built.setdefault(key, value)
        return built

    def check_comma(self, last: Event | None, event: Event) -> None:
        """`[1,000]` is two values to a parser and one to people."""
        if not isinstance(last, ScalarEvent) or not isinstance(event, ScalarEvent):
            return
        touches = event.start_mark.index - last.end_mark.index == 1
        if touches and _DIGITS.fullmatch(last.value) and _DIGITS.fullmatch(event.value):
            what = f"'{_short(last.value)},{_short(event.value)}' is ambiguous"
            self.find(event, what, "write a space after the comma between two values, or the one number without it")

    def key(self, event: Event, path: YamlPath) -> Hashable:
        if not isinstance(event, ScalarEvent):
            self.find(event, "a key must be a single value", "put it in quotes")
            return str(self.value(event, (*path, f"?{event.start_mark.line}")))
        key = self.scalar(event)
        if key is None or isinstance(key, bool) or key == "<<":
            merges = key == "<<"
            remedy = "write the keys out" if merges else "put it in quotes if it is meant as text"
            self.find(event, f"'{event.value}' cannot be a key", remedy)
            return str(event.value)
        return key

    def sequence(self, path: YamlPath, *, is_flow: bool) -> list[object]:
        built: list[object] = []
        last: Event | None = None
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            self.check_comma(last, event)
            last = event
            built.append(self.value(event, (*path, str(len(built))), is_listed=is_flow))
        return built

    def scalar(self, event: ScalarEvent, *, is_listed: bool = False) -> Scalar:
        text: str = event.value
        if event.style is not None:  # quoted or block text
            if any(map(_is_half, text)):
                self.find(event, "there is half a character", "write the character itself, or its whole escape")
            return text
        try:
            return listed_value(text) if is_listed else plain_value(text)
        except ValueError as error:
            self.find(event, f"'{_short(text)}' is ambiguous", str(error))
            return None

    def find(self, event: Event, what: str, remedy: str) -> None:
        self.findings.append(Finding(f"{self.where}:{event.start_mark.line + 1}", what, remedy))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
