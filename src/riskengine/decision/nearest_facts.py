"""Which facts a customer can change, in which direction, and what goes with a change.

Age, country, industry and history cannot be changed; what we decide ourselves (the limit and terms in force) and what
was rated before is not the customer's to change. Figures that are tied by definition are kept in step: whose oldest
invoice is less than 60 days late has nothing that is 60 days late.
"""

from collections.abc import Callable, Mapping, MutableMapping
from enum import StrEnum
from math import floor

from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Risk, Source, Unit
from riskengine.policy.stand_ins import Value


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
# Shares and flags that move only with an amount.
DRIVERS: Mapping[str, str] = {
    **{f"pay_overdue{band}_ratio": f"pay_overdue{band}_amount" for band in ("", "_30", "_60", "_90")},
    "cus_utilisation": "cus_exposure",
    "cus_over_limit_flag": "cus_exposure",
}
_ONLY_DOWN = frozenset({"fin_statement_age_days"})  # a newer statement; age comes by itself
_ONLY_UP = frozenset({"pay_settled_count_all", "fin_statement_count", "pay_history_days"})

Record = MutableMapping[str, Value]


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
    if name not in _OF_THE_CUSTOMER and (name.endswith("_all") or feature.source not in _SOURCES):
        return Freedom.FIXED  # all of history weighs too much to move
    return _TO_LESS_RISK[feature.risk]


def is_model_input_to_move(name: str) -> bool:
    """Whether the model's view of a fact may be used for advice: only where its direction is known."""
    feature = CATALOGUE.get(name)
    can_move = freedom_of(name) is not Freedom.FIXED or name in DRIVERS
    return feature is not None and feature.risk is not Risk.FREE and can_move


def driving_value(name: str, value: float, record: Mapping[str, Value]) -> float | None:
    """What the driver of a share must fall to, in whole hundredths, for the share to be at most `value`; None if it
    cannot tell. A payment lowers what is overdue and what is open alike, so the share falls more slowly than either.

    >>> driving_value("pay_overdue_ratio", 0.25, {"pay_overdue_amount": 60.0, "pay_open_amount": 100.0})
    13.33
    """
    if name == "cus_over_limit_flag":
        limit = _number(record, "cus_current_limit")
        return None if limit is None or value >= 1 else limit
    if name == "cus_utilisation":
        limit = _number(record, "cus_current_limit")
        return None if limit is None or limit <= 0 else _floored(value * limit)
    late, whole = _number(record, DRIVERS[name]), _number(record, "pay_open_amount")
    if late is None or whole is None or value >= 1:
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


def settle_links(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Bring the facts that were not moved in step with those that were; `record` is changed in place."""
    for link in _LINKS:
        link(before, moved, record)


def _number(record: Mapping[str, Value], name: str) -> float | None:
    value = record.get(name)
    return value if isinstance(value, float) else None


def _set(record: Record, moved: frozenset[str], name: str, value: float) -> None:
    """Only what is known and was not moved on purpose."""
    if name not in moved and _number(record, name) is not None:
        record[name] = value


def _pay(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Less overdue, or less exposure, is money that came: the oldest is paid first, all that is open falls with it."""
    paid = _paid(before, moved, record)
    if paid <= 0:
        return
    was_open = _number(before, "pay_open_amount")
    if was_open is not None and paid > was_open:
        paid = was_open
    for name in ("pay_open_amount", "cus_exposure"):
        value = _number(before, name)
        if value is not None:
            _set(record, moved, name, value - paid)
    still_open = None if was_open is None else was_open - paid
    for band in ("", "_30", "_60", "_90"):
        amount = _number(before, f"pay_overdue{band}_amount")
        if amount is None:
            continue
        left = max(amount - paid, 0.0)
        _set(record, moved, f"pay_overdue{band}_amount", left)
        if still_open is not None:
            _set(record, moved, f"pay_overdue{band}_ratio", min(left / still_open, 1.0) if still_open > 0 else 0.0)


def _paid(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> float:
    """How much money brings the moved amounts to where they are; 0 if none of them is about money that came."""
    falls = [0.0]
    for name in ("cus_exposure", *_OVERDUE[::2]):
        old, new = _number(before, name), _number(record, name)
        if name in moved and old is not None and new is not None:
            falls.append(old - new)
    return max(falls)


def _scale_pairs(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """An amount and its share of the open amount move together."""
    for amount, ratio in _PAIRS:
        for one, other in ((amount, ratio), (ratio, amount)):
            old, new, beside = _number(before, one), _number(record, one), _number(before, other)
            if one in moved and other not in moved and old and new is not None and beside is not None:
                bounded = beside * new / old
                record[other] = min(bounded, 1.0) if other == ratio else bounded


def _clear_bands(_before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Nothing is later than the latest."""
    latest = _number(record, "pay_dpd_max")
    if latest is None or "pay_dpd_max" not in moved:
        return
    for days in (30, 60, 90):
        if latest <= days:
            for name in (f"pay_overdue_{days}_amount", f"pay_overdue_{days}_ratio"):
                _set(record, moved, name, 0.0)
    mean = _number(record, "pay_dpd_wmean")
    if mean is not None:
        _set(record, moved, "pay_dpd_wmean", min(mean, latest))
    if latest == 0:
        for name in (*_OVERDUE, "pay_overdue_count"):
            _set(record, moved, name, 0.0)


def _limit_latest(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Where nothing is more than 60 days late any more, nor is the oldest."""
    for days in (90, 60, 30):
        name = f"pay_overdue_{days}_amount"
        latest, mean = _number(record, "pay_dpd_max"), _number(record, "pay_dpd_wmean")
        if _number(before, name) and _number(record, name) == 0 and latest is not None:
            _set(record, moved, "pay_dpd_max", min(latest, float(days)))
            if mean is not None:
                _set(record, moved, "pay_dpd_wmean", min(mean, latest, float(days)))


def _clear_overdue(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Who owes nothing past due is late with nothing; deeper bands hold no more than shallower ones."""
    if _number(before, "pay_overdue_amount") and _number(record, "pay_overdue_amount") == 0:
        for name in (*_OVERDUE, "pay_overdue_count", "pay_dpd_max", "pay_dpd_wmean"):
            _set(record, moved, name, 0.0)
    for kind in ("amount", "ratio"):
        bands = [f"pay_overdue_{kind}", *(f"pay_overdue_{days}_{kind}" for days in (30, 60, 90))]
        most: float | None = None
        for name in bands:
            value = _number(record, name)
            if value is not None and most is not None and value > most:
                _set(record, moved, name, most)
            most = _number(record, name) if _number(record, name) is not None else most


def _follow_exposure(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Against an unchanged limit and unchanged securities."""
    old, new = _number(before, "cus_exposure"), _number(record, "cus_exposure")
    if old is None or new is None or old == new:
        return
    limit = _number(record, "cus_current_limit")
    if limit is not None:
        _set(record, moved, "cus_headroom", limit - new)
        _set(record, moved, "cus_over_limit_flag", float(new > limit))
        if limit > 0:
            _set(record, moved, "cus_utilisation", new / limit)
    secured = (_number(record, "cus_guarantee_amount") or 0.0) + (_number(record, "cus_insured_amount") or 0.0)
    _set(record, moved, "cus_uncovered_exposure", max(new - secured, 0.0))


def _follow_equity(_before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    equity = _number(record, "fin_equity")
    if equity is not None and "fin_equity" in moved:
        _set(record, moved, "fin_negative_equity_flag", float(equity < 0))


_OVERDUE = tuple(f"pay_overdue{band}_{kind}" for band in ("", "_30", "_60", "_90") for kind in ("amount", "ratio"))
_PAIRS = (("pay_disputed_amount", "pay_disputed_ratio"),)
_LINKS: tuple[Callable[[Mapping[str, Value], frozenset[str], Record], None], ...] = (
    _pay,
    _scale_pairs,
    _clear_bands,
    _limit_latest,
    _clear_overdue,
    _follow_exposure,
    _follow_equity,
)
