"""One size of policy: our engines and their peers on the same customers, answers compared, times printed."""

import time

import peer_polars
import peer_rows
import polars as pl
from customers import NUMBERS, TEXTS, as_facts, made_anew, make_customers
from made_rules import make_rules
from measure import fastest, latency

from riskengine.policy.rule import Rule
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.outcomes import HIT, Outcomes
from riskengine.rules.records import RecordSchema
from riskengine.terms.decision import Outcome

SCHEMA = RecordSchema({fact.name: False for fact in NUMBERS} | {fact.name: True for fact in TEXTS})


def compare(rules: int, customers: int, samples: int, repeats: int, threads: int) -> list[str]:
    """Prints the figures and returns what differs."""
    made, table = make_rules(rules), make_customers(customers)
    print(f"\n{rules} rules, {customers:,} customers, 40 facts, a tenth of them missing; threads: {threads}")
    outcomes, columns_each, differing = _whole_portfolios(made, table, repeats, threads)
    few = table.head(samples)
    return differing + _single_customers(made, few.to_dicts(), outcomes, columns_each, repeats)


def _whole_portfolios(
    rules: tuple[Rule, ...], table: pl.DataFrame, repeats: int, threads: int
) -> tuple[Outcomes, float, list[str]]:
    coded = table.cast({fact.name: pl.Enum(fact.values) for fact in TEXTS})
    facts, expressions, engine = as_facts(table), peer_polars.write(rules), ColumnsEngine(threads)
    calls = {"riskengine, columns": lambda: engine.evaluate(rules, facts)}
    calls["riskengine, checked and coded anew"] = lambda: engine.evaluate(rules, made_anew(facts))
    for how in peer_polars.HOW:
        calls[f"polars, {how}, texts as Enum"] = lambda how=how: peer_polars.evaluate(coded, expressions, how)
        calls[f"polars, {how}, texts as String"] = lambda how=how: peer_polars.evaluate(table, expressions, how)
    outcomes, said = engine.evaluate(rules, facts), peer_polars.evaluate(coded, expressions, peer_polars.HOW[0])
    seconds = fastest(calls, repeats)
    ours = seconds["riskengine, columns"]
    for name, taken in seconds.items():
        print(f"  {name:38} {taken * 1e3:9.1f} ms {table.height / taken / 1e6:8.1f} M customers/s {ours / taken:8.2f}")
    peer = min(taken for name, taken in seconds.items() if name.endswith("Enum"))
    print(f"  riskengine takes {ours / peer:.2f} times the time of the fastest polars")
    differing = [
        f"polars differs in {rule.id}: {rule.when}"
        for rule in rules
        if (peer_polars.as_codes(said[rule.id]) != outcomes.by_rule[rule.id]).any()
    ]
    return outcomes, ours / table.height, differing


def _single_customers(
    rules: tuple[Rule, ...], records: list[peer_rows.Record], outcomes: Outcomes, columns_each: float, repeats: int
) -> list[str]:
    hits = [{rule.id for rule in rules if outcomes.by_rule[rule.id][row] == HIT} for row in range(len(records))]
    differing = []
    with DurableEngine() as engine:
        calls = {"riskengine, durable_rules": lambda: [engine.decide(rules, record, SCHEMA) for record in records]}
        for row, found in enumerate(calls["riskengine, durable_rules"]()):
            if found != outcomes.record(row):
                differing.append(f"the engines differ in customer {row}")
        for name, load in peer_rows.PEERS.items():
            try:
                decide = load(rules)
                said = [decide(record) for record in records]
            except Exception as error:  # noqa: BLE001 - what a peer cannot do is part of the result
                print(f"  {name:38} cannot: {str(error)[:70]}")
                continue
            differing += [
                f"{name} differs in customer {row}" for row, (a, b) in enumerate(zip(said, hits, strict=True)) if a != b
            ]
            calls[name] = lambda decide=decide: [decide(record) for record in records]
        for name, taken in fastest(calls, repeats).items():
            each = taken / len(records)
            print(
                f"  {name:38} {1 / each:9,.0f} customers/s; our columns are {each / columns_each:8,.0f} times as fast"
            )
        for name, ticks in (("processor", time.thread_time), ("wall clock", time.perf_counter)):
            found = min(
                (
                    latency(lambda number: engine.decide(rules, records[number], SCHEMA), len(records), ticks)
                    for _ in range(repeats)
                ),
                key=lambda latencies: latencies.p99,
            )
            print(
                f"  single decisions, {name}: half within {found.median * 1e6:.0f} us, 99 % within "
                f"{found.p99 * 1e6:.0f} us, the slowest {found.largest * 1e6:,.0f} us"
            )
        unknown = sum(list(engine.decide(rules, record, SCHEMA).values()).count(Outcome.MISSING) for record in records)
        print(f"  of these outcomes {unknown / len(records) / len(rules):.0%} are missing")
    return differing
