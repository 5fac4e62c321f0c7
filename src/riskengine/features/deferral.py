"""How often payment is put off: promises to pay later, invoices paid in parts, terms that become longer.

A customer who cannot pay rarely says so; it asks for days. Promises are those told as changes (`promise_made`), by the
day they were made. An invoice was paid in parts if two or more payments of cash settled it in the window, or if part of
it is paid and the rest still open. Terms are those of the invoices themselves, issue to due day, whoever granted them.
"""

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import Measure, attach, count, total
from riskengine.features.window import D90, D180, between
from riskengine.terms.codes import ChangeKind
from riskengine.terms.text import Text

_WINDOWS = (D90, D180)
_AGE, _ISSUED = nw.col("experience_age"), nw.col("issued_age")
_SETTLED_IN_PARTS = nw.col("is_paid") & (nw.col("cash_count") >= 2)
_OPEN_IN_PARTS = (nw.col("open_cents") > 0) & (nw.col("cash_count") >= 1)
_TERMS = nw.col("terms_days").cast(nw.Int64)
_SPANS = {"now": between(_ISSUED, 0, 90), "past": between(_ISSUED, 90, 455)}

INVOICE_MEASURES: tuple[Measure, ...] = (
    *(count(f"pay_in_parts_{w.name}", (_SETTLED_IN_PARTS & w.holds(_AGE)) | _OPEN_IN_PARTS) for w in _WINDOWS),
    *(count(f"pay_terms_count_{name}", span) for name, span in _SPANS.items()),
    *(total(f"pay_terms_sum_{name}", _TERMS, span) for name, span in _SPANS.items()),
)
_PROMISED = nw.col("kind") == nw.lit(ChangeKind.PROMISE_MADE.value)
_MEASURES: tuple[Measure, ...] = tuple(
    count(f"pay_promises_{w.name}", _PROMISED & w.holds(nw.col("made_age"))) for w in _WINDOWS
)


def measure(known: Known, so_far: Frame) -> Frame:
    """Promises; what invoices say is measured in `payment`."""
    rows = known["changes"].with_columns(known.age("changed_on").alias("made_age"))
    return attach(so_far, rows, _MEASURES, given=known.has("changes"))


def _mean_terms(span: str) -> nw.Expr:
    return ratio(number(f"pay_terms_sum_{span}"), number(f"pay_terms_count_{span}"))


def _count(name: str, text: Text, missing: Text, measure_: str) -> Feature:
    # Promises are in few ledgers, and the model knows lateness and part payments already.
    return Feature(
        name, text, Unit.COUNT, Source.PAYMENT, missing, number(measure_), low=0, risk=Risk.UP, for_model=False
    )


FEATURES: tuple[Feature, ...] = (
    *(
        _count(
            f"pay_promise_count_{w.name}",
            Text(f"Promises to pay made {w.text.en}", f"{w.text.zh}作出的付款承诺次数"),
            Text("no changes such as promises were delivered for anybody", "未提供付款承诺等变更数据"),
            f"pay_promises_{w.name}",
        )
        for w in _WINDOWS
    ),
    *(
        _count(
            f"pay_in_parts_count_{w.name}",
            Text(
                f"Invoices paid in parts {w.text.en}, and those partly paid that are open",
                f"{w.text.zh}分次付清及当前部分付款的发票数",
            ),
            Text("never missing: 0 without any", "不会缺失：无记录时为0"),
            f"pay_in_parts_{w.name}",
        )
        for w in _WINDOWS
    ),
    Feature(
        name="pay_terms_change_90d",
        text=Text(
            "Mean terms of the invoices of the last 90 days less those of the 365 days before",
            "近90天发票平均账期较此前365天的变化",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no invoices in one of the two spans", "其中一个时段无发票"),
        expression=_mean_terms("now") - _mean_terms("past"),
        risk=Risk.UP,
        for_model=False,
    ),
)
