"""Checks of names: who answers cases, and what several rules warn of together, once a policy names any of them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from riskengine.policy.checks.texts import is_chinese
from riskengine.policy.draft import PlacedPolicy, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding, YamlPath

_LEVELS = ("watch", "amber", "red")


def check_names(draft: PolicyDraft) -> Iterator[Finding]:
    """Owners and indicators without a name, and names that are not translated. A policy that names no owner at all,
    or no indicator, is content with their ids."""
    for version, end in _periods(draft.episodes):
        roles = _written(version, "roles")
        if roles:
            yield from _untranslated(version, {("roles", key): text for key, text in roles.items()})
            yield from _unnamed_owners(draft, version, end, roles)
        named = _indicator_names(version)
        if named:
            yield from _untranslated(version, {("indicators", key, "name"): text for key, text in named.items()})
            yield from _unnamed_indicators(draft, version, end, named)


def _unnamed_owners(
    draft: PolicyDraft, version: PlacedPolicy, end: dt.date, roles: Mapping[str, object]
) -> Iterator[Finding]:
    for owner, place in (*_owners(version), *_follow_up(draft, version.start, end)):
        if owner not in roles:
            what = f"the owner '{owner}' has no name that people could read"
            yield _finding(place, what, f"add '{owner}' under `roles` of early_warning/episodes.yaml")


def _owners(version: PlacedPolicy) -> Iterator[tuple[str, str]]:
    written = _policy(version).get("owners")
    for position, one in enumerate(written if isinstance(written, list) else ()):
        owner = one.get("owner") if isinstance(one, dict) else None
        if isinstance(owner, str):
            yield owner, version.document.place(*version.path, "owners", position, "owner")


def _follow_up(draft: PolicyDraft, start: dt.date, end: dt.date) -> Iterator[tuple[str, str]]:
    """Those whom terms.yaml names, on any day of a period."""
    for version, until in _periods(draft.terms):
        follow_up = _written(version, "follow_up")
        for level in _LEVELS if version.start < end and start < until else ():
            answer = follow_up.get(level)
            owner = answer.get("owner") if isinstance(answer, dict) else None
            if isinstance(owner, str):
                yield owner, version.document.place(*version.path, "follow_up", level, "owner")


def _unnamed_indicators(
    draft: PolicyDraft, version: PlacedPolicy, end: dt.date, named: Mapping[str, object]
) -> Iterator[Finding]:
    seen: set[str] = set(named)
    for rule in draft.rules:
        period = rule.written.in_force
        is_then = period.start < end and (period.until is None or version.start < period.until)
        indicator = rule.written.indicator
        if indicator is not None and indicator not in seen and is_then:
            seen.add(indicator)
            what = f"the indicator '{indicator}' has no name that people could read"
            remedy = (
                f"add `{indicator}: {{name: {{en: .., zh: ..}}}}` under `indicators` of early_warning/episodes.yaml"
            )
            yield _finding(rule.place("indicator"), what, remedy)


def _indicator_names(version: PlacedPolicy) -> dict[str, object]:
    written = _written(version, "indicators")
    return {key: one["name"] for key, one in written.items() if isinstance(one, dict) and "name" in one}


def _untranslated(version: PlacedPolicy, texts: Mapping[YamlPath, object]) -> Iterator[Finding]:
    for path, text in texts.items():
        chinese = text.get("zh") if isinstance(text, dict) else None
        if isinstance(chinese, str) and not is_chinese(chinese):
            place = version.document.place(*version.path, *path, "zh")
            yield _finding(place, f"the name of '{path[1]}' is not translated: '{chinese}'", "write Chinese")


def _periods(versions: Sequence[PlacedPolicy]) -> Iterator[tuple[PlacedPolicy, dt.date]]:
    """Each version with the first day on which it no longer holds."""
    for position, version in enumerate(versions, start=1):
        yield version, versions[position].start if position < len(versions) else dt.date.max


def _written(version: PlacedPolicy, key: str) -> dict[str, object]:
    found = _policy(version).get(key)
    return {str(name): one for name, one in found.items()} if isinstance(found, dict) else {}


def _policy(version: PlacedPolicy) -> dict[str, object]:
    written = version.document.mapping()["versions"][int(version.path[1])]["policy"]
    return written if isinstance(written, dict) else {}


def _finding(place: str, what: str, remedy: str) -> Finding:
    return Finding(place, what, remedy, (), FindingKind.TEXT)
