"""The part of docs/reference/rules.md that is made from the code."""

from collections.abc import Iterator

from riskengine.policy.condition import ORDERINGS, Op
from riskengine.policy.documents.rule import EffectDocument
from riskengine.policy.rule import LAST_STAGE
from riskengine.policy.segment import SEGMENT_FACTS
from riskengine.policy.vocabulary import CONTEXT_FACTS, ORDER_FACTS, Fact, standard_vocabulary
from riskengine.rules.outcomes import OUTCOMES
from riskengine.terms.decision import Action, OnMissing, Outcome, Stage
from riskengine.workflows.rules.language_page import file_keys

COMMAND = "riskengine rules reference"
BEGIN, END = "<!-- begin: riskengine rules reference -->", "<!-- end: riskengine rules reference -->"

_OUTCOMES = {
    Outcome.HIT: "the condition is true",
    Outcome.NO_HIT: "the condition is false",
    Outcome.MISSING: "the condition is unknown; `on_missing` says what follows",
    Outcome.SNOOZED: "`hit` or `missing`, but the customer is exempt (`exceptions.yaml`); nothing follows",
}
_ON_MISSING = {
    OnMissing.REFER: "a person decides, with this rule as the reason; the effects do not apply",
    OnMissing.NO_HIT: "nothing",
    OnMissing.HIT: "the effects apply as if the rule had hit",
}


def rules_reference() -> str:
    """Keys of all files, operators, outcomes, effects, actions and facts beside the features, as Markdown with both
    markers."""
    return "\n".join([BEGIN, "", *_lines(), END]) + "\n"


def _lines() -> Iterator[str]:
    for about, rows in file_keys():
        name, _, what = about.partition(": ")
        yield from _table(f"`{name}`: {what}", ("key", "value", "meaning"), iter(rows))
    yield from _table("Facts that make a segment", ("fact", "meaning"), _segment_facts())
    yield from _table("Operators", ("operator", "operand", "facts"), _operators())
    yield from _table("Outcomes", ("outcome", "meaning"), ((f"`{o.value}`", _OUTCOMES[o]) for o in OUTCOMES))
    yield from _table("`on_missing`", ("value", "what follows"), ((f"`{o.value}`", _ON_MISSING[o]) for o in OnMissing))
    yield from _table(
        "Effects", ("key under `then`", "meaning", "several rules join to", "counts until stage"), _effects()
    )
    yield from ["### Actions", "", ", ".join(f"`{action.value}`" for action in Action), ""]
    yield from _table("Facts beside the features", ("fact", "meaning", "unit", "range", "known from"), _facts())


def _table(title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _operators() -> Iterator[tuple[str, ...]]:
    for op in Op:
        is_list = op in (Op.IN, Op.NOT_IN)
        operand = (
            "a list or a parameter that is one" if is_list else "a number" if op in ORDERINGS else "a number or 'text'"
        )
        yield f"`{op.value}`", operand, "numbers" if op in ORDERINGS else "numbers and texts"


def _effects() -> Iterator[tuple[str, ...]]:
    for name, field in EffectDocument.model_fields.items():
        meaning, _, joined = (field.description or "").rpartition("; ")
        part = "severity" if name == "warning" else name
        yield f"`{name}`", meaning, joined, LAST_STAGE.get(part, Stage.ORDERS).value


def _segment_facts() -> Iterator[tuple[str, ...]]:
    known = standard_vocabulary()
    for name in SEGMENT_FACTS:
        yield f"`{name}`", f"{known[name].text.en}<br>{known[name].text.zh}"


def _facts() -> Iterator[tuple[str, ...]]:
    stages = tuple(Stage)
    for fact in sorted((*CONTEXT_FACTS, *ORDER_FACTS), key=lambda fact: (stages.index(fact.known_from), fact.name)):
        meaning = f"{fact.text.en}<br>{fact.text.zh}"
        known_from = f"{fact.known_from.value}, orders" if fact.in_orders else fact.known_from.value
        yield f"`{fact.name}`", meaning, fact.unit.value, _range(fact), known_from


def _range(fact: Fact) -> str:
    if fact.low is None and fact.high is None:
        return "any"
    return f"from {fact.low:g}" if fact.high is None else f"{fact.low:g} to {fact.high:g}"
