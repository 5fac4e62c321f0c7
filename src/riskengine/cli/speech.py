"""Lines for people, in the languages they asked for. A line that begins with `# ` heads what follows."""

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
    """To stdout, headings in bold, and an empty line after the last."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        style = "bold" if line.startswith("# ") else ""
        console.print(Text(line.removeprefix("# "), style=style), soft_wrap=True)
    console.print()
