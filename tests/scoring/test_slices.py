import json
from dataclasses import asdict
from datetime import date

import numpy as np
import polars as pl
import pytest

from riskengine.scoring.matrix import Matrix
from riskengine.scoring.validation.resampling import Interval
from riskengine.scoring.validation.segments import COLUMNS, find_segments
from riskengine.scoring.validation.slices import Order, Rows, Slice, level_of, parts_of, slice_by, slices_from_json
from riskengine.scoring.validation.verdict_rules import Level
from riskengine.terms.days import day_number

FIRST, LAST = date(2024, 6, 30), date(2024, 12, 31)


def order(auc, low, high):
    return Order(auc, Interval(low, high), 2 * auc - 1, 0.4, 0.3, None, 3.0)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (None, Level.NOT_ENOUGH),
        (order(0.70, 0.4, 0.9), Level.GREEN),
        (order(0.69, 0.4, 0.81), Level.AMBER),
        (order(0.69, 0.6, 0.79), Level.RED),
    ],
)
def test_a_group_is_red_only_beyond_chance(found, level):
    one = Slice("signals", "with", 100, 100, 20, 20, 0.1, 0.2, 0.5, 0.5, 0.1, found)
    assert level_of(one, least=0.7, surely=0.8) is level


def test_slices_come_back_from_a_bundle_as_they_were():
    rng = np.random.default_rng(1)
    outcome = (rng.random(300) < 0.3).astype(float)
    raw, ids = rng.normal(size=300) + outcome, np.array([f"c{i}" for i in range(300)], dtype=object)
    rows = Rows(raw, 1 / (1 + np.exp(-raw)), outcome, ids, np.zeros(300, dtype=np.int32))
    kind = np.where(np.arange(300) < 8, None, "many").astype(object)
    made = tuple(slice_by(rows, {"kind": kind}, seed=1))
    assert [(s.name, s.rows, s.order is None) for s in made] == [("many", 292, False), ("unknown", 8, True)]
    assert slices_from_json(json.loads(json.dumps([asdict(s) for s in made]))) == made
    assert [(g, n, int(at.sum())) for g, n, at in parts_of({"kind": kind})] == [
        ("kind", "many", 292),
        ("kind", "unknown", 8),
    ]


def test_customers_are_told_apart_by_what_is_known_and_who_they_are():
    """Thirds of sales are among the customers of the same date; a group all are alike in is left out."""
    ids = ["a", "b", "c", "d"]
    columns = {
        "pay_late_days_max_all": [None, 3.0, 0.0, 9.0],
        "fin_statement_age_days": [None, None, 90.0, 10.0],
        "sig_days_since_last": [5.0, None, None, None],
        "cus_industry": ["F51", "F51", "F51", "F51"],
        "cus_region": [None, "north", "south", "south"],
        "cus_country": ["DE", "DE", "IT", "IT"],
        "cus_relationship_days": [10.0, 364.0, 365.0, None],
        "pay_sales_amount_365d": [0.0, 10.0, 20.0, 30.0],
    }
    assert set(columns) == set(COLUMNS)
    built = {day: pl.DataFrame({"customer_id": ids, **columns}) for day in (FIRST, LAST)}
    built[LAST] = built[LAST].with_columns(pay_sales_amount_365d=pl.col("pay_sales_amount_365d") * 100)
    rows = Matrix(
        np.zeros((7, 0)),
        np.zeros(7),
        np.array(["a", "b", "c", "d", "b", "c", "d"], dtype=object),
        np.array([day_number(FIRST)] * 4 + [day_number(LAST)] * 3, dtype=np.int32),
    )
    found = {group: values.tolist() for group, values in find_segments(rows, built).items()}
    sizes = ["smallest third", "middle third", "largest third"]
    assert found == {
        "payment history": ["never settled an invoice", *["has settled"] * 6],
        "statements": ["without", "without", "with", "with", "without", "with", "with"],
        "signals": ["with", *["without"] * 6],
        "relationship": ["new", "new", "existing", None, "new", "existing", None],
        "region": [None, "north", "south", "south", "north", "south", "south"],
        "country": ["DE", "DE", "IT", "IT", "DE", "IT", "IT"],
        "size": ["no sales", *sizes, *sizes],
    }
