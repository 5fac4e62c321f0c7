"""The tables of an evaluation."""

from collections.abc import Sequence

from riskengine.early_warning.quality.budget import Worked
from riskengine.early_warning.quality.certainty import Verdict
from riskengine.early_warning.quality.figures import Figures
from riskengine.early_warning.quality.groups import Kind
from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, decimal, percent, short_amount, whole
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.tuning.words import share_interval
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.reports.warnings.words import (
    LEVEL_TEXT,
    NOT_STATED,
    VERDICT_TEXT,
    lead_text,
    lift_text,
    naive_text,
    part_words,
)
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.days import day_of
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

_LARGEST = 15  # rows of what a budget leaves out, and of a segment
Row = tuple[Markup | str, ...]

NEW = (
    Heading(Text("New", "新增"), number=True),
    Heading(Text("A month per 100", "每百名每月"), number=True),
    Heading(Text("Outcome known", "结果已知"), number=True),
    Heading(Text("Too young", "未满观察期"), number=True),
    Heading(Text("Precision", "命中率"), number=True),
    Heading(Text("Then default", "随后违约"), number=True),
    Heading(Text("Lift", "提升度"), number=True),
)
BEFORE = (
    Heading(Text("Stood", "违约前存在"), number=True),
    Heading(Text("Ended before", "此前已结束"), number=True),
    Heading(Text("Never", "从未"), number=True),
    Heading(Text("60 days before", "60天前存在"), number=True),
    Heading(Text("Lead, days", "提前天数"), number=True),
)
SHORT = (BEFORE[3], Heading(Text("Median lead", "提前天数中位数"), number=True))
NOISE = Heading(Text("Noise to signal", "噪声信号比"), number=True)


def _new(found: Figures) -> Row:
    counts = found.counts
    return (
        whole(counts.new),
        decimal(found.per_100_month, 2),
        whole(counts.ripe),
        whole(counts.censored),
        share_interval(found.precision),
        share_interval(found.default_share),
        lift_text(found.lift),
    )


def _before(found: Figures) -> Row:
    defaults = found.defaults
    return (
        whole(defaults.stood),
        whole(defaults.ended),
        whole(defaults.unwarned),
        both(part_words(defaults.early, defaults.early_seen)),
        lead_text(defaults.lead_days),
    )


def together_tables(report: EvaluationReport) -> Markup:
    """All warnings, and customers under warning by level: what followed them, and what stood before defaults."""
    found = [report.together, report.cases, *report.evaluation.of_kind(Kind.CUSTOMER)]
    names = [
        _wide(Text("all warnings", "全部预警")),
        _wide(Text("cases, opened or worse", "个案（新增或加重）")),
        *(_wide(Text(f"customers: {LEVEL_TEXT[s].en}", f"客户：{LEVEL_TEXT[s].zh}")) for s in Severity),
    ]
    base = percent(report.together.base_rate)
    followed = Text(
        f"What followed new warnings; base rate {base}, a month per 100 customers at risk",
        f"新增预警的后续结果；基准率{base}，每月数量按每百名有敞口客户计",
    )
    stood = Text(
        f"What stood before the {report.together.defaults.count} defaults watched for; lead: median and quartiles",
        f"{report.together.defaults.count}起可观察违约之前的预警；提前天数为中位数及四分位数",
    )
    first = [(name, *_new(f), decimal(f.on_dates.noise_to_signal, 2)) for name, f in zip(names, found, strict=True)]
    second = [(name, *_before(f)) for name, f in zip(names, found, strict=True)]
    nothing = Heading(Text("Warnings", "预警"))
    return joined((table(followed, (nothing, *NEW, NOISE), first), table(stood, (nothing, *BEFORE), second)))


def _wide(name: Text) -> Markup:
    return element("span", both(name), class_="wide")


def severity_table(report: EvaluationReport) -> Markup:
    """New at the very severity: opened at it or escalated to it."""
    headings = (Heading(Text("Severity", "级别")), *NEW, NOISE)
    rows = [
        (both(SEVERITY_TEXT[f.level]), *_new(f), decimal(f.on_dates.noise_to_signal, 2))
        for f in report.evaluation.of_kind(Kind.SEVERITY)
        if f.level is not None
    ]
    return table(
        Text("Warnings that opened at a severity or rose to it", "以该级别产生或升至该级别的预警"), headings, rows
    )


def indicator_table(report: EvaluationReport) -> Markup:
    """Every indicator: first those that do something, then candidates to retire, then those nobody can judge."""
    order = {verdict: place for place, verdict in enumerate(Verdict)}
    found = sorted(
        report.evaluation.of_kind(Kind.INDICATOR),
        key=lambda f: (order[f.verdict], -(f.lift.value if f.lift else 0.0), str(f.name)),
    )
    headings = (
        Heading(Text("Indicator", "指标")),
        Heading(Text("Verdict", "结论")),
        *NEW[:3],
        NEW[4],
        NEW[6],
        BEFORE[0],
        Heading(Text("Stood alone", "仅此预警"), number=True),
        *SHORT,
    )
    caption = Text(
        "Indicators; a month per 100 customers at risk; of the defaults, those on whose last date before, and 60 days "
        "before, it stood; ↳ one of several rules of the indicator above; more is in figures.csv",
        "指标；每月数量按每百名有敞口客户计；违约前最后一个日期及60天前该指标存在的违约；"
        "↳ 为上方指标的规则之一；其余见 figures.csv",
    )
    rules = {f.name: f for f in report.evaluation.of_kind(Kind.RULE)}
    rows = []
    for indicator in found:
        rows.append(_indicator_row(report, indicator))
        own = report.evaluation.rules.get(str(indicator.name), ())
        rows += [_indicator_row(report, rules[rule]) for rule in own if rule in rules]
    return table(caption, headings, rows)


def _indicator_row(report: EvaluationReport, found: Figures) -> Row:
    new, verdict = _new(found), element("span", both(VERDICT_TEXT[found.verdict]), class_="whole")
    defaults = found.defaults
    name = report.indicator_name(str(found.name))
    return (
        joined(
            ("↳ " if found.kind is Kind.RULE else "", _wide(name), " ", element("code", data_text(str(found.name))))
        ),
        element("strong", verdict) if found.verdict is Verdict.NO_LIFT else verdict,
        *new[:3],
        new[4],
        new[6],
        whole(defaults.stood),
        whole(found.alone),
        *_short(found),
    )


def naive_table(report: EvaluationReport, level: Severity) -> Markup:
    """The policy's customers of a level beside the naive rules at their volume."""
    rivals = [
        f for kind in (Kind.NAIVE_LIKE, Kind.NAIVE_LIST) for f in report.evaluation.of_kind(kind) if f.level is level
    ]
    headings = (
        Heading(Text("Rule", "规则")),
        *NEW[:3],
        NEW[4],
        NEW[6],
        BEFORE[0],
        *SHORT,
        Heading(Text("Precision on dates", "逐日命中率"), number=True),
        Heading(Text("Recall on dates", "逐日捕获率"), number=True),
    )
    own = element("strong", both(Text(f"the policy: {LEVEL_TEXT[level].en}", f"本政策：{LEVEL_TEXT[level].zh}")))
    rows = [(own, *_beside(report.customers(level))), *((_wide(naive_text(f)), *_beside(f)) for f in rivals)]
    caption = Text(
        f"Naive rules at the volume of: {LEVEL_TEXT[level].en}", f"简单规则（数量与“{LEVEL_TEXT[level].zh}”相同）"
    )
    return table(caption, headings, rows)


def naive_used_table(report: EvaluationReport) -> Markup:
    """Naive rules as a credit department uses them."""
    headings = (Heading(Text("Rule", "规则")), *NEW[:3], NEW[4], NEW[6], BEFORE[0], *SHORT)
    rows = [(_wide(naive_text(f)), *_beside(f)[:-2]) for f in report.evaluation.of_kind(Kind.NAIVE)]
    return table(Text("Naive rules as they are used", "常用简单规则"), headings, rows)


def _beside(found: Figures) -> Row:
    new, defaults = _new(found), found.defaults
    return (
        *new[:3],
        new[4],
        new[6],
        whole(defaults.stood),
        *_short(found),
        percent(found.on_dates.precision, 0),
        percent(found.on_dates.recall, 0),
    )


def _short(found: Figures) -> tuple[str, str]:
    """The share of the defaults that had a warning standing 60 days before, and the median lead."""
    defaults = found.defaults
    early = percent(defaults.early / defaults.early_seen, 0) if defaults.early_seen else MISSING
    return early, whole(defaults.lead_days[1]) if defaults.lead_days else MISSING


def segment_table(report: EvaluationReport, kind: Kind, name: Text) -> Markup:
    """All warnings of a segment; the segments with most customers."""
    found = sorted(report.evaluation.of_kind(kind), key=lambda f: (-f.customers, str(f.name)))
    headings = (
        Heading(name),
        Heading(Text("Customers at risk", "有敞口客户"), number=True),
        Heading(Text("Base rate", "基准率"), number=True),
        *NEW[:3],
        NEW[4],
        NEW[6],
        BEFORE[0],
        BEFORE[2],
        *SHORT,
    )
    rows = [
        (
            both(NOT_STATED) if f.name is None else data_text(f.name),
            whole(f.customers),
            percent(f.base_rate),
            *_new(f)[:3],
            _new(f)[4],
            _new(f)[6],
            whole(f.defaults.stood),
            whole(f.defaults.unwarned),
            *_short(f),
        )
        for f in found[:_LARGEST]
    ]
    more = len(found) - len(rows)
    caption = (
        name
        if more <= 0
        else Text(
            f"{name.en}: the {_LARGEST} with most customers at risk; {more} more are in figures.csv",
            f"{name.zh}：有敞口客户最多的{_LARGEST}个，其余{more}个见 figures.csv",
        )
    )
    return table(caption, headings, rows)


def money_table(report: EvaluationReport, groups: Sequence[tuple[Text, Figures]]) -> Markup:
    """What stopping deliveries would have been worth."""
    headings = (
        Heading(Text("If deliveries stopped at", "若停止发货的条件为")),
        Heading(Text(f"Loss avoided, {report.currency}", f"避免的损失（{report.currency}）"), number=True),
        Heading(Text("Margin lost", "损失的毛利"), number=True),
        Heading(Text("of it to false stops", "其中误停"), number=True),
        Heading(Text("Handling", "处理成本"), number=True),
        Heading(Text("Result", "结果"), number=True),
    )
    rows = [
        (
            both(name),
            *(_amount(value) for value in (f.money.loss_avoided, f.money.margin_lost, f.money.false_margin)),
            _amount(f.money.handling),
            _amount(f.money.result),
        )
        for name, f in groups
    ]
    return table(Text("Loss avoided against margin lost", "避免的损失与损失的毛利"), headings, rows)


def _amount(cents: int) -> Markup:
    sign = "−" if cents < 0 else ""
    return both(Text(*(sign + short_amount(abs(cents) / 100, lang) for lang in ("en", "zh"))))


def left_out_table(report: EvaluationReport, worked: Worked) -> Markup:
    """The largest cases a budget leaves out, with what came of them."""
    left = worked.cases.filter(worked.cases["worked_on"].is_null())
    headings = (
        Heading(Text("Customer", "客户")),
        Heading(Text("Severity", "级别")),
        Heading(Text("Under warning", "预警期间")),
        Heading(Text(f"Expected loss, {report.currency}", f"预期损失（{report.currency}）"), number=True),
        Heading(Text(f"Owed, {report.currency}", f"未清金额（{report.currency}）"), number=True),
        Heading(Text("Afterwards", "后续结果")),
    )
    rows = [_left_row(report, case) for case in left.head(_LARGEST).iter_rows(named=True)]
    caption = Text(
        f"Left out: the {len(rows)} largest of {left.height:,}", f"未处理：{left.height:,}个中最大的{len(rows)}个"
    )
    return table(caption, headings, rows)


def _left_row(report: EvaluationReport, case: dict[str, object]) -> Row:
    customer, severity = str(case["customer_id"]), Severity(int(str(case["severity"])))
    days = f"{day_of(int(str(case['opened_on'])))} … {day_of(int(str(case['last_on'])))}"
    name = report.names.get(customer, customer)
    return (
        joined((data_text(name), " ", element("code", data_text(customer)))),
        both(SEVERITY_TEXT[severity]),
        element("span", days, class_="whole"),
        amount_cell(_number(case["expected_loss"])),
        amount_cell(_number(case["exposure"])),
        both(_afterwards(case)),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _afterwards(case: dict[str, object]) -> Text:
    if case["is_troubled"] is None:
        return Text("not known yet", "尚未可知")
    if case["is_bad"]:
        return Text("default", "违约")
    return Text("severe delay", "严重拖延") if case["is_troubled"] else Text(MISSING, MISSING)
