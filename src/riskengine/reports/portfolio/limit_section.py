"""Limits against exposure."""

from math import fsum

import polars as pl

from riskengine.reports.markup import Markup, both, joined
from riskengine.reports.numbers import MISSING, amount_text, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_section import CUSTOMER, named
from riskengine.reports.portfolio.ledger_charts import limit_chart
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import BINDING_TEXT
from riskengine.terms.limit import Binding
from riskengine.terms.text import Text

MOST_OVER = 15
_STEPS = 4  # cells per power of ten
_FLOOR = 100.0  # smaller amounts are drawn at the edge


def limits_section(ratings: pl.DataFrame, currency: str) -> Section:
    owing = ratings.filter((pl.col("exposure") > 0) & pl.col("limit").is_not_null())
    over = owing.filter(pl.col("exposure") > pl.col("limit"))
    body = [paragraph(_lead(owing, over, currency))]
    drawn = owing.filter(pl.col("limit") > 0)
    if drawn.height:
        alternative = Text(
            f"Each square counts customers by what they owe and what they may owe, in powers of ten of {currency}. "
            "Above the dashed line the limit is larger; customers with a limit of 0 are not drawn",
            f"每格为按敞口与额度（{currency}，对数刻度）统计的客户数；虚线以上额度大于敞口；额度为0的客户未画出",
        )
        cells = limit_cells(drawn)
        body.append(
            picture(Text("Limits against exposure", "额度与敞口"), alternative, lambda lang: limit_chart(cells, lang))
        )
    if over.height:
        body.append(_over_table(over, currency))
    return Section("limits", Text("Limits", "额度"), joined(body))


def _lead(owing: pl.DataFrame, over: pl.DataFrame, currency: str) -> Text:
    excess = amount_text(fsum((over["exposure"] - over["limit"]).to_list()), currency)
    share = percent(over.height / owing.height if owing.height else None)
    return Text(
        f"{whole(over.height)} of {whole(owing.height)} customers who owe us ({share}) are over their limit, "
        f"by {excess.en} together.",
        f"{whole(owing.height)}家有敞口的客户中，{whole(over.height)}家（{share}）超出额度，合计超出{excess.zh}。",
    )


def limit_cells(ratings: pl.DataFrame) -> pl.DataFrame:
    """Counts on a logarithmic grid: exposure_low, exposure_high, limit_low, limit_high (log10) and n."""

    def cell(column: str) -> pl.Expr:
        power = pl.col(column).clip(lower_bound=_FLOOR).log10()
        return ((power + 1e-9) * _STEPS).floor().cast(pl.Int32)

    counted = ratings.group_by(cell("exposure").alias("x"), cell("limit").alias("y")).len("n").sort("x", "y")
    return counted.select(
        (pl.col("x") / _STEPS).alias("exposure_low"),
        ((pl.col("x") + 1) / _STEPS).alias("exposure_high"),
        (pl.col("y") / _STEPS).alias("limit_low"),
        ((pl.col("y") + 1) / _STEPS).alias("limit_high"),
        "n",
    )


def _over_table(over: pl.DataFrame, currency: str) -> Markup:
    worst = (
        over.with_columns((pl.col("exposure") - pl.col("limit")).alias("excess"))
        .sort("excess", "customer_id", descending=[True, False])
        .head(MOST_OVER)
    )
    rows = [
        (
            named(row),
            str(row["grade"] or MISSING),
            amount_cell(row["exposure"]),
            amount_cell(row["limit"]),
            amount_cell(row["excess"]),
            both(BINDING_TEXT[Binding(row["binding_constraint"])]) if row["binding_constraint"] else MISSING,
        )
        for row in worst.iter_rows(named=True)
    ]
    headings = (
        CUSTOMER,
        Heading(Text("Grade", "等级")),
        Heading(Text("Exposure", "敞口"), number=True),
        Heading(Text("Limit", "额度"), number=True),
        Heading(Text("Over", "超额"), number=True),
        Heading(Text("What holds the limit down", "额度约束")),
    )
    caption = Text(
        f"Furthest over their limit ({currency}, up to {MOST_OVER})", f"超额最多的客户（{currency}，最多{MOST_OVER}家）"
    )
    return table(caption, headings, rows)
