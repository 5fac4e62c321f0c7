"""How exposure and business are spread over customers, groups, industries and regions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.portfolio.concentration import AbcClass, Concentration, abc_classes, concentration
from riskengine.portfolio.ledger import MONTHS, Ledger, months_back, sales_by_customer

UNKNOWN = ""  # key of what carries no industry, region ...; shown as "unknown", never merged with a real name


@dataclass(frozen=True, slots=True)
class Split:
    """Exposure of each name, largest first, in units of the reporting currency, and its concentration."""

    exposure: Mapping[str, float]
    concentration: Concentration


def split_exposure(customers: pl.DataFrame, by: str) -> Split:
    """Split the `exposure_cents` of customers by a text column; missing values are a name of their own (UNKNOWN).

    Customers who owe nothing, or whose money we hold, have no share.
    """
    named = customers.lazy().filter(pl.col("exposure_cents") > 0)
    summed = named.group_by(pl.col(by).fill_null(UNKNOWN).alias("name")).agg(pl.col("exposure_cents").sum()).collect()
    ranked = sorted(summed.iter_rows(), key=lambda row: (-row[1], row[0]))
    return Split({str(n): cents / 100 for n, cents in ranked}, concentration([float(cents) for _, cents in ranked]))


def ultimate_parents(customers: pl.DataFrame) -> pl.DataFrame:
    """Columns customer_id, group_id: the topmost parent known to us; a circle is named after its smallest member.

    `customers` has customer_id and parent_id (null: none). A parent we know no row of still names the group.
    """
    parent = {c: p for c, p in customers.select("customer_id", "parent_id").iter_rows() if p is not None and p != c}
    ids = customers["customer_id"].to_list()
    return pl.DataFrame(
        {"customer_id": ids, "group_id": [_top(c, parent) for c in ids]},
        schema={"customer_id": pl.String, "group_id": pl.String},
    )


def _top(customer: str, parent: Mapping[str, str]) -> str:
    seen: dict[str, None] = {}
    while customer in parent and customer not in seen:
        seen[customer] = None
        customer = parent[customer]
    if customer not in parent:
        return customer
    path = list(seen)
    return min(path[path.index(customer) :])


def classes_by_business(ledger: Ledger, customers: Iterable[str]) -> dict[str, AbcClass]:
    """The ABC class of every customer by what was invoiced in the last twelve months."""
    business = sales_by_customer(ledger, months_back(ledger.as_of, MONTHS), ledger.as_of)
    return abc_classes({customer: business.get(customer, 0) for customer in customers})
