"""What was sold to the customer and what came back: volume, cash, credit notes, write-offs."""

import narwhals as nw

from riskengine.features.arithmetic import CENTS_PER_UNIT, growth, money, number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import count, largest, smallest, total
from riskengine.features.window import ALL, D90, D365, Window, between
from riskengine.terms.codes import PaymentKind
from riskengine.terms.text import Text

DAYS_PER_MONTH = 30.0

_ISSUED = nw.col("issued_age")
_CENTS = nw.col("amount_cents")
_PRIOR = between(_ISSUED, 90, 365)

INVOICE_MEASURES = (
    total("pay_sales_cents_prior_90d", _CENTS, between(_ISSUED, 90, 180)),
    total("pay_sales_cents_year_ago", _CENTS, between(_ISSUED, 365, 455)),
    total("pay_sales_cents_all", _CENTS),
    count("pay_invoice_count_all", ALL.holds(_ISSUED)),
    total("pay_sales_cents_prior_275d", _CENTS, _PRIOR),
    count("pay_invoice_count_prior_275d", _PRIOR),
    largest("pay_invoice_cents_max_365d", _CENTS, D365.holds(_ISSUED)),
    total("pay_overpaid_cents", nw.col("excess_cents")),
    smallest("pay_last_issued_age", _ISSUED),
    largest("pay_first_issued_age", _ISSUED),
)

_PAID = nw.col("paid_age")
_CASH = nw.col("kind") == nw.lit(PaymentKind.CASH.value)
_CREDIT = nw.col("kind") == nw.lit(PaymentKind.CREDIT_NOTE.value)
_WRITE_OFF = nw.col("kind") == nw.lit(PaymentKind.WRITE_OFF.value)
_APPLIED = ~nw.col("invoice_id").is_null()

PAYMENT_MEASURES = (
    *(total(f"pay_cash_cents_{w.name}", _CENTS, _CASH & w.holds(_PAID)) for w in (D90, D365, ALL)),
    total("pay_cash_cents_prior_90d", _CENTS, _CASH & between(_PAID, 90, 180)),
    total("pay_credit_note_cents_365d", _CENTS, _CREDIT & D365.holds(_PAID)),
    *(total(f"pay_written_off_cents_{w.name}", _CENTS, _WRITE_OFF & w.holds(_PAID)) for w in (D365, ALL)),
    total("pay_unapplied_cents", _CENTS, ~_APPLIED & ~_WRITE_OFF),
    smallest("pay_last_cash_age", _PAID, _CASH),
)


def unapplied_column() -> nw.Expr:
    """What is not applied to any invoice, and what is left over of money applied to one."""
    return (nw.col("pay_unapplied_cents") + nw.col("pay_overpaid_cents")).alias("pay_unapplied_cents")


_NEVER = Text("never missing: 0 without any", "不会缺失：无记录时为0")
_NO_INVOICE = Text("no invoice was ever issued", "从未开票")
_NO_SALES_365 = Text("no sales in the last 365 days", "近365天无销售")


def _monthly_purchases() -> nw.Expr:
    """Sales of 365 days per 30 days of the time since the first invoice, at most 365 days and at least 30."""
    span = number("pay_first_issued_age").clip(lower_bound=30.0, upper_bound=365.0)
    sales = number("pay_sales_cents_365d")
    return ratio(sales * DAYS_PER_MONTH, span * nw.col(CENTS_PER_UNIT))


def _amount(name: str, en: str, zh: str, cents: str, *, risk: Risk = Risk.FREE) -> Feature:
    return Feature(name, Text(en, zh), Unit.MONEY, Source.PAYMENT, _NEVER, money(cents), low=0, risk=risk)


def _change(name: str, text: Text, missing: Text, now: nw.Expr, before: nw.Expr) -> Feature:
    return Feature(name, text, Unit.RATIO, Source.PAYMENT, missing, growth(now, before), low=-1, risk=Risk.DOWN)


def _window_features(window: Window) -> tuple[Feature, ...]:
    w, en, zh = window.name, window.text.en, window.text.zh
    return (
        _amount(f"pay_sales_amount_{w}", f"Sales {en}", f"{zh}销售额", f"pay_sales_cents_{w}"),
        _amount(f"pay_paid_amount_{w}", f"Cash received {en}", f"{zh}收款金额", f"pay_cash_cents_{w}"),
        Feature(
            name=f"pay_invoice_count_{w}",
            text=Text(f"Invoices issued {en}", f"{zh}开票笔数"),
            unit=Unit.COUNT,
            source=Source.PAYMENT,
            missing=_NEVER,
            expression=number(f"pay_invoice_count_{w}"),
            low=0,
        ),
    )


FEATURES = (
    *(f for w in (D90, D365, ALL) for f in _window_features(w)),
    Feature(
        name="pay_purchases_month_mean_365d",
        text=Text("Mean purchases per 30 days in the last 365 days", "近365天月均采购额（每30天）"),
        unit=Unit.MONEY,
        source=Source.PAYMENT,
        missing=_NO_INVOICE,
        expression=_monthly_purchases(),
        low=0,
    ),
    Feature(
        name="pay_invoice_amount_mean_365d",
        text=Text("Mean amount of an invoice in the last 365 days", "近365天平均单笔开票金额"),
        unit=Unit.MONEY,
        source=Source.PAYMENT,
        missing=_NO_SALES_365,
        expression=ratio(number("pay_sales_cents_365d"), number("pay_invoice_count_365d") * nw.col(CENTS_PER_UNIT)),
        low=0,
    ),
    Feature(
        name="pay_invoice_amount_max_365d",
        text=Text("Largest invoice in the last 365 days", "近365天最大单笔开票金额"),
        unit=Unit.MONEY,
        source=Source.PAYMENT,
        missing=_NO_SALES_365,
        expression=money("pay_invoice_cents_max_365d"),
        low=0,
    ),
    _change(
        "pay_invoice_amount_change_90d",
        Text(
            "Mean invoice amount of the last 90 days against that of the 275 days before",
            "近90天平均开票金额较此前275天变动",
        ),
        Text("no invoices in one of the two spans", "其中一个时段无发票"),
        ratio(number("pay_sales_cents_90d"), number("pay_invoice_count_90d")),
        ratio(number("pay_sales_cents_prior_275d"), number("pay_invoice_count_prior_275d")),
    ),
    _change(
        "pay_sales_change_90d",
        Text("Sales of the last 90 days against the 90 days before", "近90天销售额较前90天变动"),
        Text("no sales in the 90 days before", "前90天无销售"),
        number("pay_sales_cents_90d"),
        number("pay_sales_cents_prior_90d"),
    ),
    _change(
        "pay_sales_change_year_ago_90d",
        Text("Sales of the last 90 days against the same 90 days a year ago", "近90天销售额较去年同期变动"),
        Text("no sales in the same 90 days a year ago", "去年同期无销售"),
        number("pay_sales_cents_90d"),
        number("pay_sales_cents_year_ago"),
    ),
    _change(
        "pay_paid_change_90d",
        Text("Cash received in the last 90 days against the 90 days before", "近90天收款额较前90天变动"),
        Text("no cash in the 90 days before", "前90天无收款"),
        number("pay_cash_cents_90d"),
        number("pay_cash_cents_prior_90d"),
    ),
    Feature(
        name="pay_credit_note_ratio_365d",
        text=Text("Credit notes over sales in the last 365 days", "近365天贷项金额占销售额比例"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_NO_SALES_365,
        expression=ratio(number("pay_credit_note_cents_365d"), number("pay_sales_cents_365d")),
        low=0,
        risk=Risk.UP,
    ),
    _amount(
        "pay_written_off_amount_365d",
        "Written off in the last 365 days",
        "近365天核销坏账金额",
        "pay_written_off_cents_365d",
        risk=Risk.UP,
    ),
    _amount(
        "pay_written_off_amount_all",
        "Written off over all history",
        "历史核销坏账金额",
        "pay_written_off_cents_all",
        risk=Risk.UP,
    ),
    Feature(
        name="pay_bad_debt_ratio_all",
        text=Text("Bad-debt loss rate: written off over all sales", "坏账损失率（历史核销金额占销售额）"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_NO_INVOICE,
        expression=ratio(number("pay_written_off_cents_all"), number("pay_sales_cents_all")),
        low=0,
        risk=Risk.UP,
    ),
    _amount(
        "pay_unapplied_amount", "Cash and credit not applied to an invoice", "未核销收款金额", "pay_unapplied_cents"
    ),
)
