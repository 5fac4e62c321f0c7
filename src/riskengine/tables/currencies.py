"""Rates for every currency in use, or a refusal."""

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.mapping import MappingFile
from riskengine.tables.settle import Frames
from riskengine.tables.store import memory_schema
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError

_WITH_AMOUNTS = ("customers", "invoices", "payments", "orders", "financials", "signals")


def stated_rates(mapping: MappingFile, read: pl.DataFrame | None) -> Frames:
    """The table `fx` from rates stated in the mapping and rates read from a source; empty if there are none."""
    stated = [
        {
            "currency": r.currency,
            "quoted_on": day_number(r.quoted_on),
            "rate": r.rate,
            "known_at": day_number(r.quoted_on),
        }
        for r in mapping.spec.fx
    ]
    if not stated:
        return {}
    frame = pl.DataFrame(stated, schema=memory_schema(CONTRACTS["fx"]))
    if read is not None:
        frame = pl.concat([read, frame]).unique()
    key = list(CONTRACTS["fx"].key)
    twice = frame.filter(pl.struct(key).is_duplicated()).sort(key)
    if twice.height:
        raise InputError(
            f"two rates for {twice['currency'][0]} on {twice['quoted_on'].cast(pl.Date)[0]}",
            where=mapping.document.place("fx"),
            remedy="keep one of the two",
        )
    return {"fx": frame.sort(key)}


def require_rates(tables: Frames, mapping: MappingFile) -> None:
    """Raises InputError if amounts are in a currency that has no rate to the reporting currency."""
    reporting = mapping.spec.reporting_currency
    used: dict[str, list[str]] = {}
    for name in _WITH_AMOUNTS:
        if name in tables:
            for currency in tables[name]["currency"].drop_nulls().unique().sort():
                used.setdefault(currency, []).append(name)
    rated = set(tables["fx"]["currency"]) if "fx" in tables else set()
    lacking = {c: names for c, names in used.items() if c != reporting and c not in rated}
    if lacking:
        shown = "; ".join(f"{currency} in {', '.join(names)}" for currency, names in sorted(lacking.items()))
        raise InputError(
            f"no rate to {reporting} for {shown}",
            where=mapping.document.place("fx"),
            remedy="state dated rates under fx: with a reference, or map a source to the table fx",
        )
