"""Checks of patterns of events: declared while rules name them, named by some rule, thresholds in the right unit."""

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from riskengine.features.event_window import EventWindow
from riskengine.features.feature import Unit
from riskengine.policy.draft import AuthoredRule, PlacedPolicy, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.part import in_force, named_in
from riskengine.policy.window_reader import declared_in, texts_of
from riskengine.tables.yaml_file import Finding

_UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "count": Unit.COUNT,
        "within_days": Unit.DAYS,
        "counts_for_days": Unit.DAYS,
        "amount_from": Unit.MONEY,
        "sum_from": Unit.MONEY,
    }
)


def check_windows(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules that name a pattern on a day on which none of that id is declared, and parameters of another unit."""
    facts = _facts(draft)
    for rule in draft.rules:
        for placed in rule.leaves:
            if placed.leaf.fact in facts:
                yield from _check_use(draft, rule, facts[placed.leaf.fact], placed.place)
    for version in draft.windows:
        yield from _check_units(draft, version)


def check_unused_windows(draft: PolicyDraft) -> Iterator[Finding]:
    """Patterns that no rule names."""
    facts = _facts(draft)
    used = {facts[placed.leaf.fact] for rule in draft.rules for placed in rule.leaves if placed.leaf.fact in facts}
    for version in draft.windows:
        for name in declared_in(version):
            if name not in used:
                place = version.document.place(*version.path, "windows", name)
                yield Finding(place, f"no rule names evt_{name}_holds or evt_{name}_days_ago", "remove it, or use it")


def _facts(draft: PolicyDraft) -> dict[str, str]:
    """The id of the pattern behind each of its facts."""
    windows = (EventWindow(name, text, 1, ()) for name, text in texts_of(draft.windows).items())
    return {fact: window.id for window in windows for fact in (window.holds, window.days_ago)}


def _check_use(draft: PolicyDraft, rule: AuthoredRule, name: str, place: str) -> Iterator[Finding]:
    """A rule in force from a day on, or still in force when a version begins."""
    start = rule.written.in_force.start
    begun = [version.start for version in draft.windows if version.start > start and rule.is_in_force(version.start)]
    for day in (start, *begun):
        version = in_force(draft.windows, day)
        if version is None or name not in declared_in(version):
            what = f"the pattern '{name}' is not declared on {day}, on which {rule.id} is in force"
            yield Finding(place, what, _remedy(draft, name, day), (), FindingKind.UNKNOWN_FACT)
            return


def _remedy(draft: PolicyDraft, name: str, day: dt.date) -> str:
    first = min(version.start for version in draft.windows if name in declared_in(version))
    if first > day:
        return f"let the rule begin on {first}, or declare the pattern earlier"
    return f"end the rule on {day}, or declare the pattern in that version, too"


def _check_units(draft: PolicyDraft, version: PlacedPolicy) -> Iterator[Finding]:
    for path, name in named_in(version):
        parameter, unit = draft.parameters.get(name), _UNITS.get(path[-1])
        if parameter is not None and unit is not None and parameter.unit is not unit:
            what = f"'{path[-1]}' is in {unit.value}, '@{name}' in {parameter.unit.value}"
            remedy = "use a parameter of the same unit"
            yield Finding(version.document.place(*path), what, remedy, (), FindingKind.DOCUMENT)
