"""A red case that freezes credit by policy: in the next rating and for orders, until the case has ended."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from riskengine.decision.order_answer import OrderAnswer
from riskengine.decision.order_desk import OrderDesk
from riskengine.early_warning.credit_standing import standings_of_run
from riskengine.early_warning.freeze import states_of_run
from riskengine.policy.bundle import Policy
from riskengine.policy.leaf import parse_leaf
from riskengine.policy.rule import Effect
from riskengine.tables.events.application import apply_events
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.decision import Action, OrderVerdict, Severity, Stage
from riskengine.workflows.assess import assess
from riskengine.workflows.case_document import Case
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.rerate import PortfolioRating, RerateOptions, rerate
from riskengine.workflows.run_context import RunContext
from support.small_world import LAST_DAY, SmallWorld

RULE, FREEZE = "EWS-TST-001", "HST-EWS-001"
FIRST = LAST_DAY - timedelta(days=200)
SECOND = FIRST + timedelta(days=70)  # the payment that bounced is gone from the window, the cooling time is not over


@pytest.fixture(scope="module")
def policy(small_world: SmallWorld) -> Policy:
    """One bounced payment in 60 days is a red warning that asks for a freeze; nothing else warns or freezes for it."""
    rule = next(r for r in small_world.policy.rules[Stage.WARNINGS] if r.then.severity is Severity.RED)
    bounced = replace(
        rule,
        id=RULE,
        when=parse_leaf("sig_bounced_payment_count_60d >= 1"),
        then=Effect(severity=Severity.RED, actions=(Action.FREEZE_CREDIT,)),
        reason=rule.name,
        indicator=None,
        until=None,
    )
    return replace(small_world.policy, rules={**small_world.policy.rules, Stage.WARNINGS: (bounced,)})


@pytest.fixture(scope="module")
def customer(small_world: SmallWorld) -> str:
    """Somebody sound all along, with credit to spare."""
    ratings = pl.read_parquet(small_world.run / "ratings.parquet")
    sound = ratings.filter(
        ~pl.col("frozen") & ~pl.col("refer") & (pl.col("final_grade") <= 4) & (pl.col("overdue") == 0)
    )
    return str(sound.sort("available_credit", descending=True)["customer_id"][0])


@pytest.fixture(scope="module")
def runs(small_world: SmallWorld, policy: Policy, customer: str) -> list[PreviousRun]:
    """Three runs, each after the one before; a payment bounces on the first day."""
    bounced = {"event": "payment_bounced", "customer_id": customer, "occurred_on": str(FIRST)}
    events = read_events([json.dumps({"event_id": "bounced", **bounced})], Bounds(LAST_DAY)).events
    tables = apply_events(small_world.open_tables(), events).tables
    found: list[PreviousRun] = []
    for day in (FIRST, SECOND, LAST_DAY):
        run = rerate(
            tables,
            day,
            policy=policy,
            model=small_world.model,
            previous=found[-1] if found else None,
            options=RerateOptions(reasons=False),
        )
        found.append(_as_previous(day, run))
    return found


def _as_previous(day: date, run: PortfolioRating) -> PreviousRun:
    warned = run.episodes
    return PreviousRun(day, "in memory", run.ratings, run.warnings, warned.episodes, cases=warned.cases)


def _rating(run: PreviousRun, customer: str) -> dict[str, Any]:
    return run.ratings.row(by_predicate=pl.col("customer_id") == customer, named=True)


def _asked(run: PreviousRun, customer: str, policy: Policy) -> OrderAnswer:
    assert run.cases is not None
    standing = standings_of_run(run.ratings, states_of_run(run.cases), policy.currency)
    with OrderDesk(policy, {one.customer_id: one for one in standing}, as_of=run.as_of) as desk:
        return desk.check(customer, 1_00)


def test_the_rating_that_warns_is_not_frozen_yet_but_the_order_is_held(
    runs: list[PreviousRun], customer: str, policy: Policy
) -> None:
    assert not _rating(runs[0], customer)["frozen"]
    answer = _asked(runs[0], customer, policy)
    assert answer.verdict is OrderVerdict.NO
    assert {"ORD-FRZ-002", "ORD-EWS-001"} <= {reason.rule_id for reason in answer.reasons}


def test_the_next_rating_is_frozen_though_the_trigger_is_gone(
    runs: list[PreviousRun], customer: str, policy: Policy
) -> None:
    rating = _rating(runs[1], customer)
    assert runs[1].warnings.filter(pl.col("customer_id") == customer).is_empty()
    assert (rating["frozen"], rating["limit"]) == (True, 0.0)
    assert [rule for rule in rating["rules_applied"] if rule.startswith("HST")] == [FREEZE]
    answer = _asked(runs[1], customer, policy)
    assert (answer.verdict, answer.reasons[0].rule_id) == (OrderVerdict.NO, "ORD-FRZ-001")


def test_nobody_else_is_frozen_by_it(runs: list[PreviousRun], customer: str) -> None:
    frozen = runs[1].ratings.filter(pl.col("rules_applied").list.contains(FREEZE))["customer_id"].to_list()
    assert customer in frozen
    assert runs[0].cases is not None
    stops = pl.col("automatic").list.contains(Action.FREEZE_CREDIT.value) & pl.col("end").is_null()
    assert sorted(frozen) == sorted(runs[0].cases.filter(stops)["customer_id"])


def test_when_the_case_has_ended_credit_is_free_again(runs: list[PreviousRun], customer: str, policy: Policy) -> None:
    """The run in which the case ends knows the case as it was open before; so the next one is free."""
    assert runs[2].cases is not None
    assert runs[2].cases.filter(pl.col("customer_id") == customer)["end"].to_list() == ["expired"]
    assert states_of_run(runs[2].cases).get(customer) is None


def test_a_single_case_is_frozen_by_what_the_run_knows(
    small_world: SmallWorld, runs: list[PreviousRun], customer: str, policy: Policy
) -> None:
    text = f"""
    currency: CNY
    customer: {{id: {customer}, name: Acme, country: CN, industry: C34}}
    request: {{amount: 1000, terms_days: 30}}
    signals: []
    """
    case = validated(parse_yaml(text, where="case"), Case)
    means = replace(small_world.means, policy=policy)
    said = []
    for run in (runs[0], runs[2]):
        context = RunContext(run, "CNY", 1e6, pl.DataFrame(schema={"customer_id": pl.String}))
        found = assess(case, run.as_of, means, context=context).certificate
        said.append((found["frozen"], FREEZE in str(found["rules_applied"])))
    assert said == [(True, True), (False, False)]
