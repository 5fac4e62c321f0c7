"""Events as sentences."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType

from riskengine.decision.words import write_number
from riskengine.reports.cases.view import Happening
from riskengine.reports.cases.words import SIGNAL_SEVERITY_TEXT, SIGNAL_TEXT
from riskengine.reports.numbers import counted
from riskengine.tables.events.event import Value
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.terms.codes import AuditOpinion, PaymentKind, SignalKind, SignalSeverity
from riskengine.terms.days import day_of
from riskengine.terms.text import Text

Row = Mapping[str, Value]
FROM_TOGETHER = 3  # payments of a day from which they are one sentence
_UNSET = Text("none set", "未设定")
_OPINIONS: Mapping[AuditOpinion, Text] = {
    AuditOpinion.UNQUALIFIED: Text("an unqualified audit opinion", "标准无保留意见"),
    AuditOpinion.QUALIFIED: Text("a qualified audit opinion", "保留意见"),
    AuditOpinion.ADVERSE: Text("an adverse audit opinion", "否定意见"),
    AuditOpinion.DISCLAIMER: Text("a disclaimer of opinion", "无法表示意见"),
}


def happening_lines(found: Sequence[Happening], currency: str) -> list[tuple[date, Text]]:
    """Day and sentence, in the order given; what was paid late on one day, on several invoices, is one sentence."""
    lines: list[tuple[date, Text]] = []
    for (day, together), group in groupby(found, key=lambda one: (one.day, _is_late_cash(one))):
        same = list(group)
        if together and len(same) >= FROM_TOGETHER and len({one.event.row["currency"] for one in same}) == 1:
            lines.append((day, _payments(same, currency)))
        else:
            lines.extend((day, happening_text(one, currency)) for one in same)
    return lines


def _is_late_cash(one: Happening) -> bool:
    is_cash = one.event.kind is EventKind.PAYMENT and one.event.row["kind"] == PaymentKind.CASH.value
    return is_cash and one.days_late is not None and one.days_late > 0


def _payments(same: Sequence[Happening], currency: str) -> Text:
    days = sorted(one.days_late for one in same if one.days_late is not None)
    cents = sum(int(one.event.row["amount_cents"] or 0) for one in same)
    amount = _amount({**same[0].event.row, "amount_cents": cents}, currency)
    span = Text(counted(days[0], "day", "days"), f"{days[0]}天")
    if days[0] != days[-1]:
        span = Text(f"{days[0]} to {days[-1]} days", f"{days[0]}至{days[-1]}天")
    invoices = counted(len(same), "invoice", "invoices")
    return Text(
        f"Paid {amount.en} on {invoices}, {span.en} late",
        f"付款{amount.zh}，涉及{len(same)}张发票，逾期{span.zh}",
    )


def happening_text(one: Happening, currency: str) -> Text:
    """What happened, with its amount. `currency` is meant where the row names none."""
    row, say = one.event.row, _SAYERS.get(one.event.kind)
    return say(one, row, currency) if say is not None else FORMS[one.event.kind].text


def _amount(row: Row, currency: str, column: str = "amount_cents") -> Text:
    cents = row.get(column)
    if not isinstance(cents, int):
        return Text("", "")
    number, unit = write_number(cents / 100, 0), row.get("currency") or currency
    return Text(f"{unit} {number}", f"{number} {unit}")


def _payment(one: Happening, row: Row, currency: str) -> Text:
    amount, late = _amount(row, currency), one.days_late
    kind = PaymentKind(str(row["kind"]))
    what = {
        PaymentKind.CASH: Text("Paid", "付款"),
        PaymentKind.CREDIT_NOTE: Text("Credit note", "贷项"),
        PaymentKind.WRITE_OFF: Text("Written off", "核销"),
    }[kind]
    invoice = row.get("invoice_id")
    if invoice is None:
        return Text(f"{what.en} {amount.en} on account", f"{what.zh}{amount.zh}（未指定发票）")
    when = Text("", "")
    if late is not None and kind is PaymentKind.CASH:
        when = (
            Text(f", {counted(late, 'day', 'days')} late", f"，逾期{late}天")
            if late > 0
            else Text(", within its term", "，按期")
        )
    return Text(f"{what.en} {amount.en} on invoice {invoice}{when.en}", f"{what.zh}{amount.zh}，发票{invoice}{when.zh}")


def _invoice(_one: Happening, row: Row, currency: str) -> Text:
    amount, due = _amount(row, currency), _day(row["due_on"])
    return Text(
        f"Invoice {row['invoice_id']} of {amount.en}, due {due}", f"开具发票{row['invoice_id']}，{amount.zh}，{due}到期"
    )


def _order(_one: Happening, row: Row, currency: str) -> Text:
    amount = _amount(row, currency)
    return Text(f"Ordered for {amount.en} ({row['order_id']})", f"下单{amount.zh}（{row['order_id']}）")


def _signal(_one: Happening, row: Row, currency: str) -> Text:
    what, amount = SIGNAL_TEXT[SignalKind(str(row["kind"]))], _amount(row, currency)
    weight = row.get("severity")
    grave = SIGNAL_SEVERITY_TEXT[SignalSeverity(str(weight))] if weight else Text("", "")
    source = str(row.get("source") or "")
    parts = [Text(what.en[:1].upper() + what.en[1:], what.zh), grave, amount, Text(source, source)]
    said = [part for part in parts if part.en]
    return Text(", ".join(part.en for part in said), "，".join(part.zh for part in said))


def _statement(_one: Happening, row: Row, currency: str) -> Text:
    opinion = row.get("audit_opinion")
    said = [Text(f"Statement to {_day(row['period_end'])}", f"{_day(row['period_end'])}财务报表")]
    for column, text in (
        ("revenue_cents", Text("revenue", "营业收入")),
        ("ebit_cents", Text("EBIT", "息税前利润")),
        ("equity_cents", Text("equity", "净资产")),
    ):
        amount = _amount(row, currency, column)
        if amount.en:
            said.append(Text(f"{text.en} {amount.en}", f"{text.zh}{amount.zh}"))
    if opinion:
        said.append(_OPINIONS[AuditOpinion(str(opinion))])
    return Text(", ".join(part.en for part in said), "，".join(part.zh for part in said))


def _promise(_one: Happening, row: Row, currency: str) -> Text:
    amount, until = _amount(row, currency), _day(row.get("until"))
    return Text(f"Promised to pay {amount.en} by {until}".replace("  ", " "), f"承诺于{until}前付款{amount.zh}")


def _dispute_opened(_one: Happening, row: Row, _currency: str) -> Text:
    invoice, reason = row.get("invoice_id"), row.get("reason")
    why = Text(f": {reason}", f"：{reason}") if reason else Text("", "")
    return Text(f"Invoice {invoice} disputed{why.en}", f"发票{invoice}发生争议{why.zh}")


def _dispute_closed(_one: Happening, row: Row, _currency: str) -> Text:
    return Text(f"Dispute of invoice {row.get('invoice_id')} ended", f"发票{row.get('invoice_id')}争议结束")


def _order_closed(_one: Happening, row: Row, _currency: str) -> Text:
    return Text(f"Order {row.get('order_id')} invoiced or cancelled", f"订单{row.get('order_id')}已开票或取消")


def _limit(_one: Happening, row: Row, currency: str) -> Text:
    amount = _amount(row, currency)
    now = amount if amount.en else _UNSET
    return Text(f"Agreed limit now {now.en}", f"现行额度变更为{now.zh}")


def _terms(_one: Happening, row: Row, _currency: str) -> Text:
    return Text(f"Agreed terms now {row.get('terms_days')} days", f"现行账期变更为{row.get('terms_days')}天")


def _insurance(_one: Happening, row: Row, currency: str) -> Text:
    amount = _amount(row, currency)
    return Text(f"Credit insurance now covers {amount.en}", f"信用保险承保金额变更为{amount.zh}")


def _guarantee(_one: Happening, row: Row, currency: str) -> Text:
    amount = _amount(row, currency)
    return Text(f"Guarantees now hold {amount.en}", f"担保金额变更为{amount.zh}")


def _day(value: Value) -> str:
    return day_of(value).isoformat() if isinstance(value, int) else "?"


_SAYERS: Mapping[EventKind, Callable[[Happening, Row, str], Text]] = MappingProxyType(
    {
        EventKind.INVOICE_POSTED: _invoice,
        EventKind.PAYMENT: _payment,
        EventKind.ORDER: _order,
        EventKind.ORDER_CLOSED: _order_closed,
        EventKind.SIGNAL: _signal,
        EventKind.PROMISE_BROKEN: _signal,
        EventKind.PAYMENT_BOUNCED: _signal,
        EventKind.STATEMENT_PUBLISHED: _statement,
        EventKind.PROMISE_MADE: _promise,
        EventKind.DISPUTE_OPENED: _dispute_opened,
        EventKind.DISPUTE_CLOSED: _dispute_closed,
        EventKind.LIMIT_CHANGED: _limit,
        EventKind.TERMS_CHANGED: _terms,
        EventKind.INSURANCE_CHANGED: _insurance,
        EventKind.GUARANTEE_CHANGED: _guarantee,
    }
)
