"""The words a decision is made of."""

from enum import IntEnum, StrEnum


class Stage(StrEnum):
    """Stages of a rating run in this order; what one concludes is a fact for the next. `orders` is no part of a rating:
    its rules are asked when an order comes in.
    """

    HARD_STOPS = "hard_stops"
    GRADING = "grading"
    LIMITS = "limits"
    TERMS = "terms"
    CONDITIONS = "conditions"
    WARNINGS = "warnings"
    ORDERS = "orders"


RATING_STAGES: tuple[Stage, ...] = tuple(stage for stage in Stage if stage is not Stage.ORDERS)


class Outcome(StrEnum):
    """What a rule said about one customer."""

    HIT = "hit"
    NO_HIT = "no_hit"
    MISSING = "missing"
    SNOOZED = "snoozed"


class Subject(StrEnum):
    """What a rule warns of."""

    CUSTOMER = "customer"
    INDUSTRY = "industry"  # all customers of it at once: one warning, none of a single customer


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


class OrderStop(IntEnum):
    """What a rule asks for that keeps an order from being shipped. Ordered: the highest wins."""

    REFER = 1
    HOLD = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class OrderVerdict(StrEnum):
    """Whether an order may be shipped."""

    YES = "yes"
    NO = "no"
    REFER = "refer"


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
