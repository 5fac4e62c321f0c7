"""Whom an episode is about: a customer, by its id, or a whole industry, by its code."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from riskengine.decision.ratings import Ratings
from riskengine.early_warning.case import Standing
from riskengine.terms.errors import InputError

Rows = npt.NDArray[np.int64]
_INDUSTRY = "industry:"
INDUSTRY_FACT = "cus_industry"


def industry_subject(code: str) -> str:
    """What stands in the place of a customer's id.

    >>> industry_subject("C26")
    'industry:C26'
    """
    return f"{_INDUSTRY}{code}"


def industry_of(subject: str) -> str | None:
    """The code of the industry; None for a customer.

    >>> industry_of("industry:C26"), industry_of("C0012")
    ('C26', None)
    """
    return subject.removeprefix(_INDUSTRY) if subject.startswith(_INDUSTRY) else None


def refuse_taken(customer_ids: Iterable[str]) -> None:
    """Raises InputError for a customer whose id reads like that of an industry."""
    taken = next((one for one in customer_ids if one.startswith(_INDUSTRY)), None)
    if taken is not None:
        remedy = f"give it another id; '{_INDUSTRY}...' is what warnings of industries are kept under"
        raise InputError(f"the customer '{taken}' has the id of an industry", where="customers", remedy=remedy)


def industry_exposures(customers: Iterable[tuple[str | None, float | None]]) -> Mapping[str, float]:
    """What the customers of each industry owe together, by subject, from industry code and exposure of each customer.

    Summed in whole hundredths; whoever's money we hold counts as nothing, as does what is not known.
    """
    cents: dict[str, int] = {}
    for code, exposure in customers:
        if code is not None:
            subject = industry_subject(code)
            cents[subject] = cents.get(subject, 0) + max(0, round((exposure or 0.0) * 100))
    return {subject: amount / 100 for subject, amount in sorted(cents.items())}


def industry_rows(ratings: Ratings) -> dict[str, Rows]:
    """By subject the rows of its customers, in the order given; whose industry is not known is in none."""
    codes = ratings.facts.texts.get(INDUSTRY_FACT)
    if codes is None:
        return {}
    rows: dict[str, list[int]] = {}
    for row, code in enumerate(codes.tolist()):
        if code is not None:
            rows.setdefault(industry_subject(code), []).append(row)
    return {subject: np.array(found, dtype=np.int64) for subject, found in sorted(rows.items())}


def standing_by_subject(features: pl.DataFrame, *, industries: bool = True) -> dict[str, Standing]:
    """What decides who answers the cases of each customer and of each industry, from features of all customers.

    Without `industries` only of customers, where `features` are of a few.
    """
    known = features.select("customer_id", "cus_exposure", "cus_sales_team", INDUSTRY_FACT)
    found = {customer_id: Standing(owed, team) for customer_id, owed, team, _ in known.iter_rows()}
    if industries:
        owed = industry_exposures(known.select(INDUSTRY_FACT, "cus_exposure").iter_rows())
        found.update((subject, Standing(amount)) for subject, amount in owed.items())
    return found
