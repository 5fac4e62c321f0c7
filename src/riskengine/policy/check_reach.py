"""Checks by reasoning over all values: rules that can never hit, or always do."""

from collections.abc import Iterator

from riskengine.policy.condition import ORDERINGS, Condition, IsMissing, Leaf, Op, ParameterName, leaves
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.normal_form import MAX_ALTERNATIVES, TooManyAlternatives, alternatives
from riskengine.policy.reach import can_be
from riskengine.policy.resolve import resolve_condition
from riskengine.policy.variant import variants_on
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import UsageError


def check_reach(draft: PolicyDraft) -> Iterator[Finding]:
    """Dead rules, rules that are always true, and conditions too large to run on both engines."""
    for rule in draft.rules:
        for condition in resolved_conditions(draft, rule):
            try:
                alternatives(condition)
            except TooManyAlternatives:
                what = f"the condition of {rule.id} has more than {MAX_ALTERNATIVES} alternatives"
                yield Finding(rule.place("when"), what, "split the rule")
                continue
            if not can_be(condition, draft.vocabulary, wanted=True):
                yield Finding(rule.place("when"), f"{rule.id} can never hit: {condition}", "correct its condition")
            elif not can_be(condition, draft.vocabulary, wanted=False):
                yield Finding(rule.place("when"), f"{rule.id} is always true: {condition}", "correct its condition")


def resolved_conditions(draft: PolicyDraft, rule: AuthoredRule) -> Iterator[Condition]:
    """The rule's condition for every segment on every date it changes, without the guards of segments; nothing where
    other checks already object."""
    if any(placed.leaf.fact not in draft.vocabulary for placed in rule.leaves):
        return
    seen: set[Condition] = set()
    variants = (variant for as_of in draft.dates_of(rule) for variant in variants_on(draft, rule, as_of))
    for variant in variants:
        try:
            condition = resolve_condition(rule.when, variant.values)
        except UsageError:
            continue
        if condition not in seen and all(_is_comparable(leaf, draft.vocabulary) for leaf in leaves(condition)):
            seen.add(condition)
            yield condition


def _is_comparable(leaf: Leaf, vocabulary: Vocabulary) -> bool:
    """Whether fact and operand are of one type; check_leaves says so where they are not."""
    if isinstance(leaf, IsMissing) or isinstance(leaf.operand, ParameterName):
        return isinstance(leaf, IsMissing)
    members = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
    is_text = vocabulary[leaf.fact].is_text
    fits_op = isinstance(leaf.operand, tuple) is (leaf.op in (Op.IN, Op.NOT_IN)) and not (
        is_text and leaf.op in ORDERINGS
    )
    return fits_op and all(isinstance(member, str) is is_text for member in members)
