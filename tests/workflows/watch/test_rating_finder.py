"""Rating some customers within the surroundings of all finds what rating all of them found."""

from collections.abc import Collection
from datetime import date

import polars as pl

from riskengine.early_warning.finding import Finding
from riskengine.workflows.watch import ledger as module
from riskengine.workflows.watch.finder import Before, Found
from riskengine.workflows.watch.found_parts import find_some
from riskengine.workflows.watch.ledger import ledger_of
from riskengine.workflows.watch.rating_finder import RatingFinder
from support.small_world import LAST_DAY, SmallWorld


def about(found: Found, customers: Collection[str]) -> list[Finding]:
    return sorted((f for f in found.findings if f.key.customer_id in customers), key=str)


def test_some_are_found_as_among_all(small_world: SmallWorld):
    ledger = ledger_of(small_world.open_tables())
    finder = RatingFinder(lambda _day: small_world.policy, small_world.model)
    everybody = finder.everybody(ledger, LAST_DAY, Before())
    warned = sorted({f.key.customer_id for f in everybody.findings if not f.key.customer_id.startswith("industry:")})
    for customers in (warned[:1], warned[1:4], warned[:1]):
        some = finder.some(ledger.around(customers), customers, LAST_DAY, Before(), everybody.surroundings)
        assert about(some, customers) == about(everybody, customers) != []


def test_surroundings_of_another_day_are_prepared_anew(small_world: SmallWorld):
    ledger, day = ledger_of(small_world.open_tables()), date(2024, 12, 30)
    finder = RatingFinder(lambda _day: small_world.policy, small_world.model)
    before, after = (finder.everybody(ledger, on, Before()) for on in (day, LAST_DAY))
    warned = sorted({f.key.customer_id for f in after.findings if not f.key.customer_id.startswith("industry:")})[:3]
    for on, found in ((day, before), (LAST_DAY, after), (day, before)):
        some = finder.some(ledger.around(warned), warned, on, Before(), found.surroundings)
        assert about(some, warned) == about(found, warned)


def test_some_are_found_in_parts_as_at_once(small_world: SmallWorld, monkeypatch):
    ledger = ledger_of(small_world.open_tables())
    finder = RatingFinder(lambda _day: small_world.policy, small_world.model)
    everybody = finder.everybody(ledger, LAST_DAY, Before())
    warned = {f.key.customer_id for f in everybody.findings if not f.key.customer_id.startswith("industry:")}
    some = sorted(warned)[:12]
    found = []
    for most in (10**9, ledger.count // 12 + 400):
        monkeypatch.setattr(module, "MOST_ROWS", most)
        monkeypatch.setattr(module, "LEAST_ROWS", 1)
        assert (sum(1 for _ in ledger.parts(pl.Series(some))) > 1) == (most < 10**9)
        around = everybody.surroundings
        one = find_some(finder, ledger, some, day=LAST_DAY, before=Before(), surroundings=around)
        found.append((list(one.findings), dict(one.answering()), one.people({}), one.surroundings))
    assert found[0] == found[1]
    assert found[0][0]
