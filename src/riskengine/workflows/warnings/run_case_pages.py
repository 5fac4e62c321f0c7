"""The pages of the cases that a run's report shows first, made with the run from what it knows."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from riskengine.early_warning.case import Case
from riskengine.early_warning.finding import Known
from riskengine.early_warning.ranking import RankedCase
from riskengine.early_warning.subject import industry_of
from riskengine.features.neighbourhood import neighbours
from riskengine.features.surroundings import surroundings_from
from riskengine.policy.window_reader import known_in
from riskengine.portfolio.overdue_path import tables_of
from riskengine.reports.cases.page import case_page
from riskengine.reports.cases.view import HISTORY_SCHEMA, CaseView, PastRating
from riskengine.reports.portfolio.case_table import MOST_ROWS
from riskengine.tables.store import TableSet
from riskengine.terms.decision import Action
from riskengine.terms.text import Text
from riskengine.workflows.file_names import file_stem
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.rerate import PortfolioRating, Progress
from riskengine.workflows.run_inputs import RunInputs
from riskengine.workflows.warnings.case_history import happenings, late_invoices, parents_of

CASE_PAGES = "cases"  # the folder


def write_case_pages(
    scratch: Path,
    rating: PortfolioRating,
    inputs: RunInputs,
    order: Sequence[RankedCase],
    paths: pl.DataFrame,
    *,
    progress: Progress,
) -> Mapping[str, str]:
    """Where the page of each customer lies in the run. `order`: all cases as they are ranked; `paths`: what was owed
    month by month by those whose cases the report shows, as `portfolio.overdue_path` gives it.

    A page says what `warnings show` says of the case, but for the use of the limit in the past.
    """
    customers = [one for one in order if industry_of(one.customer_id) is None]
    chosen = [one for one in customers if one.within_budget][: min(inputs.case_pages, MOST_ROWS)]
    if not chosen:
        return {}
    written: dict[str, str] = {}
    for view in _views(chosen, len(customers), rating, inputs, paths):
        progress("case pages", len(written), len(chosen))
        name = f"{CASE_PAGES}/{file_stem(view.customer_id)}.html"
        (scratch / name).parent.mkdir(exist_ok=True)
        (scratch / name).write_text(case_page(view), encoding="utf-8")
        written[view.customer_id] = name
    progress("case pages", len(chosen), len(chosen))
    return written


def _views(
    chosen: Sequence[RankedCase], open_cases: int, rating: PortfolioRating, inputs: RunInputs, paths: pl.DataFrame
) -> Iterator[CaseView]:
    ids, day, said = [one.customer_id for one in chosen], rating.as_of, inputs.said
    near = tables_of(inputs.tables, sorted(neighbours(inputs.tables, ids)))
    facts = _facts(near, ids, rating, inputs)
    cases = {case.customer_id: case for case in rating.episodes.found.cases if case.is_open}
    vocabulary = known_in(inputs.policy)
    for one in chosen:
        whose, case = one.customer_id, cases[one.customer_id]
        own = tables_of(near, [whose])
        ratings = _ratings(whose, rating, inputs.previous)
        yield CaseView(
            customer_id=whose,
            name=_name(rating.ratings, whose),
            as_of=day,
            currency=rating.reporting_currency,
            policy=inputs.policy,
            vocabulary=vocabulary,
            case=case,
            facts={"pd_12m": ratings[-1].pd_12m, **facts.get(whose, {})},
            sentences=_sentences(rating.warnings, whose),
            history=_history(paths, whose),
            ratings=ratings,
            late=late_invoices(own, whose, day),
            happened=happenings(own, whose, day, _asked(case)),
            parents=parents_of(near, whose, day),
            rank=one,
            open_cases=open_cases,
            answers=tuple(each for each in said.answers if each.customer_id == whose and each.day <= day),
            snoozes=tuple(each for each in said.snoozes if each.customer_id == whose and each.start <= day),
        )


def _facts(
    near: TableSet, ids: Sequence[str], rating: PortfolioRating, inputs: RunInputs
) -> Mapping[str, dict[str, Known]]:
    around = surroundings_from(rating.surroundings)
    built = rating_features(near, rating.as_of, windows=inputs.policy.windows, surroundings=around).features
    return {str(row["customer_id"]): row for row in built.filter(pl.col("customer_id").is_in(ids)).to_dicts()}


def _ratings(whose: str, rating: PortfolioRating, previous: PreviousRun | None) -> tuple[PastRating, ...]:
    before = [] if previous is None else [(previous.as_of, previous.ratings)]
    runs = [*before, (rating.as_of, rating.ratings)]
    columns = ("pd_12m", "grade", "limit", "actions")
    return tuple(
        PastRating(day, pd_12m, grade, limit, tuple(Action(each) for each in actions))
        for day, frame in runs
        for pd_12m, grade, limit, actions in _of(frame, whose).select(columns).iter_rows()
    )


def _of(frame: pl.DataFrame, whose: str) -> pl.DataFrame:
    return frame.filter(pl.col("customer_id") == whose)


def _name(ratings: pl.DataFrame, whose: str) -> str | None:
    name = _of(ratings, whose)["name"][0]
    return str(name) if name else None


def _sentences(warnings: pl.DataFrame, whose: str) -> Mapping[str, Text]:
    said = _of(warnings, whose).select("rule_id", "evidence_en", "evidence_zh")
    return {rule: Text(en, zh) for rule, en, zh in said.iter_rows()}


def _history(paths: pl.DataFrame, whose: str) -> pl.DataFrame:
    """Columns of HISTORY_SCHEMA; exposure and limit are not known."""
    unknown = [pl.lit(None, pl.Float64).alias(name) for name in ("exposure", "limit")]
    return _of(paths, whose).with_columns(*unknown).select(pl.col(n).cast(kind) for n, kind in HISTORY_SCHEMA.items())


def _asked(case: Case) -> set[str]:
    return {found.leaf.fact for one in case.episodes for turn in one.turns for found in turn.evidence}
