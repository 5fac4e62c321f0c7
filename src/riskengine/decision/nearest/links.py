"""What goes with a change: figures that are tied by definition are kept in step.

Whose oldest invoice is less than 60 days late has nothing that is 60 days late; who pays owes less in every figure.
"""

from collections.abc import Callable, Mapping, MutableMapping

from riskengine.decision.nearest.facts import known_number
from riskengine.features.catalogue import CATALOGUE
from riskengine.policy.checks.stand_ins import Value

Record = MutableMapping[str, Value]

# A figure, and what it is more than it was: that moves with the figure, and what was stays.
_CHANGES = (
    ("pay_late_days_mean_90d", "pay_late_days_change_90d"),
    ("pay_late_days_mean_90d", "pay_late_days_change_year_ago_90d"),
    ("pay_overdue_ratio", "pay_overdue_ratio_change_30d"),
    ("pay_overdue_ratio", "pay_overdue_ratio_change_90d"),
    ("pay_dso_countback", "pay_dso_over_terms"),
    ("fin_z_general", "fin_z_general_change"),
    ("fin_ebit_margin", "fin_ebit_margin_change"),
    ("fin_equity_ratio", "fin_equity_ratio_change"),
)


def settle_links(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Bring the facts that were not moved in step with those that were; `record` is changed in place."""
    for link in _LINKS:
        link(before, moved, record)


def _set(record: Record, moved: frozenset[str], name: str, value: float) -> None:
    """Only what is known and was not moved on purpose."""
    if name not in moved and known_number(record, name) is not None:
        record[name] = value


def _pay(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Less overdue, or less exposure, is money that came: the oldest is paid first, all that is open falls with it."""
    paid = _paid(before, moved, record)
    if paid <= 0:
        return
    was_open = known_number(before, "pay_open_amount")
    if was_open is not None and paid > was_open:
        paid = was_open
    for name in ("pay_open_amount", "cus_exposure"):
        value = known_number(before, name)
        if value is not None:
            _set(record, moved, name, value - paid)
    still_open = None if was_open is None else was_open - paid
    for band in ("", "_30", "_60", "_90"):
        amount = known_number(before, f"pay_overdue{band}_amount")
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
        old, new = known_number(before, name), known_number(record, name)
        if name in moved and old is not None and new is not None:
            falls.append(old - new)
    return max(falls)


def _scale_pairs(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """An amount and its share of the open amount move together."""
    for amount, ratio in _PAIRS:
        for one, other in ((amount, ratio), (ratio, amount)):
            old, new, beside = known_number(before, one), known_number(record, one), known_number(before, other)
            if one in moved and other not in moved and old and new is not None and beside is not None:
                bounded = beside * new / old
                record[other] = min(bounded, 1.0) if other == ratio else bounded


def _clear_bands(_before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Nothing is later than the latest."""
    latest = known_number(record, "pay_dpd_max")
    if latest is None or "pay_dpd_max" not in moved:
        return
    for days in (30, 60, 90):
        if latest <= days:
            for name in (f"pay_overdue_{days}_amount", f"pay_overdue_{days}_ratio"):
                _set(record, moved, name, 0.0)
    mean = known_number(record, "pay_dpd_wmean")
    if mean is not None:
        _set(record, moved, "pay_dpd_wmean", min(mean, latest))
    if latest == 0:
        for name in (*_OVERDUE, "pay_overdue_count"):
            _set(record, moved, name, 0.0)


def _limit_latest(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Where nothing is more than 60 days late any more, nor is the oldest."""
    for days in (90, 60, 30):
        name = f"pay_overdue_{days}_amount"
        latest, mean = known_number(record, "pay_dpd_max"), known_number(record, "pay_dpd_wmean")
        if known_number(before, name) and known_number(record, name) == 0 and latest is not None:
            _set(record, moved, "pay_dpd_max", min(latest, float(days)))
            if mean is not None:
                _set(record, moved, "pay_dpd_wmean", min(mean, latest, float(days)))


def _clear_overdue(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Who owes nothing past due is late with nothing; deeper bands hold no more than shallower ones."""
    if known_number(before, "pay_overdue_amount") and known_number(record, "pay_overdue_amount") == 0:
        for name in (*_OVERDUE, "pay_overdue_count", "pay_dpd_max", "pay_dpd_wmean"):
            _set(record, moved, name, 0.0)
    for kind in ("amount", "ratio"):
        bands = [f"pay_overdue_{kind}", *(f"pay_overdue_{days}_{kind}" for days in (30, 60, 90))]
        most: float | None = None
        for name in bands:
            value = known_number(record, name)
            if value is not None and most is not None and value > most:
                _set(record, moved, name, most)
            most = known_number(record, name) if known_number(record, name) is not None else most


def _follow_exposure(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    """Against an unchanged limit and unchanged securities."""
    old, new = known_number(before, "cus_exposure"), known_number(record, "cus_exposure")
    if old is None or new is None or old == new:
        return
    limit = known_number(record, "cus_current_limit")
    if limit is not None:
        _set(record, moved, "cus_headroom", limit - new)
        _set(record, moved, "cus_over_limit_flag", float(new > limit))
        if limit > 0:
            _set(record, moved, "cus_utilisation", new / limit)
    secured = (known_number(record, "cus_guarantee_amount") or 0.0) + (
        known_number(record, "cus_insured_amount") or 0.0
    )
    _set(record, moved, "cus_uncovered_exposure", max(new - secured, 0.0))


def _follow_equity(_before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    equity = known_number(record, "fin_equity")
    if equity is not None and "fin_equity" in moved:
        _set(record, moved, "fin_negative_equity_flag", float(equity < 0))


def _keep_changes(before: Mapping[str, Value], moved: frozenset[str], record: Record) -> None:
    for level, change in _CHANGES:
        if change in moved and not _rise(before, record, level):
            least = CATALOGUE[level].low
            after = (known_number(before, level) or 0.0) + _rise(before, record, change)
            _set(record, moved, level, after if least is None else max(after, least))
    for level, change in _CHANGES:
        rise, old = _rise(before, record, level), known_number(before, change)
        if rise and old is not None:
            _set(record, moved, change, old + rise)


def _rise(before: Mapping[str, Value], record: Mapping[str, Value], name: str) -> float:
    old, new = known_number(before, name), known_number(record, name)
    return 0.0 if old is None or new is None else new - old


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
    _keep_changes,
)
