"""Versions of limits.yaml, terms.yaml, episodes.yaml and windows.yaml as models, with parameters resolved."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from pydantic import BaseModel

from riskengine.policy.draft import PlacedPolicy, PolicyDraft
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.policy.limit_policy import LimitPolicy
from riskengine.policy.parameters import values_on
from riskengine.policy.resolve import Parameters, resolve_tree
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.policy.window_policy import WindowPolicy
from riskengine.tables.yaml_file import DocumentError, Finding, YamlDocument
from riskengine.tables.yaml_model import validated
from riskengine.terms.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)


def in_force(versions: Sequence[PlacedPolicy], as_of: dt.date) -> PlacedPolicy | None:
    """The last version that has begun."""
    found = [version for version in versions if version.start <= as_of]
    return found[-1] if found else None


def read_part(version: PlacedPolicy, model: type[Model], parameters: Parameters) -> Model:
    """Raises DocumentError with file and line, UsageError for a parameter without a value."""
    written = version.document.mapping()["versions"][int(version.path[1])]["policy"]
    depth = len(version.path)
    lines = {path[depth:]: line for path, line in version.document.lines.items() if path[:depth] == version.path}
    return validated(YamlDocument(version.document.where, resolve_tree(written, parameters), lines), model)


def check_parts(draft: PolicyDraft) -> Iterator[Finding]:
    """Limits, terms, episodes and windows that do not fit their model on some date, or are not ordered by date."""
    yield from _check(draft, draft.limits, LimitPolicy)
    yield from _check(draft, draft.terms, TermsPolicy)
    yield from _check(draft, draft.episodes, EpisodePolicy)
    yield from _check(draft, draft.windows, WindowPolicy)


def _check_segments(draft: PolicyDraft, version: PlacedPolicy) -> Iterator[Finding]:
    """One limit and terms policy holds for everybody."""
    for path, name in named_in(version):
        if name in draft.parameters and draft.parameters[name].has_segments:
            what = f"'@{name}' has values for segments, which only rules know"
            yield Finding(version.document.place(*path), what, "use a parameter without segments here")


def named_in(version: PlacedPolicy) -> Iterator[tuple[tuple[str, ...], str]]:
    """The parameters a version names, each with its path in the file."""
    written = version.document.mapping()["versions"][int(version.path[1])]["policy"]
    yield from _named(written, version.path)


def _named(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _named(inner, (*path, str(key)))
        case list():
            for position, inner in enumerate(value):
                yield from _named(inner, (*path, str(position)))
        case str() if value.startswith("@"):
            yield path, value[1:]


def _check(draft: PolicyDraft, versions: Sequence[PlacedPolicy], model: type[BaseModel]) -> Iterator[Finding]:
    for before, after in pairwise(versions):
        if after.start <= before.start:
            place = after.document.place(*after.path[:-1], "from")
            yield Finding(place, f"{after.start} does not come after {before.start}", "order the versions by date")
    starts = {dated.start for parameter in draft.parameters.values() for dated in parameter.general}
    for version in versions:
        yield from _check_segments(draft, version)
        for as_of in sorted({version.start} | {s for s in starts if in_force(versions, s) is version}):
            try:
                read_part(version, model, values_on(draft.parameters, as_of))
            except DocumentError as error:
                yield from error.findings
            except UsageError as error:
                yield Finding(version.document.place(*version.path), f"on {as_of}: {error.what}", error.remedy)
                break
