"""What is handed to durable_rules stays within what it can do."""

import json
from itertools import product

import pytest

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Op
from riskengine.rules.names import RESERVED, NameSource, fnv1a
from riskengine.rules.network import GROUP, MAX_ALTERNATIVES, MAX_FIELDS, build_networks
from riskengine.terms.errors import UsageError
from support.random_rules import random_rules, rule


@pytest.mark.parametrize("count", [1, 700, 2_000])
def test_networks_keep_the_limits_of_the_library(count: int) -> None:
    rules = random_rules(7, count)
    networks = build_networks(rules)
    assert [r.id for network in networks for r in network.rules] == [r.id for r in rules]
    for network in networks:
        fields = [name for fields in network.facts.values() for name in fields.names]
        assert len(network.alternatives) <= MAX_ALTERNATIVES
        assert len(fields) <= MAX_FIELDS
        assert len(fields) + len(network.groups) + 2 < 252
        assert -(-len(network.alternatives) // GROUP) <= len(network.groups) < 64


def test_every_engine_rule_begins_with_its_group() -> None:
    (network,) = build_networks(random_rules(3, 60))
    made = json.loads(network.definition)
    assert len(made) == len(network.alternatives) + 1
    firsts = [next(iter(one["all"][0]["m"]["$and"][0])) for one in made.values()]
    assert all(firsts.count(group) <= GROUP + 1 for group in network.groups)
    assert set(firsts) <= set(network.groups)
    assert {key for one in made.values() for key in one} == {"all", "pri"}
    assert list(made.values())[-1] == {"all": [{"m": {"$and": [{network.groups[-1]: 1}]}}], "pri": 1}


def test_only_small_whole_numbers_are_handed_over() -> None:
    (network,) = build_networks(random_rules(4, 60))
    codings = [fields.coding for fields in network.facts.values()]
    for extreme in product((0, -1, -2), repeat=2):
        codes = [extreme[place % 2] if extreme[place % 2] > -2 else c.size - 1 for place, c in enumerate(codings)]
        text = network.message(codes)
        fact = json.loads(text)
        assert text.isascii()
        assert (fact.pop("id"), fact.pop("sid")) == ("1", "0")
        assert all(isinstance(value, int) and 0 <= value < 1_000 for value in fact.values())


def test_no_two_names_have_one_hash() -> None:
    source = NameSource()
    names = [source.next(prefix) for prefix in ("f", "g", "r") for _ in range(20_000)]
    assert len({fnv1a(name) for name in (*names, *RESERVED)}) == len(names) + len(RESERVED)


def test_a_name_whose_hash_is_taken_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hash of 4 values, three reserved, one name is left; the library's own are never given out."""
    monkeypatch.setattr("riskengine.rules.names.fnv1a", lambda name: len(name) % 4)
    monkeypatch.setattr("riskengine.rules.names.RESERVED", ("id", "sid", "f000"))
    assert NameSource().next("f") == "f1000"


def test_networks_of_other_content_have_other_names() -> None:
    first, same, other = (build_networks(random_rules(seed, 5))[0] for seed in (1, 1, 2))
    assert first.name == same.name != other.name


def test_a_rule_over_the_limits_is_refused_by_name() -> None:
    arms = [AnyOf(tuple(Comparison(f"f{n}", Op.EQ, float(v)) for v in range(7))) for n in range(3)]
    with pytest.raises(UsageError, match="rule A-001: the condition has too many alternatives"):
        build_networks([rule("A-001", AllOf(tuple(arms)))])
    wide = AllOf(tuple(Comparison(f"f{n}", Op.EQ, 1.0) for n in range(MAX_FIELDS + 1)))
    with pytest.raises(UsageError, match="rule A-001: needs 1 alternatives over 181 fields"):
        build_networks([rule("A-001", wide)])
