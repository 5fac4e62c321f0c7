"""A case as tables, so that its features are made the way everybody's are."""

from datetime import date

import polars as pl

from riskengine.features.neighbourhood import neighbours
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.settle import unit_mix
from riskengine.tables.store import TableSet, memory_schema, tables_in_memory
from riskengine.terms.codes import PaymentKind
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError
from riskengine.workflows.case_document import UNIT_SIZE, Case, CaseStatement, cents_of

# Somebody else's rows: they say that a table was delivered, so that nothing of the case in it means "none".
_BYSTANDER = "\N{MIDDLE DOT}bystander"
Rows = list[dict[str, object]]


def case_tables(
    case: Case, as_of: date, tables: TableSet | None = None, reporting_currency: str | None = None
) -> TableSet:
    """Tables with the case, and beside it what `tables` know of the customer, all who are tied to it, its industry and
    currencies.

    Without `tables` everything is converted into `reporting_currency`, or kept in the currency of the case.

    Raises InputError if something in the case is dated after `as_of`, its statements seem to be in different units,
    or its currency is not that of `tables` and nobody gave a rate.
    """
    _refuse_future(case, as_of)
    rows = _rows(case, as_of)
    if tables is not None:
        rows["customers"] = [_completed(rows["customers"][0], case, as_of, tables)]
    frames = {name: _frame(name, found) for name, found in rows.items()}
    _refuse_unit_mix(frames["financials"].collect())
    if tables is None:
        return tables_in_memory(frames, reporting_currency=reporting_currency or case.currency)
    known = _related(case, as_of, tables)
    joined = {name: pl.concat([known[name], frames[name]]) if name in frames else known[name] for name in CONTRACTS}
    return tables_in_memory(joined, reporting_currency=tables.reporting_currency)


def _rows(case: Case, as_of: date) -> dict[str, Rows]:
    rows: dict[str, Rows] = {
        "customers": [_customer(case, as_of)],
        "invoices": [],
        "payments": [],
        "financials": [_statement(case, statement) for statement in case.statements or ()],
        "fx": [{"currency": c, "quoted_on": as_of, "rate": r, "known_at": as_of} for c, r in sorted(case.fx.items())],
    }
    if case.signals is not None:
        rows["signals"] = [_bystander(case, signal_id="0", kind="equity_change", occurred_on=as_of), *_signals(case)]
    for number, reference in enumerate(case.trade_references or ()):
        shared = {
            "customer_id": case.customer.id,
            "currency": case.currency,
            "amount_cents": cents_of(reference.amount),
        }
        issued = reference.issued_on
        identity = f"reference {number + 1}"
        rows["invoices"].append(
            {**shared, "invoice_id": identity, "issued_on": issued, "due_on": reference.due_on, "known_at": issued}
        )
        rows["payments"].append(
            {
                **shared,
                "payment_id": identity,
                "invoice_id": identity,
                "paid_on": reference.paid_on,
                "kind": PaymentKind.CASH.value,
                "known_at": reference.paid_on,
            }
        )
    return rows


def _customer(case: Case, as_of: date) -> dict[str, object]:
    stated = case.customer
    return {
        "customer_id": stated.id,
        "name": stated.name,
        "country": stated.country,
        "region": stated.region,
        "industry": stated.industry,
        "legal_form": stated.legal_form,
        "registered_on": stated.registered_on,
        "customer_since": stated.customer_since,
        "parent_id": stated.parent_id,
        "sales_team": stated.sales_team,
        "product_line": stated.product_line,
        "currency": case.currency,
        "guarantee_amount_cents": cents_of(stated.guarantee_amount),
        "insured_amount_cents": cents_of(stated.insured_amount),
        "known_at": as_of,
    }


def _completed(row: dict[str, object], case: Case, as_of: date, tables: TableSet) -> dict[str, object]:
    """The master data the case states, completed by what the tables know of a customer we have already."""
    own = tables["customers"].filter(
        (pl.col("customer_id") == case.customer.id) & (pl.col("known_at") <= day_number(as_of))
    )
    known = own.sort("known_at").tail(1).collect().to_dicts()
    if not known:
        return row
    stated = {name: value for name, value in row.items() if value is not None}
    had = known[0].get("currency") or tables.reporting_currency
    if had != case.currency:
        if case.customer.guarantee_amount is not None or case.customer.insured_amount is not None:
            raise InputError(
                f"securities in {case.currency}, but this customer's master data are in {had}",
                where="case",
                remedy=f"state the case in {had}",
            )
        stated["currency"] = had
    return {**known[0], **stated}


def _statement(case: Case, statement: CaseStatement) -> dict[str, object]:
    size = UNIT_SIZE[statement.amounts_in]
    amounts = {
        column.name: cents_of(getattr(statement, column.name.removesuffix("_cents")), size)
        for column in CONTRACTS["financials"].columns
        if column.name.endswith("_cents")
    }
    return {
        "customer_id": case.customer.id,
        "period_end": statement.period_end,
        "published_on": statement.published_on,
        "months": statement.months,
        "audited": statement.audited,
        "audit_opinion": None if statement.audit_opinion is None else statement.audit_opinion.value,
        "currency": statement.currency or case.currency,
        "known_at": statement.published_on,
        **amounts,
    }


def _signals(case: Case) -> Rows:
    return [
        {
            "signal_id": f"case {number + 1}",
            "customer_id": case.customer.id,
            "kind": signal.kind.value,
            "occurred_on": signal.occurred_on,
            "amount_cents": cents_of(signal.amount),
            "currency": case.currency,
            "severity": None if signal.severity is None else signal.severity.value,
            "source": signal.source,
            "known_at": signal.known_on or signal.occurred_on,
        }
        for number, signal in enumerate(case.signals or ())
    ]


def _bystander(case: Case, **values: object) -> dict[str, object]:
    row = {"customer_id": _BYSTANDER, "currency": case.currency, "known_at": None, **values}
    day = values.get("ordered_on") or values.get("occurred_on")
    return {**row, "known_at": day}


def _frame(name: str, rows: Rows) -> pl.LazyFrame:
    """Rows as a table in memory; days become day numbers, columns that no row has are null."""
    contract = CONTRACTS[name]
    held = [
        {c: day_number(v) if isinstance(v, date) else v for c, v in row.items() if c in contract.column_names}
        for row in rows
    ]
    frame = pl.LazyFrame(held, schema=memory_schema(contract))
    defaults = [pl.col(c.name).fill_null(pl.lit(c.default)) for c in contract.columns if c.default is not None]
    return frame.with_columns(defaults)


def _related(case: Case, as_of: date, tables: TableSet) -> dict[str, pl.LazyFrame]:
    """What the tables know of the customer, its group and all who are tied to it; industry and currency tables as they
    are."""
    members = neighbours(tables, {case.customer.id, case.customer.parent_id or case.customer.id})
    kept: dict[str, pl.LazyFrame] = {}
    for name, contract in CONTRACTS.items():
        own = "customer_id" in contract.column_names
        kept[name] = tables[name].filter(pl.col("customer_id").is_in(sorted(members))) if own else tables[name]
    # what the case says of the customer replaces what was known on the day
    same_day = (pl.col("customer_id") == case.customer.id) & (pl.col("known_at") == day_number(as_of))
    kept["customers"] = kept["customers"].filter(~same_day)
    if case.fx:
        kept["fx"] = kept["fx"].filter(~pl.col("currency").is_in(sorted(case.fx)))
    return kept


def _refuse_unit_mix(statements: pl.DataFrame) -> None:
    odd = statements.filter(unit_mix(statements))["period_end"].cast(pl.Date).unique().sort()
    if not odd.is_empty():
        raise InputError(
            f"the statements of {', '.join(map(str, odd))} are about a thousand times apart from others",
            where="case",
            remedy="check amounts_in of each",
        )


def _refuse_future(case: Case, as_of: date) -> None:
    dated = [("statements", "published_on", s.published_on) for s in case.statements or ()]
    dated += [("signals", "occurred_on", s.occurred_on) for s in case.signals or ()]
    dated += [("signals", "known_on", s.known_on) for s in case.signals or () if s.known_on is not None]
    dated += [("trade_references", "paid_on", r.paid_on) for r in case.trade_references or ()]
    master = (("registered_on", case.customer.registered_on), ("customer_since", case.customer.customer_since))
    dated += [("customer", name, day) for name, day in master if day is not None]
    for part, name, day in dated:
        if day > as_of:
            raise InputError(
                f"{part}: {name} is {day}, after {as_of}",
                where="case",
                remedy="correct it, or assess as of a later day",
            )
