"""Cases that would show what no case shows yet, for the analyst to confirm."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from riskengine.policy.checks.coverage import Gap, find_gaps
from riskengine.policy.checks.placed_rule import RulesInForce, rules_on
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import facts_of, truth
from riskengine.policy.draft import PolicyDraft
from riskengine.terms.decision import Outcome

_WORDS = {Outcome.HIT: "hits", Outcome.NO_HIT: "does not hit", Outcome.MISSING: "is unknown"}


@dataclass(frozen=True, slots=True)
class DraftCase:
    """`as_of` is None where the case need not be dated. Every fact that is not given is missing."""

    file: str  # of the cases, as in the places of findings
    rule: str
    as_of: dt.date | None
    facts: tuple[tuple[str, float | str], ...]
    outcome: Outcome

    shows: str  # what no case showed, in words

    @property
    def name(self) -> str:
        return f"{self.rule} {_WORDS[self.outcome]}{self.shows and f' {self.shows}'}"


def draft_cases(draft: PolicyDraft) -> tuple[DraftCase, ...]:
    """A case for everything no case and no draft shows, in the order of the rules; each customer once for a rule and
    date.

    The facts are such as give that outcome by the conditions alone; whoever writes them lets the engines confirm it.
    """
    on: dict[dt.date, RulesInForce] = {}
    found: dict[tuple[object, ...], DraftCase] = {}
    for gap in find_gaps(draft, with_drafts=True):
        if gap.as_of not in on:
            on[gap.as_of] = rules_on(draft, gap.as_of)
        case = _case(gap, on[gap.as_of])
        if case is not None:
            found.setdefault((case.rule, case.as_of, case.facts), case)
    return tuple(found.values())


def _case(gap: Gap, on_day: RulesInForce) -> DraftCase | None:
    parts = [p for p in on_day.rules if gap.name in (p.rule.id, p.rule.base_id)]
    asked = {name for part in parts for name in facts_of(part.rule.when)}
    for way in gap.ways:
        example = on_day.customer(*way)
        if example is None:
            continue
        known = {name: value for name, value in example if value is not None and name in asked}
        said = {truth(part.rule.when, known) for part in parts}
        outcome = Outcome.HIT if True in said else Outcome.MISSING if None in said else Outcome.NO_HIT
        day = gap.as_of if gap.is_dated else None
        return DraftCase(_file(gap), gap.name, day, _pairs(known), outcome, _shows(gap))
    return None


def _shows(gap: Gap) -> str:
    if gap.what.startswith("where "):
        return gap.what
    return f"on {gap.as_of}" if gap.is_dated else ""


def _file(gap: Gap) -> str:
    return gap.rule.document.where.removesuffix(".yaml") + ".test.yaml"


def _pairs(known: Mapping[str, Value]) -> tuple[tuple[str, float | str], ...]:
    return tuple((name, value) for name, value in sorted(known.items()) if value is not None)


def by_file(cases: tuple[DraftCase, ...]) -> Iterator[tuple[str, tuple[DraftCase, ...]]]:
    """The drafts of each file of cases."""
    for file in dict.fromkeys(case.file for case in cases):
        yield file, tuple(case for case in cases if case.file == file)
