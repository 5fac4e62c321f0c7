"""A history of steps for records: findings of some customers over days, events, refusals, answers' subjects."""

import random
from dataclasses import replace
from datetime import timedelta

import polars as pl
from sqlalchemy import create_engine, text

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.case import Standing, cases_of
from riskengine.early_warning.finding import Evidence, Named
from riskengine.early_warning.fold import fold
from riskengine.early_warning.step import CaseId, EpisodeId, HeldOrder, InputPosition, Profile, Step
from riskengine.policy.leaf import parse_leaf
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem, Refusal, SetAside
from support.decisions import shipped_policy
from support.event_worlds import hostile_events
from support.warning_days import FIRST, RULES, day, finding, policy_of

CUSTOMERS = ("C1", "C2", "客户3", "C'4\"")
PERIODS = policy_of(2, 3)


def steps(seed, count):
    """One step for each of `count` days."""
    rng = random.Random(seed)
    events = hostile_events(seed)
    start, told, found = {}, {}, []
    for number in range(count):
        folded = fold(_findings(rng, number), PERIODS, start=start)
        start = dict(folded.open)
        told.update({EpisodeId(*one.key, one.opened_on): one for one in folded.episodes})
        cases = cases_of(told.values(), shipped_policy(), standing={"C1": Standing(2e6, "north")})
        before = found[-1].changes if found else ()
        withdrawn = tuple(one for one in before if rng.random() < 0.2)
        made = _step(rng, number, events[number * 7 : number * 7 + 7], folded, cases)
        found.append(replace(made, withdrawn=withdrawn))
    return found


def _findings(rng, number):
    for customer in CUSTOMERS:
        for indicator in ("late", "disputes"):
            entered = rng.sample(sorted(RULES), rng.choice((0, 0, 0, 1, 2)))
            leaves = (parse_leaf("pay_dpd_max >= 60"), Named("cus_exposure"))
            evidence = tuple(
                Evidence(rule, leaf, rng.choice((75.0, 0.1 + 0.2, None, "x"))) for rule in entered for leaf in leaves
            )
            one = finding(number, *entered, customer=customer, indicator=indicator)
            yield type(one)(one.customer_id, one.indicator, one.day, one.entries, evidence=evidence)


def _step(rng, number, events, folded, cases):
    aside = [SetAside(event, Problem(EventReason.CONTRADICTS_LEDGER, "amount", "1.5", "look")) for event in events[:2]]
    gone = [one for one in cases if not one.is_open and rng.random() < 0.05]
    return Step(
        first_day=FIRST,
        day=day(number) + timedelta(days=1),
        settled_on=day(number),
        stale_from=rng.choice((None, day(0))),
        events=tuple(events),
        source="events.jsonl",
        refusals=tuple(_refusals(rng, number)),
        refused=tuple(aside[:1]),
        set_aside=tuple(aside) if rng.random() < 0.7 else None,
        episodes=folded.episodes,
        changes=folded.changes,
        held_orders=(HeldOrder(f"o{number}", "C1", f"O{number}", day(number), 100_00, "no", -5, (("R", "a", "甲"),)),),
        cases=tuple(one for one in cases if one not in gone),
        cases_gone=tuple(CaseId(one.customer_id, one.opened_on) for one in gone),
        standing=tuple(_standing(rng, customer, number) for customer in CUSTOMERS),
        profiles=tuple(Profile(customer, f"Name {customer}", None, "north", rng.random()) for customer in CUSTOMERS),
        surroundings=pl.DataFrame({"by": ["industry"], "of": ["C25"], "number": [rng.random()]}),
        position=InputPosition("events.jsonl", number, number * 100, f"{number:064x}"),
        tables="fingerprint" if number == 0 else None,
    )


def _refusals(rng, number):
    for line in range(rng.choice((0, 1, 3))):
        problem = Problem(EventReason.UNKNOWN_EVENT, "event", "half \ud800 a character", "did you mean?")
        yield Refusal(number * 10 + line, '{"event": "?"}', (problem,), "e1", None)


def _standing(rng, customer, number):
    return OrderStanding(
        customer,
        day(number),
        "CNY",
        rng.choice((None, 0, 123_45)),
        rng.randrange(-100, 10_000),
        frozen=rng.random() < 0.5,
        open_orders={"O1": 5},
    )


def content(path):
    """Everything in the records but the moments people spoke, to compare."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
        found = {}
        for name in names:
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    engine.dispose()
    return found
