"""A parameter with values for segments: exactly one variant of a rule holds for any customer, with his values."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.features.feature import Unit
from riskengine.policy.checks.segments import check_segments
from riskengine.policy.condition import AllOf, AnyOf, Comparison, Op, ParameterName, truth
from riskengine.policy.parameters import DatedValue, Parameter, values_on
from riskengine.policy.reading import FolderReader
from riskengine.policy.resolve import resolve_condition
from riskengine.policy.rule import Rule
from riskengine.policy.segment import Segment, are_apart
from riskengine.policy.segment_guard import guard_of
from riskengine.policy.source import examine, load_policy
from riskengine.policy.variant import variants_of
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.records import facts_from_records
from riskengine.terms.decision import Outcome
from riskengine.terms.text import Text
from support.policy_folder import VOCABULARY, good_policy
from support.random_rules import rule

DAY, LATER, ENDED = dt.date(2020, 6, 30), dt.date(2022, 6, 30), dt.date(2024, 6, 30)
FACTS = ("cus_country", "cus_industry", "cus_region")
TEXTS = ("IT", "ES", "NO", "C")

segment_members = st.dictionaries(
    st.sampled_from(FACTS), st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3, unique=True).map(tuple), min_size=1
).map(lambda found: tuple(sorted(found.items())))


@st.composite
def segments(draw):
    members = draw(st.lists(segment_members, min_size=1, max_size=4))
    return {
        f"s{place}": Segment(f"s{place}", Text(f"s{place}", "段"), found, draw(st.booleans()))
        for place, found in enumerate(members)
    }


@st.composite
def parameters(draw, known):
    found = {}
    for name in ("p", "q", "r"):
        chosen = draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=3))
        values = [DatedValue(DAY, 0.0, "Manual", "Committee")]
        values += [DatedValue(DAY, float(place), "Manual", "Committee", s) for place, s in enumerate(chosen, start=1)]
        found[name] = Parameter(name, Text(name, name), Unit.DAYS, tuple(values))
    return found


customers = st.fixed_dictionaries({fact: st.sampled_from((*TEXTS, "elsewhere", None)) for fact in FACTS})


def is_in(segment, customer):
    """The plain definition: no known fact says otherwise, and unknown ones only if the segment takes them."""
    known = {fact: customer[fact] for fact, _ in segment.members if customer[fact] is not None}
    contradicted = any(value not in dict(segment.members)[fact] for fact, value in known.items())
    return not contradicted and (len(known) == segment.size or segment.unknown_is_in)


def value_for(parameter, known, customer):
    held = [d for d in parameter.values if d.segment is not None and is_in(known[d.segment], customer)]
    held.sort(key=lambda dated: (-known[dated.segment].size, dated.segment))
    return held[0].value if held else parameter.on(DAY)


@settings(deadline=None)
@given(segments(), customers)
def test_who_is_inside_is_never_unknown(known, customer):
    for segment in known.values():
        assert truth(AllOf(guard_of([segment], [])), customer) is is_in(segment, customer)
        assert truth(AllOf(guard_of([], [segment])), customer) is not is_in(segment, customer)


@settings(deadline=None)
@given(segments(), customers, st.data())
def test_who_is_in_some_and_in_none_of_others_is_never_unknown(known, customer, data):
    chosen = data.draw(st.lists(st.sampled_from(sorted(known)), unique=True))
    ins = [segment for name, segment in known.items() if name in chosen]
    outs = [segment for name, segment in known.items() if name not in chosen]
    expected = all(is_in(s, customer) for s in ins) and not any(is_in(s, customer) for s in outs)
    assert truth(AllOf(guard_of(ins, outs)), customer) is expected


@settings(deadline=None)
@given(segments(), customers)
def test_segments_apart_share_nobody(known, customer):
    for one in known.values():
        for other in known.values():
            if are_apart(one, other):
                assert not (is_in(one, customer) and is_in(other, customer))


@settings(deadline=None)
@given(st.data())
def test_exactly_one_variant_holds_for_any_customer_and_has_his_values(data):
    known = data.draw(segments())
    named = data.draw(parameters(known))
    variants = variants_of(named, named, known, values_on(named, DAY), DAY)
    assert variants[0].segments == ()
    assert len({tuple(s.name for s in variant.segments) for variant in variants}) == len(variants)
    for customer in data.draw(st.lists(customers, min_size=1, max_size=20)):
        said = [truth(AllOf(v.guard), customer) if v.guard else True for v in variants]
        assert sorted(said) == [False] * (len(variants) - 1) + [True]
        values = variants[said.index(True)].values
        assert values == {name: value_for(parameter, known, customer) for name, parameter in named.items()}


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_both_engines_say_what_the_plain_rule_says_with_the_customer_s_own_value(data):
    known = data.draw(segments())
    named = data.draw(parameters(known))
    when = AnyOf((Comparison("dpd", Op.GT, ParameterName("p")), Comparison("overdue", Op.LE, ParameterName("q"))))
    variants = variants_of(["p", "q"], named, known, values_on(named, DAY), DAY)
    rules = []
    for number, variant in enumerate(variants):
        rules.append(rule(f"R-{number:03d}", AllOf((*variant.guard, resolve_condition(when, variant.values)))))
    who = data.draw(st.lists(customers, min_size=1, max_size=8))
    amounts = st.none() | st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
    records = [{**customer, "dpd": data.draw(amounts), "overdue": data.draw(amounts)} for customer in who]
    facts = facts_from_records([{k: v for k, v in r.items() if v is not None} for r in records], VOCABULARY)
    with DurableEngine() as durable:
        said = [engine.evaluate(rules, facts) for engine in (ColumnsEngine(), durable)]
    for row, record in enumerate(records):
        own = {name: value_for(parameter, known, record) for name, parameter in named.items()}
        plain = truth(resolve_condition(when, own), record)
        for outcomes in said:
            found = sorted(outcomes.of(one.id, row) for one in rules if outcomes.of(one.id, row) is not Outcome.NO_HIT)
            assert found == {True: [Outcome.HIT], None: [Outcome.MISSING], False: []}[plain]


SEGMENTS = """
segments:
  south:
    text: {en: Southern Europe, zh: 南欧}
    for: {cus_country: [IT, ES]}
    if_unknown: out
  southern_builders:
    text: {en: Builders in southern Europe, zh: 南欧建筑业}
    for: {cus_country: [IT, ES], cus_industry: F}
    if_unknown: in
"""
VALUES = """
      - {from: 2020-01-01, value: 120, segment: south, reference: Manual 4.2, decided_by: Committee}
      - {from: 2022-01-01, until: 2024-01-01, value: 30, segment: southern_builders, reference: M, decided_by: C}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = good_policy(tmp_path)
    (folder / "segments.yaml").write_text(SEGMENTS, encoding="utf-8")
    parameters_file = folder / "parameters.yaml"
    text = parameters_file.read_text(encoding="utf-8")
    parameters_file.write_text(text.replace("\n  materiality:", VALUES + "  materiality:"), encoding="utf-8")
    return folder


def of(root: Path, day: dt.date) -> dict[str, Rule]:
    return {rule.id: rule for rule in load_policy(root, VOCABULARY).in_force(day).all_rules}


def test_a_rule_becomes_one_for_each_segment(root: Path) -> None:
    rules = of(root, LATER)
    mine = {name: rule for name, rule in rules.items() if rule.base_id == "EWS-PAY-001"}
    assert set(mine) == {"EWS-PAY-001", "EWS-PAY-001@south", "EWS-PAY-001@southern_builders"}
    assert mine["EWS-PAY-001"].part is None
    assert mine["EWS-PAY-001"].own_values == ()
    assert mine["EWS-PAY-001@south"].part == Text("Southern Europe", "南欧")
    assert mine["EWS-PAY-001@south"].own_values == (("dpd_serious", 120),)
    assert "dpd >= 30" in str(mine["EWS-PAY-001@southern_builders"].when)
    assert {r.then for r in mine.values()} == {rules["EWS-PAY-001"].then}
    assert "EWS-PAY-002@south" not in rules  # names no parameter with segments


def test_a_segment_s_value_has_its_own_dates(root: Path) -> None:
    assert "EWS-PAY-001@southern_builders" not in of(root, DAY)
    assert "EWS-PAY-001@south" in of(root, DAY)
    assert "EWS-PAY-001@southern_builders" not in of(root, ENDED)
    source = load_policy(root, VOCABULARY)
    assert dt.date(2024, 1, 1) in source.draft.dates()
    hashes = {source.in_force(day).content_hash for day in (DAY, LATER, ENDED)}
    assert len(hashes) == 3


def test_the_general_value_stays_the_policy_s(root: Path) -> None:
    assert load_policy(root, VOCABULARY).in_force(LATER).parameters["dpd_serious"] == 60


def test_both_engines_ask_each_customer_by_his_own_value(root: Path) -> None:
    records = [
        {"dpd": dpd, "overdue": 9000, "cus_country": country, "cus_industry": industry}
        for dpd in (30, 60, 120)
        for country in ("IT", "NO", None)
        for industry in ("F", "G", None)
    ]
    known = load_policy(root, VOCABULARY)
    rules = [rule for rule in known.in_force(LATER).all_rules if rule.base_id == "EWS-PAY-001"]
    facts = facts_from_records(
        [{name: value for name, value in record.items() if value is not None} for record in records], VOCABULARY
    )
    with DurableEngine() as durable:
        said = [engine.evaluate(rules, facts) for engine in (ColumnsEngine(), durable)]
    parameter = known.draft.parameters["dpd_serious"]
    for row, record in enumerate(records):
        threshold = 60.0
        if is_in(known.draft.segments["southern_builders"], record | {"cus_region": None}):
            threshold = parameter.on(LATER, "southern_builders")
        elif record["cus_country"] == "IT":
            threshold = parameter.on(LATER, "south")
        for outcomes in said:
            codes = [int(outcomes.by_rule[rule.id][row]) for rule in rules]
            assert codes.count(1) == int(record["dpd"] >= threshold), record
            assert np.sum(np.array(codes) != 0) <= 1


def test_what_is_unknown_is_so_in_one_variant_only(root: Path) -> None:
    rules = [rule for rule in of(root, LATER).values() if rule.base_id == "EWS-PAY-001"]
    said = [truth(rule.when, {"cus_country": "IT", "cus_industry": "G"}) for rule in rules]
    assert sorted(said, key=str) == [False, False, None]


FINDINGS = [
    (("segments.yaml", "if_unknown: out", "if_unknown: maybe"), "'segments.south.if_unknown' is 'maybe'"),
    (("segments.yaml", "for: {cus_country: [IT, ES]}", "for: {}"), "'segments.south.for': dictionary should have"),
    (("segments.yaml", "[IT, ES]}\n", "[IT, IT]}\n"), "names a text twice"),
    (("segments.yaml", "[IT, ES]}\n", "[IT, 3]}\n"), "is neither a text nor a list of texts"),
    (
        ("segments.yaml", "for: {cus_country: [IT, ES]}", "for: {cus_contry: IT}"),
        "'cus_contry' does not make a segment",
    ),
    (("segments.yaml", "for: {cus_country: [IT, ES]}", "for: {dpd: IT}"), "'dpd' does not make a segment"),
    (("segments.yaml", "  south:", "  South:"), "segments.South"),
    (
        ("parameters.yaml", "segment: south,", "segment: sout,"),
        "there is no segment 'sout'. Remedy: did you mean 'south'?",
    ),
    (("segments.yaml", ", cus_industry: F}", "}"), "a customer of both 'south' and 'southern_builders' has two values"),
    (
        ("parameters.yaml", "until: 2024-01-01", "until: 2022-01-01"),
        "'dpd_serious' ends on 2022-01-01, before it begins",
    ),
    (("parameters.yaml", "value: 60,", "until: 2030-01-01, value: 60,"), "the general value has `until`"),
    (("parameters.yaml", "value: 120, segment", "value: -1, segment"), "'dpd >= @dpd_serious with -1.0' is outside"),
    (("limits.yaml", "starter: 50000", 'starter: "@dpd_serious"'), "'@dpd_serious' has values for segments"),
    (("segments.yaml", "  southern_builders:", "  builders:"), "no value names the segment 'builders'"),
]


@pytest.mark.parametrize(("change", "what"), FINDINGS, ids=[what for _, what in FINDINGS])
def test_a_mistake_is_explained(root: Path, change: tuple[str, str, str], what: str) -> None:
    name, before, after = change
    text = (root / name).read_text(encoding="utf-8")
    assert before in text
    (root / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    found = [str(finding) for finding in examine(root, VOCABULARY)[1]]
    assert any(what in finding for finding in found), found


def test_a_parameter_needs_a_value_for_all_others(root: Path) -> None:
    path = root / "parameters.yaml"
    text = path.read_text(encoding="utf-8")
    for value in ("90", "60"):
        text = text.replace(f"value: {value}, reference", f"value: {value}, segment: south, reference")
    path.write_text(text, encoding="utf-8")
    found = [str(finding) for finding in examine(root, VOCABULARY)[1]]
    assert any("'dpd_serious' has values for segments only" in finding for finding in found)


def many_segments(count: int) -> str:
    """Each of three facts of its own values, so that being outside of all of them takes many words."""
    lines = [
        f"  s{place}: {{text: {{en: S, zh: 段}}, "
        f"for: {{cus_country: A{place}, cus_industry: B{place}, cus_region: C{place}}}, if_unknown: out}}"
        for place in range(count)
    ]
    return "segments:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(("count", "is_too_large"), [(2, False), (8, True)])
def test_segments_that_make_a_rule_too_large_are_a_finding(tmp_path: Path, count: int, is_too_large: bool) -> None:
    root = good_policy(tmp_path)
    (root / "segments.yaml").write_text(many_segments(count), encoding="utf-8")
    path = root / "parameters.yaml"
    values = "".join(
        f"      - {{from: 2020-01-01, value: {50 + place}, segment: s{place}, reference: M, decided_by: C}}\n"
        for place in range(count)
    )
    text = path.read_text(encoding="utf-8").replace("\n  materiality:", f"\n{values}  materiality:")
    path.write_text(text, encoding="utf-8")
    found = [str(finding) for finding in check_segments(FolderReader(root, VOCABULARY).read())]
    said = [finding for finding in found if "with all its segments EWS-PAY-001 has more than" in finding]
    assert bool(said) is is_too_large, found
