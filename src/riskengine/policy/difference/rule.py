"""What differs between the rules of two policies, rule by rule."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby

from riskengine.policy.bundle import Policy
from riskengine.policy.rule import Effect, Rule, base_id_of

# What a rule is made of, in the order it is told.
ASPECTS = (
    *("id", "name", "stage", "when", "on_missing", "then", "subject", "indicator", "until"),
    *("reason", "part", "ruleset", "owner"),
)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule, segment of a rule or row of a table. `before` None: added; `after` None: removed."""

    before: Rule | None
    after: Rule | None

    @property
    def rule(self) -> Rule:
        """The newer side that there is."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change without a rule")
        return found

    @property
    def base_id(self) -> str:
        return base_id_of(self.rule.id)

    @property
    def written_id(self) -> str:
        """As authored: with the row of a table, without the segment."""
        return re.sub(r"@[^#]*", "", self.rule.id)

    @property
    def aspects(self) -> tuple[str, ...]:
        """What differs, of ASPECTS; empty for a rule that only one side has."""
        if self.before is None or self.after is None:
            return ()
        old, new = self.before, self.after
        return tuple(aspect for aspect in ASPECTS if getattr(old, aspect) != getattr(new, aspect))


def compare_rules(before: Policy, after: Policy) -> tuple[RuleChange, ...]:
    """Rules added, removed and changed, by stage and id.

    Rows of one table are paired by what they ask first and by number then, so that a row put in between is one change
    and not one for each row that follows.
    """
    old, new = sorted(before.every_rule, key=_by_base), sorted(after.every_rule, key=_by_base)
    groups_old = {base: list(found) for base, found in groupby(old, key=lambda rule: rule.base_id)}
    groups_new = {base: list(found) for base, found in groupby(new, key=lambda rule: rule.base_id)}
    found = [
        change
        for base in sorted({*groups_old, *groups_new})
        for change in _paired(groups_old.get(base, []), groups_new.get(base, []))
        if change.before is None or change.after is None or change.aspects
    ]
    stages = list(after.rules)
    return tuple(sorted(found, key=lambda change: (stages.index(change.rule.stage), change.rule.id)))


def effect_parts(effect: Effect) -> dict[str, object]:
    """The parts of an effect that say something, in the order of the fields.

    >>> effect_parts(Effect(grade_cap=7, freeze=True))
    {'grade_cap': 7, 'freeze': True}
    """
    neutral = Effect()
    return {
        field.name: getattr(effect, field.name)
        for field in fields(Effect)
        if getattr(effect, field.name) != getattr(neutral, field.name)
    }


def _by_base(rule: Rule) -> tuple[str, int, str]:
    row = re.search(r"#(\d+)", rule.id)
    return rule.base_id, int(row[1]) if row else 0, rule.id


def _paired(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[RuleChange]:
    """Pairs of equal content, then of equal id and condition, then of equal condition, then of equal id."""
    left, right = list(old), list(new)
    keys = (
        lambda rule: (rule.id, str(rule.when), rule.then),
        lambda rule: (str(rule.when), rule.then),
        lambda rule: (rule.id, str(rule.when)),
        lambda rule: str(rule.when),
        lambda rule: rule.id,
    )
    for key in keys:
        waiting = {key(rule): rule for rule in reversed(right)}
        for rule in list(left):
            match = waiting.pop(key(rule), None)
            if match is not None:
                left.remove(rule)
                right.remove(match)
                yield RuleChange(rule, match)
    yield from (RuleChange(rule, None) for rule in left)
    yield from (RuleChange(None, rule) for rule in right)
