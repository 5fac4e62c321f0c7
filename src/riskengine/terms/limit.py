"""The words of a limit: what it was made from and what held it down."""

from enum import StrEnum


class NeedSource(StrEnum):
    """Where the amount a customer needs to owe us comes from."""

    REQUEST = "request"
    PURCHASES = "purchases"
    CURRENT_LIMIT = "current_limit"
    LEAST = "least"


class CapacitySource(StrEnum):
    """What shows that a customer can carry the debt."""

    STATEMENT = "statement"
    PAID_HISTORY = "paid_history"
    STARTER = "starter"


class Binding(StrEnum):
    """What would have to change for the limit to be larger."""

    NEED = "need"
    CAPACITY = "capacity"
    POLICY_CAP = "policy_cap"
    CONCENTRATION_CAP = "concentration_cap"
    GRADE = "grade"
    RULE_CAP = "rule_cap"
    RULE_FACTOR = "rule_factor"
    SMALLEST_LIMIT = "smallest_limit"
    FROZEN = "frozen"
    IN_DEFAULT = "in_default"
    TEMPORARY_LIMIT = "temporary_limit"


class UnratedReason(StrEnum):
    """Why a customer has no PD."""

    NO_INFORMATION = "no_information"
    MODEL_REFUSED = "model_refused"
    NOT_SCORED = "not_scored"
