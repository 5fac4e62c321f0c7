"""Warnings: which ones, and the customers to look at first."""

import polars as pl

from riskengine.reports.markup import Markup, bilingual, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, counted, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_section import CUSTOMER, named
from riskengine.reports.portfolio.ledger_charts import warning_chart
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import SEVERITY_TEXT, listed_actions
from riskengine.terms.decision import Severity
from riskengine.terms.text import Language, Text

MOST_KINDS = 15
MOST_ROWS = 25


def warnings_section(warnings: pl.DataFrame, currency: str) -> Section:
    title = Text("Warnings", "预警")
    if warnings.is_empty():
        return Section("warnings", title, paragraph(Text("No rule warns of anybody.", "没有触发任何预警。")))
    return Section(
        "warnings", title, joined((paragraph(_lead(warnings)), _kinds(warnings), _table(warnings, currency)))
    )


def _lead(warnings: pl.DataFrame) -> Text:
    customers, new = warnings["customer_id"].n_unique(), int(warnings["is_new"].sum())
    found = [(s, warnings.filter(pl.col("severity") == s.word).height) for s in reversed(Severity)]
    return Text(
        f"{counted(warnings.height, 'warning', 'warnings')} at {counted(customers, 'customer', 'customers')}, "
        f"{whole(new)} of them new: " + ", ".join(f"{whole(n)} {SEVERITY_TEXT[s].en}" for s, n in found) + ".",
        f"{whole(customers)}家客户共{whole(warnings.height)}条预警，其中新增{whole(new)}条："
        + "，".join(f"{SEVERITY_TEXT[s].zh}{whole(n)}条" for s, n in found)
        + "。",
    )


def _kinds(warnings: pl.DataFrame) -> Markup:
    counted = (
        warnings.group_by("rule_id", "name_en", "name_zh", "severity", "severity_rank")
        .len("n")
        .sort("severity_rank", "n", "rule_id", descending=[True, True, False])
        .head(MOST_KINDS)
    )

    def bars(language: Language) -> list[tuple[str, str, int]]:
        return [
            (str(name), str(word), int(n))
            for name, word, n in counted.select(f"name_{language}", "severity", "n").rows()
        ]

    alternative = Text(
        "Red first, then amber, then watch; within each the most frequent first",
        "依次为红色、橙色、关注，同级按数量排序",
    )
    return picture(Text("Warnings by rule", "各规则预警数"), alternative, lambda lang: warning_chart(bars(lang), lang))


def _table(warnings: pl.DataFrame, currency: str) -> Markup:
    first = warnings.sort(
        "severity_rank", "exposure", "customer_id", "rule_id", descending=[True, True, False, False], nulls_last=True
    ).head(MOST_ROWS)
    headings = (
        CUSTOMER,
        Heading(Text("Severity", "级别")),
        Heading(Text("Warning", "预警")),
        Heading(Text("Since", "起始")),
        Heading(Text("Exposure", "敞口"), number=True),
        Heading(Text("What to do", "建议措施")),
    )
    caption = Text(
        f"The most severe, largest exposure first ({currency}, up to {MOST_ROWS}; all are in warnings.parquet)",
        f"最严重的预警，按敞口排序（{currency}，最多{MOST_ROWS}条；全部见 warnings.parquet）",
    )
    return table(caption, headings, [_row(row) for row in first.iter_rows(named=True)])


def _row(row: dict[str, object]) -> tuple[Markup | str, ...]:
    severity = next(s for s in Severity if s.word == row["severity"])
    why = joined(
        (
            bilingual("span", Text(str(row["evidence_en"]), str(row["evidence_zh"]))),
            " ",
            element("span", data_text(row["rule_id"]), class_="id muted whole"),
        )
    )
    actions = row["actions"]
    exposure = row["exposure"]
    return (
        named({"customer_id": row["customer_id"], "name": row["customer_name"]}),
        element("span", both(SEVERITY_TEXT[severity]), class_=f"severity {severity.word}"),
        why,
        element("span", str(row["since"]), class_="whole"),
        amount_cell(exposure if isinstance(exposure, float) else None),
        both(listed_actions(actions)) if isinstance(actions, list) and actions else MISSING,
    )
