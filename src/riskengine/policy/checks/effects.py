"""Checks of what a rule does."""

from collections.abc import Iterator

from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.resolve import resolve_effect
from riskengine.policy.rule import LAST_STAGE, Effect, late_parts
from riskengine.policy.variant import variants_on
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import UsageError

# part of `then`: lowest and highest value that makes sense
_RANGES: dict[str, tuple[float, float]] = {
    "grade_cap": (2, 9),
    "notch": (-8, 8),
    "limit_cap": (0, 1e15),
    "limit_factor": (0, 1),
    "terms_cap_days": (0, 3650),
    "terms_add_days": (-365, 365),
}
_EMPTY = Effect()


def check_effects(draft: PolicyDraft) -> Iterator[Finding]:
    """Numbers that are out of range, effects that come too late to count, and rules that do nothing."""
    for rule in draft.rules:
        variants = (variant for as_of in draft.dates_of(rule) for variant in variants_on(draft, rule, as_of))
        for variant in variants:
            try:
                effect = resolve_effect(rule.written.then, variant.values)
            except UsageError as error:
                if "no parameter" not in error.what:  # that one is found by check_parameters
                    yield Finding(rule.place("then"), error.what, error.remedy, (), FindingKind.PARAMETER_VALUE)
                continue
            yield from _check(rule, effect)


def _check(rule: AuthoredRule, effect: Effect) -> Iterator[Finding]:
    if effect == _EMPTY and rule.row is None:  # a row may say that nothing follows
        yield Finding(rule.place("then"), f"{rule.id} does nothing", "name an effect; a fact worth noting is a warning")
    if len(set(rule.written.then.actions)) < len(rule.written.then.actions):
        yield Finding(rule.place("then", "actions"), f"{rule.id} names an action twice", "name it once")
    for part in late_parts(effect, rule.stage):
        last = LAST_STAGE[part].value
        key = "warning" if part == "severity" else part
        what = f"'{key}' of {rule.id} comes too late in stage {rule.stage.value}; it counts up to stage {last}"
        remedy = f"put it into a rule of stage {last} or an earlier one"
        yield Finding(rule.place("then", key), what, remedy, (), FindingKind.EFFECT_TOO_LATE)
    for part, (low, high) in _RANGES.items():
        value = getattr(effect, part)
        if value is not None and not low <= value <= high:
            what = f"'{part}' of {rule.id} is {value:g}, it must lie in {low:g} .. {high:g}"
            yield Finding(rule.place("then", part), what, None, (), FindingKind.EFFECT_OUT_OF_RANGE)
