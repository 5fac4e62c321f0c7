"""The tables the engine works from (eight of facts, `changes` to them, and `fx`): columns, kinds, units, keys.

On disk a table is one Parquet file. Money is in hundredths of the currency's unit, as whole numbers, because sums of
whole numbers do not depend on the order of rows; dates are Parquet dates. `known_at` says when a row reached us;
a row may be used for a rating as of a date only if `known_at <= as_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from riskengine.terms.codes import AuditOpinion, ChangeKind, LinkKind, PaymentKind, SignalKind, SignalSeverity


class Kind(StrEnum):
    """What a column holds, and so how it is stored."""

    TEXT = "text"
    CODE = "code"  # text from a closed list
    DAY = "day"  # Parquet date on disk, days since 1970-01-01 in memory
    CENTS = "cents"  # hundredths of the currency's unit, 64 bit
    COUNT = "count"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind
    required: bool = False
    codes: tuple[str, ...] = ()
    default: bool | str | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class TableContract:
    name: str
    key: tuple[str, ...]
    known_from: str  # the day column that stands in for an absent known_at
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


KNOWN_AT = Column("known_at", Kind.DAY, required=True, meaning="day the row reached us")


def _codes(values: type[StrEnum]) -> tuple[str, ...]:
    return tuple(v.value for v in values)


CUSTOMERS = TableContract(
    "customers",
    key=("customer_id", "known_at"),
    known_from="customer_since",
    columns=(
        Column("customer_id", Kind.TEXT, required=True),
        Column("name", Kind.TEXT),
        Column("country", Kind.TEXT, meaning="ISO 3166 alpha-2"),
        Column("region", Kind.TEXT),
        Column("industry", Kind.TEXT),
        Column("legal_form", Kind.TEXT),
        Column("registered_on", Kind.DAY),
        Column("customer_since", Kind.DAY),
        Column("parent_id", Kind.TEXT, meaning="customer_id of the parent"),
        Column("sales_team", Kind.TEXT),
        Column("product_line", Kind.TEXT),
        Column("currency", Kind.TEXT, meaning="ISO 4217, of the amounts in this row"),
        Column("current_limit_cents", Kind.CENTS, meaning="null: no limit set; 0: no credit"),
        Column("current_terms_days", Kind.COUNT),
        Column("guarantee_amount_cents", Kind.CENTS),
        Column("insured_amount_cents", Kind.CENTS),
        KNOWN_AT,
    ),
)

INVOICES = TableContract(
    "invoices",
    key=("invoice_id",),
    known_from="issued_on",
    columns=(
        Column("invoice_id", Kind.TEXT, required=True),
        Column("customer_id", Kind.TEXT, required=True),
        Column("issued_on", Kind.DAY, required=True),
        Column("due_on", Kind.DAY, required=True),
        Column("amount_cents", Kind.CENTS, required=True),
        Column("currency", Kind.TEXT, required=True, meaning="ISO 4217"),
        Column("disputed", Kind.FLAG, required=True, default=False),
        Column("dispute_reason", Kind.TEXT),
        Column("disputed_on", Kind.DAY, meaning="null with disputed: since the row is known"),
        Column("dispute_closed_on", Kind.DAY),
        Column("product_line", Kind.TEXT),
        KNOWN_AT,
    ),
)

PAYMENTS = TableContract(
    "payments",
    key=("payment_id",),
    known_from="paid_on",
    columns=(
        Column("payment_id", Kind.TEXT, required=True),
        Column("invoice_id", Kind.TEXT, meaning="null: unapplied cash of customer_id"),
        Column("customer_id", Kind.TEXT, required=True),
        Column("paid_on", Kind.DAY, required=True),
        Column("amount_cents", Kind.CENTS, required=True),
        Column("currency", Kind.TEXT, required=True),
        Column("kind", Kind.CODE, required=True, codes=_codes(PaymentKind), default=PaymentKind.CASH.value),
        KNOWN_AT,
    ),
)

ORDERS = TableContract(
    "orders",
    key=("order_id",),
    known_from="ordered_on",
    columns=(
        Column("order_id", Kind.TEXT, required=True),
        Column("customer_id", Kind.TEXT, required=True),
        Column("ordered_on", Kind.DAY, required=True),
        Column("amount_cents", Kind.CENTS, required=True),
        Column("currency", Kind.TEXT, required=True),
        Column("closed_on", Kind.DAY, meaning="day it was invoiced or cancelled; null: open"),
        KNOWN_AT,
    ),
)

FINANCIALS = TableContract(
    "financials",
    key=("customer_id", "period_end", "known_at"),
    known_from="published_on",
    columns=(
        Column("customer_id", Kind.TEXT, required=True),
        Column("period_end", Kind.DAY, required=True),
        Column("published_on", Kind.DAY, required=True),
        Column("months", Kind.COUNT, required=True, meaning="length of the period"),
        Column("audited", Kind.FLAG),
        Column("audit_opinion", Kind.CODE, codes=_codes(AuditOpinion)),
        Column("currency", Kind.TEXT, required=True),
        Column("revenue_cents", Kind.CENTS),
        Column("cogs_cents", Kind.CENTS),
        Column("ebit_cents", Kind.CENTS),
        Column("interest_cents", Kind.CENTS),
        Column("net_income_cents", Kind.CENTS),
        Column("cash_cents", Kind.CENTS),
        Column("receivables_cents", Kind.CENTS),
        Column("inventory_cents", Kind.CENTS),
        Column("current_assets_cents", Kind.CENTS),
        Column("total_assets_cents", Kind.CENTS),
        Column("current_liabilities_cents", Kind.CENTS),
        Column("total_liabilities_cents", Kind.CENTS),
        Column("equity_cents", Kind.CENTS),
        Column("retained_earnings_cents", Kind.CENTS),
        Column("operating_cash_flow_cents", Kind.CENTS),
        KNOWN_AT,
    ),
)

SIGNALS = TableContract(
    "signals",
    key=("signal_id",),
    known_from="occurred_on",
    columns=(
        Column("signal_id", Kind.TEXT, required=True),
        Column("customer_id", Kind.TEXT, required=True),
        Column("kind", Kind.CODE, required=True, codes=_codes(SignalKind)),
        Column("occurred_on", Kind.DAY, required=True),
        Column("amount_cents", Kind.CENTS),
        Column("currency", Kind.TEXT),
        Column("severity", Kind.CODE, codes=_codes(SignalSeverity)),
        Column("source", Kind.TEXT),
        KNOWN_AT,
    ),
)

# Who stands behind a customer, besides the parent that its master data name. A link that has changed, such as one that
# ended, is the same link known again later.
LINKS = TableContract(
    "links",
    key=("customer_id", "other_id", "kind", "holds_from", "known_at"),
    known_from="holds_from",
    columns=(
        Column("customer_id", Kind.TEXT, required=True),
        Column("other_id", Kind.TEXT, required=True, meaning="a customer_id, or any other name of a company or person"),
        Column("kind", Kind.CODE, required=True, codes=_codes(LinkKind), meaning="what the other is to the customer"),
        Column("holds_from", Kind.DAY, required=True, meaning="first day it holds"),
        Column("until", Kind.DAY, meaning="last day it holds; null: no end is known"),
        KNOWN_AT,
    ),
)

# What is told later about a row that is there already. A row of another table is never edited, so that whoever asks
# about an earlier day is told what was known then; `features.changed` reads the newest state off the rows.
CHANGES = TableContract(
    "changes",
    key=("change_id",),
    known_from="changed_on",
    columns=(
        Column("change_id", Kind.TEXT, required=True),
        Column("customer_id", Kind.TEXT, required=True),
        Column("kind", Kind.CODE, required=True, codes=_codes(ChangeKind)),
        Column("changed_on", Kind.DAY, required=True, meaning="first day it holds"),
        Column("invoice_id", Kind.TEXT, meaning="of disputes, and of promises to pay one invoice"),
        Column("order_id", Kind.TEXT, meaning="of a closed order"),
        Column("amount_cents", Kind.CENTS, meaning="what holds from then on; a limit without one is no limit set"),
        Column("currency", Kind.TEXT, meaning="ISO 4217; null: the reporting currency"),
        Column("terms_days", Kind.COUNT, meaning="of changed terms"),
        Column("until", Kind.DAY, meaning="last day it holds; of a promise the day promised"),
        Column("reason", Kind.TEXT),
        KNOWN_AT,
    ),
)

INDUSTRY = TableContract(
    "industry",
    key=("industry", "observed_on", "known_at"),
    known_from="observed_on",
    columns=(
        Column("industry", Kind.TEXT, required=True),
        Column("observed_on", Kind.DAY, required=True),
        Column("delay_index", Kind.NUMBER, meaning="payment delay, 100 is the long-run mean, higher is later"),
        Column("default_rate", Kind.NUMBER, meaning="share of firms per year, 0 to 1"),
        Column("activity_index", Kind.NUMBER, meaning="100 is the long-run mean, higher is busier"),
        KNOWN_AT,
    ),
)

FX = TableContract(
    "fx",
    key=("currency", "quoted_on", "known_at"),
    known_from="quoted_on",
    columns=(
        Column("currency", Kind.TEXT, required=True),
        Column("quoted_on", Kind.DAY, required=True),
        Column("rate", Kind.NUMBER, required=True, meaning="reporting currency per unit of currency"),
        KNOWN_AT,
    ),
)

CONTRACTS: Mapping[str, TableContract] = MappingProxyType(
    {t.name: t for t in (CUSTOMERS, INVOICES, PAYMENTS, ORDERS, FINANCIALS, SIGNALS, LINKS, CHANGES, INDUSTRY, FX)}
)
