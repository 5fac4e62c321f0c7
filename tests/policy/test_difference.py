"""What differs between two policies: nothing between equal ones, and every single edit is found."""

import datetime as dt
import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Not, Op
from riskengine.policy.difference.affected import affected_by
from riskengine.policy.difference.compare import (
    ExceptionChange,
    ParameterChange,
    Part,
    ValueChange,
    compare_on,
    exceptions_between,
)
from riskengine.policy.difference.history import compare_days, compare_sources
from riskengine.policy.difference.leaf import compare_leaves
from riskengine.policy.difference.rule import RuleChange, compare_rules
from riskengine.policy.exception import Exclusion
from riskengine.policy.leaf import parse_leaf
from riskengine.policy.source import load_policy
from riskengine.terms.decision import OnMissing, Outcome
from riskengine.terms.text import Text
from support.policy_folder import SHIPPED

DAY = dt.date(2025, 6, 30)
SOURCE = load_policy(SHIPPED)
RULES = len(SOURCE.draft.rules)
PARAMETERS = sorted(SOURCE.draft.parameters)


def edited_rule(place, **changes):
    """The shipped policy with one rule changed."""
    rules = list(SOURCE.draft.rules)
    rule = rules[place]
    if "when" in changes:
        rules[place] = replace(rule, when=changes["when"])
    else:
        rules[place] = replace(rule, written=rule.written.model_copy(update=changes))
    return replace(SOURCE, draft=replace(SOURCE.draft, rules=tuple(rules)))


def edited_parameter(name, **changes):
    parameter = SOURCE.draft.parameters[name]
    last = replace(parameter.values[-1], **changes)
    edited = {**SOURCE.draft.parameters, name: replace(parameter, values=(*parameter.values[:-1], last))}
    return replace(SOURCE, draft=replace(SOURCE.draft, parameters=edited))


def test_a_policy_does_not_differ_from_itself():
    found = compare_sources(SOURCE, SOURCE)
    assert found.is_empty
    assert found.changes == ()


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(PARAMETERS), st.integers(1, 9))
def test_every_edited_parameter_is_found_and_only_it(name, shift):
    old = SOURCE.draft.parameters[name].values[-1].value
    edited = edited_parameter(name, value=old + shift)
    found = compare_on(SOURCE, DAY, edited, DAY)
    assert [change.name for change in found] == [name]
    (change,) = found
    assert (change.before.value, change.after.value) == (old, old + shift)
    assert change.decides
    assert set(change.rules) == {c.written_id for c in change.affected}


def _with_first_leaf(condition, edit):
    match condition:
        case AllOf(arms):
            return AllOf((_with_first_leaf(arms[0], edit), *arms[1:]))
        case AnyOf(arms):
            return AnyOf((_with_first_leaf(arms[0], edit), *arms[1:]))
        case Not(arm):
            return Not(_with_first_leaf(arm, edit))
        case leaf:
            return edit(leaf)


RULE_EDITS = {
    "name": lambda rule: {"name": rule.written.name.model_copy(update={"zh": "另一名称"})},
    "on_missing": lambda rule: {
        "on_missing": OnMissing.REFER if rule.written.on_missing is not OnMissing.REFER else OnMissing.HIT
    },
    "then": lambda rule: {"then": rule.written.then.model_copy(update={"refer": not rule.written.then.refer})},
    "when": lambda rule: {
        "when": _with_first_leaf(
            rule.when,
            lambda leaf: replace(leaf, op=Op.NE) if isinstance(leaf, Comparison) else parse_leaf("cus_age_days < 7"),
        )
    },
}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, RULES - 1), st.sampled_from(sorted(RULE_EDITS)))
def test_every_edited_rule_is_found_and_only_it(place, aspect):
    rule = SOURCE.draft.rules[place]
    edited = edited_rule(place, **RULE_EDITS[aspect](rule))
    before, after = SOURCE.in_force(DAY), edited.in_force(DAY)
    found = compare_on(SOURCE, DAY, edited, DAY)
    assert (found == ()) == (before.content_hash == after.content_hash)
    for change in found:
        assert isinstance(change, RuleChange)
        assert change.written_id == rule.id
        assert aspect in change.aspects or "reason" in change.aspects


@settings(max_examples=12, deadline=None)
@given(st.integers(0, RULES - 1))
def test_a_removed_rule_is_removed_one_way_and_added_the_other(place):
    rules = SOURCE.draft.rules
    without = replace(SOURCE, draft=replace(SOURCE.draft, rules=(*rules[:place], *rules[place + 1 :])))
    gone = compare_on(SOURCE, DAY, without, DAY)
    come = compare_on(without, DAY, SOURCE, DAY)
    assert {c.before.id for c in gone} == {c.after.id for c in come}
    assert all(c.after is None for c in gone)


def test_a_parameter_tells_its_dates_its_rules_and_whom_it_concerns():
    found = compare_days(SOURCE, dt.date(2018, 12, 31), SOURCE, dt.date(2019, 1, 1))
    (dated,) = found.changes
    change = dated.change
    assert isinstance(change, ParameterChange)
    assert (change.name, change.before.value, change.after.value) == ("hold_dpd", 90, 60)
    assert change.after.decided_by == "Credit committee"
    (affected,) = change.affected
    concerned = affected_by(affected, SOURCE.draft.vocabulary)
    ((dpd, *_others),) = concerned.gained
    assert (dpd.fact, dpd.low, dpd.low_included, dpd.high, dpd.high_included) == ("pay_dpd_max", 60, True, 90, False)
    assert concerned.lost == ()
    assert (concerned.example.before, concerned.example.after) == (Outcome.NO_HIT, Outcome.HIT)


def test_a_moved_date_differs_only_in_between():
    moved = edited_parameter("hold_dpd", start=dt.date(2019, 7, 1))
    found = compare_sources(SOURCE, moved)
    (period,) = found.periods
    assert (period.start, period.until) == (dt.date(2019, 1, 1), dt.date(2019, 7, 1))
    decisive, recorded = found.decisive, found.recorded
    assert [d.change.name for d in decisive] == [d.change.name for d in recorded] == ["hold_dpd"]


def test_another_reference_with_the_same_value_decides_alike():
    found = compare_sources(SOURCE, edited_parameter("hold_dpd", reference="Minutes, page 2"))
    assert found.is_empty
    assert [d.change.after.reference for d in found.recorded] == ["Minutes, page 2"]


@pytest.mark.parametrize(
    ("file", "old", "new", "part", "path"),
    [
        ("master_scale.yaml", "pd_to: 0.0025", "pd_to: 0.003", Part.SCALE, "2.pd_to"),
        ("limits.yaml", "headroom: 1.0", "headroom: 0.9", Part.LIMITS, "need.headroom"),
        ("terms.yaml", "standard_days: 30", "standard_days: 45", Part.TERMS, "standard_days"),
        ("terms.yaml", "steps_days: [7,", "steps_days: [6,", Part.TERMS, "steps_days"),
        ("limits.yaml", "{above: 100000, step: 5000}", "{above: 100000, step: 10000}", Part.LIMITS, "rounding.2.step"),
    ],
)
def test_the_other_documents(tmp_path, file, old, new, part, path):
    folder = _edited_copy(tmp_path, file, old, new)
    (change,) = compare_on(SOURCE, DAY, load_policy(folder), DAY)
    assert isinstance(change, ValueChange)
    assert (change.part, change.path) == (part, path)


def _edited_copy(tmp_path, file, old, new):
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_trees_of_another_shape_have_no_leaves_to_pair():
    one, other = parse_leaf("pay_dpd_max >= 60"), parse_leaf("pay_dpd_max >= 90")
    assert compare_leaves(AllOf((one, other)), AnyOf((one, other))) is None
    assert compare_leaves(AllOf((one,)), AllOf((one, other))) is None
    assert compare_leaves(Not(one), Not(other)) == ((one, other),)


def test_exceptions():
    """An exclusion that is prolonged is the old one removed and the new one added."""
    policy = SOURCE.in_force(DAY)
    short = Exclusion("HST-PAY-001", "C1", None, DAY, dt.date(2025, 9, 1), "r", "a", "b")
    longer = replace(short, until=dt.date(2025, 12, 1))
    found = list(exceptions_between(replace(policy, exclusions=(short,)), replace(policy, exclusions=(longer,))))
    assert found == [ExceptionChange(short, None), ExceptionChange(None, longer)]


def test_a_row_put_in_between_is_one_change():
    policy = SOURCE.in_force(DAY)
    stage, template = next((stage, found[0]) for stage, found in policy.rules.items() if found)

    def table(*limits):
        rows = tuple(
            replace(
                template,
                id=f"TRM-GRD-009#{number}",
                when=parse_leaf(f"pay_dpd_max >= {limit}"),
                part=Text(f"row {number}", f"第{number}行"),
            )
            for number, limit in enumerate(limits, start=1)
        )
        return replace(policy, rules={**policy.rules, stage: rows})

    found = compare_rules(table(30, 60, 90), table(30, 45, 60, 90))
    added = [change for change in found if change.before is None]
    assert [str(change.after.when) for change in added] == ["pay_dpd_max >= 45"]
    assert all(set(change.aspects) <= {"id", "part"} for change in found if change.before is not None)


EXCLUSION = """exclusions:
  - rule: HST-PAY-001
    customer: C0001
    from: 2025-03-01
    until: 2025-06-01
    reason: freight
    requested_by: a.meier
    approved_by: b.chen
"""


def test_an_exclusion_differs_while_it_holds(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED, folder)
    text = (folder / "exceptions.yaml").read_text(encoding="utf-8")
    (folder / "exceptions.yaml").write_text(text.replace("exclusions: []\n", EXCLUSION), encoding="utf-8")
    (folder / "policy.yaml").write_text("name: Trade credit policy\ncurrency: CNY\nowner: risk\n", encoding="utf-8")
    found = compare_sources(SOURCE, load_policy(folder))
    (dated,) = found.changes
    assert dated.change.after.customer_id == "C0001"
    assert [(p.start, p.until) for p in dated.periods] == [(dt.date(2025, 3, 1), dt.date(2025, 6, 1))]
    assert found.periods == dated.periods
    assert [which for which, _, _ in found.renamed] == ["owner"]


def test_another_currency_is_a_change(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED, folder)
    (folder / "policy.yaml").write_text("name: Trade credit policy\ncurrency: EUR\nowner: x\n", encoding="utf-8")
    (change,) = compare_on(SOURCE, DAY, load_policy(folder), DAY)
    assert (change.part, change.path, change.before, change.after) == (Part.POLICY, "currency", "CNY", "EUR")
