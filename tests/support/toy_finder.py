"""A quick stand-in for ratings, sensitive to all that a watcher must carry: rows as of a day, linked customers, the
surroundings of everybody, and how things stood when the day began."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from riskengine.early_warning.finding import Entry, Finding, Key
from riskengine.early_warning.freeze import CaseState
from riskengine.features.neighbourhood import neighbourhood_of
from riskengine.policy.release.published import open_policy
from riskengine.terms.days import day_number
from riskengine.terms.decision import Severity
from riskengine.workflows.watch.finder import Before, People
from support.warning_days import LATE, LATER, WORST, policy_of

RULES = Path(__file__).parents[2] / "rules"
MANY = 3  # signals of everybody in two days


@cache
def toy_policy():
    return replace(open_policy(RULES, date(2025, 3, 1)), episodes=policy_of(close_after=1, cooling=2))


@dataclass(frozen=True)
class ToyFound:
    findings: list
    surroundings: pl.DataFrame | None

    def answering(self):
        return {}

    def people(self, states):
        return People()


class ToyFinder:
    """Counts signals: two days of one's own and of one's kin, and whether everybody has many."""

    def __init__(self):
        self.asked = 0

    def policy(self, day):
        return toy_policy()

    def surroundings(self, ledger, day):
        signals = self._signals(ledger.of(ledger.known(day_number(day))), day)
        return pl.DataFrame({"many": [sum(1 for _, age in signals if age < 2) >= MANY]})

    def everybody(self, ledger, day, before: Before):
        many = self.surroundings(ledger, day)
        return ToyFound(self._found(ledger.of(ledger.known(day_number(day))), day, before, many), many)

    def some(self, tables, customers, day, before: Before, surroundings):
        found = self._found(tables, day, before, surroundings)
        return ToyFound([one for one in found if one.customer_id in customers], None)

    def _signals(self, tables, day):
        """Customer and age of each signal known by the day."""
        today = day_number(day)
        rows = tables["signals"].filter(pl.col("known_at") <= today).select("customer_id", today - pl.col("known_at"))
        return rows.collect().rows()

    def _found(self, tables, day, before, surroundings):
        self.asked += 1
        customers = tables["customers"].filter(pl.col("known_at") <= day_number(day)).collect()
        frames = {**tables.frames, "customers": customers.lazy()}
        near, signals = neighbourhood_of(replace(tables, frames=frames)), self._signals(tables, day)
        many = False if surroundings is None else surroundings["many"].item()
        found = []
        for customer in sorted(set(customers["customer_id"])):
            kin = near.of([customer])
            of_kin = [age for name, age in signals if name in kin]
            own = [age for name, age in signals if name == customer]
            state = before.states.get(customer, CaseState())
            entered = {
                "kin": [LATER] * (sum(age < 2 for age in of_kin) == 1) + [WORST] * (sum(age < 2 for age in of_kin) > 1),
                "peers": [LATE] if many and own else [],
                "warned": [LATER] if state.severity is Severity.RED and own else [],
            }
            for indicator, rules in entered.items():
                if rules:
                    entries = tuple(Entry(rule, RULES_OF[rule]) for rule in rules)
                    found.append(Finding(customer, indicator, day, entries))
                elif Key(customer, indicator) in before.open:
                    held = frozenset(RULES_OF) if any(age < 3 for age in own) else frozenset()
                    found.append(Finding(customer, indicator, day, held=held))
        return found


RULES_OF = {LATE: Severity.WATCH, LATER: Severity.AMBER, WORST: Severity.RED}
