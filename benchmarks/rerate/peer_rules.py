"""The peer's rules: the shipped policy as durable.lang rules, and a loop that asserts each customer as a fact.

One ruleset for each stage of the policy. Within the lane where durable_rules is exact: one flat fact, no nested
conditions (an `any` becomes several rules), missing values left out, `is missing` as a flag of its own, no number with
an exponent.
"""

from functools import reduce
from itertools import chain, product
from operator import and_

import numpy as np
import pandas as pd
from durable import lang
from durable.engine import Host, MessageNotHandledException

TINY = 1e-4  # Python writes smaller numbers with an exponent, which durable_rules refuses; no threshold is below it
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "known": "missing", "missing": "known"}
OPPOSITE |= {"in": "not in", "not in": "in"}
TESTS = {
    "<": lambda fact, value: fact < value,
    "<=": lambda fact, value: fact <= value,
    ">": lambda fact, value: fact > value,
    ">=": lambda fact, value: fact >= value,
    "==": lambda fact, value: fact == value,
    "!=": lambda fact, value: fact != value,
}


class QuietHost(Host):
    """Without the timer threads, which nothing here needs and which are known to crash."""

    def _run(self):
        pass


def true_ways(when):
    """The condition as alternatives, each a list of (fact, test, value) that must all hold."""
    match when:
        case {"all": arms}:
            return [list(chain(*parts)) for parts in product(*map(true_ways, arms))]
        case {"any": arms}:
            return list(chain(*map(true_ways, arms)))
        case {"not": arm}:
            return true_ways(negated(arm))
        case [fact, "in", values]:
            return [[(fact, "==", value)] for value in values]
        case [fact, "not in", values]:
            return [[(fact, "!=", value) for value in values]]
        case [fact, test, value]:
            return [[(fact, test, value)]]


def facts_named(rules):
    """Every fact that some rule compares with a value."""
    ways = [way for rule in rules for way in true_ways(rule["when"])]
    return {fact for way in ways for fact, test, _ in way if test not in ("known", "missing")}


def negated(when):
    match when:
        case {"all": arms}:
            return {"any": [negated(arm) for arm in arms]}
        case {"any": arms}:
            return {"all": [negated(arm) for arm in arms]}
        case {"not": arm}:
            return arm
        case [fact, test, value]:
            return [fact, OPPOSITE[test], value]


def unknown_ways(when):
    """Alternatives in which an `all` of comparisons is neither true nor false: some facts missing, the others true."""
    (tests,) = true_ways(when)
    asked = sorted({fact for fact, test, _ in tests if test not in ("known", "missing")})
    for missing in product((False, True), repeat=len(asked)):
        gone = {fact for fact, absent in zip(asked, missing, strict=True) if absent}
        if gone and not any(test == "known" and fact in gone for fact, test, _ in tests):
            kept = [(fact, test, value) for fact, test, value in tests if fact not in gone]
            yield kept + [(fact, "missing", None) for fact in sorted(gone)]


class RuleSet:
    """Some rules of the policy as one durable_rules ruleset. `evaluate` fills `hits` and `referred`: id -> rows.

    A message holds what the rules ask about, and `also` the facts named there, which only cost time.
    """

    def __init__(self, name, rules, also=()):
        self.name, self.row = name, 0
        self.hits = {rule["id"]: [] for rule in rules}
        self.referred = {rule["id"]: [] for rule in rules if rule["on_missing"] == "refer"}
        self.facts, self.flags = set(also), set()
        lang._main_host = QuietHost()
        with lang.ruleset(name):
            for rule in rules:
                self._write(true_ways(rule["when"]), self.hits[rule["id"]])
                if rule["on_missing"] != "no_hit":
                    found = self.referred if rule["on_missing"] == "refer" else self.hits
                    self._write(unknown_ways(rule["when"]), found[rule["id"]])
        self.host = lang.get_host()

    def _write(self, ways, found):
        def note(_context):
            found.append(self.row)

        for way in ways:
            tests = [self._test(*test) for test in way]
            lang.when_all(reduce(and_, tests))(note)

    def _test(self, fact, test, value):
        if test in ("known", "missing"):
            self.flags.add(fact)
            return getattr(lang.m, f"no_{fact}") == (1 if test == "missing" else 0)
        self.facts.add(fact)
        return TESTS[test](getattr(lang.m, fact), value if isinstance(value, str) else float(value))

    def evaluate(self, facts):
        """Ask about every row of `facts` (an array per fact, NaN missing), one fact at a time."""
        for row, fact in enumerate(self._messages(facts)):
            self.row = row
            try:
                self.host.assert_fact(self.name, fact)
            except MessageNotHandledException:  # no rule is true for this customer, and nothing was kept
                continue
            self.host.retract_fact(self.name, fact)

    def _messages(self, facts):
        asked = sorted(self.facts & facts.keys())
        names = [*asked, *(f"no_{name}" for name in sorted(self.flags))]
        values = [facts[name] for name in asked]
        lists = [plain(column) for column in values]
        lists += [pd.isna(facts[name]).astype("int64").tolist() for name in sorted(self.flags)]
        for row in zip(*lists, strict=True):
            yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def plain(column):
    """Numbers without exponents, and None for what is missing."""
    if column.dtype == object:
        return column.tolist()
    return [None if value != value else value for value in np.where(np.abs(column) < TINY, 0.0, column).tolist()]  # noqa: PLR0124 - NaN
