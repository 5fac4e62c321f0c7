"""The part of docs/reference/checks.md that is made from the code."""

from collections.abc import Iterator

from riskengine.policy.checks.contradiction import CONTRADICTIONS, HINDRANCES
from riskengine.policy.finding_kind import MEANINGS

BEGIN, END = "<!-- begin: riskengine rules checks -->", "<!-- end: riskengine rules checks -->"


def checks_reference() -> str:
    """Kinds of findings, what contradicts what, and what a state leaves no room for, as Markdown with both markers."""
    return "\n".join([BEGIN, "", *_lines(), END]) + "\n"


def _lines() -> Iterator[str]:
    yield from _table(
        "Kinds of findings", ("kind", "what is found"), ((f"`{k}`", text) for k, text in MEANINGS.items())
    )
    pairs = ((one.one.value, one.other.value, one.why) for one in CONTRADICTIONS)
    yield from _table("What cannot both be asked of a customer", ("one rule", "another", "because"), pairs)
    states = ((one.demand.value, f"`{one.state}`", one.why) for one in HINDRANCES)
    yield from _table("What a customer's state leaves no room for", ("a rule", "where", "because"), states)


def _table(title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"### {title}", "", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}")
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
