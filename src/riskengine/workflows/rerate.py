"""Rate every customer of a portfolio as of one date. Pure but for reading the tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from riskengine.decision.arrays import Floats
from riskengine.decision.canonical import JsonValue
from riskengine.decision.certificate import ModelIdentity, certify
from riskengine.decision.frames import ratings_frame
from riskengine.decision.ratings import Ratings
from riskengine.decision.warnings import warnings_frame
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Finding, Key
from riskengine.early_warning.journal import Said
from riskengine.early_warning.observation import merge_findings, observe
from riskengine.early_warning.subject import standing_by_subject
from riskengine.policy.bundle import Policy
from riskengine.portfolio.figures import PortfolioFigures, portfolio_figures
from riskengine.portfolio.ledger import ledger_as_of
from riskengine.portfolio.movements import compare_ratings
from riskengine.portfolio.spread import Split, classes_by_business, split_exposure
from riskengine.scoring.pd_model import PdModel
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.day_rating import RatingDay, portfolio_exposure
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.rating_columns import add_customer_columns, add_warning_columns, customer_columns
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.run_episodes import NOTHING_SAID, RunEpisodes, follow, standing_of, with_answers
from riskengine.workflows.scored import (
    check_currency,
    check_policy_currency,
    explain_all,
    model_matrix,
)
from riskengine.workflows.shadow import ShadowRating, shadow_columns

Progress = Callable[[str, int, int], None]  # what, customers done, customers in all
MOST_DONORS = 1000
SILENCE_DAYS = 31  # from here on after the last row, no news would be read as good news


@dataclass(frozen=True, slots=True)
class RerateOptions:
    """How to work; nothing here but `reasons` shows in the result."""

    reasons: bool = True
    workers: int = 1
    chunk_size: int = 20_000


@dataclass(frozen=True, slots=True)
class PortfolioRating:
    """What a rerate found. Frames are sorted by customer_id; the columns are in docs/reference/outputs.md."""

    as_of: date
    reporting_currency: str
    portfolio_exposure: float
    ratings: pl.DataFrame
    warnings: pl.DataFrame
    movements: pl.DataFrame
    figures: PortfolioFigures
    splits: Mapping[str, Split]
    certificates: Mapping[str, dict[str, JsonValue]]  # of the customers asked for
    episodes: RunEpisodes
    donors: pl.DataFrame  # features of customers spread over the portfolio; assess lends them to cases
    surroundings: pl.DataFrame  # what customers take from each other, for those rated alone until the next run
    shadow: ShadowRating | None = None  # what another model would have said


def rerate(
    tables: TableSet,
    as_of: date,
    *,
    policy: Policy,
    model: PdModel,
    previous: PreviousRun | None = None,
    options: RerateOptions | None = None,
    certified: tuple[str, ...] = (),
    shadow: PdModel | None = None,
    said: Said = NOTHING_SAID,
    progress: Progress = lambda _what, _done, _total: None,
) -> PortfolioRating:
    """Rate every customer known by `as_of`.

    `shadow` rates the same customers beside the model and changes nothing of what is decided. `said` is what people
    answered to cases and asked to be left alone with.

    The result is the same for any order of rows, chunk size and number of workers. Raises InputError if the date lies
    outside the data or an input is invalid; UsageError if an option is impossible or a customer of `certified` is not
    known.
    """
    chosen = options or RerateOptions()
    _check_options(chosen)
    check_policy_currency(policy, tables.reporting_currency)
    check_currency(model, tables.reporting_currency)
    check_as_of(tables, as_of)
    previous = with_answers(previous, policy, as_of, said)
    progress("features", 0, 1)
    built = rating_features(tables, as_of, windows=policy.windows)
    features = built.features
    progress("features", 1, 1)
    book = _Book(
        features,
        RatingDay(as_of, policy, model, previous, portfolio_exposure(features)),
        standing_of(previous),
        reasons=chosen.reasons,
        threads=0 if chosen.workers == 1 else 1,
    )
    missing = sorted(set(certified) - set(features["customer_id"]))
    if missing:
        raise UsageError(f"no customer {missing[0]!r} is known by {as_of}", where="certificates")
    parts = _rate_in_chunks(book, chosen, progress)
    beside = None
    if shadow is not None:
        day = replace(book.day, model=shadow)
        other = _rate_in_chunks(replace(book, day=day, standing=None, reasons=False), chosen, progress)
        beside = ShadowRating(shadow, shadow_columns(pl.concat([p.ratings for p in other]).rechunk(), shadow))
    progress("portfolio", 0, 1)
    ledger = ledger_as_of(tables, as_of)
    customers = customer_columns(tables, features, as_of, policy.limit.available)
    abc = classes_by_business(ledger, features["customer_id"])
    ratings = add_customer_columns(pl.concat([p.ratings for p in parts]).rechunk(), customers, abc, model)
    found = PortfolioRating(
        as_of=as_of,
        reporting_currency=tables.reporting_currency,
        portfolio_exposure=book.day.portfolio_exposure,
        ratings=ratings,
        warnings=add_warning_columns(pl.concat([p.warnings for p in parts]).rechunk(), ratings, as_of, previous),
        movements=compare_ratings(ratings, None if previous is None else previous.ratings),
        figures=portfolio_figures(ledger),
        splits={
            by: split_exposure(customers, f"{by}_id" if by == "group" else by) for by in ("group", "industry", "region")
        },
        episodes=_follow(book, [finding for part in parts for finding in part.findings], said),
        certificates={customer: book.certify(customer) for customer in certified},
        donors=features.gather_every(max(1, -(-features.height // MOST_DONORS))),
        surroundings=built.surroundings.frame(),
        shadow=beside,
    )
    progress("portfolio", 1, 1)
    return found


def check_as_of(tables: TableSet, as_of: date) -> None:
    """Raises InputError if `as_of` lies before the first row or well after the last: silence is not good news."""
    spans = [
        frame.select(pl.col("known_at").min().alias("first"), pl.col("known_at").max().alias("last"))
        for frame in (tables[name] for name in ("invoices", "payments", "orders", "financials", "signals"))
    ]
    first, last = pl.concat(spans).select(pl.col("first").min(), pl.col("last").max()).collect().row(0)
    if first is None:
        return  # customers without any row: each will be listed as unrated
    if day_number(as_of) > last + SILENCE_DAYS:
        raise InputError(
            f"the data ends on {day_of(last)}, more than {SILENCE_DAYS} days before {as_of}",
            where="as-of date",
            remedy=f"choose a date up to {day_of(last + SILENCE_DAYS)}, or bring newer tables",
        )
    if day_number(as_of) < first:
        raise InputError(
            f"the data begins on {day_of(first)}, after {as_of}", where="as-of date", remedy="choose a later date"
        )


def _check_options(options: RerateOptions) -> None:
    if options.workers < 1:
        raise UsageError(f"{options.workers} workers cannot work", remedy="give 1 or more")
    if options.chunk_size < 1:
        raise UsageError(f"a chunk of {options.chunk_size} customers is none", remedy="give 1 or more")


@dataclass(frozen=True, slots=True)
class _Part:
    ratings: pl.DataFrame
    warnings: pl.DataFrame
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class _Book:
    """All that rating a slice of the customers depends on."""

    features: pl.DataFrame
    day: RatingDay
    standing: Mapping[Key, Episode] | None  # open after the previous run; None: nobody asks for episodes
    reasons: bool
    threads: int  # of the model, for one chunk; 0: as many as there are

    def part(self, start: int, size: int) -> _Part:
        chunk = self.features.slice(start, size)
        matrix = model_matrix(chunk, self.day.model)
        ratings = self.day.rate(chunk, matrix=matrix, threads=self.threads)
        reasons = self._reasons(ratings, matrix)
        findings = [] if self.standing is None else observe(ratings, self.standing)
        return _Part(ratings_frame(ratings).with_columns(reasons), warnings_frame(ratings), findings)

    def certify(self, customer_id: str) -> dict[str, JsonValue]:
        """The certificate of one customer, rated as within the portfolio."""
        own = self.features.filter(pl.col("customer_id") == customer_id)
        model = self.day.model
        matrix = model_matrix(own, model)
        ratings = self.day.rate(own, matrix=matrix, threads=self.threads)
        reasons = explain_all(ratings, matrix, model)
        return certify(ratings, 0, ModelIdentity(model.name, model.version, model.digest), reasons[0])

    def _reasons(self, ratings: Ratings, matrix: Floats) -> list[pl.Series]:
        """Sentences per customer in both languages; null where nobody asked for them."""
        kind = pl.List(pl.String)
        if not self.reasons:
            return [pl.Series(name, [None] * ratings.count, dtype=kind) for name in ("reasons_en", "reasons_zh")]
        found = explain_all(ratings, matrix, self.day.model)
        english = [[reason.text.en for reason in reasons] for reasons in found]
        chinese = [[reason.text.zh for reason in reasons] for reasons in found]
        return [pl.Series("reasons_en", english, dtype=kind), pl.Series("reasons_zh", chinese, dtype=kind)]


def _follow(book: _Book, findings: list[Finding], said: Said) -> RunEpisodes:
    """The findings of all customers and industries as episodes and cases."""
    subjects = standing_by_subject(book.features)
    return follow(merge_findings(findings), book.day.previous, book.day.policy, subjects, book.day.as_of, said=said)


def _rate_in_chunks(book: _Book, options: RerateOptions, progress: Progress) -> list[_Part]:
    """The parts in the order of the customers. Threads do: the model and the arrays leave Python's lock."""
    from joblib import Parallel, delayed  # noqa: PLC0415 - takes a while to import

    total = book.features.height
    starts = range(0, total, options.chunk_size)
    progress("rating", 0, total)
    work = Parallel(n_jobs=options.workers, prefer="threads", return_as="generator")
    parts = []
    for number, part in enumerate(work(delayed(book.part)(start, options.chunk_size) for start in starts), start=1):
        parts.append(part)
        progress("rating", min(number * options.chunk_size, total), total)
    return parts
