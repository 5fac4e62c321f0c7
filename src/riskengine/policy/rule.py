"""A rule of the credit policy: when it holds, and what then follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from riskengine.policy.condition import Condition, Literal
from riskengine.terms.decision import Action, OnMissing, OrderStop, Severity, Stage, Subject
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does to a decision. Every part joins with those of other rules in a way that ignores their order.

    | part           | meaning                                                            | joined by |
    |----------------|--------------------------------------------------------------------|-----------|
    | grade_cap      | the grade is this one (1 best .. 9, 'D') or worse                  | worst     |
    | notch          | grades added: +1 is one grade worse, -1 one grade better           | sum       |
    | limit_cap      | the limit is at most this, units of the reporting currency         | smallest  |
    | limit_factor   | the limit is multiplied by this, 0..1                              | smallest  |
    | terms_cap_days | payment terms are at most this many days; 0 is prepayment          | shortest  |
    | terms_add_days | days added to the terms (or taken, if negative)                    | sum       |
    | actions        | what is called for                                                 | union     |
    | severity       | the warning level (YAML key `warning`)                             | highest   |
    | freeze         | no credit now; implies the action freeze_credit                    | or        |
    | refer          | a person decides                                                   | or        |
    | in_default     | the customer is in default: grade 'D'                              | or        |
    | order          | the order is not shipped, or a person decides on it                | hold      |
    """

    grade_cap: int | None = None
    notch: int = 0
    limit_cap: float | None = None
    limit_factor: float | None = None
    terms_cap_days: int | None = None
    terms_add_days: int = 0
    actions: tuple[Action, ...] = ()
    severity: Severity | None = None
    freeze: bool = False
    refer: bool = False
    in_default: bool = False
    order: OrderStop | None = None


# The last stage in which a part of an effect still counts: what it bears on is concluded when that stage ends.
LAST_STAGE: Mapping[str, Stage] = MappingProxyType(
    {
        "in_default": Stage.HARD_STOPS,
        "grade_cap": Stage.GRADING,
        "notch": Stage.GRADING,
        "freeze": Stage.LIMITS,
        "limit_cap": Stage.LIMITS,
        "limit_factor": Stage.LIMITS,
        "terms_cap_days": Stage.TERMS,
        "terms_add_days": Stage.TERMS,
        "actions": Stage.WARNINGS,
        "severity": Stage.WARNINGS,
        "refer": Stage.WARNINGS,
    }
)


def late_parts(effect: Effect, stage: Stage) -> tuple[str, ...]:
    """The parts of an effect that come too late to count in a stage.

    >>> late_parts(Effect(grade_cap=8, limit_factor=0.0), Stage.LIMITS)
    ('grade_cap',)
    """
    stages = tuple(Stage)
    said = (part for part in LAST_STAGE if getattr(effect, part) != getattr(_NOTHING, part))
    return tuple(part for part in said if stages.index(stage) > stages.index(LAST_STAGE[part]))


_NOTHING = Effect()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it stands on a date: parameters resolved to their values.

    `reason` is a sentence with the customer's own numbers; `{fact}` in it stands for the value of a fact and
    `{@parameter}` for that of a parameter (see `policy.reason`). Where the file gives none it is the name.

    A rule with other parameters for a segment, and a row of a lookup table, are rules of their own: their id is that
    of what they are part of, with `#row` and `@segment` behind it, and `part` says in words which. `own_values` are the
    parameters (and, as `value`, that of the row) that its reason takes from here and not from the policy.
    """

    id: str
    name: Text
    stage: Stage
    when: Condition
    on_missing: OnMissing
    then: Effect
    reason: Text
    ruleset: str
    owner: str
    in_force_from: date
    in_force_until: date | None = None  # first day it is no longer in force
    part: Text | None = None
    own_values: tuple[tuple[str, Literal], ...] = ()
    indicator: str | None = None  # as written; without it the rule is an indicator of its own
    until: Condition | None = None  # when what it warned of is over; without it when `when` is known to be false
    subject: Subject = Subject.CUSTOMER  # a rule about industries applies to no customer

    @property
    def indicator_id(self) -> str:
        """What its warnings are episodes of; several rules may share it."""
        return self.base_id if self.indicator is None else self.indicator

    @property
    def base_id(self) -> str:
        """The id as written in the file, without segment and row."""
        return base_id_of(self.id)


def base_id_of(rule_id: str) -> str:
    """The id as written in the file.

    >>> base_id_of("HST-PAY-001@south"), base_id_of("TRM-GRD-001#3@south"), base_id_of("HST-LAW-001")
    ('HST-PAY-001', 'TRM-GRD-001', 'HST-LAW-001')
    """
    return rule_id.partition("@")[0].partition("#")[0]
