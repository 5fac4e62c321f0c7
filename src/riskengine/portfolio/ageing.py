"""How old receivables are, in two views, and how the picture moved between two dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from riskengine.portfolio.collection import share
from riskengine.terms.text import Text


class AgeBand(StrEnum):
    """Days past due."""

    NOT_DUE = "not_due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    TO_180 = "91-180"
    TO_365 = "181-365"
    OVER_365 = "over_365"


class DebtAge(StrEnum):
    """Days since the invoice was issued, with what the policy does about it. A month is 30 days, a year 365."""

    NORMAL = "to_1_month"
    WATCH = "to_3_months"
    INTENSIFY = "to_6_months"
    LEGAL = "to_12_months"
    LEGAL_OVERDUE = "over_12_months"


AGE_BAND_LAST_DAY: Mapping[AgeBand, int] = {
    AgeBand.NOT_DUE: 0,
    AgeBand.TO_30: 30,
    AgeBand.TO_60: 60,
    AgeBand.TO_90: 90,
    AgeBand.TO_180: 180,
    AgeBand.TO_365: 365,
}
DEBT_AGE_LAST_DAY: Mapping[DebtAge, int] = {
    DebtAge.NORMAL: 30,
    DebtAge.WATCH: 90,
    DebtAge.INTENSIFY: 180,
    DebtAge.LEGAL: 365,
}
AGE_BAND_TEXT: Mapping[AgeBand, Text] = {
    AgeBand.NOT_DUE: Text("not due", "未到期"),
    AgeBand.TO_30: Text("1-30 days", "1-30天"),
    AgeBand.TO_60: Text("31-60 days", "31-60天"),
    AgeBand.TO_90: Text("61-90 days", "61-90天"),
    AgeBand.TO_180: Text("91-180 days", "91-180天"),
    AgeBand.TO_365: Text("181-365 days", "181-365天"),
    AgeBand.OVER_365: Text("over 365 days", "365天以上"),
}
DEBT_AGE_TEXT: Mapping[DebtAge, Text] = {
    DebtAge.NORMAL: Text("to 1 month: normal", "1个月以内：正常"),
    DebtAge.WATCH: Text("to 3 months: watch", "1-3个月：关注"),
    DebtAge.INTENSIFY: Text("to 6 months: intensify", "3-6个月：加强催收"),
    DebtAge.LEGAL: Text("to 12 months: legal action", "6-12个月：法律手段"),
    DebtAge.LEGAL_OVERDUE: Text("over 12 months: legal action", "12个月以上：法律手段"),
}

LENGTHENING_FROM = 0.10
SHORTENING_FROM = 0.05
SURGE_FROM = 0.20


def age_band(days_past_due: int) -> AgeBand:
    """
    >>> [age_band(d).value for d in (-5, 0, 1, 30, 31, 365, 366)]
    ['not_due', 'not_due', '1-30', '1-30', '31-60', '181-365', 'over_365']
    """
    return next((band for band, last in AGE_BAND_LAST_DAY.items() if days_past_due <= last), AgeBand.OVER_365)


def debt_age(days_since_issue: int) -> DebtAge:
    """
    >>> [debt_age(d).value for d in (0, 30, 31, 365, 366)]
    ['to_1_month', 'to_1_month', 'to_3_months', 'to_12_months', 'over_12_months']
    """
    return next((age for age, last in DEBT_AGE_LAST_DAY.items() if days_since_issue <= last), DebtAge.LEGAL_OVERDUE)


class Shift(StrEnum):
    """What the move of an overdue band's share says."""

    LENGTHENING = "lengthening"  # collection is losing efficiency
    SHORTENING = "shortening"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class BandShift:
    """One band between two dates. A growth is None where there was nothing before."""

    band: AgeBand
    share_before: float
    share_after: float
    share_growth: float | None
    amount_growth: float | None
    shift: Shift
    surge: bool  # the band's amount grew by SURGE_FROM or more


def ageing_shift(before: Mapping[AgeBand, float], after: Mapping[AgeBand, float]) -> tuple[BandShift, ...]:
    """Compare the ageing of two dates, band by band; empty where either date has no receivables.

    An overdue band lengthens when its share grew by 10 % or more (or appeared), shortens when it fell by 5 % or more.
    A change of the share not due is never read as either. Any band surges when its amount grew by 20 % or more.

    >>> shift = ageing_shift({AgeBand.NOT_DUE: 80.0, AgeBand.TO_30: 20.0}, {AgeBand.NOT_DUE: 78.0, AgeBand.TO_30: 22.0})
    >>> [(s.band.value, s.shift.value, s.surge) for s in shift[:2]]
    [('not_due', 'steady', False), ('1-30', 'lengthening', False)]
    """
    total_before, total_after = sum(before.values()), sum(after.values())
    if total_before <= 0 or total_after <= 0:
        return ()
    return tuple(_band_shift(b, before.get(b, 0), after.get(b, 0), total_before, total_after) for b in AgeBand)


def _band_shift(band: AgeBand, before: float, after: float, total_before: float, total_after: float) -> BandShift:
    share_before, share_after = before / total_before, after / total_after
    # cross products and a hair of tolerance, so that "by exactly 10 %" does not depend on rounding
    moved = after * total_before
    was = before * total_after
    shift = Shift.STEADY
    if band is not AgeBand.NOT_DUE and _at_least(moved, was * (1 + LENGTHENING_FROM)):
        shift = Shift.LENGTHENING
    elif band is not AgeBand.NOT_DUE and before > 0 and _at_least(was * (1 - SHORTENING_FROM), moved):
        shift = Shift.SHORTENING
    return BandShift(
        band=band,
        share_before=share_before,
        share_after=share_after,
        share_growth=_growth(share_before, share_after),
        amount_growth=_growth(before, after),
        shift=shift,
        surge=_at_least(after, before * (1 + SURGE_FROM)),
    )


def _at_least(value: float, threshold: float) -> bool:
    return value > 0 and value >= threshold * (1 - 1e-12)


def _growth(before: float, after: float) -> float | None:
    ratio = share(after, before)
    return None if ratio is None else ratio - 1
