"""Features worked out in parts are those of all at once, to the last bit."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.terms.errors import InputError
from riskengine.workflows.check_order import open_orders_on
from riskengine.workflows.day_rating import portfolio_exposure, with_exposure
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.watch.finder import Before
from riskengine.workflows.watch.ledger import ledger_of
from riskengine.workflows.watch.portfolio_features import portfolio_features
from riskengine.workflows.watch.rating_finder import RatingFinder
from support.event_worlds import consistent_ledger
from support.small_world import LAST_DAY, SmallWorld


def assert_as_all_at_once(tables, day, windows, most_rows):
    whole = rating_features(tables, day, windows=windows)
    made = portfolio_features(ledger_of(tables), day, windows=windows, most_rows=most_rows)
    parts = list(made.parts())
    features = pl.concat([part.features for part in parts])
    assert_frame_equal(features, whole.features, check_exact=True)
    around = with_exposure(whole.surroundings, portfolio_exposure(whole.features))
    assert_frame_equal(made.surroundings.frame(), around.frame(), check_exact=True)
    orders = {name: own for part in parts for name, own in part.open_orders.items()}
    assert orders == open_orders_on(tables, day)
    return len(parts)


@pytest.mark.parametrize("most_rows", [3_000, 10**9])
def test_of_a_portfolio(small_world: SmallWorld, most_rows):
    windows = small_world.policy.windows
    parts = assert_as_all_at_once(small_world.open_tables(), LAST_DAY, windows, most_rows)
    assert (parts > 1) == (most_rows < 10**9)


@pytest.mark.parametrize("seed", range(2))
def test_of_tied_customers_each_in_a_part_of_its_own(seed):
    tables = consistent_ledger(seed, customers=9, invoices=40)
    assert assert_as_all_at_once(tables, date(2024, 6, 30), (), 1) > 3


def test_amounts_without_a_rate_are_refused(small_world: SmallWorld):
    tables = small_world.open_tables()
    strange = tables["invoices"].with_columns(pl.lit("XXX").alias("currency"))
    ledger = ledger_of(type(tables)(tables.reporting_currency, {**tables.frames, "invoices": strange}, {}))
    with pytest.raises(InputError, match="no rate of XXX"):
        portfolio_features(ledger, LAST_DAY)


def test_nobody_is_known_before_the_first_customer(small_world: SmallWorld):
    finder = RatingFinder(lambda _day: small_world.policy, small_world.model)
    found = finder.everybody(ledger_of(small_world.open_tables()), date(1990, 1, 1), Before())
    assert (list(found.findings), found.surroundings) == ([], None)
