"""The report on how good warnings were: whole."""

from riskengine.early_warning.quality.groups import Kind
from riskengine.early_warning.quality.population import EARLY_DAYS
from riskengine.reports.markup import Markup, bilingual, joined
from riskengine.reports.numbers import MISSING, day_text, decimal, percent, whole
from riskengine.reports.page import Section, Tile, page, paragraph
from riskengine.reports.simulation.assumptions import costs_stated
from riskengine.reports.tuning.words import share_interval
from riskengine.reports.warnings.pictures import cases_section, lead_picture, lift_picture, trade_pictures
from riskengine.reports.warnings.tables import (
    indicator_table,
    left_out_table,
    money_table,
    naive_table,
    naive_used_table,
    segment_table,
    severity_table,
    together_tables,
)
from riskengine.reports.warnings.text import caution_texts, finding_texts, retire_rule
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.reports.warnings.words import LEVEL_TEXT, lead_text, lift_text
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

_SEGMENTS = (
    (Kind.INDUSTRY, Text("Industry", "行业")),
    (Kind.REGION, Text("Region", "地区")),
    (Kind.COUNTRY, Text("Country", "国家")),
)


def evaluation_page(report: EvaluationReport) -> str:
    """The report as one HTML document. The same input gives the same text."""
    sections = (
        Section(
            "together",
            Text("Warnings and defaults", "预警与违约"),
            joined((together_tables(report), lead_picture(report), severity_table(report))),
        ),
        _naive(report),
        Section(
            "indicators",
            Text("Indicators", "指标"),
            joined((paragraph(retire_rule()), lift_picture(report), indicator_table(report))),
        ),
        *_budget(report),
        cases_section(report),
        _money(report),
        Section(
            "segments",
            Text("Segments", "客群"),
            joined(segment_table(report, kind, name) for kind, name in _SEGMENTS),
        ),
        _definitions(report),
    )
    title = Text("How good the warnings were", "预警效果评估")
    return page(title, _lead(report), _tiles(report), sections)


def _lead(report: EvaluationReport) -> tuple[Markup, ...]:
    first, last = day_text(report.dates[0]), day_text(report.dates[-1])
    step = Text("Sundays", "个周日") if report.weekly else Text("month ends", "个月末")
    about = Text(
        f"{len(report.dates)} {step.en}, {first.en} to {last.en}, each rated with what was known on it. Amounts in "
        f"{report.currency}. Model {report.model}.",
        f"共{len(report.dates)}{step.zh}（{first.zh}至{last.zh}），均只使用当日已知信息。金额单位：{report.currency}。"
        f"模型 {report.model}。",
    )
    found = [bilingual("p", text) for text in finding_texts(report)]
    muted = [bilingual("p", text, class_="muted") for text in caution_texts(report)]
    return (bilingual("p", about), *found, *muted)


def _tiles(report: EvaluationReport) -> tuple[Tile, ...]:
    amber, red = report.customers(Severity.AMBER), report.customers(Severity.RED)
    early, never = amber.defaults, report.together.defaults
    volume = decimal(report.together.per_100_known, 1)
    at_risk = decimal(report.together.per_100_month, 1)
    lead = lead_text(early.lead_days)
    middle, _, quartiles = lead.partition(" ")
    return (
        Tile(
            Text(f"Amber or red {EARLY_DAYS} days before default", f"违约前{EARLY_DAYS}天有橙色或红色预警"),
            _share(early.early, early.early_seen),
            Text(f"{early.early} of {early.early_seen} defaults", f"{early.early_seen}起违约中{early.early}起"),
        ),
        Tile(
            Text("Defaults without any warning", "无任何预警的违约"),
            _share(never.unwarned, never.count),
            Text(f"{never.unwarned} of {never.count}", f"{never.count}起中{never.unwarned}起"),
        ),
        Tile(
            Text("New warnings a month per 100 customers", "每百名客户每月新增预警"),
            Text(volume, volume),
            Text(f"per 100 at risk: {at_risk}", f"每百名有敞口客户：{at_risk}"),
        ),
        Tile(
            Text("Lift of red over the base rate", "红色预警相对基准率的提升度"),
            _first(lift_text(red.lift)),
            Text(f"precision {share_interval(red.precision)}", f"命中率{share_interval(red.precision)}"),
        ),
        Tile(
            Text("Median lead of amber or red, days", "橙色或红色预警提前天数（中位数）"),
            Text(middle, middle),
            Text(f"quartiles {quartiles.strip('()')}", f"四分位数 {quartiles.strip('()')}") if quartiles else None,
        ),
        Tile(
            Text("Candidates to retire", "建议停用的指标"),
            _count(len(report.evaluation.to_retire)),
            Text(
                f"of {len(report.evaluation.of_kind(Kind.INDICATOR))} indicators",
                f"共{len(report.evaluation.of_kind(Kind.INDICATOR))}个指标",
            ),
        ),
    )


def _share(part: int, of: int) -> Text:
    shown = percent(part / of, 0) if of else MISSING
    return Text(shown, shown)


def _first(text: str) -> Text:
    value = text.partition(" ")[0]
    return Text(value, value)


def _count(number: int) -> Text:
    return Text(whole(number), whole(number))


def _naive(report: EvaluationReport) -> Section:
    how = Text(
        "Each naive rule is shown as it is used; with the threshold that gives as many new warnings as customers came "
        "under warning of that level (or as many as it can give); and as a list of the customers with the largest "
        "values, on each date as many as the policy had under warning. Customers in default already are left out, for "
        "the benefit of the naive rule. On dates: of customers at risk on a date, under warning or not, those followed "
        "by default or severe delay.",
        "每条简单规则分三种方式比较：按常用阈值；按使新增预警数与该级别被预警客户数相同的阈值（或其能给出的最多数量）；"
        "按数值最大的客户名单（各日期人数与本政策相同）。已违约客户不计，对简单规则有利。“逐日”指某日有敞口客户中，"
        "被预警与否，其后违约或严重拖延的比例。",
    )
    tables = [naive_table(report, level) for level in reversed(Severity)]
    body = joined((paragraph(how), trade_pictures(report), naive_used_table(report), *tables))
    return Section("naive", Text("Beside naive rules", "与简单规则比较"), body)


def _budget(report: EvaluationReport) -> tuple[Section, ...]:
    worked = report.evaluation.budget
    if worked is None:
        return ()
    how = Text(
        "A case is a customer under warning. On every date the cases not worked yet compete by expected loss (PD x "
        "loss given default x what is owed and not covered); what is not reached waits as long as its warnings stand. "
        "A customer without a PD counts with 1: what nobody knows is not ranked low.",
        "个案为处于预警中的客户。每个日期未处理的个案按预期损失（违约概率×违约损失率×未覆盖的未清金额）排序；"
        "未处理的个案在预警存在期间继续等待。没有违约概率的客户按1计：未知不视为低风险。",
    )
    judged = Text(
        f"Worked: {worked.worked:,}, precision {percent(worked.precision, 0)} of {worked.ripe:,} with a known outcome. "
        f"Left out: {worked.left_out:,}; of {worked.left_ripe:,} with a known outcome {worked.left_troubled:,} were "
        f"followed by default or severe delay, {worked.left_bad:,} of them by default.",
        f"已处理{worked.worked:,}个，其中结果已知{worked.ripe:,}个，命中率{percent(worked.precision, 0)}。"
        f"未处理{worked.left_out:,}个，其中结果已知{worked.left_ripe:,}个，随后违约或严重拖延{worked.left_troubled:,}个，"
        f"违约{worked.left_bad:,}个。",
    )
    body = joined((paragraph(how), paragraph(judged), left_out_table(report, worked)))
    return (Section("budget", Text("What a budget leaves out", "预算之外"), body),)


def _money(report: EvaluationReport) -> Section:
    groups = [
        *((LEVEL_TEXT[level], report.customers(level)) for level in reversed(Severity)),
        *(
            (Text("an invoice 30 days overdue", "有发票逾期30天"), f)
            for f in report.evaluation.of_kind(Kind.NAIVE)
            if f.name == "overdue_30"
        ),
    ]
    how = Text(
        "What it would have been worth to stop deliveries on credit while such a warning stood, against selling on: of "
        "what was sold while the date's decision governed, loss avoided is what was still owed and uncovered on the "
        "eve of default, times loss given default; margin lost is that on what was paid. False stops are those of "
        "customers who then neither defaulted nor paid severely late. What was owed before the warning is saved by "
        "none of it, and what people would have collected earlier is in no ledger. Dates with a known outcome only.",
        "假设预警存在期间停止赊销发货，与继续销售相比：在该日期决定适用期间售出的货款中，避免的损失为违约前夕仍未收回且"
        "未覆盖部分乘以违约损失率；损失的毛利为已付款部分的毛利。误停指其后既未违约也未严重拖延的客户。预警之前的欠款"
        "无法因此挽回，提前催收的效果账上无从得知。仅计结果已知的日期。",
    )
    return Section("money", Text("Money", "金额"), joined((paragraph(how), money_table(report, groups))))


def _definitions(report: EvaluationReport) -> Section:
    outcome = report.outcome
    text = Text(
        f"Default: {outcome.days_past_due} days past due on more than {whole(outcome.material_amount)} and "
        f"{percent(outcome.material_share)} of what is open, a write-off or insolvency as the model's spec says. "
        f"Severe delay: an undisputed invoice {report.severe_days} days past due. "
        f"Horizon: {outcome.horizon_days} days. A "
        "warning is new on the date it opens (or rises to the severity); those that stood on the first date are not "
        "new. Precision (hit rate): of new warnings of customers not in default already whose horizon lies inside the "
        "data, those followed by default or severe delay. Younger ones are never called false. Base rate: the same of "
        "all customers at risk (not in default, owing something) on the dates. Lead: days from the date since which "
        "warnings stood without a break to the default, at most the horizon. Noise to signal: share of quiet customers "
        "under warning over share of troubled ones; below 1 is useful. Intervals are of 1,000 draws of customers with "
        "all their dates.",
        f"违约：逾期{outcome.days_past_due}天以上且金额超过{whole(outcome.material_amount)}及未清应收款的"
        f"{percent(outcome.material_share)}，或模型规格规定的核销、破产。严重拖延：无争议发票逾期{report.severe_days}天。"
        f"观察期：{outcome.horizon_days}天。预警在产生（或升至该级别）之日为新增；首个日期已存在的不计为新增。"
        "命中率：未违约客户的新增预警中，观察期完整者随后违约或严重拖延的比例。未满观察期的预警绝不视为误报。"
        "基准率：各日期全部有敞口（未违约且有欠款）客户的同一比例。提前天数：预警连续存在至违约的天数，最多为观察期。"
        "噪声信号比：正常客户被预警的比例除以问题客户被预警的比例，低于1为有用。区间由客户（含其全部日期）重抽样"
        "1,000次得到。",
    )
    body = joined((paragraph(text), costs_stated(report.costs)))
    return Section("assumptions", Text("Assumptions and definitions", "假设与定义"), body)
