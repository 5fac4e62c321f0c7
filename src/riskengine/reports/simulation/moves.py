"""Who moves, and who would have had credit under one policy only."""

from collections.abc import Mapping, Sequence

import polars as pl

from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.swap_set import SwapCell
from riskengine.portfolio.trial.trial import Trial
from riskengine.reports.chart_terms import UNRATED
from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.simulation.charts import moves_chart, swap_chart
from riskengine.reports.simulation.words import CREDIT_TEXT, SIDE_TEXT, signed_amount, signed_count, units
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import ACTION_TEXT
from riskengine.terms.decision import Action
from riskengine.terms.text import Text

_NUMBERS: Mapping[str, Text] = {
    "rows": Text("Customers on dates", "客户日期"),
    "customers": Text("Customers", "客户数"),
    "exposure": Text("Exposure", "敞口"),
    "sales": Text("Sales", "销售额"),
    "bad": Text("Defaulted", "违约"),
    "rate": Text("Rate", "违约率"),
    "good": Text("Good", "优质"),
    "lost": Text("Sold and lost", "售出未收回"),
}


def swap_section(cells: Sequence[SwapCell], currency: str) -> Section:
    """Refused is a limit of 0, a freeze, default or prepayment."""
    title = Text("Swap set", "互换集")
    filled = sorted((cell for cell in cells if cell.rows), key=lambda cell: cell.policy is cell.challenger)
    rates = {
        (CREDIT_TEXT[c.policy], CREDIT_TEXT[c.challenger]): (c.rows, c.bad_rate)
        for c in filled
        if c.bad_rate is not None
    }
    lead = Text(
        "Who has credit under one policy and not under the other. Refused means a limit of 0, a freeze, default, or "
        "prepayment. A change is good at refusing if those it refuses default more often than those it allows.",
        "仅在一项政策下可赊销的客户。拒绝指额度为0、冻结、违约或要求预付。"
        "若新拒绝的客户违约率高于新允许的客户，则变更有效。",
    )
    body: list[Markup] = [paragraph(lead)]
    if rates:
        alternative = Text(
            "Upper number: customers on dates; lower: share that defaulted within the horizon",
            "上：客户日期数；下：观察期内违约占比",
        )
        known = {pair: (n, rate) for pair, (n, rate) in rates.items() if rate is not None}
        drawing = picture(
            Text("Credit under both policies", "两项政策的赊销决定"), alternative, lambda lang: swap_chart(known, lang)
        )
        body.append(drawing)
    body.append(_swap_table(filled, currency))
    return Section("swap", title, joined(body))


def _swap_table(cells: Sequence[SwapCell], currency: str) -> Markup:
    rows = [
        (
            _cell_name(cell),
            whole(cell.rows),
            whole(cell.customers),
            amount_cell(units(cell.exposure_cents)),
            amount_cell(units(cell.sales_cents)),
            whole(cell.bad) if cell.ripe else MISSING,
            percent(cell.bad_rate),
            whole(cell.good) if cell.ripe else MISSING,
            amount_cell(units(cell.lost_cents)) if cell.ripe else MISSING,
        )
        for cell in cells
    ]
    headings = (
        Heading(Text("Policy → challenger", "现行→挑战")),
        *(Heading(text, number=True) for text in _NUMBERS.values()),
    )
    caption = Text(
        f"{currency}. Exposure is summed over dates; sales are those until the next date. Defaulted and good "
        "are of those "
        "with a known outcome who were not in default already",
        f"{currency}。敞口为各日期合计，销售额截至下一日期；违约和优质为结果已知且当时未违约者",
    )
    return table(caption, headings, rows)


def _cell_name(cell: SwapCell) -> Markup:
    one, other = CREDIT_TEXT[cell.policy], CREDIT_TEXT[cell.challenger]
    named = both(Text(f"{one.en} → {other.en}", f"{one.zh} → {other.zh}"))
    return element("strong", named) if cell.policy is not cell.challenger else named


def moves_section(trial: Trial, currency: str) -> Section:
    """Grades, limits, terms and actions, over all dates."""
    cases, total = trial.cases, trial.total
    parts = [(Text("grade", "等级"), "grade"), (Text("limit", "额度"), "limit"), (Text("terms", "账期"), "terms")]
    parts += [(Text("actions", "措施"), "actions"), (Text("credit", "赊销"), "credit")]
    counted = {text: int(cases[f"moved_{name}"].sum()) for text, name in parts}
    lead = Text(
        f"{whole(total['moved'])} of {whole(total['rows'])} decisions differ: "
        + ", ".join(f"{whole(n)} in {text.en}" for text, n in counted.items())
        + ".",
        f"{whole(total['rows'])}个决定中{whole(total['moved'])}个不同："
        + "，".join(f"{text.zh}{whole(n)}个" for text, n in counted.items())
        + "。",
    )
    body = joined(
        (
            paragraph(lead),
            _grades(cases),
            _limits(cases, currency),
            _terms(cases),
            _actions(cases),
            _by_date(trial.by_date, currency),
        )
    )
    return Section("moves", Text("Who moves", "变动情况"), body)


def _grades(cases: pl.DataFrame) -> Markup:
    pairs = cases.group_by(*(pl.col(f"grade_label_{side}").fill_null(UNRATED) for side in Side)).len()
    moves = {(str(one), str(other)): int(n) for one, other, n in pairs.iter_rows()}
    alternative = Text(
        "Rows: the policy's grade, columns: the challenger's. Grey: the same; orange: worse under the "
        "challenger; blue: "
        "better. Customers on dates",
        "行为现行政策等级，列为挑战政策等级。灰色相同，橙色变差，蓝色变好；按客户日期计",
    )
    return picture(
        Text("Grades under both policies", "两项政策下的等级"), alternative, lambda lang: moves_chart(moves, lang)
    )


def _limits(cases: pl.DataFrame, currency: str) -> Markup:
    one, other = (pl.col(f"limit_{side}") for side in Side)
    change = (other - one).fill_null(0.0)
    kinds = {
        Text("raised", "调高"): change > 0,
        Text("lowered", "调低"): change < 0,
        Text("set by one alone", "仅一方设定"): one.is_null() != other.is_null(),
    }
    rows = []
    for text, which in kinds.items():
        part = cases.filter(which)
        cents = int((part.select(change * 100).to_series().round().cast(pl.Int64)).sum() or 0)
        moved = both(Text(signed_amount(cents, "en"), signed_amount(cents, "zh")))
        rows.append((both(text), whole(part.height), whole(part["customer_id"].n_unique()), moved))
    headings = (
        Heading(Text("Limit", "额度")),
        Heading(_NUMBERS["rows"], number=True),
        Heading(_NUMBERS["customers"], number=True),
        Heading(Text("Change, summed over dates", "变动（日期合计）"), number=True),
    )
    return table(Text(f"Limits that differ, {currency}", f"额度变动（{currency}）"), headings, rows)


def _terms(cases: pl.DataFrame) -> Markup:
    names = [f"terms_days_{side}" for side in Side]
    moved = cases.filter("moved_terms").group_by(names).len().sort("len", *names, descending=[True, False, False])
    if moved.is_empty():
        return paragraph(Text("No terms differ.", "账期无变动。"))
    rows = [(f"{_days(one)} → {_days(other)}", whole(n)) for one, other, n in moved.head(15).iter_rows()]
    headings = (Heading(Text("Days, policy → challenger", "天数，现行→挑战")), Heading(_NUMBERS["rows"], number=True))
    return table(Text("Terms that differ (0 is prepayment)", "账期变动（0为预付）"), headings, rows)


def _days(days: int | None) -> str:
    return MISSING if days is None else str(days)


def _actions(cases: pl.DataFrame) -> Markup:
    rows = []
    for action in Action:
        held = [pl.col(f"actions_{side}").list.contains(action.value) for side in Side]
        one, other = (int(cases.select(h.sum()).item()) for h in held)
        added, dropped = (int(cases.select((a & ~b).sum()).item()) for a, b in ((held[1], held[0]), (held[0], held[1])))
        if one or other:
            numbers = (whole(one), whole(other), signed_count(added), signed_count(-dropped))
            rows.append((both(ACTION_TEXT[action]), *numbers))
    headings = (
        Heading(Text("Action", "措施")),
        *(Heading(SIDE_TEXT[side], number=True) for side in Side),
        Heading(Text("added", "新增"), number=True),
        Heading(Text("dropped", "取消"), number=True),
    )
    return table(Text("Actions, customers on dates", "措施（客户日期）"), headings, rows)


def _by_date(dates: pl.DataFrame, currency: str) -> Markup:
    rows = [
        (
            str(day),
            whole(row["rows"]),
            whole(row["moved"]),
            *(" → ".join(whole(row[f"{name}_{side}"]) for side in Side) for name in ("refused", "warnings", "reviews")),
            joined(_amounts(row)),
            whole(row["bad"]) if row["ripe"] else MISSING,
        )
        for day, row in zip(dates["as_of"].cast(pl.Date), dates.to_dicts(), strict=True)
    ]
    headings = (
        Heading(Text("Date", "日期")),
        Heading(_NUMBERS["customers"], number=True),
        Heading(Text("Moved", "变动"), number=True),
        Heading(Text("Refused", "拒绝"), number=True),
        Heading(Text("Warnings opened", "新增预警"), number=True),
        Heading(Text("Reviews opened", "新增人工审批"), number=True),
        Heading(Text("Exposure with credit", "允许赊销的敞口"), number=True),
        Heading(Text("Then defaulted", "随后违约"), number=True),
    )
    note = Text(
        f"By date, {currency}, policy → challenger. A default shows on every date that looks forward to it; on "
        "the first "
        "date all warnings count as opened",
        f"按日期（{currency}），现行→挑战。同一违约计入其之前的每个日期；首个日期的预警均计为新增",
    )
    return table(note, headings, rows)


def _amounts(row: Mapping[str, int]) -> list[Markup | str]:
    one, other = (amount_cell(units(row[f"exposure_allowed_cents_{side}"])) for side in Side)
    return [one, " → ", other]
