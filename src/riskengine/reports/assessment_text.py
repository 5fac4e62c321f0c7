"""An assessment as a credit officer reads it, in one language."""

from collections.abc import Iterator, Mapping
from datetime import date

from riskengine.decision.canonical import JsonValue
from riskengine.decision.missing import MissingInformation, MissingSource
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.reports.numbers import MISSING, day_text, percent, whole
from riskengine.reports.words import ACTION_TEXT, BINDING_TEXT, CAPACITY_TEXT, NEED_TEXT, STATUS_TEXT
from riskengine.terms.decision import Action, Status
from riskengine.terms.limit import Binding, CapacitySource, NeedSource
from riskengine.terms.text import Language, Text

_ANSWERS = {
    10: Text("a good answer", "结果较好"),
    50: Text("a usual answer", "结果一般"),
    90: Text("a bad answer", "结果较差"),
}


def assessment_lines(
    certificate: Mapping[str, JsonValue],
    missing: MissingInformation,
    *,
    name: str | None,
    currency: str,
    requested: float,
    requested_days: int | None,
    trade_references: int,
    has_donors: bool,
    language: Language,
) -> Iterator[str]:
    """Plain lines; a line that begins with `# ` heads what follows."""
    say = Speaker(language)
    who = f"{name} ({certificate['customer_id']})" if name else str(certificate["customer_id"])
    day = day_text(date.fromisoformat(str(certificate["as_of"])))
    yield f"# {who}{say('; ', '，')}{day.in_language(language)}"
    days = say(f", {requested_days} days", f"，账期{requested_days}天") if requested_days is not None else ""
    yield say(f"Asked for: {currency} {whole(requested)}{days}", f"申请额度：{whole(requested)} {currency}{days}")
    yield from _decision(certificate, currency, say)
    yield from limit_lines(certificate["limit_path"], currency, say)
    yield from _reasons(certificate["reasons"], say)
    yield from _missing(missing, currency, say, has_donors=has_donors)
    if trade_references:
        yield say(
            f"Rated on {trade_references} trade references as if the customer had paid us; "
            "check them with the suppliers.",
            f"已将{trade_references}笔其他供应商的付款记录视同本公司付款记录，请向供应商核实。",
        )
    model, policy = certificate["model"], certificate["policy"]
    yield say(
        f"Model {model['name']} {model['version']}, policy {policy['version']}",
        f"模型 {model['name']} {model['version']}，政策 {policy['version']}",
    )


class Speaker:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, en: str, zh: str) -> str:
        return Text(en, zh).in_language(self.language)

    def text(self, text: Text) -> str:
        return text.in_language(self.language)


def _decision(certificate: Mapping[str, JsonValue], currency: str, say: Speaker) -> Iterator[str]:
    status = Status(certificate["status"])
    grades, limit = certificate["grade_path"], certificate["limit_path"]["limit"]
    yield say("# Decision", "# 决策")
    if status is not Status.RATED:
        yield say("Status: ", "状态：") + say.text(STATUS_TEXT[status])
    pd_12m = certificate["model"]["pd_12m"]
    yield say(f"PD within 12 months: {percent(pd_12m, 2)}", f"12个月违约概率：{percent(pd_12m, 2)}")
    changed = grades["pd_grade"] != grades["final_grade"]
    by_model = (
        say(f" (by the model alone {grades['pd_grade']})", f"（模型等级{grades['pd_grade']}）") if changed else ""
    )
    yield say("Grade: ", "等级：") + (grades["final_grade"] or MISSING) + by_model
    if limit is None:
        yield say("Limit: none set; a person decides", "额度：未设定，须人工审批")
    else:
        why = say.text(BINDING_TEXT[Binding(certificate["limit_path"]["binding_constraint"])])
        yield say(f"Limit: {currency} {whole(limit)}, held by: {why}", f"额度：{whole(limit)} {currency}，约束：{why}")
    yield terms_line(certificate["terms_path"], say)
    if certificate["actions"]:
        actions = [say.text(ACTION_TEXT[Action(a)]) for a in certificate["actions"]]
        yield say("Conditions: ", "条件与措施：") + say(", ", "、").join(actions)
    if certificate["review_on"]:
        yield say("Next review: ", "下次复评：") + say.text(day_text(date.fromisoformat(certificate["review_on"])))


def terms_line(path: Mapping[str, JsonValue], say: Speaker) -> str:
    """The terms of a certificate's terms path."""
    days = path["terms_days"]
    if days is None:
        return say("Terms: none set", "账期：未设定")
    if days == 0:
        return say("Terms: prepayment", "账期：预付款")
    discount = path["discount"]
    offer = ""
    if discount:
        offer = say(
            f"; {discount['percent']:g} % off when paid within {discount['within_days']} days",
            f"；{discount['within_days']}天内付款优惠{discount['percent']:g}%",
        )
    return say(f"Terms: {whole(days)} days", f"账期：{whole(days)}天") + offer


def limit_lines(path: Mapping[str, JsonValue], currency: str, say: Speaker) -> Iterator[str]:
    """How the limit of a certificate was found, with its heading."""
    yield say(f"# How the limit was found ({currency})", f"# 额度测算（{currency}）")
    need = f" ({say.text(NEED_TEXT[NeedSource(path['need_source'])])})" if path["need_source"] else ""
    capacity = (
        f" ({say.text(CAPACITY_TEXT[CapacitySource(path['capacity_source'])])})" if path["capacity_source"] else ""
    )
    parts = (
        (say("need", "需求"), whole(path["need"]) + need),
        (say("capacity", "承受能力"), whole(path["capacity"]) + capacity),
        (say("policy cap", "政策上限"), whole(path["policy_cap"])),
        (say("concentration cap", "集中度上限"), whole(path["concentration_cap"])),
        (
            say("factor of the grade", "等级系数"),
            _plain(path["grade_factor"])
            + say(
                f", at a cautious PD of {percent(path['pd_bound'], 2)}", f"，审慎违约概率{percent(path['pd_bound'], 2)}"
            ),
        ),
        *_temporary(path["temporary_limit"], say),
        (say("cap by rules", "规则封顶"), whole(path["rule_cap"])),
        (say("factor by rules", "规则系数"), _plain(path["rule_factor"])),
    )
    yield from (f"  {name}: {value}" for name, value in parts)


def _temporary(granted: Mapping[str, JsonValue] | None, say: Speaker) -> Iterator[tuple[str, str]]:
    """A limit that people granted for a time, with who and until when."""
    if granted is not None:
        day = say.text(day_text(date.fromisoformat(granted["until"])))
        who = granted["approved_by"]
        yield (
            say("granted for a time", "临时额度"),
            whole(granted["limit"]) + say(f", until {day}, approved by {who}", f"，截至{day}，批准人{who}"),
        )


def _plain(number: float | None) -> str:
    return MISSING if number is None else f"{number:g}"


def _reasons(reasons: list[JsonValue], say: Speaker) -> Iterator[str]:
    yield say("# Reasons", "# 原因")
    if not reasons:
        yield say("  Nothing stands out.", "  无突出因素。")
    yield from (f"  - {reason[say.language]}" for reason in reasons)


def _missing(missing: MissingInformation, currency: str, say: Speaker, *, has_donors: bool) -> Iterator[str]:
    yield say("# What is missing, and what it would change", "# 缺失的信息及其影响")
    if not missing.sources and not missing.master_data:
        yield say("  Nothing.", "  无。")
    for source in missing.sources:
        yield f"  - {say.text(source.text)}"
        yield from _prospects(source, currency, say)
    if missing.sources and not has_donors:
        yield say(
            "    What they would change is shown when a run is given with --run.",
            "    用 --run 指定一次评级结果后，可显示其影响。",
        )
    known = standard_vocabulary()
    for name in missing.master_data:
        yield say("  - master data: ", "  - 主数据：") + say.text(known[name].text)


def _prospects(source: MissingSource, currency: str, say: Speaker) -> Iterator[str]:
    for prospect in source.prospects:
        answer = say.text(_ANSWERS[prospect.percentile])
        limit = say("no limit", "无额度") if prospect.limit is None else f"{currency} {whole(prospect.limit)}"
        yield say(
            f"    {answer}: PD {percent(prospect.pd_12m, 2)}, grade {prospect.grade or MISSING}, {limit}",
            f"    {answer}：违约概率{percent(prospect.pd_12m, 2)}，等级{prospect.grade or MISSING}，{limit}",
        )
