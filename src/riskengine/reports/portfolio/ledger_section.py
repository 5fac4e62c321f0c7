"""Ageing, provisions, collection figures and concentration."""

from collections.abc import Mapping, Sequence
from math import fsum

import polars as pl

from riskengine.portfolio.ageing import AGE_BAND_TEXT, DEBT_AGE_TEXT, AgeBand, Shift
from riskengine.portfolio.concentration import AbcClass
from riskengine.portfolio.figures import ROLL_BANDS, PortfolioFigures
from riskengine.portfolio.spread import UNKNOWN, Split
from riskengine.reports.markup import Markup, both, data_text, joined
from riskengine.reports.numbers import amount_text, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.ledger_charts import ageing_chart
from riskengine.reports.svg import Chart, picture
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.text import Language, Text

SPLIT_TEXT: Mapping[str, Text] = {
    "group": Text("customer group", "客户集团"),
    "industry": Text("industry", "行业"),
    "region": Text("region", "地区"),
}
LARGEST_NAMES = 5
_SHARE = Heading(Text("Share", "占比"), number=True)


def ageing_section(figures: PortfolioFigures, currency: str) -> Section:
    total = fsum(figures.ageing.values())
    body = [paragraph(_shift_text(figures))]
    if total > 0:
        not_due = percent(figures.ageing[AgeBand.NOT_DUE] / total)
        alternative = Text(
            f"{not_due} is not due. The mark on a bar is its share a month ago; disputed invoices are not in the bars",
            f"未到期占{not_due}；竖线为一个月前的占比；争议发票不计入",
        )
        title = Text("Receivables by days past due", "应收账款逾期账龄")
        body.append(picture(title, alternative, lambda lang: _ageing_chart(figures, lang)))
    body.extend((_provision_table(figures, currency), _debt_age_table(figures, currency)))
    return Section("ageing", Text("Ageing and provisions", "账龄与拨备"), joined(body))


def _ageing_chart(figures: PortfolioFigures, language: Language) -> Chart:
    def shares(amounts: Mapping[AgeBand, float]) -> dict[str, float] | None:
        total = fsum(amounts.values())
        return {AGE_BAND_TEXT[b].in_language(language): amounts[b] / total for b in AgeBand} if total > 0 else None

    labels = [AGE_BAND_TEXT[b].in_language(language) for b in AgeBand]
    return ageing_chart(shares(figures.ageing) or {}, shares(figures.ageing_before), labels)


def _shift_text(figures: PortfolioFigures) -> Text:
    longer = [AGE_BAND_TEXT[s.band] for s in figures.shifts if s.shift is Shift.LENGTHENING]
    shorter = [AGE_BAND_TEXT[s.band] for s in figures.shifts if s.shift is Shift.SHORTENING]
    surging = [AGE_BAND_TEXT[s.band] for s in figures.shifts if s.surge]
    parts = [
        (longer, Text("share grew by 10 % or more in", "占比上升10%以上")),
        (shorter, Text("share fell by 5 % or more in", "占比下降5%以上")),
        (surging, Text("amount grew by 20 % or more in", "金额增长20%以上")),
    ]
    english = "; ".join(f"{text.en} {', '.join(b.en for b in bands)}" for bands, text in parts if bands)
    chinese = "；".join(f"{text.zh}：{'、'.join(b.zh for b in bands)}" for bands, text in parts if bands)
    if not english:
        return Text("No band moved beyond its threshold within a month.", "一个月内各账龄段均无显著变化。")
    return Text(f"Within a month: {english}.", f"一个月内：{chinese}。")


def _provision_table(figures: PortfolioFigures, currency: str) -> Markup:
    found = figures.provisions
    rolls = (*found.roll_rates, None)
    rows = [
        (
            both(_roll_band_text(bands)),
            amount_cell(balance),
            percent(roll),
            percent(rate, 2),
            amount_cell(None if rate is None else rate * balance),
        )
        for bands, balance, roll, rate in zip(ROLL_BANDS, found.balances, rolls, found.loss_rates, strict=True)
    ]
    rows.append((both(Text("all", "合计")), amount_cell(fsum(found.balances)), "", "", amount_cell(found.provision)))
    headings = (
        Heading(Text("Past due", "逾期")),
        Heading(Text("Balance", "余额"), number=True),
        Heading(Text("Rolls on in a month", "月滚动率"), number=True),
        Heading(Text("Loss rate", "损失率"), number=True),
        Heading(Text("Provision", "拨备"), number=True),
    )
    recovery = (
        Text("recovery of old debt unknown, so none is assumed", "历史回收率未知，按零计")
        if found.recovery is None
        else Text(
            f"recovery {percent(found.recovery)} of what was over 90 days late a year ago",
            f"一年前逾期90天以上款项的回收率{percent(found.recovery)}",
        )
    )
    caption = Text(
        f"Provision matrix by roll rates of twelve months (IFRS 9, simplified approach; {currency}; {recovery.en})",
        f"十二个月滚动率拨备矩阵（IFRS 9 简化方法；{currency}；{recovery.zh}）",
    )
    return table(caption, headings, rows)


def _roll_band_text(bands: Sequence[AgeBand]) -> Text:
    return AGE_BAND_TEXT[bands[0]] if len(bands) == 1 else Text("over 90 days", "90天以上")


def _debt_age_table(figures: PortfolioFigures, currency: str) -> Markup:
    total = fsum(figures.debt_age.values())
    rows = [
        (both(DEBT_AGE_TEXT[age]), amount_cell(amount), percent(amount / total if total > 0 else None))
        for age, amount in figures.debt_age.items()
    ]
    headings = (
        Heading(Text("Age of debt and policy", "账龄与政策")),
        Heading(Text("Open", "余额"), number=True),
        _SHARE,
    )
    return table(
        Text(f"Open invoices by age since issue ({currency})", f"按开票日起账龄（{currency}）"), headings, rows
    )


def collection_section(figures: PortfolioFigures, currency: str) -> Section:
    found = figures.collection
    days = Text(" days", "天")

    def in_days(value: float | None) -> Markup:
        return both(Text(decimal(value) + days.en, decimal(value) + days.zh)) if value is not None else both(_DASH)

    rows: list[tuple[Markup | str, Markup | str, Markup | str]] = [
        (both(Text("Receivables", "应收账款")), both(amount_text(found.receivables, currency)), ""),
        (both(Text("of these disputed", "其中争议")), both(amount_text(found.disputed, currency)), ""),
        (both(Text("Credit sales", "赊销额")), both(amount_text(found.sales_12m, currency)), both(_YEAR)),
        (both(Text("DSO", "应收账款周转天数（DSO）")), in_days(found.dso), both(_QUARTER)),
        (both(Text("Best possible DSO", "最佳可能DSO")), in_days(found.best_possible_dso), both(_QUARTER)),
        (both(Text("Average days delinquent", "平均逾期天数")), in_days(found.average_days_delinquent), both(_QUARTER)),
        (both(Text("Count-back DSO", "倒推法DSO")), in_days(found.count_back_dso), both(_YEAR)),
        (
            both(Text("Collection effectiveness index", "收款有效性指数（CEI）")),
            decimal(found.collection_effectiveness),
            both(_QUARTER),
        ),
        (both(Text("Receivables turnover", "应收账款周转率")), decimal(found.receivables_turnover, 2), both(_YEAR)),
        (both(Text("Overdue ratio", "逾期比例")), percent(found.overdue_ratio), ""),
        (both(Text("Collected in time", "按期回款率")), percent(found.on_time_collection_rate), both(_YEAR)),
        (both(Text("Bad-debt loss rate", "坏账损失率")), percent(found.bad_debt_loss_rate, 2), both(_YEAR)),
    ]
    headings = (
        Heading(Text("Figure", "指标")),
        Heading(Text("Value", "数值"), number=True),
        Heading(Text("Period", "期间")),
    )
    caption = Text("How money comes in", "回款情况")
    return Section("collection", Text("Collection", "回款"), table(caption, headings, rows))


_DASH = Text("–", "–")
_YEAR = Text("12 months", "12个月")
_QUARTER = Text("3 months", "3个月")


def concentration_section(ratings: pl.DataFrame, splits: Mapping[str, Split], currency: str) -> Section:
    names = {customer: name for customer, name in ratings.select("customer_id", "name").iter_rows() if name}
    rows = [
        (
            both(SPLIT_TEXT[by]),
            whole(split.concentration.names),
            decimal(split.concentration.hhi, 4),
            decimal(split.concentration.effective_names),
            percent(split.concentration.top_1),
            percent(split.concentration.top_5),
            percent(split.concentration.top_10),
            _largest(split, names if by == "group" else {}),
        )
        for by, split in splits.items()
    ]
    headings = (
        Heading(Text("By", "维度")),
        Heading(Text("Names", "数量"), number=True),
        Heading(Text("HHI", "HHI"), number=True),
        Heading(Text("Effective names", "有效数量"), number=True),
        Heading(Text("Largest", "最大一家"), number=True),
        Heading(Text("Largest 5", "前五"), number=True),
        Heading(Text("Largest 10", "前十"), number=True),
        Heading(Text("The largest", "主要名称")),
    )
    spread = table(Text(f"Concentration of exposure ({currency})", f"敞口集中度（{currency}）"), headings, rows)
    return Section("concentration", Text("Concentration", "集中度"), joined((spread, _abc_table(ratings, currency))))


def _largest(split: Split, names: Mapping[str, str]) -> Markup:
    """The largest entries with their shares; groups by the name of their head, where we know it."""
    total = fsum(split.exposure.values())
    entries: list[Markup | str] = []
    for name, amount in list(split.exposure.items())[:LARGEST_NAMES]:
        shown = both(Text("unknown", "未知")) if name == UNKNOWN else data_text(names.get(name, name))
        entries.extend((both(Text(", ", "、")) if entries else "", shown, f" {percent(amount / total)}"))
    return joined(entries or ["–"])


def _abc_table(ratings: pl.DataFrame, currency: str) -> Markup:
    found = ratings.group_by("abc_class").agg(pl.len().alias("n"), "exposure", "pd_12m")
    by_class = {str(c): (int(n), exposures, pds) for c, n, exposures, pds in found.iter_rows()}
    rows = []
    for abc in AbcClass:
        count, exposures, pds = by_class.get(abc.value, (0, [], []))
        known = [p for p in pds if p is not None]
        rows.append(
            (
                abc.value,
                whole(count),
                amount_cell(fsum(e for e in exposures if e and e > 0)),
                percent(fsum(known) / len(known) if known else None, 2),
            )
        )
    headings = (
        Heading(Text("Class", "类别")),
        Heading(Text("Customers", "客户数"), number=True),
        Heading(Text("Exposure", "敞口"), number=True),
        Heading(Text("Mean PD", "平均违约概率"), number=True),
    )
    caption = Text(
        f"ABC class by twelve months of sales: A to 80 %, B to 95 % ({currency}); "
        "it says who gets attention, not who is risky",
        f"按十二个月销售额的ABC分类：A至80%，B至95%（{currency}）；决定关注程度，与风险无关",
    )
    return table(caption, headings, rows)
