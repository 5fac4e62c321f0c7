"""Rules in the form durable_rules takes: flat alternatives over small whole numbers, in groups behind a flag.

Its limits, and what is done about them: native `$or` fires once for each true branch, so every alternative is a rule of
its own; more than 64 conditions true at one level fail, so alternatives stand in groups behind a group flag that every
fact carries; a fact may have 252 fields, so many rules are dealt out to several networks. The last rule of a network is
always true and fires after all others: an answer without it is not whole.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from riskengine.policy.condition import Comparison, IsMissing, Leaf, Literal, Not, Op, ParameterName, facts_of, leaves
from riskengine.policy.normal_form import Alternative, LiteralLeaf, TooManyAlternatives, alternatives
from riskengine.policy.rule import Rule
from riskengine.rules.codes import codings_of
from riskengine.rules.fields import FactFields, count_fields, name_fields
from riskengine.rules.names import NameSource
from riskengine.terms.errors import RiskEngineError, UsageError

GROUP = 24  # alternatives behind one flag
MAX_ALTERNATIVES = 20 * GROUP  # of one network
MAX_FIELDS = 180  # of one fact, beside the flags; the library fails at 252

_OPERATORS = {Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte", Op.NE: "$neq"}
_SESSION = '"id":"1","sid":"0"}'
RETRACT = "{" + _SESSION  # the library looks for the id only


@dataclass(frozen=True)
class Network:
    """Some rules with all their alternatives.

    `alternatives` holds for each engine rule the index of our rule and its literals; `facts` the fields of each fact;
    `groups` the group flags and `names` the engine rules, one more than there are alternatives.
    """

    rules: tuple[Rule, ...]
    alternatives: tuple[tuple[int, Alternative], ...]
    facts: Mapping[str, FactFields]
    groups: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def definition(self) -> str:
        """The JSON the extension takes."""
        coded = {
            self.names[place]: _engine_rule([{self.groups[place // GROUP]: 1}, *map(self._condition, literals)])
            for place, (_, literals) in enumerate(self.alternatives)
        }
        return json.dumps(coded | {self.names[-1]: _engine_rule([{self.groups[-1]: 1}]) | {"pri": 1}})

    @cached_property
    def name(self) -> str:
        """Different content has a different name, so a reloaded policy never meets the old one's state."""
        return f"policy-{hashlib.sha256(self.definition.encode()).hexdigest()[:32]}"

    @cached_property
    def _ending(self) -> str:
        """What stands in every message behind the fields of the facts."""
        return "".join(f'"{group}":1,' for group in self.groups) + _SESSION

    @cached_property
    def _pieces(self) -> tuple[tuple[str, ...], ...]:
        return tuple(fields.pieces for fields in self.facts.values())

    def message(self, codes: Sequence[int]) -> str:
        """The fact for one customer, by the codes of `facts` in their order."""
        pieces = [pieces[code] for pieces, code in zip(self._pieces, codes, strict=True)]
        return f"{{{''.join(pieces)}{self._ending}"

    def _condition(self, literal: LiteralLeaf) -> dict[str, object]:
        match literal:
            case Comparison(fact, op, operand):
                fields = self.facts[fact]
                if isinstance(operand, tuple):
                    return {fields.lists[operand]: 1 if op is Op.IN else 0}
                code = fields.coding.code(_single(operand))
                return {_named(fields.own): code} if op is Op.EQ else {_OPERATORS[op]: {_named(fields.own): code}}
            case IsMissing(fact):
                return {_named(self.facts[fact].presence): 0}
            case Not(arm):  # only around IsMissing: see normal_form
                return {_named(self.facts[facts_of(arm)[0]].presence): 1}


def build_networks(rules: Sequence[Rule]) -> tuple[Network, ...]:
    """Deal the rules out to as few networks as the limits allow, in their order.

    Raises UsageError if one rule alone is over a limit.
    """
    networks: list[Network] = []
    taken: list[tuple[Rule, tuple[Alternative, ...]]] = []
    fields: set[tuple[object, ...]] = set()
    count = 0
    for rule in rules:
        ways, reads = _alternatives(rule), count_fields(leaves(rule.when))
        if len(ways) > MAX_ALTERNATIVES or len(reads) > MAX_FIELDS:
            raise UsageError(
                f"needs {len(ways)} alternatives over {len(reads)} fields, too many for durable_rules",
                where=f"rule {rule.id}",
                remedy="split the rule",
            )
        if count + len(ways) > MAX_ALTERNATIVES or len(fields | reads) > MAX_FIELDS:
            networks.append(_network(taken))
            taken, fields, count = [], set(), 0
        taken.append((rule, ways))
        fields |= reads
        count += len(ways)
    if taken:
        networks.append(_network(taken))
    return tuple(networks)


def _network(taken: Sequence[tuple[Rule, tuple[Alternative, ...]]]) -> Network:
    flat = tuple((place, way) for place, (_, ways) in enumerate(taken) for way in ways)
    by_fact: dict[str, list[Leaf]] = {}
    for rule, _ in taken:
        for leaf in leaves(rule.when):
            by_fact.setdefault(leaf.fact, []).append(leaf)
    codings, source = codings_of(leaf for found in by_fact.values() for leaf in found), NameSource()
    return Network(
        rules=tuple(rule for rule, _ in taken),
        alternatives=flat,
        facts={fact: name_fields(found, codings[fact], source) for fact, found in by_fact.items()},
        groups=tuple(source.next("g") for _ in range(len(flat) // GROUP + 1)),
        names=tuple(source.next("r") for _ in range(len(flat) + 1)),
    )


def _alternatives(rule: Rule) -> tuple[Alternative, ...]:
    try:
        return alternatives(rule.when)
    except TooManyAlternatives:
        raise UsageError(
            "the condition has too many alternatives", where=f"rule {rule.id}", remedy="split it"
        ) from None


def _engine_rule(conditions: list[dict[str, object]]) -> dict[str, object]:
    return {"all": [{"m": {"$and": conditions}}]}


def _single(operand: Literal | ParameterName) -> float | str:
    if isinstance(operand, tuple | ParameterName):
        raise UsageError(f"{operand} is not a single value")
    return operand


def _named(name: str | None) -> str:
    if name is None:
        raise RiskEngineError("a condition reads a field that was not made", remedy="please report this")
    return name
