"""What a command says: JSON for machines, lines for people in the languages they asked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from riskengine.terms.text import Language


def languages_of(choice: str) -> "tuple[Language, ...]":
    """Raises UsageError with the nearest right word."""
    from riskengine.terms.errors import UsageError, nearest
    from riskengine.terms.text import LANGUAGES

    if choice not in (*LANGUAGES, "both"):
        raise UsageError(f"there is no language '{choice}'", remedy=nearest(choice, (*LANGUAGES, "both")))
    return tuple(each for each in LANGUAGES if choice in (each, "both"))


def print_lines(lines: Iterable[str]) -> None:
    """To stdout, and an empty line after the last. A line that begins with `# ` heads what follows and is bold."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        style = "bold" if line.startswith("# ") else ""
        console.print(Text(line.removeprefix("# "), style=style), soft_wrap=True)
    console.print()


def tell(data: object, lines: Iterable[str], *, as_json: bool) -> None:
    """To stdout: the data as one JSON document, or the lines, each as long as it is."""
    import json

    from rich.console import Console

    if as_json:
        print(json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False))  # noqa: T201 - the output
        return
    console = Console()
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
