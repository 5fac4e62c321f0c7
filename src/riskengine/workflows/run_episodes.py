"""The warnings of a run as episodes, carried on from the run before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import polars as pl

from riskengine.early_warning.case import Case, Standing, cases_of
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Finding, Key
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame, changes_frame, episodes_frame, episodes_from
from riskengine.policy.bundle import Policy
from riskengine.workflows.previous_run import PreviousRun


@dataclass(frozen=True, slots=True)
class RunEpisodes:
    """`episodes`: those that are open, those that closed in this run, and those that closed while their case still
    runs. `cases`: open ones, and those that ended in this run. `changes`: of this run."""

    episodes: pl.DataFrame
    changes: pl.DataFrame
    cases: pl.DataFrame


def standing_of(previous: PreviousRun | None) -> Mapping[Key, Episode]:
    """The episodes open after the previous run; none after a run that had no episodes yet."""
    if previous is None or previous.episodes is None:
        return MappingProxyType({})
    found = episodes_from(previous.episodes.filter(pl.col("closed_on").is_null()))
    return MappingProxyType({one.key: one for one in found})


def follow(
    findings: Sequence[Finding],
    previous: PreviousRun | None,
    policy: Policy,
    customers: Mapping[str, Standing],
    as_of: date,
) -> RunEpisodes:
    """What the findings of a run make of the episodes there were. `customers` decides who answers a case."""
    folded = fold(findings, policy.episodes, start=standing_of(previous))
    past = _closed_before(previous)
    cases = [
        case
        for case in cases_of((*past, *folded.episodes), policy, standing=customers)
        if case.is_open or case.ended_on == as_of
    ]
    shown = {one for case in cases for one in _members(case)} | {_name(one) for one in folded.episodes}
    every = sorted((*past, *folded.episodes), key=lambda one: (one.key, one.opened_on))
    return RunEpisodes(
        episodes_frame(one for one in every if _name(one) in shown),
        changes_frame(folded.changes),
        cases_frame(cases),
    )


def _closed_before(previous: PreviousRun | None) -> tuple[Episode, ...]:
    """They may belong to a case that still runs."""
    if previous is None or previous.episodes is None:
        return ()
    return episodes_from(previous.episodes.filter(pl.col("closed_on").is_not_null()))


_Name = tuple[Key, date]


def _name(episode: Episode) -> _Name:
    return episode.key, episode.opened_on


def _members(case: Case) -> list[_Name]:
    return [_name(one) for one in case.episodes]
