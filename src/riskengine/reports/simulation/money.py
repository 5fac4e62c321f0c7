"""What the change would have been worth, by date, in total and by segment."""

from collections.abc import Mapping

import polars as pl

from riskengine.portfolio.trial.resampling import Interval
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.trial import Trial
from riskengine.reports.markup import Markup, both, data_text, joined
from riskengine.reports.numbers import MISSING, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.simulation.charts import money_chart
from riskengine.reports.simulation.words import (
    NOT_STATED,
    SEGMENT_TEXT,
    SIDE_TEXT,
    amount_interval,
    signed_amount,
    units,
)
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.text import Text

MOST_VALUES = 15
_LINES: Mapping[str, Text] = {
    "sales_granted": Text("Credit sales allowed", "允许的赊销额"),
    "sales_good_refused": Text("Good sales refused", "被拒绝的优质销售"),
    "lost_granted": Text("Allowed and still owed at default", "已允许且违约时未收回"),
    "loss": Text("Loss", "损失"),
    "margin": Text("Margin", "毛利"),
    "handling": Text("Handling of warnings and reviews", "预警与人工审批成本"),
    "result": Text("Result: margin − loss − handling", "结果：毛利−损失−处理成本"),
}
_DIFFERENCE: Mapping[str, str] = {"loss": "loss_avoided", "margin": "margin_lost", "handling": "work_added"}
NO_OUTCOME = paragraph(Text("No outcome is known on these dates.", "上述日期尚无已知结果。"))


def money_section(trial: Trial, currency: str) -> Section:
    title = Text("What it would have been worth", "金额影响")
    if not trial.differences:
        return Section("money", title, NO_OUTCOME)
    gain = trial.differences["gain_cents"]
    return Section(
        "money", title, joined((paragraph(_verdict(gain, currency)), _over_time(trial), _totals(trial, currency)))
    )


def _verdict(gain: Interval, currency: str) -> Text:
    told = amount_interval(gain)
    if not gain.is_clear:
        return Text(
            f"Challenger against policy: {currency} {told.en}. The 95 % interval holds 0: on these dates "
            "nobody can say "
            "which of the two is worth more.",
            f"挑战政策相对现行政策：{told.zh} {currency}。95%区间包含0：据上述日期无法判断孰优。",
        )
    better = Text("more", "更高") if gain.value > 0 else Text("less", "更低")
    return Text(
        f"The challenger would have been worth {better.en} than the policy: {currency} {told.en}, 95 % interval.",
        f"挑战政策的价值较现行政策{better.zh}：{told.zh} {currency}（95%区间）。",
    )


def _over_time(trial: Trial) -> Markup:
    one, other = Side.POLICY, Side.CHALLENGER
    known = trial.by_date.filter(pl.col("ripe") > 0)
    days = known["as_of"].cast(pl.Date).cast(pl.String).to_list()
    avoided, lost, work = (
        (known[f"{name}_cents_{first}"] - known[f"{name}_cents_{second}"]) / 100
        for name, first, second in (("loss", one, other), ("margin", one, other), ("handling", other, one))
    )
    rows = list(zip(days, avoided.to_list(), lost.to_list(), work.to_list(), strict=True))
    return picture(
        Text("Money by date, challenger against policy", "各日期金额：挑战政策相对现行政策"),
        Text(
            "Bars up are gains, bars down are costs of the change; the line is the result so far. A date's decisions "
            "govern what is sold until the next date",
            "向上为收益，向下为代价，折线为累计结果；每个日期的决定适用至下一日期",
        ),
        lambda lang: money_chart(rows, lang),
    )


def _totals(trial: Trial, currency: str) -> Markup:
    total = trial.total
    rows = [_sold(trial)]
    for name, text in _LINES.items():
        one, other = (total[f"{name}_cents_{side}"] for side in Side)
        key = {"result": "gain_cents"}.get(name) or f"{_DIFFERENCE.get(name, name)}_cents"
        rows.append(
            (
                both(text),
                amount_cell(units(one)),
                amount_cell(units(other)),
                both(Text(signed_amount(other - one, "en"), signed_amount(other - one, "zh"))),
                _interval(name, trial.differences.get(key)),
            )
        )
    headings = (
        Heading(Text("Over dates with known outcome", "结果已知的日期合计")),
        *(Heading(SIDE_TEXT[side], number=True) for side in Side),
        Heading(Text("challenger − policy", "挑战−现行"), number=True),
        Heading(Text("95 % interval", "95%区间"), number=True),
    )
    return table(Text(f"Money in total, {currency}", f"金额合计（{currency}）"), headings, rows)


def _sold(trial: Trial) -> tuple[Markup | str, ...]:
    sold = amount_cell(units(trial.total["sales_cents"]))
    return (both(Text("Credit sales that took place", "实际发生的赊销额")), sold, sold, MISSING, MISSING)


def _interval(name: str, found: Interval | None) -> Markup | str:
    """Losses and margins are told as differences the other way round: what is avoided, what is lost."""
    if found is None:
        return MISSING
    low, high = (-found.high, -found.low) if name in ("loss", "margin") else (found.low, found.high)
    return both(
        Text(
            f"{signed_amount(low, 'en')} … {signed_amount(high, 'en')}",
            f"{signed_amount(low, 'zh')} … {signed_amount(high, 'zh')}",
        )
    )


def segments_section(trial: Trial, currency: str) -> Section:
    title = Text("By industry, region and country", "按行业、地区和国家")
    if not trial.differences:
        return Section("segments", title, NO_OUTCOME)
    lead = Text(
        "Of many intervals about one in twenty leaves out 0 by chance alone; a segment is a reason to look, no proof.",
        "众多区间中约二十分之一会仅因偶然而不含0；分组结果只是进一步查看的线索，不是证明。",
    )
    parts = (_segment(trial, kind, currency) for kind in SEGMENT_TEXT)
    return Section("segments", title, joined((paragraph(lead), *parts)))


def _segment(trial: Trial, kind: str, currency: str) -> Markup:
    gains = trial.segment_gains[kind]
    frame = trial.by_segment[kind].filter(
        pl.col(kind).fill_null("\x00").is_in(["\x00" if v is None else v for v in gains])
    )
    listed = sorted(frame.to_dicts(), key=lambda row: (-abs(gains[row[kind]].value), str(row[kind])))
    rows = [
        (
            both(NOT_STATED) if row[kind] is None else data_text(row[kind]),
            whole(row["customers"]),
            whole(row["moved"]),
            _arrow(row, "refused"),
            whole(row["defaults"]),
            _arrow(row, "refused_in_time"),
            _arrow(row, "missed"),
            both(amount_interval(gains[row[kind]])),
        )
        for row in listed[:MOST_VALUES]
    ]
    headings = (
        Heading(SEGMENT_TEXT[kind]),
        Heading(Text("Customers", "客户数"), number=True),
        Heading(Text("Moved", "变动"), number=True),
        Heading(Text("Refused", "拒绝"), number=True),
        Heading(Text("Defaults", "违约"), number=True),
        Heading(Text("Refused in time", "及时拒绝"), number=True),
        Heading(Text("Missed", "漏判"), number=True),
        Heading(Text(f"Result, {currency} (95 %)", f"结果，{currency}（95%）"), number=True),
    )
    text = SEGMENT_TEXT[kind]
    note = Text(
        f"{text.en}, largest effect first (up to {MOST_VALUES}; all are in summary.json). Moved and refused count "
        "customers on dates",
        f"{text.zh}，按影响大小排序（最多{MOST_VALUES}项，全部见 summary.json）。变动和拒绝按客户日期计",
    )
    return table(note, headings, rows)


def _arrow(row: Mapping[str, int], name: str) -> str:
    return " → ".join(whole(row[f"{name}_{side}"]) for side in Side)
