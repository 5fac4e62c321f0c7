"""Tables whose disputes and closed orders are told one by one rate as the tables that say them in their rows."""

from datetime import date

import pytest
from polars.testing import assert_frame_equal

from riskengine.features.build import build_features
from riskengine.tables.events.unfolding import unfolded
from support.ledgers import in_memory, random_ledger


@pytest.mark.parametrize("day", [date(2021, 9, 30), date(2022, 6, 15), date(2023, 3, 31)])
def test_features_are_the_same_on_any_day(day: date):
    tables = in_memory(random_ledger(17, customers=12, invoices=150))
    told = unfolded(tables)
    assert not told["invoices"].collect()["disputed"].any()
    assert told["changes"].collect().height > tables["changes"].collect().height
    assert_frame_equal(build_features(told, day), build_features(tables, day), check_exact=True)
