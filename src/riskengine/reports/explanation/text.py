"""A whole rating explained, in one language: the decision, its paths, every rule, and what would make it better."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from riskengine.decision.canonical import JsonValue
from riskengine.decision.nearest.find import Nearest, PaidWay
from riskengine.decision.ratings import Ratings
from riskengine.decision.rule_trace import RuleTrace
from riskengine.policy.bundle import Policy
from riskengine.policy.names import role_name
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.assessment_text import Speaker, limit_lines, terms_line
from riskengine.reports.explanation.nearest import NearestWriter
from riskengine.reports.explanation.trace import missing_lines, trace_lines
from riskengine.reports.numbers import MISSING, day_text, percent, whole
from riskengine.reports.words import ACTION_TEXT, BINDING_TEXT, SEVERITY_TEXT
from riskengine.terms.decision import Action, Severity, Status
from riskengine.terms.limit import Binding
from riskengine.terms.text import Language


def explanation_lines(
    certificate: Mapping[str, JsonValue],
    ratings: Ratings,
    traces: Sequence[RuleTrace],
    nearest: Sequence[Nearest],
    paid: Sequence[PaidWay],
    *,
    name: str | None,
    currency: str,
    inputs: frozenset[str],
    vocabulary: Vocabulary,
    language: Language,
    brief: bool = False,
) -> Iterator[str]:
    """Plain lines; a line that begins with `# ` heads what follows. `brief` leaves out rules that said nothing."""
    say = Speaker(language)
    who = f"{name} ({certificate['customer_id']})" if name else str(certificate["customer_id"])
    day = day_text(date.fromisoformat(str(certificate["as_of"])))
    yield f"# {who}{say('; ', '，')}{say.text(day)}"
    yield from _standing(certificate, traces, say)
    yield from missing_lines(traces, vocabulary, say)
    yield from _grade(certificate, say)
    yield from limit_lines(certificate["limit_path"], currency, say)
    yield from _limit_rules(certificate, currency, say)
    yield from _terms(certificate["terms_path"], say)
    yield from _follow(certificate, ratings.policy, say)
    yield from _reasons(certificate["reasons"], say)
    yield from NearestWriter(ratings, inputs, currency, vocabulary, say).lines(nearest, paid)
    yield from trace_lines(traces, vocabulary, say, brief=brief)
    model, policy = certificate["model"], certificate["policy"]
    yield say(
        f"Model {model['name']} {model['version']}, policy {policy['version']}",
        f"模型 {model['name']} {model['version']}，政策 {policy['version']}",
    )


def _standing(certificate: Mapping[str, JsonValue], traces: Sequence[RuleTrace], say: Speaker) -> Iterator[str]:
    """The state of the customer in a sentence, where it is not simply rated."""
    status = Status(certificate["status"])
    if status is Status.IN_DEFAULT:
        why = "; ".join(say.text(t.text) for t in traces if t.applied and t.rule.then.in_default)
        yield say(
            f"The customer is in default: {why}. Whatever the model says, the grade is D and there is no credit.",
            f"该客户已违约：{why}。无论模型如何判断，等级为D，不予赊销。",
        )
    elif status is Status.UNRATED:
        reason = next((r[say.language] for r in certificate["reasons"] if r["kind"] == "unrated"), "")
        yield say(
            f"{reason}. There is no PD, no grade and no limit; a person decides.",
            f"{reason}。没有违约概率、等级和额度，须人工审批。",
        )
    elif certificate["frozen"]:
        why = "; ".join(say.text(t.text) for t in traces if t.applied and t.rule.then.freeze)
        yield say(f"Credit is frozen: {why}.", f"信用已冻结：{why}。")


def _grade(certificate: Mapping[str, JsonValue], say: Speaker) -> Iterator[str]:
    path, model = certificate["grade_path"], certificate["model"]
    yield say("# How the grade was found", "# 等级形成过程")
    yield say(
        f"  PD within 12 months: {percent(model['pd_12m'], 2)} ({model['name']} {model['version']})",
        f"  12个月违约概率：{percent(model['pd_12m'], 2)}（{model['name']} {model['version']}）",
    )
    yield say("  by the model alone: ", "  模型等级：") + (path["pd_grade"] or MISSING)
    if path["in_default"]:
        yield say("  in default: D", "  已违约：D")
    yield say("  not better than (rules): ", "  规则封顶：") + (path["cap"] or MISSING)
    yield say(f"  moved by rules: {path['notch']:+d}", f"  规则调整：{path['notch']:+d}")
    rules = ", ".join(path["rules"]) or MISSING
    yield say(f"  rules: {rules}", f"  规则：{rules}")
    yield say("  final grade: ", "  最终等级：") + (path["final_grade"] or MISSING)


def _limit_rules(certificate: Mapping[str, JsonValue], currency: str, say: Speaker) -> Iterator[str]:
    path = certificate["limit_path"]
    if path["rules"]:
        yield say("  rules: ", "  规则：") + ", ".join(path["rules"])
    if path["limit"] is None:
        yield say("  limit: none set; a person decides", "  额度：未设定，须人工审批")
    else:
        why = say.text(BINDING_TEXT[Binding(path["binding_constraint"])])
        amount = whole(path["limit"])
        yield say(f"  limit: {currency} {amount}, held by: {why}", f"  额度：{amount} {currency}，约束：{why}")
    available = certificate["available_credit"]
    yield say(f"  available: {currency} {whole(available)}", f"  可用额度：{whole(available)} {currency}")


def _terms(path: Mapping[str, JsonValue], say: Speaker) -> Iterator[str]:
    yield say("# How the terms were found", "# 账期测算")
    steps = (
        (say("wanted", "期望"), path["wanted_days"]),
        (say("longest of the grade", "等级最长"), path["grade_longest_days"]),
        (say("changed by rules", "规则调整"), path["extension_days"]),
        (say("at most by rules", "规则上限"), path["rule_cap_days"]),
        (say("longest that can be given", "可给最长"), path["longest_days"]),
    )
    for label, days in steps:
        shown = MISSING if days is None else say(f"{whole(days)} days", f"{whole(days)}天")
        yield say(f"  {label}: {shown}", f"  {label}：{shown}")
    if path["rules"]:
        yield say("  rules: ", "  规则：") + ", ".join(path["rules"])
    yield "  " + terms_line(path, say)


def _follow(certificate: Mapping[str, JsonValue], policy: Policy, say: Speaker) -> Iterator[str]:
    yield say("# What to do", "# 措施与预警")
    actions = [say.text(ACTION_TEXT[Action(action)]) for action in certificate["actions"]]
    yield say("  actions: ", "  措施：") + (say(", ", "、").join(actions) or MISSING)
    if not certificate["warnings"]:
        yield say("  no warnings", "  无预警")
    for warning in certificate["warnings"]:
        severity = say.text(SEVERITY_TEXT[Severity[warning["severity"].upper()]])
        text = f"{warning['rule_id']} {warning[f'name_{say.language}']}: {warning[f'evidence_{say.language}']}"
        owner = say.text(role_name(str(warning["owner"]), policy.episodes))
        yield say(
            f"  {severity} warning {text}; {owner} by {warning['due_on']}",
            f"  {severity}预警 {text}；{owner}，{warning['due_on']}前",
        )
    if certificate["review_on"]:
        review = day_text(date.fromisoformat(certificate["review_on"]))
        yield say("  next review: ", "  下次复评：") + say.text(review)


def _reasons(reasons: Sequence[JsonValue], say: Speaker) -> Iterator[str]:
    yield say("# Reasons", "# 原因")
    if not reasons:
        yield say("  Nothing stands out.", "  无突出因素。")
    yield from (f"  - {reason[say.language]}" for reason in reasons)
