"""Every kind of mistake `rules check` finds. docs/reference/checks.md is made from this list."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class FindingKind(StrEnum):
    """A word for machines; what it means stands in `MEANINGS`."""

    UNREADABLE = "unreadable"
    # names
    UNKNOWN_FACT = "unknown-fact"
    RETIRED_FACT = "retired-fact"
    FACT_TOO_EARLY = "fact-too-early"
    UNKNOWN_PARAMETER = "unknown-parameter"
    UNKNOWN_SEGMENT = "unknown-segment"
    # comparisons
    WRONG_TYPE = "wrong-type"
    WRONG_UNIT = "wrong-unit"
    OUT_OF_RANGE = "out-of-range"
    # parameters and segments
    PARAMETER_VALUE = "parameter-value"
    PARAMETER_DATES = "parameter-dates"
    PARAMETER_NOT_IN_FORCE = "parameter-not-in-force"
    UNUSED = "unused"
    SEGMENT_TIE = "segment-tie"
    # one rule
    ID_TWICE = "id-twice"
    PERIOD = "period"
    TOO_LARGE = "too-large"
    NEVER_HITS = "never-hits"
    ALWAYS_HITS = "always-hits"
    NO_EFFECT = "no-effect"
    EFFECT_TOO_LATE = "effect-too-late"
    EFFECT_OUT_OF_RANGE = "effect-out-of-range"
    IMPOSSIBLE_ACTION = "impossible-action"
    NOBODY_ACTS = "nobody-acts"
    NOBODY_OWNS = "nobody-owns"
    INDICATOR = "indicator"
    SUBJECT = "subject"
    EXIT = "exit"
    OWN_TAIL = "own-tail"
    TEXT = "text"
    # rules against each other
    SAME_CONDITION = "same-condition"
    CONTAINED = "contained"
    CONTRADICTION = "contradiction"
    TABLE_GAP = "table-gap"
    TABLE_OVERLAP = "table-overlap"
    # scale, limits, terms, exceptions
    SCALE = "scale"
    DOCUMENT = "document"
    EXCEPTION = "exception"
    INVARIANT = "invariant"
    # cases
    CASE = "case"
    EXPIRED = "expired"
    NOT_COVERED = "not-covered"


MEANINGS: Mapping[FindingKind, str] = MappingProxyType(
    {
        FindingKind.UNREADABLE: "No strict YAML, or a key, a value or a form that the language does not have",
        FindingKind.UNKNOWN_FACT: "A condition, a table or a reason names a fact nobody computes",
        FindingKind.RETIRED_FACT: "A rule names a fact on a day from which on another one takes its place",
        FindingKind.FACT_TOO_EARLY: "A rule asks for what only a later stage concludes",
        FindingKind.UNKNOWN_PARAMETER: "A `@name` that is no parameter",
        FindingKind.UNKNOWN_SEGMENT: "A value for a segment nobody defined, or a segment of a fact that makes none",
        FindingKind.WRONG_TYPE: "A text is compared with a number, a single value with a list, or a text is ordered",
        FindingKind.WRONG_UNIT: "A fact is compared with a parameter of another unit, such as days with a ratio",
        FindingKind.OUT_OF_RANGE: "A threshold that no value of the fact can reach",
        FindingKind.PARAMETER_VALUE: "A parameter whose value does not fit its unit, its name or its use",
        FindingKind.PARAMETER_DATES: "Values of a parameter that are not in order of their dates",
        FindingKind.PARAMETER_NOT_IN_FORCE: "A rule needs a parameter on a day on which it has no value yet",
        FindingKind.UNUSED: "A parameter, one of its values, or a segment that nothing uses",
        FindingKind.SEGMENT_TIE: "A customer can be in two segments of a parameter and neither is the more specific",
        FindingKind.ID_TWICE: "An id is in force twice on one day, or has moved to another stage",
        FindingKind.PERIOD: "A rule ends before it begins",
        FindingKind.TOO_LARGE: "A condition with more alternatives than both engines can run",
        FindingKind.NEVER_HITS: "No customer there can be meets the condition, on some date",
        FindingKind.ALWAYS_HITS: "Every customer of whom the facts are known meets the condition, on some date",
        FindingKind.NO_EFFECT: "A rule that does nothing, or names an action twice",
        FindingKind.EFFECT_TOO_LATE: "An effect in a stage after the one that would have used it",
        FindingKind.EFFECT_OUT_OF_RANGE: "A cap, factor, notch or number of days that makes no sense",
        FindingKind.IMPOSSIBLE_ACTION: "A rule can ask for what the customer's state leaves no room for",
        FindingKind.NOBODY_ACTS: "A warning without an action",
        FindingKind.NOBODY_OWNS: "A rule set, a level of warnings, or some cases, without somebody who answers for it",
        FindingKind.INDICATOR: "An indicator or an exit of a rule that warns of nothing, or an indicator nobody has",
        FindingKind.OWN_TAIL: "A warning that asks for what warnings led to, and so could keep itself open",
        FindingKind.SUBJECT: "A rule about industries that asks or does what only a customer can be asked or done to",
        FindingKind.EXIT: "What a rule warns of can never be over, or can be over while the rule applies",
        FindingKind.TEXT: "A text that is missing or not translated, or a reason that cannot be filled in",
        FindingKind.SAME_CONDITION: "Two rules of one stage hold for exactly the same customers",
        FindingKind.CONTAINED: "Wherever a rule holds another one does too, and does as much",
        FindingKind.CONTRADICTION: "Two rules can hold together and ask for what cannot both be done",
        FindingKind.TABLE_GAP: "Some values of the facts are in no row of a table",
        FindingKind.TABLE_OVERLAP: "Some values of the facts are in two rows of a table",
        FindingKind.SCALE: "Grades with gaps or overlaps, out of order, or kinder to the worse",
        FindingKind.DOCUMENT: "Limits, terms, episodes or the policy's own file say what cannot be, on some date",
        FindingKind.EXCEPTION: "An exclusion or a temporary limit that cannot count, or without a second person",
        FindingKind.INVARIANT: "An invariant that cannot be asked of this policy",
        FindingKind.CASE: "A case with unknown facts or rules, impossible values, or the name of another",
        FindingKind.EXPIRED: "Something still relies on a rule that has ended",
        FindingKind.NOT_COVERED: "An outcome, a row, a variant or a date that no case shows",
    }
)
