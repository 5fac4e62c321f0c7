"""Rules in the form durable_rules takes: flat alternatives over small whole numbers, in groups behind a flag.

Its limits, and what is done about them: native `$or` fires once for each true branch, so every alternative is a rule of
its own; more than 64 conditions true at one level fail, so alternatives stand in groups behind a group flag that every
fact carries; a fact may have 252 fields, so many rules are dealt out to several networks.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from riskengine.policy.condition import Comparison, IsMissing, Literal, Op, ParameterName, facts_of, leaves
from riskengine.policy.normal_form import Alternative, LiteralLeaf, TooManyAlternatives, alternatives
from riskengine.policy.rule import Rule
from riskengine.rules.codes import CodeArray, Coding, ListCoding, codings_of, is_list
from riskengine.rules.facts import FactColumns
from riskengine.terms.errors import RiskEngineError, UsageError

GROUP = 24  # alternatives behind one flag
MAX_ALTERNATIVES = 20 * GROUP  # of one network
MAX_FIELDS = 180  # of one fact, beside the flags; the library fails at 252

_OPERATORS = {Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte", Op.NE: "$neq"}


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a fact is known: 1 or 0, never missing."""

    fact: str

    def codes(self, facts: FactColumns) -> CodeArray:
        if self.fact in facts.numbers:
            return (~np.isnan(facts.numbers[self.fact])).astype(np.int64)
        if self.fact in facts.texts:
            return np.array([text is not None for text in facts.texts[self.fact].tolist()], dtype=np.int64)
        return np.zeros(facts.count, np.int64)

    @property
    def size(self) -> int:
        return 2


Field = Coding | ListCoding | Presence


@dataclass(frozen=True)
class Network:
    """Some rules with all their alternatives.

    `alternatives` holds for each engine rule the index of our rule and its literals; `fields` the field of the fact
    that each literal reads.
    """

    rules: tuple[Rule, ...]
    alternatives: tuple[tuple[int, Alternative], ...]
    fields: dict[Field, str]

    @cached_property
    def definition(self) -> str:
        """The JSON the extension takes. Names are short and positional: the library compares hashes of names only."""
        coded = {
            engine_rule_name(place): {"all": [{"m": {"$and": self._conditions(place, literals)}}]}
            for place, (_, literals) in enumerate(self.alternatives)
        }
        return json.dumps(coded)

    @cached_property
    def name(self) -> str:
        """Different content has a different name, so a reloaded policy never meets the old one's state."""
        return f"policy-{hashlib.sha256(self.definition.encode()).hexdigest()[:32]}"

    @property
    def groups(self) -> int:
        return -(-len(self.alternatives) // GROUP)

    def names(self) -> Iterator[str]:
        """Every name the library hashes into one space."""
        yield from self.fields.values()
        yield from (group_name(group) for group in range(self.groups))
        yield from ("id", "sid", "m", "$s")

    def _conditions(self, place: int, literals: Alternative) -> list[dict[str, object]]:
        conditions: list[dict[str, object]] = [{group_name(place // GROUP): 1}]
        return conditions + [self._condition(literal) for literal in literals]

    def _condition(self, literal: LiteralLeaf) -> dict[str, object]:
        if not isinstance(literal, Comparison):
            is_absent = isinstance(literal, IsMissing)
            return {self.fields[Presence(_fact(literal))]: 0 if is_absent else 1}
        if isinstance(literal.operand, tuple):
            name = next(n for f, n in self.fields.items() if _reads_list(f, literal))
            return {name: 1 if literal.op is Op.IN else 0}
        coding, name = next(
            (f, n)
            for f, n in self.fields.items()
            if not isinstance(f, ListCoding | Presence) and f.fact == literal.fact
        )
        code = coding.code(_single(literal.operand))
        return {name: code} if literal.op is Op.EQ else {_OPERATORS[literal.op]: {name: code}}


def build_networks(rules: Sequence[Rule]) -> tuple[Network, ...]:
    """Deal the rules out to as few networks as the limits allow, in their order.

    Raises UsageError if one rule alone is over a limit.
    """
    networks: list[Network] = []
    taken: list[tuple[Rule, tuple[Alternative, ...]]] = []
    fields: set[object] = set()
    count = 0
    for rule in rules:
        ways, reads = _alternatives(rule), _reads(rule)
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
    for network in networks:
        _check_names(network)
    return tuple(networks)


def engine_rule_name(place: int) -> str:
    return f"r{place}"


def group_name(group: int) -> str:
    return f"g{group}"


def fnv1a(name: str) -> int:
    """The 32-bit hash by which the library tells names apart.

    >>> hex(fnv1a("a"))
    '0xe40c292c'
    """
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def _alternatives(rule: Rule) -> tuple[Alternative, ...]:
    try:
        return alternatives(rule.when)
    except TooManyAlternatives:
        raise UsageError(
            "the condition has too many alternatives", where=f"rule {rule.id}", remedy="split it"
        ) from None


def _reads(rule: Rule) -> set[object]:
    """As many things as the rule needs fields: one for each fact, list of a fact, and presence of a fact."""
    found: set[object] = set()
    for leaf in leaves(rule.when):
        if isinstance(leaf, IsMissing):
            found.add((IsMissing, leaf.fact))
        else:
            found.add((leaf.fact, leaf.operand if is_list(leaf) else None))
    return found


def _network(taken: Sequence[tuple[Rule, tuple[Alternative, ...]]]) -> Network:
    rules = tuple(rule for rule, _ in taken)
    flat = tuple((place, way) for place, (_, ways) in enumerate(taken) for way in ways)
    fields = _fields(rules)
    return Network(rules, flat, {field: f"f{place}" for place, field in enumerate(fields)})


def _fields(rules: Sequence[Rule]) -> list[Field]:
    """The fields the literals read, each once."""
    found = [leaf for rule in rules for leaf in leaves(rule.when)]
    comparisons = [leaf for leaf in found if isinstance(leaf, Comparison)]
    codings = codings_of(comparisons)
    fields: dict[Field, None] = {}
    for leaf in found:
        if isinstance(leaf, IsMissing):
            fields[Presence(leaf.fact)] = None
        elif is_list(leaf) and isinstance(leaf.operand, tuple):
            fields[ListCoding(codings[leaf.fact], leaf.operand)] = None
        else:
            fields[codings[leaf.fact]] = None
    return list(fields)


def _reads_list(field: Field, literal: Comparison) -> bool:
    return isinstance(field, ListCoding) and field.base.fact == literal.fact and field.members == literal.operand


def _fact(literal: LiteralLeaf) -> str:
    return facts_of(literal)[0]


def _single(operand: Literal | ParameterName) -> float | str:
    if isinstance(operand, tuple | ParameterName):
        raise UsageError(f"{operand} is not a single value")
    return operand


def _check_names(network: Network) -> None:
    names = list(network.names())
    if len({fnv1a(name) for name in names}) < len(names):
        raise RiskEngineError("two field names have one hash in durable_rules", where=network.name)


def codes_of(network: Network, facts: FactColumns) -> dict[Field, CodeArray]:
    """The codes of every field, and of what lists are read from."""
    found: dict[Field, CodeArray] = {}
    for field in network.fields:
        if isinstance(field, ListCoding):
            if field.base not in found:
                found[field.base] = field.base.codes(facts)
            found[field] = field.codes_from(found[field.base])
        elif field not in found:
            found[field] = field.codes(facts)
    return found


def fact_texts(network: Network, codes: Mapping[Field, CodeArray], count: int) -> list[str]:
    """One JSON object for each customer; a missing field is left out."""
    columns = []
    for field, name in network.fields.items():
        written = [f'"{name}":{code},' for code in range(field.size)]
        written.append("")  # MISSING_CODE is -1, the last place
        columns.append([written[code] for code in codes[field].tolist()])
    flags = "".join(f'"{group_name(group)}":1,' for group in range(network.groups))
    rows = zip(*columns, strict=True) if columns else [()] * count
    return [f'{{{"".join(row)}{flags}"id":"1","sid":"0"}}' for row in rows]
