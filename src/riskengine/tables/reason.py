"""Why intake sets a row aside."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from riskengine.terms.text import Text


class Reason(StrEnum):
    UNREADABLE_LINE = "unreadable_line"
    MISSING = "missing"
    BAD_NUMBER = "bad_number"
    NOT_FINITE = "not_finite"
    NOT_WHOLE = "not_whole"
    FRACTION_OF_CENT = "fraction_of_cent"
    TOO_LARGE = "too_large"
    OUT_OF_RANGE = "out_of_range"
    NEGATIVE_AMOUNT = "negative_amount"
    ZERO_AMOUNT = "zero_amount"
    BAD_DATE = "bad_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    FUTURE_DATE = "future_date"
    BAD_FLAG = "bad_flag"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_CURRENCY = "unknown_currency"
    DUE_BEFORE_ISSUED = "due_before_issued"
    PAID_BEFORE_ISSUED = "paid_before_issued"
    CLOSED_BEFORE_ORDERED = "closed_before_ordered"
    PUBLISHED_BEFORE_PERIOD_END = "published_before_period_end"
    DISPUTE_CLOSED_BEFORE_OPENED = "dispute_closed_before_opened"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    KNOWN_BEFORE_EVENT = "known_before_event"
    LINKED_TO_ITSELF = "linked_to_itself"
    CONFLICTING_ID = "conflicting_id"
    UNKNOWN_CUSTOMER = "unknown_customer"
    UNKNOWN_INVOICE = "unknown_invoice"
    UNKNOWN_ORDER = "unknown_order"
    PAYER_DIFFERS = "payer_differs"
    OWNER_DIFFERS = "owner_differs"
    CURRENCY_DIFFERS = "currency_differs"
    SUSPECTED_UNIT_MIX = "suspected_unit_mix"

    @property
    def text(self) -> Text:
        return _TEXTS[self]


_TEXTS: Mapping[Reason, Text] = MappingProxyType(
    {
        Reason.UNREADABLE_LINE: Text(
            "the line does not have the columns of the header, or a quote is not closed",
            "该行的列数与表头不符，或引号未闭合",
        ),
        Reason.MISSING: Text("a required value is missing", "缺少必填值"),
        Reason.BAD_NUMBER: Text("not a number in the declared format", "不符合所声明的数字格式"),
        Reason.NOT_FINITE: Text("NaN or infinity is not an amount", "NaN 或无穷大不是有效数值"),
        Reason.NOT_WHOLE: Text("a whole number is needed", "必须为整数"),
        Reason.FRACTION_OF_CENT: Text(
            "the amount has fractions of a cent; correct it, or declare repairs.fraction_of_cent: round",
            "金额含不足一分的小数；请更正，或声明 repairs.fraction_of_cent: round",
        ),
        Reason.TOO_LARGE: Text("too large to be kept exactly; check the unit", "数值过大，无法精确保存；请检查单位"),
        Reason.OUT_OF_RANGE: Text("outside the range this column can have", "超出该列允许的范围"),
        Reason.NEGATIVE_AMOUNT: Text(
            "negative; negative invoices can be declared credit notes with repairs.negative_invoice: credit_note",
            "金额为负；可用 repairs.negative_invoice: credit_note 将负数发票声明为贷项通知单",
        ),
        Reason.ZERO_AMOUNT: Text("the amount is zero", "金额为零"),
        Reason.BAD_DATE: Text("not a date in any declared format", "不符合任何所声明的日期格式"),
        Reason.AMBIGUOUS_DATE: Text(
            "two of the declared formats read it as different days", "两种所声明的格式将其解读为不同日期"
        ),
        Reason.FUTURE_DATE: Text("later than the day the data was extracted", "晚于数据提取日"),
        Reason.BAD_FLAG: Text("neither true nor false", "既非真也非假"),
        Reason.UNKNOWN_CODE: Text("a code that the mapping does not translate", "映射文件未翻译的代码"),
        Reason.UNKNOWN_CURRENCY: Text("not among currencies.allowed", "不在 currencies.allowed 之列的币种"),
        Reason.DUE_BEFORE_ISSUED: Text("due before it was issued", "到期日早于开票日"),
        Reason.PAID_BEFORE_ISSUED: Text("paid before the invoice was issued", "付款日早于开票日"),
        Reason.CLOSED_BEFORE_ORDERED: Text("closed before it was ordered", "订单关闭日早于下单日"),
        Reason.PUBLISHED_BEFORE_PERIOD_END: Text("published before its period ended", "报表公布日早于报告期末"),
        Reason.DISPUTE_CLOSED_BEFORE_OPENED: Text("the dispute closed before it opened", "争议关闭日早于争议提出日"),
        Reason.ENDS_BEFORE_IT_BEGINS: Text("ends before it begins", "结束日早于生效日"),
        Reason.KNOWN_BEFORE_EVENT: Text("known before it happened", "知悉日早于事件发生日"),
        Reason.LINKED_TO_ITSELF: Text("a customer is linked to itself", "客户与自身关联"),
        Reason.CONFLICTING_ID: Text(
            "the same identity with different content; every version is set aside",
            "同一标识对应不同内容；全部版本均被隔离",
        ),
        Reason.UNKNOWN_CUSTOMER: Text("no accepted customer has this id", "没有已接受的客户使用该编号"),
        Reason.UNKNOWN_INVOICE: Text("no accepted invoice has this id", "没有已接受的发票使用该编号"),
        Reason.UNKNOWN_ORDER: Text("no accepted order has this id", "没有已接受的订单使用该编号"),
        Reason.OWNER_DIFFERS: Text("the invoice or order is another customer's", "该发票或订单属于其他客户"),
        Reason.PAYER_DIFFERS: Text("the payer is not the customer of the invoice", "付款人与发票客户不一致"),
        Reason.CURRENCY_DIFFERS: Text("the payment's currency is not the invoice's", "付款币种与发票币种不一致"),
        Reason.SUSPECTED_UNIT_MIX: Text(
            "about a thousand times another statement of this customer; units and thousands may be mixed",
            "与该客户其他报表相差约一千倍；可能混用了元与千元",
        ),
    }
)


class Repair(StrEnum):
    """What a mapping may declare instead of quarantine; each use is counted."""

    ISSUED_AFTER_PAID = "issued_after_paid"
    DUE_BEFORE_ISSUED = "due_before_issued"
    NEGATIVE_INVOICE = "negative_invoice"
    PAYER_DIFFERS = "payer_differs"
    FRACTION_OF_CENT = "fraction_of_cent"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    KNOWN_BEFORE_EVENT = "known_before_event"
