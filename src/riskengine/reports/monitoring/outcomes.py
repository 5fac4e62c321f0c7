"""Outcomes as they ripen: level, order, grades."""

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.monitoring.charts import auc_chart, ratio_chart
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.words import p_text
from riskengine.scoring.discrimination import AucInterval
from riskengine.scoring.monitoring.figures import Watch
from riskengine.scoring.monitoring.performance import Estimate, Performance
from riskengine.scoring.monitoring.ripening import OutcomeMonth, Timing
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.terms.text import Text


def _number(en: str, zh: str) -> Heading:
    return Heading(Text(en, zh), number=True)


def level_section(watch: Watch, spec: MonitoringSpec) -> Section:
    """Observed against expected, month end by month end, and the newest ripe ones together."""
    parts: list[Markup] = [paragraph(_timing(watch))]
    if any(m.ratio is not None and m.expected >= 1 for m in watch.months):
        parts.append(
            picture(
                Text("Observed over expected defaults", "实际与预期违约之比"),
                Text(
                    "95 % intervals (Jeffreys; wider where the horizon is unfinished: what is due is uncertain too). "
                    "Grey band: let pass. Neighbouring months share most of their defaults. Beyond 4 all is cut",
                    "95%区间（Jeffreys；未到期月份另加应发生比例的不确定性）；灰带为容许范围。相邻月份多为同一批违约；"
                    "超过4处截断",
                ),
                lambda language: ratio_chart(watch.months, spec.calibration.level.act, language),
            )
        )
    if watch.performance is not None:
        parts.append(paragraph(_together(watch.performance)))
        parts.append(_grades(watch.performance))
    parts.append(_months(watch.months))
    return Section("level", Text("Calibration as outcomes ripen", "结果成熟过程中的校准"), joined(parts))


def order_section(watch: Watch) -> Section:
    """AUC against development, and what the mix of customers allows."""
    title = Text("Ranking", "排序能力")
    base = watch.baseline
    window = " – ".join(dict.fromkeys((base.window[0], base.window[-1]))) if base.window else MISSING
    found = watch.ranking
    now = _auc(found.auc if found else None)
    promised = decimal(found.auc_promised if found else None, 3)
    parts = [
        paragraph(
            Text(
                f"Development: AUC {decimal(base.auc, 3)} (test window {window}). Newest ripe month ends: "
                f"{now}; right PDs would give {promised} for these customers.",
                f"开发：AUC {decimal(base.auc, 3)}（测试窗口{window}）。最近到期月末："
                f"{now}；若违约概率准确，这些客户的 AUC 应为{promised}。",
            )
        )
    ]
    if any(m.auc is not None for m in watch.months):
        parts.append(
            picture(
                Text("AUC of ripe month ends", "到期月末的 AUC"),
                Text(
                    "Band: DeLong's 95 % interval. Dashed: development. Orange: the AUC right PDs would give for the "
                    "customers of that date, which falls where they become more alike. Unfinished horizons are left "
                    "out: their early defaults are the easy ones",
                    "色带：DeLong 95%区间；虚线：开发时；橙：若违约概率准确时该日客户应有的 AUC，客户越相似越低。"
                    "未到期月份不列：早期违约较易识别",
                ),
                lambda language: auc_chart(watch.months, base.auc, language),
            )
        )
    else:
        parts.append(paragraph(Text("No ripe month end has enough defaults.", "尚无违约足够的到期月末。")))
    return Section("order", title, joined(parts))


def _timing(watch: Watch) -> Text:
    if watch.timing is Timing.OBSERVED:
        how = Text(
            "the share that had come after as many days in the month ends that are ripe",
            "到期月末中经过同样天数已发生的违约比例",
        )
    else:
        how = Text(
            "the elapsed part of the horizon, as if defaults came evenly, for too few ripe ones tell their timing",
            "按预测期已过比例、假定违约均匀发生，因到期违约太少无法得知时间分布",
        )
    return Text(
        f"Outcomes were observed to {watch.observed_to}. Of a month end whose horizon of {watch.horizon_days} days has "
        f"not passed, defaults so far stand against the part of the expected that is due by now: {how.en}.",
        f"结果观察至{watch.observed_to}。预测期（{watch.horizon_days}天）未满的月末，以至今违约对比应已发生的预期部分：{how.zh}。",
    )


def _together(found: Performance) -> Text:
    days = found.dates[0] if len(found.dates) == 1 else f"{found.dates[0]} – {found.dates[-1]} ({len(found.dates)})"
    level, slope = _estimate(found.level), _estimate(found.slope)
    return Text(
        f"Judged together: {days}; {whole(found.rows)} rows of {whole(found.customers)} customers, of whom "
        f"{whole(found.bad_customers)} defaulted; {whole(found.bad)} default rows, {decimal(found.expected)} expected. "
        f"Observed over expected {level}; slope {slope}. Errors are by customer (design effect "
        f"{decimal(found.repeats)}).",
        f"合并判断：{days}；{whole(found.customers)}家客户{whole(found.rows)}行，其中{whole(found.bad_customers)}家违约；"
        f"违约{whole(found.bad)}行，预期{decimal(found.expected)}。实际与预期之比{level}；斜率{slope}。"
        f"误差按客户计（设计效应{decimal(found.repeats)}）。",
    )


def _estimate(found: Estimate | None) -> str:
    if found is None:
        return MISSING
    return f"{decimal(found.value, 2)} ({_span(found.low, found.high, 2)}, p {p_text(found.p_value)})"


def _grades(found: Performance) -> Markup:
    headings = (
        _number("Grade", "等级"),
        _number("Rows", "行数"),
        _number("Bad", "违约数"),
        _number("Mean PD", "平均预测"),
        _number("Observed", "实际"),
        _number("Jeffreys p", "Jeffreys p"),
    )
    rows = [
        (
            g.label,
            whole(g.rows),
            whole(g.bad),
            percent(g.mean_pd, 2),
            percent(g.bad_rate, 2),
            p_text(g.p_value) + (" ◄" if g.is_outside else ""),
        )
        for g in found.grades
    ]
    caption = Text(
        "By grade; p below 0.025: PDs too low, above 0.975: too high (◄)",
        "按等级；p 低于0.025为预测偏低，高于0.975为偏高（◄）",
    )
    return table(caption, headings, rows)


def _months(months: tuple[OutcomeMonth, ...]) -> Markup:
    headings = (
        Heading(Text("Date", "日期")),
        Heading(Text("State", "状态")),
        _number("Days", "天数"),
        _number("Rows", "行数"),
        _number("Due", "应发生比例"),
        _number("Expected", "预期"),
        _number("Observed", "实际"),
        _number("Ratio (95 %)", "比值（95%）"),
        _number("AUC (95 %)", "AUC（95%）"),
    )
    rows = [
        (
            element("span", m.as_of, class_="whole"),
            both(_state(m)),
            f"{m.elapsed} / {m.horizon}",
            whole(m.rows),
            percent(m.part, 0),
            decimal(m.expected),
            whole(m.bad),
            MISSING if m.ratio is None else f"{decimal(m.ratio, 2)} ({_span(m.low, m.high, 2)})",
            _auc(m.auc),
        )
        for m in months
    ]
    return table(
        Text(
            "Month end by month end; seen by the model: it was trained, or its calibration refitted, on part of these "
            "outcomes, so they are not judged",
            "逐月；模型已见：训练或重新校准用到其中部分结果，故不作判断",
        ),
        headings,
        rows,
    )


def _state(month: OutcomeMonth) -> Text:
    if month.seen:
        return Text("seen by the model", "模型已见")
    return Text("ripe", "已到期") if month.ripe else Text("so far", "截至目前")


def _auc(found: AucInterval | None) -> str:
    return MISSING if found is None else f"{decimal(found.auc, 3)} ({_span(found.low, found.high)})"


def _span(low: float | None, high: float | None, digits: int = 3) -> str:
    return MISSING if low is None or high is None else f"{decimal(low, digits)} – {decimal(high, digits)}"
