"""Findings by the one rating: features, a PD, the rules of the policy."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from riskengine.early_warning.case import Standing
from riskengine.early_warning.finding import Finding
from riskengine.early_warning.freeze import CaseState
from riskengine.early_warning.observation import merge_findings, observe
from riskengine.features.surroundings import surroundings_from
from riskengine.policy.bundle import Policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.scoring.pd_model import PdModel
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.workflows.check_order import open_orders_on
from riskengine.workflows.day_rating import RatingDay, exposure_in, portfolio_exposure
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.rating_features import RatingPlan, rating_features
from riskengine.workflows.scored import check_currency, check_policy_currency
from riskengine.workflows.watch.finder import Before, Found, People
from riskengine.workflows.watch.ledger import Ledger
from riskengine.workflows.watch.portfolio_features import portfolio_features
from riskengine.workflows.watch.rated_parts import RatedParts, rated_part

PolicyOn = Callable[[date], Policy]
RunBefore = Callable[[date], PreviousRun | None]  # the run published last before a day
FEW = 50  # customers up to which durable_rules decides sooner than columns do


def no_run(_day: date) -> PreviousRun | None:
    return None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """For a day, a policy and surroundings, which are the very ones as long as nobody settles anew."""

    day: date
    policy: Policy
    kept: pl.DataFrame = field(repr=False)
    plan: RatingPlan = field(repr=False)
    exposure: float


class RatingFinder:
    """Rates with one model, the policy of each day and what the newest run before it decided."""

    def __init__(self, policy_on: PolicyOn, model: PdModel, run_before: RunBefore = no_run, *, few: int = FEW) -> None:
        """`few`: customers up to which durable_rules decides; both engines say the same."""
        self._policy_on = policy_on
        self._policies: dict[date, Policy] = {}
        self._model = model
        self._run_before = run_before
        self._made: _Prepared | None = None
        self._durable = DurableEngine()
        self._few = few

    def policy(self, day: date) -> Policy:
        """Raises what reading the policy of a day raises."""
        if day not in self._policies:
            self._policies = {day: self._policy_on(day)} | dict(list(self._policies.items())[-1:])
        return self._policies[day]

    def surroundings(self, ledger: Ledger, day: date) -> pl.DataFrame | None:
        """Raises as `build_features`. No policy needs to be in force."""
        nobody = ledger.known(day_number(day)).is_empty()
        return None if nobody else portfolio_features(ledger, day).surroundings.frame()

    def everybody(self, ledger: Ledger, day: date, before: Before) -> Found:
        """Raises InputError if the policy or the model is about another currency, and as `build_features`."""
        policy = self.policy(day)
        check_policy_currency(policy, ledger.reporting_currency)
        check_currency(self._model, ledger.reporting_currency)
        if ledger.known(day_number(day)).is_empty():
            return _Nobody()
        made = portfolio_features(ledger, day, windows=policy.windows)
        rating = self._day(day, exposure_in(made.surroundings), before)
        findings: list[Finding] = []
        parts = []
        for part in made.parts():
            ratings = rating.rate(part.features, engine=ColumnsEngine(), threads=0)
            findings += observe(ratings, before.open, ColumnsEngine())
            parts.append(rated_part(ratings, part.features, part.tables, part.open_orders))
        return RatedParts(merge_findings(findings), made.surroundings.frame(), policy.currency, parts)

    def some(
        self,
        tables: TableSet,
        customers: Collection[str],
        day: date,
        before: Before,
        surroundings: pl.DataFrame | None,
    ) -> Found:
        """Raises as `everybody`; InputError if the surroundings were kept by another version."""
        policy = self.policy(day)
        if not _anybody(tables, day):
            return _Nobody()
        around = None if surroundings is None else self._prepared(day, policy, surroundings)
        features = (
            rating_features(tables, day, windows=policy.windows).features
            if around is None
            else around.plan.build(tables)
        )
        features = features.filter(pl.col("customer_id").is_in(pl.Series(sorted(customers)).implode()))
        if features.is_empty():
            return _Nobody()
        exposure = portfolio_exposure(features) if around is None else around.exposure
        return self._found(tables, features, before, self._day(day, exposure, before))

    def _prepared(self, day: date, policy: Policy, kept: pl.DataFrame) -> "_Prepared":
        """What is worked out once for all who are rated within the same surroundings on one day."""
        made = self._made
        if made is None or made.day != day or made.policy is not policy or made.kept is not kept:
            around = surroundings_from(kept)
            plan = RatingPlan(day, surroundings=around, windows=policy.windows)
            made = _Prepared(day, policy, kept, plan, exposure_in(around))
            self._made = made
        return made

    def _found(self, tables: TableSet, features: pl.DataFrame, before: Before, rating: RatingDay) -> Found:
        engine = self._durable if features.height <= self._few else ColumnsEngine()
        ratings = rating.rate(features, engine=engine, threads=0)
        # What happens to a whole industry is told when the day is settled: some of its customers say nothing new of it.
        findings = observe(ratings, before.open, engine, industries=False)
        part = rated_part(ratings, features, tables, open_orders_on(tables, rating.as_of))
        return RatedParts(findings, None, rating.policy.currency, [part])

    def _day(self, day: date, exposure: float, before: Before) -> RatingDay:
        return RatingDay(day, self.policy(day), self._model, self._run_before(day), exposure, before.states)


@dataclass(frozen=True, slots=True)
class _Nobody:
    findings: Sequence[Finding] = ()
    surroundings: pl.DataFrame | None = None

    def answering(self) -> Mapping[str, Standing]:
        return {}

    def people(self, _states: Mapping[str, CaseState]) -> People:
        return People()


def _anybody(tables: TableSet, day: date) -> bool:
    known = tables["customers"].filter(pl.col("known_at") <= day_number(day))
    return not known.select("known_at").head(1).collect().is_empty()
