"""Two policies over all their dates: what differs, and in which periods."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from riskengine.policy.bundle import Policy
from riskengine.policy.difference.compare import Change, ParameterChange, ValueChange, compare_on
from riskengine.policy.difference.rule import RuleChange
from riskengine.policy.source import PolicySource
from riskengine.terms.decision import Stage
from riskengine.terms.errors import UsageError


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `until`; None: for good."""

    start: dt.date
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class DatedChange:
    change: Change
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """`periods` are those in which the two decide differently, or show other words; `only_first` and `only_second`
    those in which only one of the two is in force at all.
    """

    changes: tuple[DatedChange, ...]
    periods: tuple[Period, ...]
    only_first: tuple[Period, ...] = ()
    only_second: tuple[Period, ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()  # what of name and owner differs: which, before, after

    @property
    def is_empty(self) -> bool:
        """Whether the two decide alike on every date; references beside equal values may still differ."""
        return not (self.periods or self.only_first or self.only_second)

    @property
    def recorded(self) -> tuple[DatedChange, ...]:
        """Changes of what is recorded beside equal values: references, who decided, since when."""
        return tuple(c for c in self.changes if isinstance(c.change, ParameterChange) and not c.change.decides)

    @property
    def decisive(self) -> tuple[DatedChange, ...]:
        return tuple(c for c in self.changes if c not in self.recorded)


def compare_sources(first: PolicySource, second: PolicySource) -> PolicyDifference:
    """Every difference over all dates, each with the periods in which it stands."""
    days = sorted({*first.draft.all_dates(), *second.draft.all_dates()})
    ends: list[dt.date | None] = [*(later for _, later in pairwise(days)), None]
    found: list[tuple[Change, list[Period]]] = []
    differing: list[Period] = []
    lonely: dict[bool, list[Period]] = {True: [], False: []}
    for day, until in zip(days, ends, strict=True):
        before, after = policy_on(first, day), policy_on(second, day)
        period = Period(day, until)
        if before is None or after is None:
            if before is not after:
                _prolong(lonely[before is not None], period)
            continue
        for change in compare_on(first, day, second, day):
            _note(found, change, period)
        if before.content_hash != after.content_hash:
            _prolong(differing, period)
    changes = sorted((DatedChange(change, tuple(periods)) for change, periods in found), key=_order)
    return PolicyDifference(
        tuple(changes), tuple(differing), tuple(lonely[True]), tuple(lonely[False]), _renamed(first, second)
    )


def compare_days(
    first: PolicySource, first_day: dt.date, second: PolicySource, second_day: dt.date
) -> PolicyDifference:
    """The difference between two single dates, such as before and after a change; periods tell the second day."""
    period = Period(second_day, second_day + dt.timedelta(days=1))
    changes = compare_on(first, first_day, second, second_day)
    same = first.in_force(first_day).content_hash == second.in_force(second_day).content_hash
    return PolicyDifference(tuple(DatedChange(change, (period,)) for change in changes), () if same else (period,))


def _renamed(first: PolicySource, second: PolicySource) -> tuple[tuple[str, str, str], ...]:
    """Neither changes a decision; the currency would, and is told as a change."""
    one, other = first.draft.identity, second.draft.identity
    if one is None or other is None:
        return ()
    pairs = (("name", one.name, other.name), ("owner", one.owner, other.owner))
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def policy_on(source: PolicySource, day: dt.date) -> Policy | None:
    """The policy of a date, None before it begins."""
    try:
        return source.in_force(day)
    except UsageError:
        return None


def _order(dated: DatedChange) -> tuple[int, str, dt.date]:
    """By kind, then by what changed (rules by stage; values as the documents list them), then by date."""
    match dated.change:
        case ParameterChange() as change:
            key = (0, f"{change.name} {change.segment or ''}")
        case RuleChange() as change:
            key = (1, f"{list(Stage).index(change.rule.stage)} {change.rule.id}")
        case ValueChange() as change:
            key = (2, change.part.value)
        case _:
            key = (3, "")
    return (*key, dated.periods[0].start)


def _note(found: list[tuple[Change, list[Period]]], change: Change, period: Period) -> None:
    for known, periods in found:
        if known == change:
            _prolong(periods, period)
            return
    found.append((change, [period]))


def _prolong(periods: list[Period], period: Period) -> None:
    if periods and periods[-1].until == period.start:
        periods[-1] = Period(periods[-1].start, period.until)
    else:
        periods.append(period)
