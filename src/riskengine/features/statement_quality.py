"""How old, late and trustworthy the newest statement of a customer is."""

import narwhals as nw

from riskengine.features.arithmetic import flag, number
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import Measure, count, largest, smallest
from riskengine.terms.codes import AuditOpinion
from riskengine.terms.text import Text

_NO_STATEMENT = Text("no statement is known", "无已知财务报表")
_OPINION = nw.col("audit_opinion")
_MODIFIED = [o.value for o in AuditOpinion if o is not AuditOpinion.UNQUALIFIED]


def quality_rows(known: Known, rows: Frame) -> Frame:
    """Adds what the measures below read: age and delay of the first publication."""
    return rows.with_columns(
        known.age("period_end").alias("statement_age"),
        (nw.col("first_published_on") - nw.col("period_end")).alias("publication_delay"),
    )


def quality_measures(is_newest: nw.Expr) -> tuple[Measure, ...]:
    return (
        smallest("fin_statement_age", nw.col("statement_age")),
        largest("fin_publication_delay", nw.col("publication_delay"), is_newest),
        largest("fin_audited", nw.col("audited"), is_newest),
        count("fin_opinions", is_newest & ~_OPINION.is_null()),
        count("fin_modified_opinions", is_newest & _OPINION.is_in(_MODIFIED)),
        count("fin_statements", nw.lit(value=True)),
    )


QUALITY = (
    Feature(
        name="fin_statement_age_days",
        text=Text("Days since the end of the newest statement's period", "最新财务报表期末距今天数"),
        unit=Unit.DAYS,
        source=Source.STATEMENT,
        missing=_NO_STATEMENT,
        expression=number("fin_statement_age"),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="fin_publication_delay_days",
        text=Text(
            "Days from the end of the newest statement's period to its first publication",
            "最新财务报表期末至首次披露的天数",
        ),
        unit=Unit.DAYS,
        source=Source.STATEMENT,
        missing=_NO_STATEMENT,
        expression=number("fin_publication_delay"),
        risk=Risk.UP,
    ),
    Feature(
        name="fin_audited_flag",
        text=Text("The newest statement is audited", "最新财务报表已经审计"),
        unit=Unit.FLAG,
        source=Source.STATEMENT,
        missing=Text("no statement is known, or it does not say", "无已知财务报表，或未说明是否经审计"),
        expression=number("fin_audited"),
        low=0,
        high=1,
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_qualified_flag",
        text=Text(
            "The auditor's opinion on the newest statement is qualified, adverse or disclaimed",
            "最新财务报表被出具非标准审计意见（保留、否定或无法表示意见）",
        ),
        unit=Unit.FLAG,
        source=Source.STATEMENT,
        missing=Text("no statement is known, or no opinion on it", "无已知财务报表，或无审计意见"),
        expression=nw.when(number("fin_opinions") > 0.0).then(flag(number("fin_modified_opinions") > 0.0)),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
    Feature(
        name="fin_statement_count",
        text=Text("Number of periods with a known statement", "已知财务报表期数"),
        unit=Unit.COUNT,
        source=Source.STATEMENT,
        missing=Text("no statements were delivered for anybody", "未提供任何财务报表数据"),
        expression=number("fin_statements"),
        low=0,
    ),
)
