"""The warnings of a run as episodes, carried on from the run before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import polars as pl

from riskengine.early_warning.case import Answer, Case, Standing, cases_of
from riskengine.early_warning.change import Change
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Finding, Key
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame, changes_frame, episodes_frame, episodes_from
from riskengine.early_warning.freeze import case_states, holds_freeze
from riskengine.early_warning.journal import Said
from riskengine.policy.bundle import Policy
from riskengine.workflows.previous_run import PreviousRun

NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables of a run's episodes were made from. `customers`: all that were rated, and their industries."""

    episodes: tuple[Episode, ...]
    changes: tuple[Change, ...]
    cases: tuple[Case, ...]
    customers: Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class RunEpisodes:
    """`episodes`: those that are open, those that closed in this run, and those that closed while their case still
    runs. `cases`: open ones, and those that ended in this run. `changes`: of this run."""

    episodes: pl.DataFrame
    changes: pl.DataFrame
    cases: pl.DataFrame
    found: Found


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
    *,
    said: Said = NOTHING_SAID,
) -> RunEpisodes:
    """What the findings of a run make of the episodes there were. `customers` decides who answers a case; `said` is
    what people had said by then."""
    folded = fold(findings, policy.episodes, start=standing_of(previous), snoozes=said.snoozes)
    past = _closed_before(previous)
    every = sorted((*past, *folded.episodes), key=lambda one: (one.key, one.opened_on))
    cases = cases_of(every, policy, answers=_answers_by(said, as_of), standing=customers)
    ended_after = date.min if previous is None else previous.as_of
    freezing = case_states(cases)
    kept = [
        case
        for case in cases
        if case.is_open
        or (case.ended_on is not None and case.ended_on > ended_after)
        or (holds_freeze(case) and freezing[case.customer_id].freezes)
    ]
    shown = {one for case in kept for one in _members(case)} | {_name(one) for one in folded.episodes}
    found = Found(tuple(one for one in every if _name(one) in shown), folded.changes, tuple(kept), customers)
    return RunEpisodes(episodes_frame(found.episodes), changes_frame(found.changes), cases_frame(found.cases), found)


def with_answers(previous: PreviousRun | None, policy: Policy, as_of: date, said: Said) -> PreviousRun | None:
    """The previous run with its cases as they stand after what people answered since."""
    answers = _answers_by(said, as_of)
    if previous is None or previous.episodes is None or not answers:
        return previous
    again = cases_of(episodes_from(previous.episodes), policy, answers=answers)
    return replace(previous, cases=cases_frame(again))


def _answers_by(said: Said, as_of: date) -> tuple[Answer, ...]:
    return tuple(one for one in said.answers if one.day <= as_of)


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
