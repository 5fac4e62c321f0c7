"""What reaches a customer along its ties: parent, subsidiaries, guarantors, and companies of the same controller.

The ties and the way of stress along them are computed in Polars on every data engine: they are few rows, and so the
same result to the last bit.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import narwhals as nw
import polars as pl

from riskengine.features.arithmetic import number
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import KEY
from riskengine.features.related_paths import MILLION, PATH, SCORE, SOURCE, reached
from riskengine.features.related_stress import MEASURES, STRESS, WHOLE, own_stress
from riskengine.features.related_ties import FROM, TO, Ties, ties_on
from riskengine.terms.text import Text

_SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        KEY: pl.String,
        "rel_own_stress_value": pl.Float64,
        "rel_tied": pl.Int64,
        "rel_stress_value": pl.Float64,
        "rel_source_id": pl.String,
        "rel_path_text": pl.String,
    }
)


def measure(known: Known, so_far: Frame) -> Frame:
    found = known.session.computed(
        partial(_along_ties, as_of=known.as_of),
        so_far.select(KEY, *MEASURES),
        known.customers.select(KEY, "parent_id"),
        known["links"],
        schema=_SCHEMA,
    )
    return so_far.join(found, on=KEY, how="left")


def _along_ties(measured: pl.DataFrame, customers: pl.DataFrame, links: pl.DataFrame, *, as_of: int) -> pl.DataFrame:
    own, ties = own_stress(measured), ties_on(customers, links, as_of)
    return (
        own.join(reached(own, ties), on=KEY, how="left")
        .join(tied_to(ties), on=KEY, how="left")
        .select(
            KEY,
            (pl.col(STRESS) / WHOLE).alias("rel_own_stress_value"),
            pl.col("tied").fill_null(0).cast(pl.Int64).alias("rel_tied"),
            pl.when(pl.col("tied") > 0).then(pl.col(SCORE).fill_null(0) / MILLION).alias("rel_stress_value"),
            pl.col(SOURCE).alias("rel_source_id"),
            pl.col(PATH).alias("rel_path_text"),
        )
    )


def tied_to(ties: Ties) -> pl.DataFrame:
    """customer_id and `tied`, the number of companies and persons it is tied to directly; those tied to none are left
    out. A controller it shares with others counts once, however many they are."""
    pairs = ties.direct.select(pl.col(TO).alias(KEY), FROM).unique()
    return pairs.group_by(KEY).agg(pl.len().alias("tied"))


_UNTIED = Text(
    "no parent, subsidiary, guarantor or controller of the customer is known", "无已知母公司、子公司、担保人或控制人"
)
_NOTHING = Text(
    "no stress of a company tied to the customer is known within three steps", "三层关联关系内无已知承压企业"
)

FEATURES: tuple[Feature, ...] = (
    Feature(
        name="rel_own_stress",
        text=Text(
            "The customer's own stress, 0 to 1: arrears, legal signals, write-offs; what it passes on",
            "客户自身压力（0至1）：逾期、司法信号、核销，可沿关联关系传导",
        ),
        unit=Unit.RATIO,
        source=Source.GROUP,
        missing=Text("never missing: 0 where nothing is known against it", "不会缺失：无不利信息时为0"),
        expression=number("rel_own_stress_value"),
        low=0,
        high=1,
        risk=Risk.UP,
        for_model=False,
    ),
    Feature(
        name="rel_ties_count",
        text=Text(
            "Parents, subsidiaries, guarantors, companies guaranteed and controllers of the customer",
            "母公司、子公司、担保人、被担保企业及控制人数量",
        ),
        unit=Unit.COUNT,
        source=Source.GROUP,
        missing=Text("never missing: 0 without any", "不会缺失：无关联时为0"),
        expression=number("rel_tied"),
        low=0,
        for_model=False,
    ),
    Feature(
        name="rel_stress",
        text=Text(
            "Most stress that reaches the customer from others, 0 to 1: along parents, subsidiaries, guarantors and "
            "shared controllers, up to three steps, weaker with each",
            "经母公司、子公司、担保人及共同控制人传导至客户的最大压力（0至1），最多三层，逐层减弱",
        ),
        unit=Unit.RATIO,
        source=Source.GROUP,
        missing=_UNTIED,
        expression=number("rel_stress_value"),
        low=0,
        high=1,
        risk=Risk.UP,
        for_model=False,
    ),
    Feature(
        name="rel_stress_source",
        text=Text("Whose stress it is: id of the customer at the end of the path", "压力来源客户编号"),
        unit=Unit.CATEGORY,
        source=Source.GROUP,
        missing=_NOTHING,
        expression=nw.col("rel_source_id"),
        for_model=False,
    ),
    Feature(
        name="rel_stress_path",
        text=Text("The path by which it comes, from the customer to the source", "压力传导路径（自客户至来源）"),
        unit=Unit.CATEGORY,
        source=Source.GROUP,
        missing=_NOTHING,
        expression=nw.col("rel_path_text"),
        for_model=False,
    ),
)
