"""Markdown for documents that people keep beside code."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar or a line break in a cell does not end it.

    >>> print(table(("a", "b"), [("1", "x|y")]))
    | a | b |
    |---|---|
    | 1 | x/y |
    """
    lines = [heads, *rows]
    cells = [[" ".join(c.replace("|", "/").split()) for c in line] for line in lines]
    head, *body = (f"| {' | '.join(line)} |" for line in cells)
    return "\n".join([head, "|---" * len(heads) + "|", *body])
