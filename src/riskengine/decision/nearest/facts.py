"""Which facts a customer can change, and in which direction.

Age, country, industry and history cannot be changed, nor can time; what we decide ourselves (the limit and terms in
force) and what was rated before is not the customer's to change.
"""

from collections.abc import Mapping
from enum import StrEnum
from math import floor

from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Risk, Source, Unit
from riskengine.policy.checks.stand_ins import Value


class Freedom(StrEnum):
    """How a fact may move."""

    FIXED = "fixed"
    UP = "up"
    DOWN = "down"
    BOTH = "both"


_SOURCES = frozenset({Source.PAYMENT, Source.ORDER, Source.STATEMENT, Source.SIGNAL, Source.GROUP})
_OF_THE_CUSTOMER = frozenset({"cus_exposure", "cus_uncovered_exposure"})
_TO_LESS_RISK = {Risk.UP: Freedom.DOWN, Risk.DOWN: Freedom.UP, Risk.FREE: Freedom.BOTH}
_SECURITIES = frozenset({"cus_guarantee_amount", "cus_insured_amount", "cus_covered_share"})
_ASKED = frozenset({"req_amount", "req_terms_days"})
_FIXED = frozenset(
    {"grp_members_count", "grp_exposure_share", "pay_terms_days_wmean_365d", "fin_publication_delay_days"}
)
_CLOCKS = "clk_"  # run by themselves
# Shares and flags that move only with an amount.
DRIVERS: Mapping[str, str] = {
    **{f"pay_overdue{band}_ratio": f"pay_overdue{band}_amount" for band in ("", "_30", "_60", "_90")},
    "pay_overdue_ratio_change_30d": "pay_overdue_amount",
    "pay_overdue_ratio_change_90d": "pay_overdue_amount",
    "cus_utilisation": "cus_exposure",
    "cus_over_limit_flag": "cus_exposure",
}
_COUNTED_DAYS = ("_max", "_since_", "_age_", "_history_")  # in the name; means and sums have parts of days
_ONLY_DOWN = frozenset({"fin_statement_age_days"})  # a newer statement; age comes by itself
_ONLY_UP = frozenset({"pay_settled_count_all", "fin_statement_count", "pay_history_days"})


def freedom_of(name: str) -> Freedom:
    """Facts that raise the risk may only fall, those that lower it only rise: nobody is advised to get worse.

    >>> freedom_of("pay_dpd_max"), freedom_of("cus_age_days"), freedom_of("sig_insolvency_filing_count_all")
    (<Freedom.DOWN: 'down'>, <Freedom.FIXED: 'fixed'>, <Freedom.FIXED: 'fixed'>)
    """
    if name in _ONLY_DOWN or name in _ASKED:
        return Freedom.DOWN
    if name in _ONLY_UP or name in _SECURITIES:
        return Freedom.UP
    feature = CATALOGUE.get(name)
    if feature is None or name in _FIXED or name in DRIVERS or feature.unit is Unit.CATEGORY:
        return Freedom.FIXED
    if name.startswith(_CLOCKS):
        return Freedom.FIXED
    if name not in _OF_THE_CUSTOMER and (name.endswith("_all") or feature.source not in _SOURCES):
        return Freedom.FIXED  # all of history weighs too much to move
    return _TO_LESS_RISK[feature.risk]


def is_model_input_to_move(name: str) -> bool:
    """Whether the model's view of a fact may be used for advice: only where its direction is known."""
    feature = CATALOGUE.get(name)
    can_move = freedom_of(name) is not Freedom.FIXED or name in DRIVERS
    return feature is not None and feature.risk is not Risk.FREE and can_move


def in_whole_days(name: str) -> bool:
    """Whether a fact is a number of days that were counted, not averaged.

    >>> in_whole_days("pay_dpd_max"), in_whole_days("pay_dpd_wmean"), in_whole_days("pay_overdue_amount")
    (True, False, False)
    """
    feature = CATALOGUE.get(name)
    if feature is None:
        return name == "req_terms_days"
    return feature.unit is Unit.DAYS and any(part in name for part in _COUNTED_DAYS)


def driving_value(name: str, value: float, record: Mapping[str, Value]) -> float | None:
    """What the driver of a share must fall to, in whole hundredths, for the share to be at most `value`; None if it
    cannot tell. A payment lowers what is overdue and what is open alike, so the share falls more slowly than either.

    >>> driving_value("pay_overdue_ratio", 0.25, {"pay_overdue_amount": 60.0, "pay_open_amount": 100.0})
    13.33
    """
    if name == "cus_over_limit_flag":
        limit = known_number(record, "cus_current_limit")
        return None if limit is None or value >= 1 else limit
    if name == "cus_utilisation":
        limit = known_number(record, "cus_current_limit")
        return None if limit is None or limit <= 0 else _floored(value * limit)
    if name.startswith("pay_overdue_ratio_change"):
        now, change = known_number(record, "pay_overdue_ratio"), known_number(record, name)
        if now is None or change is None:
            return None
        value += now - change
    late, whole = known_number(record, DRIVERS[name]), known_number(record, "pay_open_amount")
    if late is None or whole is None or not 0 <= value < 1:
        return None
    return _floored(value * (whole - late) / (1.0 - value))


def _floored(amount: float) -> float:
    return floor(amount * 100.0 + 1e-7) / 100.0


def may_move(name: str, before: Value, after: Value) -> bool:
    """Whether a known value may become another known value."""
    if before is None or after is None or isinstance(before, str) or isinstance(after, str):
        return False
    match freedom_of(name):
        case Freedom.BOTH:
            return True
        case Freedom.UP:
            return after > before
        case Freedom.DOWN:
            return after < before
        case Freedom.FIXED:
            return False


def known_number(record: Mapping[str, Value], name: str) -> float | None:
    """The value of a fact; None where it is missing or no number."""
    value = record.get(name)
    return value if isinstance(value, float) else None
