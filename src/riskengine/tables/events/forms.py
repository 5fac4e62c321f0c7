"""The kinds of events, and which row of which table each becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from riskengine.tables.contracts import CONTRACTS, KNOWN_AT, Column, TableContract
from riskengine.tables.mapping import mapped_name
from riskengine.terms.codes import ChangeKind, SignalKind
from riskengine.terms.text import Text


class EventKind(StrEnum):
    CUSTOMER_UPDATED = "customer_updated"
    INVOICE_POSTED = "invoice_posted"
    PAYMENT = "payment"
    ORDER = "order"
    ORDER_CLOSED = "order_closed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CLOSED = "dispute_closed"
    PROMISE_MADE = "promise_made"
    PROMISE_BROKEN = "promise_broken"
    PAYMENT_BOUNCED = "payment_bounced"
    STATEMENT_PUBLISHED = "statement_published"
    SIGNAL = "signal"
    LIMIT_CHANGED = "limit_changed"
    TERMS_CHANGED = "terms_changed"
    INSURANCE_CHANGED = "insurance_changed"
    GUARANTEE_CHANGED = "guarantee_changed"
    INDUSTRY_OBSERVED = "industry_observed"
    RATE_QUOTED = "rate_quoted"
    LINK_CHANGED = "link_changed"


@dataclass(frozen=True, slots=True)
class EventForm:
    """What an event of one kind says: the table of its row, the fields it may have, what its kind alone says.

    `fields` maps the name of a field to its column; amounts are in units of the currency. `required` are fields.
    An absent `own_id` is the id of the event.
    """

    kind: EventKind
    table: str
    text: Text
    fields: Mapping[str, Column]
    required: tuple[str, ...]
    says: tuple[tuple[str, str], ...] = ()
    own_id: str | None = None

    @property
    def contract(self) -> TableContract:
        return CONTRACTS[self.table]


def _whole_row(kind: EventKind, table: str, en: str, zh: str, own_id: str | None = None) -> EventForm:
    """An event that states every column of its table."""
    return _form(kind, table, Text(en, zh), tuple(c.name for c in CONTRACTS[table].columns), own_id=own_id)


def _form(
    kind: EventKind,
    table: str,
    text: Text,
    columns: tuple[str, ...],
    *,
    says: tuple[tuple[str, str], ...] = (),
    own_id: str | None = None,
    required: tuple[str, ...] = (),
) -> EventForm:
    contract = CONTRACTS[table]
    named = [contract.column(name) for name in dict.fromkeys((*columns, KNOWN_AT.name))]
    stated = {c.name for c in named if c.required and c.default is None} | set(required)
    stated -= {KNOWN_AT.name, own_id or ""}
    fields = {mapped_name(c): c for c in named}
    needed = tuple(name for name, c in fields.items() if c.name in stated)
    return EventForm(kind, table, text, MappingProxyType(fields), needed, says, own_id)


def _change(kind: ChangeKind, en: str, zh: str, columns: tuple[str, ...], required: tuple[str, ...] = ()) -> EventForm:
    shared = ("change_id", "customer_id", "changed_on", *columns, "reason")
    says = (("kind", kind.value),)
    event = EventKind(kind.value)
    return _form(event, "changes", Text(en, zh), shared, says=says, own_id="change_id", required=required)


def _own_signal(kind: EventKind, signal: SignalKind, en: str, zh: str) -> EventForm:
    columns = tuple(c.name for c in CONTRACTS["signals"].columns if c.name != "kind")
    return _form(kind, "signals", Text(en, zh), columns, says=(("kind", signal.value),), own_id="signal_id")


_AMOUNT = ("amount_cents", "currency")
_FORMS = (
    _whole_row(
        EventKind.CUSTOMER_UPDATED,
        "customers",
        "Master data of a customer, all of them as they are from then on",
        "客户主数据（自该日起的全部内容）",
    ),
    _whole_row(EventKind.INVOICE_POSTED, "invoices", "An invoice was issued", "开具发票"),
    _whole_row(
        EventKind.PAYMENT,
        "payments",
        "Money, a credit note or a write-off, applied to an invoice or on account",
        "收款、贷项或核销（可未指定发票）",
        "payment_id",
    ),
    _whole_row(EventKind.ORDER, "orders", "An order was placed", "下达订单"),
    _change(
        ChangeKind.ORDER_CLOSED, "An order was invoiced or cancelled", "订单已开票或取消", ("order_id",), ("order_id",)
    ),
    _change(ChangeKind.DISPUTE_OPENED, "An invoice is disputed", "发票发生争议", ("invoice_id",), ("invoice_id",)),
    _change(
        ChangeKind.DISPUTE_CLOSED, "A dispute of an invoice has ended", "发票争议结束", ("invoice_id",), ("invoice_id",)
    ),
    _change(
        ChangeKind.PROMISE_MADE,
        "The customer promises to pay by a day",
        "客户承诺于某日前付款",
        ("invoice_id", *_AMOUNT, "until"),
        ("until",),
    ),
    _own_signal(
        EventKind.PROMISE_BROKEN,
        SignalKind.BROKEN_PROMISE,
        "A promise to pay was not kept (a signal `broken_promise`)",
        "付款承诺未兑现（即信号 `broken_promise`）",
    ),
    _own_signal(
        EventKind.PAYMENT_BOUNCED,
        SignalKind.BOUNCED_PAYMENT,
        "A payment came back (a signal `bounced_payment`)",
        "退票或付款被拒（即信号 `bounced_payment`）",
    ),
    _whole_row(EventKind.STATEMENT_PUBLISHED, "financials", "A financial statement was published", "财务报表公布"),
    _whole_row(EventKind.SIGNAL, "signals", "An outside event about a customer", "客户外部信号", "signal_id"),
    _change(
        ChangeKind.LIMIT_CHANGED,
        "The agreed limit changed; without an amount none is set any more",
        "现行额度变更（无金额表示不再设定额度）",
        (*_AMOUNT, "until"),
    ),
    _change(
        ChangeKind.TERMS_CHANGED,
        "The agreed payment terms changed",
        "现行账期变更",
        ("terms_days", "until"),
        ("terms_days",),
    ),
    _change(
        ChangeKind.INSURANCE_CHANGED,
        "The amount covered by credit insurance changed",
        "信用保险承保金额变更",
        (*_AMOUNT, "until"),
        ("amount_cents",),
    ),
    _change(
        ChangeKind.GUARANTEE_CHANGED,
        "The amount of the guarantees held changed",
        "担保金额变更",
        (*_AMOUNT, "until"),
        ("amount_cents",),
    ),
    _whole_row(EventKind.INDUSTRY_OBSERVED, "industry", "Figures of an industry", "行业数据"),
    _whole_row(EventKind.RATE_QUOTED, "fx", "An exchange rate was quoted", "汇率报价"),
    _whole_row(
        EventKind.LINK_CHANGED,
        "links",
        "A guarantor or a controller of a customer as it now stands; one that ended is told again with `until`",
        "客户担保人或控制人关系的最新状况；终止时以 `until` 再次告知",
    ),
)

FORMS: Mapping[EventKind, EventForm] = MappingProxyType({form.kind: form for form in _FORMS})
