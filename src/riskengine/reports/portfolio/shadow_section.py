"""Where a model that rates beside the champion would have decided otherwise."""

from math import fsum

import polars as pl

from riskengine.reports.chart_terms import UNRATED
from riskengine.reports.markup import Markup, joined
from riskengine.reports.numbers import amount_text, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_charts import migration_chart
from riskengine.reports.portfolio.grade_section import CUSTOMER, named
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.text import Text

MOST_SHOWN = 20


def shadow_section(ratings: pl.DataFrame, shadow: pl.DataFrame, currency: str) -> Section:
    """`ratings` and `shadow` as a run publishes them, of the same customers."""
    beside = ratings.select("customer_id", "name", "exposure", *_SHARED).join(
        shadow.select("customer_id", *_SHARED, "model_name", "model_version"), on="customer_id", suffix="_shadow"
    )
    return Section(
        "shadow",
        Text("A model beside the champion", "影子模型对照"),
        joined((paragraph(_lead(beside, currency)), _matrix(beside), _largest(beside))),
    )


_SHARED = ("grade", "final_grade", "pd_12m", "limit")


def _lead(beside: pl.DataFrame, currency: str) -> Text:
    both = beside.filter(pl.col("final_grade").is_not_null() & pl.col("final_grade_shadow").is_not_null())
    notches = both["final_grade_shadow"].cast(pl.Int64) - both["final_grade"].cast(pl.Int64)
    worse, better, same = (int(found.sum()) for found in (notches > 0, notches < 0, notches == 0))
    apart = beside.height - both.height
    now, then = (amount_text(fsum(beside[name].drop_nulls()), currency) for name in ("limit", "limit_shadow"))
    name = " ".join(str(beside[c][0]) for c in ("model_name", "model_version")) if beside.height else ""
    return Text(
        f"Model {name} rated the same customers and decided nothing: {whole(same)} in the same grade, {whole(worse)} "
        f"worse, {whole(better)} better, {whole(apart)} without two grades to compare. Limits together {then.en}, the "
        f"champion's {now.en}.",
        f"模型 {name} 对相同客户评级，不影响任何决定：等级相同{whole(same)}家，"
        f"较差{whole(worse)}家，较好{whole(better)}家，无法比较{whole(apart)}家。额度合计{then.zh}，主模型为{now.zh}。",
    )


def _matrix(beside: pl.DataFrame) -> Markup:
    pairs = beside.group_by(pl.col("grade").fill_null(UNRATED), pl.col("grade_shadow").fill_null(UNRATED)).len()
    moves = {(str(ours), str(theirs)): int(n) for ours, theirs, n in pairs.iter_rows()}
    if not moves:
        return paragraph(Text("There are no customers.", "没有客户。"))
    return picture(
        Text("Grades by the champion and by the shadow", "主模型与影子模型等级对照"),
        Text(
            "Rows: grade by the champion; columns: by the shadow; colour: share of the row. On the diagonal both "
            "agree, right of it the shadow is stricter",
            "行为主模型等级，列为影子模型等级，颜色为占该行比例；对角线为一致，右侧为影子模型更严",
        ),
        lambda lang: migration_chart(moves, lang, rows="champion", columns="shadow"),
    )


def _largest(beside: pl.DataFrame) -> Markup:
    apart = (
        beside.with_columns(
            notches=(pl.col("final_grade_shadow").cast(pl.Int64) - pl.col("final_grade").cast(pl.Int64)).abs(),
            money=(pl.col("limit_shadow").fill_null(0) - pl.col("limit").fill_null(0)).abs(),
        )
        .filter((pl.col("notches") > 0) | (pl.col("money") > 0) | pl.col("notches").is_null())
        .filter(pl.col("grade").is_not_null() | pl.col("grade_shadow").is_not_null())
        .sort("notches", "money", "customer_id", descending=[True, True, False], nulls_last=True)
        .head(MOST_SHOWN)
    )
    if apart.is_empty():
        return paragraph(Text("They agree on every grade and limit.", "两个模型的等级与额度完全一致。"))
    rows = [
        (
            named(row),
            f"{row['grade'] or '-'} / {row['grade_shadow'] or '-'}",
            percent(row["pd_12m"], 2),
            percent(row["pd_12m_shadow"], 2),
            amount_cell(row["exposure"]),
            amount_cell(row["limit"]),
            amount_cell(row["limit_shadow"]),
        )
        for row in apart.iter_rows(named=True)
    ]
    headings = (
        CUSTOMER,
        Heading(Text("Grade, champion / shadow", "等级（主/影子）")),
        Heading(Text("PD, champion", "主模型违约概率"), number=True),
        Heading(Text("PD, shadow", "影子模型违约概率"), number=True),
        Heading(Text("Exposure", "敞口"), number=True),
        Heading(Text("Limit, champion", "主模型额度"), number=True),
        Heading(Text("Limit, shadow", "影子模型额度"), number=True),
    )
    caption = Text(f"Where they differ most (up to {MOST_SHOWN})", f"差异最大的客户（最多{MOST_SHOWN}家）")
    return table(caption, headings, rows)
