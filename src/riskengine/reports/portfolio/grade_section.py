"""Grades, migrations, and who could not be rated."""

from datetime import date
from math import fsum

import polars as pl

from riskengine.decision.predictions import UNRATED_TEXTS
from riskengine.portfolio.movements import MOVEMENT_TEXT, Movement
from riskengine.reports.chart_terms import GRADES, UNRATED
from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.numbers import amount_text, counted, day_text, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_charts import GradeCount, grade_chart, migration_chart
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.decision import Status
from riskengine.terms.limit import UnratedReason
from riskengine.terms.text import Text

MOST_MOVES = 20
MOST_UNRATED = 500
CUSTOMER = Heading(Text("Customer", "客户"))


def named(row: dict[str, object]) -> Markup:
    """A customer as people know it: name, then id; the id alone where there is no name."""
    identity = element("span", data_text(row["customer_id"]), class_="id")
    return joined((data_text(row["name"]), " ", identity)) if row.get("name") else identity


def grades_section(ratings: pl.DataFrame, currency: str) -> Section:
    counts = count_grades(ratings)
    rated = [c for c in counts if c.grade != UNRATED and c.customers]
    largest = max(rated, key=lambda c: c.customers) if rated else None
    alternative = Text("No customer is rated.", "没有已评级的客户。")
    if largest:
        share = percent(largest.customers / ratings.height)
        alternative = Text(
            f"Grade {largest.grade} is the largest with {whole(largest.customers)} customers ({share}). "
            f"1 is best, D is in default; exposure in {currency}",
            f"{largest.grade}级客户最多，共{whole(largest.customers)}家（{share}）。1级最优，D为违约；敞口单位{currency}",
        )
    drawing = picture(
        Text("Customers and exposure by grade", "各等级客户数与敞口"),
        alternative,
        lambda lang: grade_chart(counts, lang),
    )
    return Section("grades", Text("Grades", "等级分布"), drawing)


def count_grades(ratings: pl.DataFrame) -> list[GradeCount]:
    """Customers and exposure of every grade, best first; the unrated last, if there are any."""
    found = ratings.group_by(pl.col("grade").fill_null(UNRATED)).agg(pl.len().alias("n"), "exposure")
    by_grade = {g: (int(n), fsum(e for e in exposures if e and e > 0)) for g, n, exposures in found.iter_rows()}
    order = [*GRADES, *([UNRATED] if UNRATED in by_grade else [])]
    return [GradeCount(g, *by_grade.get(g, (0, 0.0))) for g in order]


def migrations_section(ratings: pl.DataFrame, movements: pl.DataFrame, previous: date | None) -> Section:
    title = Text("Movements", "等级迁移")
    if previous is None:
        nothing = Text(
            "This is the first run here, so nothing can be compared. The next one will be compared with it.",
            "这是首次运行，暂无可比较的结果；下一次运行将与本次比较。",
        )
        return Section("movements", title, paragraph(nothing))
    counts = movements.group_by("movement").len().rows()
    summary = {Movement(word): int(n) for word, n in counts}
    facts = [(m, summary[m]) for m in Movement if summary.get(m)]
    line = Text(
        ", ".join(f"{whole(n)} {MOVEMENT_TEXT[m].en}" for m, n in facts) + ".",
        "，".join(f"{MOVEMENT_TEXT[m].zh}{whole(n)}家" for m, n in facts) + "。",
    )
    body = [paragraph(line)]
    moves = _moves(movements)
    if moves:
        day = day_text(previous)
        alternative = Text(
            "Rows: grade then; columns: grade now; colour: share of the row. On the diagonal nothing changed, "
            "right of it customers got worse",
            "行为上次等级，列为本次等级，颜色为占该行比例；对角线为不变，右侧为恶化",
        )
        caption = Text(f"Grades on {day.en} and now", f"{day.zh}与本次等级对照")
        body.append(picture(caption, alternative, lambda lang: migration_chart(moves, lang)))
    body.append(_worst_moves(ratings, movements))
    return Section("movements", title, joined(body))


def _moves(movements: pl.DataFrame) -> dict[tuple[str, str], int]:
    both_runs = movements.filter(pl.col("status_before").is_not_null() & pl.col("status_now").is_not_null())
    pairs = both_runs.group_by(pl.col("grade_before").fill_null(UNRATED), pl.col("grade_now").fill_null(UNRATED)).len()
    return {(str(before), str(now)): int(n) for before, now, n in pairs.iter_rows()}


def _worst_moves(ratings: pl.DataFrame, movements: pl.DataFrame) -> Markup:
    worse = (
        movements.filter(pl.col("notches") > 0)
        .join(ratings.select("customer_id", "name", "exposure"), on="customer_id", how="left")
        .sort("notches", "exposure", "customer_id", descending=[True, True, False], nulls_last=True)
        .head(MOST_MOVES)
    )
    if worse.is_empty():
        return paragraph(Text("Nobody got worse.", "没有客户等级下降。"))
    rows = [
        (
            named(row),
            f"{row['grade_before']} → {row['grade_now']}",
            percent(row["pd_12m_before"], 2),
            percent(row["pd_12m_now"], 2),
            amount_cell(row["exposure"]),
            amount_cell(row["limit_before"]),
            amount_cell(row["limit_now"]),
        )
        for row in worse.iter_rows(named=True)
    ]
    headings = (
        CUSTOMER,
        Heading(Text("Grade", "等级")),
        Heading(Text("PD before", "上次违约概率"), number=True),
        Heading(Text("PD now", "本次违约概率"), number=True),
        Heading(Text("Exposure", "敞口"), number=True),
        Heading(Text("Limit before", "上次额度"), number=True),
        Heading(Text("Limit now", "本次额度"), number=True),
    )
    return table(
        Text(f"Largest downgrades (up to {MOST_MOVES})", f"下调幅度最大的客户（最多{MOST_MOVES}家）"), headings, rows
    )


def unrated_section(ratings: pl.DataFrame, currency: str) -> Section:
    title = Text("Not rated", "未评级客户")
    unrated = ratings.filter(pl.col("status") == Status.UNRATED.value).sort("customer_id")
    if unrated.is_empty():
        return Section("unrated", title, paragraph(Text("Every customer is rated.", "所有客户均已评级。")))
    rows = [
        (named(row), both(UNRATED_TEXTS[UnratedReason(str(row["unrated_reason"]))]), amount_cell(row["exposure"]))
        for row in unrated.head(MOST_UNRATED).iter_rows(named=True)
    ]
    total = amount_text(fsum(e for e in unrated["exposure"].drop_nulls() if e > 0), currency)
    count = whole(unrated.height)
    lead = Text(
        f"{counted(unrated.height, 'customer has', 'customers have')} no grade and {total.en} owed together. "
        "A person decides about each. ",
        f"{count}家客户没有等级，敞口合计{total.zh}，须逐一人工审批。",
    )
    if unrated.height > MOST_UNRATED:
        lead = Text(
            f"{lead.en}The first {MOST_UNRATED} are listed here, all of them in ratings.parquet.",
            f"{lead.zh}此处列出前{MOST_UNRATED}家，全部见 ratings.parquet。",
        )
    headings = (CUSTOMER, Heading(Text("Why", "原因")), Heading(Text("Exposure", "敞口"), number=True))
    caption = Text("Customers without a grade", "没有等级的客户")
    return Section("unrated", title, joined((paragraph(lead), table(caption, headings, rows))))
