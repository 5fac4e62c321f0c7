from datetime import date

import pytest
from polars.testing import assert_frame_equal

from riskengine.features.build import build_features
from riskengine.features.snapshots import build_snapshots
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError
from support.ledgers import in_memory, random_ledger

DATES = (date(2023, 1, 31), date(2022, 9, 30))


def test_each_date_is_what_the_date_alone_gives():
    tables = in_memory(random_ledger(31, customers=10, invoices=80))
    told = []
    stacked = build_snapshots(tables, DATES, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    parts = stacked.partition_by("as_of", maintain_order=True, include_key=False)
    assert stacked["as_of"].unique(maintain_order=True).to_list() == sorted(day_number(d) for d in DATES)
    for part, day in zip(parts, sorted(DATES), strict=True):
        assert_frame_equal(part, build_features(tables, day), check_exact=True)


def test_chosen_features():
    tables = in_memory(random_ledger(31, customers=10, invoices=80))
    stacked = build_snapshots(tables, DATES, names=["ord_open_amount", "pay_dpd_max"])
    assert stacked.columns == ["customer_id", "as_of", "ord_open_amount", "pay_dpd_max"]


def test_no_dates_and_unknown_features_are_refused():
    tables = in_memory(random_ledger(31, customers=5, invoices=10))
    with pytest.raises(UsageError, match="no dates"):
        build_snapshots(tables, [])
    with pytest.raises(UsageError, match="did you mean"):
        build_snapshots(tables, DATES, names=["pay_dpd_mox"])
