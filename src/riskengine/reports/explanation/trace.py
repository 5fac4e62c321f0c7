"""The trace of a rating's rules as a credit officer reads it, in one language."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from riskengine.decision.rule_trace import LeafTrace, RuleTrace
from riskengine.decision.words import MULTIPLES, UNKNOWN, write_points
from riskengine.features.feature import Unit
from riskengine.policy.condition import Comparison, holds
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.assessment_text import Speaker
from riskengine.reports.rule_words import (
    OUTCOME_TEXT,
    STAGE_TEXT,
    asked_text,
    effect_text,
    exact_value,
    short_fact_text,
)
from riskengine.terms.decision import OnMissing, Outcome, Subject
from riskengine.terms.text import Text

_ORDER = (Outcome.HIT, Outcome.MISSING, Outcome.SNOOZED, Outcome.NO_HIT)


def trace_lines(
    traces: Sequence[RuleTrace], vocabulary: Vocabulary, say: Speaker, *, brief: bool = False
) -> Iterator[str]:
    """Stage by stage, what hit first; `brief` leaves out the rules that said nothing."""
    for stage, found in groupby(traces, key=lambda trace: trace.rule.stage):
        yield say("# Rules: ", "# 规则：") + say.text(STAGE_TEXT[stage])
        ordered = sorted(found, key=lambda trace: (_ORDER.index(trace.outcome), trace.rule.id))
        silent = [trace for trace in ordered if trace.outcome is Outcome.NO_HIT]
        rows = [trace for trace in silent if "#" in trace.rule.id]
        for trace in ordered:
            if trace not in rows and not (brief and trace in silent):
                yield from _rule(trace, vocabulary, say)
        if not brief:
            yield from _other_rows(rows, say)
        if brief and silent:
            yield say(f"  {len(silent)} rules did not hit.", f"  {len(silent)}条规则未触发。")


def missing_lines(traces: Sequence[RuleTrace], vocabulary: Vocabulary, say: Speaker) -> Iterator[str]:
    """What could not be decided for want of facts, in one paragraph; nothing if everything could."""
    unknown = [trace for trace in traces if trace.outcome is Outcome.MISSING]
    if not unknown:
        return
    names = dict.fromkeys(name for trace in unknown for name in trace.missing)
    facts = say(", ", "、").join(say.text(short_fact_text(name, vocabulary)) for name in names)
    referred = sum(trace.referred for trace in unknown)
    counted = sum(trace.applied for trace in unknown)
    yield say(
        f"{len(unknown)} rules could not be decided because these facts are not known: {facts}.",
        f"因以下信息缺失，{len(unknown)}条规则无法判断：{facts}。",
    )
    if referred:
        yield say(f"For {referred} of them a person decides.", f"其中{referred}条须人工判断。")
    if counted:
        yield say(f"{counted} of them count as if they had hit.", f"其中{counted}条视为触发。")


def _rule(trace: RuleTrace, vocabulary: Vocabulary, say: Speaker) -> Iterator[str]:
    rule = trace.rule
    part = f" ({say.text(rule.part)})" if rule.part is not None else ""
    yield f"  [{say.text(OUTCOME_TEXT[trace.outcome])}] {rule.id} {say.text(rule.name)}{part}"
    yield from (f"    {_leaf(leaf, vocabulary, say)}" for leaf in trace.leaves)
    yield from (f"    {line}" for line in _consequence(trace, say))


def _other_rows(rows: Sequence[RuleTrace], say: Speaker) -> Iterator[str]:
    """The rows of tables that are not the customer's, in one line for each table."""
    for base, found in groupby(rows, key=lambda trace: trace.rule.base_id):
        count = len(list(found))
        no_hit = say.text(OUTCOME_TEXT[Outcome.NO_HIT])
        yield say(f"  [{no_hit}] {base}: {count} other rows", f"  [{no_hit}] {base}：其他{count}行")


def _consequence(trace: RuleTrace, say: Speaker) -> Iterator[str]:
    effect = say.text(effect_text(trace.rule.then))
    if trace.exclusion is not None:
        one = trace.exclusion
        yield say(
            f"snoozed until {one.until}: {one.reason} (requested by {one.requested_by}, approved by {one.approved_by})",
            f"豁免至{one.until}：{one.reason}（申请人{one.requested_by}，批准人{one.approved_by}）",
        )
    elif trace.outcome is Outcome.MISSING:
        yield _unknown(trace, effect, say)
    elif trace.outcome is Outcome.HIT and trace.rule.subject is Subject.INDUSTRY:
        yield say("warns of the whole industry, not of this customer", "仅对整个行业预警，不针对该客户")
    elif trace.applied:
        changed = "" if trace.made_a_difference else say(" (changes nothing here)", "（此处不产生变化）")
        yield say("then: ", "结果：") + effect + changed


def _unknown(trace: RuleTrace, effect: str, say: Speaker) -> str:
    match trace.rule.on_missing:
        case OnMissing.REFER:
            return say("unknown, so a person decides", "无法判断，须人工审批")
        case OnMissing.HIT:
            return say(f"unknown, so it counts as a hit: {effect}", f"无法判断，视为触发：{effect}")
        case _:
            return say("unknown, so nothing follows", "无法判断，不产生影响")


def _leaf(trace: LeafTrace, vocabulary: Vocabulary, say: Speaker) -> str:
    """`[yes] Days past due: 69 days (asked: at least 60 days, @hold_dpd; 9 days above it)`."""
    about = say.text(short_fact_text(trace.leaf.fact, vocabulary))
    asked = say.text(asked_text(trace.leaf, vocabulary))
    named = f", @{trace.parameter}" if trace.parameter else ""
    verdict = {True: say("yes", "是"), False: say("no", "否"), None: "?"}[trace.holds]
    value, distance = _value(trace, vocabulary, say), _distance(trace, vocabulary, say)
    return say(
        f"[{verdict}] {about}: {value} (asked: {asked}{named}{distance})",
        f"[{verdict}] {about}：{value}（要求{asked}{named}{distance}）",
    )


def _value(trace: LeafTrace, vocabulary: Vocabulary, say: Speaker) -> str:
    """Five significant digits, unless they would lie on another side of the threshold."""
    value = trace.value
    if value is None:
        return UNKNOWN[say.language]
    if isinstance(value, float) and isinstance(trace.leaf, Comparison):
        fact = vocabulary.get(trace.leaf.fact)
        is_money = fact is not None and fact.unit is Unit.MONEY
        rounded = round(value, 2) if is_money else float(f"{value:.5g}")
        if holds(rounded, trace.leaf.op, trace.leaf.operand) is trace.holds:
            value = rounded
    return say.text(exact_value(trace.leaf.fact, value, vocabulary))


def _distance(trace: LeafTrace, vocabulary: Vocabulary, say: Speaker) -> str:
    """How far the value lies from the threshold."""
    fact = vocabulary.get(trace.leaf.fact)
    if trace.distance is None or fact is None or fact.unit is Unit.FLAG or fact.is_grade:
        return ""
    if trace.distance == 0:
        return say("; exactly at it", "；恰为阈值")
    far = say.text(_far(trace.leaf.fact, abs(trace.distance), fact.unit, vocabulary))
    if trace.distance > 0:
        return say(f"; {far} above it", f"；高于阈值{far}")
    return say(f"; {far} below it", f"；低于阈值{far}")


def _far(name: str, distance: float, unit: Unit, vocabulary: Vocabulary) -> Text:
    """Two places, more where these would say nothing."""
    if unit is Unit.RATIO and name not in MULTIPLES:
        return write_points(_two_places(distance * 100.0) / 100.0, 6)
    return exact_value(name, _two_places(distance), vocabulary)


def _two_places(distance: float) -> float:
    """
    >>> _two_places(21969.0812), _two_places(0.299638), _two_places(0.000123)
    (21969.08, 0.3, 0.00012)
    """
    return round(distance, 2) if distance >= 0.01 else float(f"{distance:.2g}")
