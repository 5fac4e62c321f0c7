"""The words a decision is made of."""

from enum import IntEnum, StrEnum


class Stage(StrEnum):
    """Stages run in this order; what one concludes is a fact for the next."""

    HARD_STOPS = "hard_stops"
    GRADING = "grading"
    LIMITS = "limits"
    TERMS = "terms"
    CONDITIONS = "conditions"
    WARNINGS = "warnings"


class Outcome(StrEnum):
    """What a rule said about one customer."""

    HIT = "hit"
    NO_HIT = "no_hit"
    MISSING = "missing"
    SNOOZED = "snoozed"


class OnMissing(StrEnum):
    """What a rule does when its condition is neither true nor false."""

    REFER = "refer"
    NO_HIT = "no_hit"
    HIT = "hit"


class Severity(IntEnum):
    """Ordered: the highest wins."""

    WATCH = 1
    AMBER = 2
    RED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Action(StrEnum):
    """What a decision can call for."""

    FREEZE_CREDIT = "freeze_credit"
    SHORTEN_TERMS = "shorten_terms"
    REQUIRE_GUARANTEE = "require_guarantee"
    REQUIRE_PREPAYMENT = "require_prepayment"
    CUT_LIMIT = "cut_limit"
    INSURE = "insure"
    WATCH_LIST = "watch_list"
    MANUAL_REVIEW = "manual_review"
    REQUEST_STATEMENT = "request_statement"
    COLLECT_REMIND = "collect_remind"
    COLLECT_CALL = "collect_call"
    COLLECT_LETTER = "collect_letter"
    COLLECT_LEGAL = "collect_legal"


class Status(StrEnum):
    """Whether a customer got a grade, and if not, why there is none."""

    RATED = "rated"
    IN_DEFAULT = "in_default"
    UNRATED = "unrated"
