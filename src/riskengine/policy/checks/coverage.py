"""What no case shows: outcomes, rows of tables, segments, sides of thresholds, dates on which a parameter changes."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from riskengine.policy.checks.placed_rule import PlacedRule, RulesInForce, rules_on
from riskengine.policy.checks.search import FALSE, TRUE, UNKNOWN, Goal
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import Comparison, leaves, truth
from riskengine.policy.draft import AuthoredCase, AuthoredRule, PolicyDraft
from riskengine.policy.parameter_use import parameters_of
from riskengine.terms.decision import Outcome

_SAID = {True: Outcome.HIT, False: Outcome.NO_HIT, None: Outcome.MISSING}
_WANTED = {Outcome.HIT: TRUE, Outcome.NO_HIT: FALSE, Outcome.MISSING: UNKNOWN}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something no case shows. A customer who meets one of `ways` shows it on `as_of`; those named first show it best.

    `name` is the rule as a case names it: the whole, or one row or segment of it. `is_dated` says that only a case with
    a date of its own can show it.
    """

    name: str
    rule: AuthoredRule
    what: str
    as_of: dt.date
    ways: tuple[tuple[Goal, ...], ...]
    is_dated: bool = False


@dataclass(slots=True)
class _Shown:
    """What the cases of a policy show."""

    outcomes: set[tuple[str, Outcome]] = field(default_factory=set)
    sides: set[tuple[str, int, bool]] = field(default_factory=set)
    dates: dict[str, set[dt.date]] = field(default_factory=dict)


def find_gaps(draft: PolicyDraft, *, with_drafts: bool = False) -> tuple[Gap, ...]:
    """Everything that no case shows and some customer could. Drafts of cases show nothing unless `with_drafts`.

    Of a rule without any case only its outcomes are told; what else it lacks would be an echo, except beside drafts.
    """
    on: dict[dt.date, RulesInForce] = {}
    if not draft.dates():
        return ()
    shown = _shown(draft, on, with_drafts=with_drafts)
    gaps: list[Gap] = []
    for base_id, versions in _by_id(draft).items():
        day = _last_day(draft, versions)
        parts = [p for p in _on(draft, on, day).rules if p.rule.base_id == base_id]
        gaps += _outcome_gaps(_on(draft, on, day), parts, shown, is_dated=day != draft.dates()[-1])
        if with_drafts or any((base_id, outcome) in shown.outcomes for outcome in Outcome):
            gaps += _side_gaps(_on(draft, on, day), parts, shown, is_dated=day != draft.dates()[-1])
            gaps += _date_gaps(draft, on, versions, shown)
    return tuple(gaps)


def _by_id(draft: PolicyDraft) -> Mapping[str, list[AuthoredRule]]:
    found: dict[str, list[AuthoredRule]] = {}
    for rule in draft.rules:
        found.setdefault(rule.base_id, []).append(rule)
    return found


def _last_day(draft: PolicyDraft, versions: list[AuthoredRule]) -> dt.date:
    """The last date of the policy on which a rule is in force."""
    days = [day for day in draft.dates() if any(rule.is_in_force(day) for rule in versions)]
    return days[-1] if days else draft.dates()[-1]


def _on(draft: PolicyDraft, on: dict[dt.date, RulesInForce], day: dt.date) -> RulesInForce:
    if day not in on:
        on[day] = rules_on(draft, day)
    return on[day]


def _shown(draft: PolicyDraft, on: dict[dt.date, RulesInForce], *, with_drafts: bool) -> _Shown:
    found = _Shown()
    last = draft.dates()[-1]
    for case in draft.cases:
        if case.written.draft and not with_drafts:
            continue
        day = case.written.as_of or last
        customer = _customer(case)
        for name in case.written.expect:
            parts = [p for p in _on(draft, on, day).rules if name in (p.rule.id, p.rule.base_id)]
            for part in parts:
                found.dates.setdefault(part.rule.base_id, set()).add(day)
                _note(part, customer, found)
            said = {_SAID[truth(part.rule.when, customer)] for part in parts}
            first = next((o for o in (Outcome.HIT, Outcome.MISSING, Outcome.NO_HIT) if o in said), None)
            if first is not None:
                found.outcomes.add((parts[0].rule.base_id, first))
    return found


def _note(part: PlacedRule, customer: Mapping[str, Value], found: _Shown) -> None:
    found.outcomes.add((part.rule.id, _SAID[truth(part.rule.when, customer)]))
    for place, leaf in enumerate(leaves(part.rule.when)):
        said = truth(leaf, customer)
        if said is not None:
            found.sides.add((part.rule.id, place, said))


def _customer(case: AuthoredCase) -> dict[str, Value]:
    return {name: value if isinstance(value, str) else float(value) for name, value in case.written.facts.items()}


def _outcome_gaps(on_day: RulesInForce, parts: list[PlacedRule], shown: _Shown, *, is_dated: bool) -> Iterator[Gap]:
    """The whole rule in each outcome; each row and each segment must hit."""
    if not parts:
        return
    whole = parts[0].rule.base_id
    is_table = parts[0].authored.row is not None
    for outcome in (Outcome.HIT, Outcome.NO_HIT, Outcome.MISSING):
        if (whole, outcome) in shown.outcomes or (is_table and outcome is Outcome.NO_HIT):
            continue
        ways = tuple(_way(parts, part, outcome) for part in parts)
        if any(not on_day.has_none(*way) for way in ways):
            yield Gap(whole, parts[0].authored, f"for {outcome.value}", on_day.as_of, ways, is_dated)
    for part in parts if len(parts) > 1 else ():
        hit = ((Goal(part.when, TRUE),),)
        if (part.rule.id, Outcome.HIT) not in shown.outcomes and not on_day.has_none(*hit[0]):
            yield Gap(part.rule.id, part.authored, "for hit", on_day.as_of, hit, is_dated)


def _way(parts: list[PlacedRule], one: PlacedRule, outcome: Outcome) -> tuple[Goal, ...]:
    """One part says it, and no other says what would outweigh it."""
    others = {Outcome.HIT: TRUE | FALSE | UNKNOWN, Outcome.MISSING: FALSE | UNKNOWN, Outcome.NO_HIT: FALSE}[outcome]
    return (Goal(one.when, _WANTED[outcome]), *(Goal(other.when, others) for other in parts if other is not one))


def _side_gaps(on_day: RulesInForce, parts: list[PlacedRule], shown: _Shown, *, is_dated: bool) -> Iterator[Gap]:
    """Each comparison of a rule is true in one case and false in another. Of a table its rows say as much."""
    general = next((p for p in parts if p.rule.id == p.rule.base_id and p.authored.row is None), None)
    if general is None:
        return
    read = tuple(leaves(general.when))
    for place, leaf in enumerate(leaves(general.rule.when)):
        for side, wanted in ((True, TRUE), (False, FALSE)):
            if not isinstance(leaf, Comparison) or (general.rule.id, place, side) in shown.sides:
                continue
            others = tuple(Goal(other, TRUE) for n, other in enumerate(read) if n != place)
            said = (TRUE, FALSE) if side else (FALSE, TRUE)
            decisive = tuple((Goal(read[place], wanted), Goal(general.when, s), *others) for s in said)
            ways = (*decisive, (Goal(read[place], wanted), Goal(general.when, TRUE | FALSE)))
            if any(not on_day.has_none(*way) for way in ways):
                what = f"where {leaf} is {'true' if side else 'false'}"
                yield Gap(general.rule.id, general.authored, what, on_day.as_of, ways, is_dated)


def _date_gaps(
    draft: PolicyDraft, on: dict[dt.date, RulesInForce], versions: list[AuthoredRule], shown: _Shown
) -> Iterator[Gap]:
    """A case before and one from each date on which a parameter of the rule changes."""
    base_id = versions[0].base_id
    seen = shown.dates.get(base_id, set())
    for path, rows in groupby(versions, key=lambda rule: rule.path if rule.row is None else rule.row.table_path):
        rule = next(rows)
        changes = _changes(draft, [r for r in versions if r is rule or (r.row and r.row.table_path == path)])
        start = rule.written.in_force.start
        days = [start, *(change for change in changes if change > start and rule.is_in_force(change))]
        for before, change in pairwise(days):
            what = f"%s {change}, when a parameter in it changes"
            if not any(before <= day < change for day in seen):
                ways = _ways_of_change(draft, on, base_id, before, change)
                yield Gap(base_id, rule, what % "before", before, ways, is_dated=True)
            if not any(day >= change for day in seen):
                ways = _ways_of_change(draft, on, base_id, change, before)
                yield Gap(base_id, rule, what % "from", change, ways, is_dated=True)


def _changes(draft: PolicyDraft, rules: list[AuthoredRule]) -> list[dt.date]:
    names = {name for rule in rules for name, _ in parameters_of(rule) if name in draft.parameters}
    return sorted({day for name in names for day in sorted(draft.parameters[name].dates())[1:]})


def _ways_of_change(
    draft: PolicyDraft, on: dict[dt.date, RulesInForce], base_id: str, day: dt.date, other: dt.date
) -> tuple[tuple[Goal, ...], ...]:
    """A customer of whom the rule says something else on the other day, else any whom it hits."""
    here = [p for p in _on(draft, on, day).rules if p.rule.base_id == base_id]
    there = {p.rule.id: p for p in _on(draft, on, other).rules if p.rule.base_id == base_id}
    moved = [p for p in here if p.rule.id in there and p.when != there[p.rule.id].when]
    ways = [
        (Goal(p.when, said), Goal(there[p.rule.id].when, (TRUE | FALSE) & ~said))
        for p in moved
        for said in (TRUE, FALSE)
    ]
    return (*ways, *((Goal(p.when, TRUE),) for p in here))
