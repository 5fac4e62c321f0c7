"""A YAML file that was read, and what is wrong with one that was not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskengine.terms.errors import InputError

YamlPath = tuple[str, ...]


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

    >>> from riskengine.tables.yaml_file import parse_yaml
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
