"""Ranges of facts: where a condition holds, a value inside, and the nearest one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.features.feature import Unit
from riskengine.policy.condition import AllOf, truth
from riskengine.policy.difference.region import Bounds, example_of, nearest_value, regions
from riskengine.policy.leaf import parse_leaf
from riskengine.policy.normal_form import TooManyAlternatives
from riskengine.policy.vocabulary import Fact, standard_vocabulary
from riskengine.terms.decision import Stage
from riskengine.terms.text import Text
from support.random_rules import random_rules

FACTS = {
    **{f"number_{n}": Fact(f"number_{n}", Text("n", "n"), Unit.SCORE, Stage.HARD_STOPS) for n in range(12)},
    **{f"text_{n}": Fact(f"text_{n}", Text("t", "t"), Unit.CATEGORY, Stage.HARD_STOPS) for n in range(4)},
    **{f"flag_{n}": Fact(f"flag_{n}", Text("f", "f"), Unit.FLAG, Stage.HARD_STOPS, 0.0, 1.0) for n in range(2)},
}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_every_example_of_a_region_makes_the_condition_true(seed, negate):
    condition = random_rules(seed, 1)[0].when
    try:
        found = regions(condition, FACTS, negate=negate)
    except TooManyAlternatives:
        return
    for region in found[:20]:
        record = example_of(region, FACTS)
        assert _holds(region, record)
        assert truth(condition, record) is (not negate)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000))
def test_whoever_a_condition_is_true_for_lies_in_a_region(seed):
    condition = random_rules(seed, 1, depth=2)[0].when
    chance = random.Random(seed)
    try:
        found = regions(condition, FACTS)
    except TooManyAlternatives:
        return
    for _ in range(30):
        record = {name: _value(chance, fact) for name, fact in FACTS.items()}
        assert (truth(condition, record) is True) == any(_holds(region, record) for region in found)


def _holds(region, record):
    return all(bounds.accepts(record.get(bounds.fact)) for bounds in region)


def _value(chance, fact):
    if chance.random() < 0.2:
        return None
    if fact.is_text:
        return chance.choice(["NO", "CN", "", "x"])
    return chance.choice([0.0, 1.0]) if fact.unit is Unit.FLAG else chance.choice([0.0, 0.3, 1.0, 90.0, -1.0, 1e16])


@pytest.mark.parametrize(
    ("leaf", "current", "expected"),
    [
        ("pay_dpd_max < 60", 95.0, 59.99999999999999),
        ("pay_dpd_max < 60", 12.0, 12.0),
        ("sig_bounced_payment_count_365d < 2", 4.0, 1.0),
        ("fin_qualified_flag == 0", 1.0, 0.0),
        ("pay_overdue_ratio >= 0.25", 0.1, 0.25),
        ("cus_country not in ['IT', 'ES']", "IT", "other"),
        ("pay_overdue_ratio != 0.5", 0.5, 0.49999999999999994),
        ("sig_bounced_payment_count_365d not in [0, 1]", 0.0, 2.0),
    ],
)
def test_nearest_value(leaf, current, expected):
    facts = standard_vocabulary()
    ((bounds,),) = regions(parse_leaf(leaf), facts)
    assert nearest_value(bounds, facts[bounds.fact], current) == expected


def test_contradictions_are_no_region():
    facts = standard_vocabulary()
    late, early = parse_leaf("pay_dpd_max >= 60"), parse_leaf("pay_dpd_max < 15")
    assert regions(AllOf((late, early)), facts) == ()
    with pytest.raises(ValueError, match="no value"):
        nearest_value(Bounds("pay_dpd_max", high=0.0), facts["pay_dpd_max"], 3.0)
