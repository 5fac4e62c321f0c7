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


def classes_by_business(ledger: Ledger, customers: Iterable[str]) -> dict[str, AbcClass]:
    """The ABC class of every customer by what was invoiced in the last twelve months."""
    business = sales_by_customer(ledger, months_back(ledger.as_of, MONTHS), ledger.as_of)
    return abc_classes({customer: business.get(customer, 0) for customer in customers})
