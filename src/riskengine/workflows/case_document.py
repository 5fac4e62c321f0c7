"""What a credit officer knows of one customer who asks for credit: a case, as a JSON file.

Amounts are units of the case's currency unless a statement says otherwise with `amounts_in`. Whatever is not known is
left out; a list that is there but empty says that somebody looked and found nothing.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.codes import AuditOpinion, SignalKind, SignalSeverity

Amount = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e15)]
NotNegative = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e15)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Days = Annotated[int, Field(ge=0, le=3650)]

UNIT_SIZE: dict[str, int] = {"units": 1, "thousands": 1_000, "ten_thousands": 10_000, "millions": 1_000_000}


NEW = "NEW"


class CaseCustomer(StrictModel):
    """Master data. `id` only for a customer we have already (or who will have that id)."""

    id: Name = NEW
    name: Name | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    region: Name | None = None
    industry: Name | None = None
    legal_form: Name | None = None
    registered_on: dt.date | None = None
    customer_since: dt.date | None = None
    parent_id: Name | None = None
    sales_team: Name | None = None
    product_line: Name | None = None
    guarantee_amount: NotNegative | None = None
    insured_amount: NotNegative | None = None

    @property
    def is_new(self) -> bool:
        return self.id == NEW


class CaseRequest(StrictModel):
    """What is asked for."""

    amount: Positive
    terms_days: Days | None = None


class CaseStatement(StrictModel):
    """One financial statement. `amounts_in` must be said: nobody can tell thousands from units by looking."""

    period_end: dt.date
    published_on: dt.date
    months: Annotated[int, Field(ge=1, le=24)] = 12
    audited: bool | None = None
    audit_opinion: AuditOpinion | None = None
    currency: Currency | None = None
    amounts_in: Literal["units", "thousands", "ten_thousands", "millions"]
    revenue: Amount | None = None
    cogs: Amount | None = None
    ebit: Amount | None = None
    interest: Amount | None = None
    net_income: Amount | None = None
    cash: NotNegative | None = None
    receivables: NotNegative | None = None
    inventory: NotNegative | None = None
    current_assets: NotNegative | None = None
    total_assets: NotNegative | None = None
    current_liabilities: NotNegative | None = None
    total_liabilities: NotNegative | None = None
    equity: Amount | None = None
    retained_earnings: Amount | None = None
    operating_cash_flow: Amount | None = None

    @model_validator(mode="after")
    def _published_after_its_end(self) -> "CaseStatement":
        if self.published_on < self.period_end:
            raise ValueError("published_on lies before period_end")
        return self


class CaseSignal(StrictModel):
    """An outside event: a lawsuit, an enforcement, a bounced payment ..."""

    kind: SignalKind
    occurred_on: dt.date
    known_on: dt.date | None = None
    amount: NotNegative | None = None
    severity: SignalSeverity | None = None
    source: Name | None = None


class TradeReference(StrictModel):
    """One invoice of another supplier that the customer has paid, as that supplier told us."""

    supplier: Name
    amount: Positive
    terms_days: Days
    due_on: dt.date
    paid_on: dt.date

    @property
    def issued_on(self) -> dt.date:
        return self.due_on - dt.timedelta(days=self.terms_days)

    @model_validator(mode="after")
    def _paid_after_its_issue(self) -> "TradeReference":
        if self.paid_on < self.issued_on:
            raise ValueError(f"paid_on lies before the invoice was issued, {self.issued_on}")
        return self


class Case(StrictModel):
    """One application. The reporting currency is that of the tables given beside the case, else the case's own."""

    as_of: dt.date | None = None
    currency: Currency
    fx: dict[str, Positive] = Field(default_factory=dict)  # reporting currency per unit of another
    customer: CaseCustomer
    request: CaseRequest
    statements: tuple[CaseStatement, ...] | None = None
    signals: tuple[CaseSignal, ...] | None = None
    trade_references: tuple[TradeReference, ...] | None = None

    @model_validator(mode="after")
    def _one_statement_per_publication(self) -> "Case":
        stated: dict[tuple[dt.date, dt.date], CaseStatement] = {}
        for one in self.statements or ():
            if stated.setdefault((one.period_end, one.published_on), one) != one:
                raise ValueError(f"two statements of {one.period_end} published on {one.published_on} differ")
        return self


def cents_of(amount: float | None, size: int = 1) -> int | None:
    """Whole hundredths of an amount given in steps of `size` units, rounded half to even beyond the second decimal.

    >>> cents_of(1234.56), cents_of(12.5, 1_000), cents_of(None)
    (123456, 1250000, None)
    """
    return None if amount is None else int((Decimal(repr(amount)) * size * 100).to_integral_value())
