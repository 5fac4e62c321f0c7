"""What an evaluation found, in sentences: for the page and for the terminal."""

from riskengine.decision.words import write_number
from riskengine.early_warning.quality.certainty import FEWEST_CUSTOMERS, FEWEST_EXPECTED, Verdict
from riskengine.early_warning.quality.figures import Figures
from riskengine.early_warning.quality.groups import Kind
from riskengine.early_warning.quality.naive import NaiveRule
from riskengine.early_warning.quality.population import EARLY_DAYS
from riskengine.reports.numbers import decimal, percent
from riskengine.reports.past_cautions import model_saw_text, unripe_text
from riskengine.reports.tuning.words import share_interval
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.reports.warnings.words import lift_text, naive_text, part_words
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

FEW_DEFAULTS = 20
MOST_CODES = 8  # of industries, in a sentence


def finding_texts(report: EvaluationReport) -> list[Text]:
    """The main findings, good and bad alike."""
    return [
        _defaults(report),
        _volume(report),
        _precision(report),
        *_against_naive(report),
        *_retire(report),
        *_budget(report),
        *_industries(report),
    ]


def caution_texts(report: EvaluationReport) -> list[Text]:
    """What a reader must know before believing a figure."""
    found = list(model_saw_text(report.model_saw))
    found += unripe_text(report.dates, report.ripe_dates, report.outcome, report.last_day)
    defaults = report.together.defaults.count
    if defaults < FEW_DEFAULTS:
        found.append(
            Text(
                f"Only {defaults} defaults were watched for; what they say is mostly chance.",
                f"可观察的违约仅{defaults}起，相关结论多属偶然。",
            )
        )
    if not report.weekly:
        found.append(
            Text(
                "Dates are month ends: a warning that came and went between two of them is not seen, and a lead is "
                "counted from the month end on which the warning first stood.",
                "日期为月末：两个月末之间出现又消失的预警不计入，提前天数自预警首次存在的月末起算。",
            )
        )
    return found


def retire_rule() -> Text:
    """The rule by which an indicator is a candidate to retire."""
    return Text(
        "An indicator is a candidate to retire where the 95 % interval of its lift includes 1 or lies below, although "
        f"at the base rate at least {FEWEST_EXPECTED:g} of its warnings would have been followed by default or severe "
        "delay; with fewer it has too few outcomes and nothing is said. Lift is believed only with ripe warnings of "
        f"{FEWEST_CUSTOMERS} customers or more. Of an indicator with several rules each is judged while it applies. "
        "Of forty indicators one may pass or fail by chance; look also at the "
        "defaults before which it stood alone.",
        f"若指标提升度的95%区间包含1或低于1，且按基准率其预警中至少应有{FEWEST_EXPECTED:g}条随后出现违约或严重拖延，"
        f"则建议停用；不足此数为结果太少，不作结论。提升度至少需有{FEWEST_CUSTOMERS}个客户的成熟预警方可采信。有多条规则的指标逐条判断。"
        "四十个指标中可能有一个因偶然通过或未通过；请同时参考其单独预警的违约。",
    )


def _industries(report: EvaluationReport) -> list[Text]:
    """Counted apart: nobody defaults as an industry, and none of them is a warning of a customer."""
    if not report.industries:
        return []
    count, codes = len(report.industries), sorted({one.industry for one in report.industries})
    more = len(codes) > MOST_CODES
    english = ", ".join(codes[:MOST_CODES]) + (" ..." if more else "")
    chinese = "、".join(codes[:MOST_CODES]) + ("等" if more else "")
    raised = "1 warning of a whole industry was" if count == 1 else f"{count} warnings of whole industries were"
    return [Text(f"Apart from these, {raised} raised ({english}).", f"此外另有整个行业预警{count}条（{chinese}）。")]


def _defaults(report: EvaluationReport) -> Text:
    amber, every = report.customers(Severity.AMBER).defaults, report.customers(Severity.WATCH).defaults
    early, none = part_words(amber.early, amber.early_seen), part_words(every.unwarned, every.count)
    young = amber.count - amber.early_seen
    return Text(
        f"{early.en} defaults had an amber or red warning standing {EARLY_DAYS} days before"
        + (f" ({young} more were not customers on a date so early)" if young else "")
        + f"; {none.en} had no warning of any severity in the horizon before.",
        f"违约前{EARLY_DAYS}天存在橙色或红色预警：{early.zh}"
        + (f"（另有{young}起在此之前无可评估日期）" if young else "")
        + f"；观察期内无任何预警：{none.zh}。",
    )


def _volume(report: EvaluationReport) -> Text:
    """As people count: amber and red; the cases they get; and every warning of every indicator."""
    serious = [f for f in report.evaluation.of_kind(Kind.SEVERITY) if f.level is not Severity.WATCH]
    told = decimal(sum(f.per_100_month or 0.0 for f in serious), 1)
    cases, every = decimal(report.cases.per_100_month, 1), decimal(report.together.per_100_month, 1)
    return Text(
        f"A month per 100 customers at risk: {told} warnings that opened as amber or red or rose to it; {cases} cases "
        f"that opened or became worse (all warnings of a customer are one case); {every} warnings of every indicator "
        f"and severity ({decimal(report.together.per_100_known, 1)} per 100 customers known).",
        f"每百名有敞口客户每月：新增或升级为橙色、红色的预警{told}条；新增或加重的个案{cases}个（同一客户的全部预警为一个个案）；"
        f"全部指标、全部等级的预警{every}条（每百名已知客户{decimal(report.together.per_100_known, 1)}条）。",
    )


def _precision(report: EvaluationReport) -> Text:
    red = report.customers(Severity.RED)
    rate, base = share_interval(red.precision), percent(red.base_rate)
    lift = lift_text(red.lift)
    return Text(
        f"Of the customers who came under a red warning {rate} then defaulted or paid severely late, {lift} "
        f"times the base rate of {base}.",
        f"进入红色预警的客户随后违约或严重拖延的比例为{rate}，是基准率{base}的{lift}倍。",
    )


def _against_naive(report: EvaluationReport) -> list[Text]:
    """Customers under amber or red beside each naive rule at that volume."""
    own = report.customers(Severity.AMBER)
    is_early = 2 * own.defaults.early_seen > own.defaults.count  # a short horizon has no date so long before
    texts = [_beside(own, rival, is_early=is_early) for rival in _rivals(report)]
    if not texts:
        return []
    when = Text(f"{EARLY_DAYS} days before", f"违约前{EARLY_DAYS}天") if is_early else Text("before", "违约前")
    mine = part_words(*_stood(own, is_early=is_early))
    rate, listed = percent(_rate(own), 0), percent(own.on_dates.precision, 0)
    return [
        Text(
            f"Beside naive rules at the volume of amber or red ({mine.en} defaults with a warning standing {when.en}; "
            f"precision {rate} of new warnings and {listed} of customers on dates): "
            + "; ".join(text.en for text in texts)
            + ".",
            f"与橙色或红色预警数量相同的简单规则比较（本政策：{when.zh}存在预警{mine.zh}，新增预警命中率{rate}，"
            f"逐日命中率{listed}）：" + "；".join(text.zh for text in texts) + "。",
        )
    ]


def _stood(found: Figures, *, is_early: bool) -> tuple[int, int]:
    defaults = found.defaults
    return (defaults.early, defaults.early_seen) if is_early else (defaults.stood, defaults.count)


def _rivals(report: EvaluationReport) -> list[Figures]:
    """Past lateness only as a list: as a threshold it warns once and for good."""
    found = []
    for kind, rules in (
        (Kind.NAIVE_LIKE, (NaiveRule.OVERDUE_30, NaiveRule.OVER_LIMIT)),
        (Kind.NAIVE_LIST, (NaiveRule.PAST_LATENESS,)),
    ):
        of_level = [f for f in report.evaluation.of_kind(kind) if f.level is Severity.AMBER]
        found += [f for f in of_level if f.name in rules]
    return found


def _rate(found: Figures) -> float:
    return found.precision.value if found.precision else 0.0


def _beside(own: Figures, rival: Figures, *, is_early: bool) -> Text:
    name = naive_text(rival)
    stood = _stood(rival, is_early=is_early)
    early = part_words(*stood)
    recall = _stood(own, is_early=is_early)[0] - stood[0]
    if rival.kind is Kind.NAIVE_LIST:
        shown, of = rival.on_dates.precision or 0.0, Text("on dates", "逐日")
        rate = (own.on_dates.precision or 0.0) - shown
    else:
        shown, of = _rate(rival), Text("of new warnings", "新增预警")
        rate = _rate(own) - shown
    verdict = Text("neither is better on both", "两者各有优劣")
    if recall > 0 and rate > 0:
        verdict = Text("the policy is better on both", "本政策两项均更优")
    elif recall < 0 and rate < 0:
        verdict = Text("the policy is worse on both", "本政策两项均更差")
    return Text(
        f"{name.en}: {early.en}, precision {of.en} {percent(shown, 0)}, {verdict.en}",
        f"{name.zh}：{early.zh}，{of.zh}命中率{percent(shown, 0)}，{verdict.zh}",
    )


def _retire(report: EvaluationReport) -> list[Text]:
    found = report.evaluation.to_retire
    if not found:
        return []
    ids = [str(figure.name) for figure in found]
    few = [f for f in report.evaluation.of_kind(Kind.INDICATOR) if f.verdict is Verdict.TOO_FEW]
    return [
        Text(
            f"Candidates to retire, without lift: {', '.join(ids)}. {len(few)} more indicators have too few outcomes "
            "to say.",
            f"无提升、建议停用：{'、'.join(ids)}。另有{len(few)}个指标结果太少，无法判断。",
        )
    ]


def _budget(report: EvaluationReport) -> list[Text]:
    worked = report.evaluation.budget
    if worked is None or worked.per_week is None:
        return []
    amount = percent(worked.amount_caught, 0)
    caught, left = part_words(worked.caught, worked.defaults), part_words(worked.left_defaults, worked.defaults)
    return [
        Text(
            f"With {write_number(worked.per_week, 1)} cases a week, the largest expected losses first, "
            f"{worked.worked:,} of {worked.cases.height:,} cases are worked and {worked.left_out:,} are left out; "
            f"of the defaults, {caught.en} are of customers whose case was worked ({amount} of the amount owed then), "
            f"{left.en} of customers whose case was left out.",
            f"每周处理{write_number(worked.per_week, 1)}件个案（预期损失大者优先）：{worked.cases.height:,}件个案中处理"
            f"{worked.worked:,}件，{worked.left_out:,}件未处理；违约中，个案已处理的{caught.zh}"
            f"（占违约时未清金额的{amount}），个案未处理的{left.zh}。",
        )
    ]
