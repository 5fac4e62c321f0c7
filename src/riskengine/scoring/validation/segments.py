"""The groups of customers a model is looked at in: what is known of them, since when, what they do and buy."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from riskengine.scoring.matrix import Matrix
from riskengine.scoring.validation.slices import Groups
from riskengine.terms.days import day_number

YEAR_DAYS = 365  # of a relationship; before, a customer is new
_KNOWN = {
    "payment history": ("pay_late_days_max_all", "never settled an invoice", "has settled"),
    "statements": ("fin_statement_age_days", "without", "with"),
    "signals": ("sig_days_since_last", "without", "with"),
}
_STATED = {"industry": "cus_industry", "region": "cus_region", "country": "cus_country"}
_RELATIONSHIP, _SALES = "cus_relationship_days", "pay_sales_amount_365d"
_SIZES = ("no sales", "smallest third", "middle third", "largest third")
COLUMNS = (*(column for column, _, _ in _KNOWN.values()), *_STATED.values(), _RELATIONSHIP, _SALES)


def find_segments(rows: Matrix, built: Mapping[date, pl.DataFrame]) -> Groups:
    """The groups of each row, from the features `built` at each date, which have the `COLUMNS`.

    Without and with payment history, statements and signals; new (under a year) and existing customers; industry,
    region and country; thirds by the sales of the last 365 days to the customers of the same date. Groups that tell no
    rows apart are left out.
    """
    frame = at_rows(rows, built, list(COLUMNS))
    found = {
        group: np.where(frame[column].is_null().to_numpy(), without, there).astype(object)
        for group, (column, without, there) in _KNOWN.items()
    }
    days = frame[_RELATIONSHIP]
    kind = pl.when(days.is_null()).then(None).when(days < YEAR_DAYS).then(pl.lit("new")).otherwise(pl.lit("existing"))
    found["relationship"] = np.array(pl.select(kind).to_series().to_list(), dtype=object)
    found |= {group: np.array(frame[column].to_list(), dtype=object) for group, column in _STATED.items()}
    found["size"] = _sizes(frame[_SALES].to_numpy().astype(np.float64), rows.as_of)
    return {name: values for name, values in found.items() if len(set(values.tolist())) > 1}


def at_rows(rows: Matrix, built: Mapping[date, pl.DataFrame], columns: list[str]) -> pl.DataFrame:
    """Columns of the features of each row, in the order of the rows."""
    parts = []
    for day in sorted(built):
        here = rows.as_of == day_number(day)
        asked = pl.DataFrame({"customer_id": rows.customer_id[here].tolist()}, schema={"customer_id": pl.String})
        found = built[day].select("customer_id", *columns)
        parts.append(asked.join(found, on="customer_id", how="left", maintain_order="left"))
    return pl.concat(parts)


def _sizes(sales: np.ndarray[tuple[int], np.dtype[np.float64]], as_of: np.ndarray) -> np.ndarray:
    out = np.full(len(sales), None, dtype=object)
    for day in np.unique(as_of):
        here = as_of == day
        buying = here & (sales > 0)
        ends = [0.0, *np.quantile(sales[buying], [1 / 3, 2 / 3]).tolist(), np.inf] if buying.any() else []
        out[here & (sales <= 0)] = _SIZES[0]
        for name, (low, high) in zip(_SIZES[1:], pairwise(ends), strict=bool(ends)):
            out[here & (sales > low) & (sales <= high)] = name
    return out
