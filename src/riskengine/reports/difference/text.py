"""The difference between two policies as an analyst reads it, in one language: what changed in words, not lines."""

import datetime as dt
from collections.abc import Iterator, Sequence

from riskengine.decision.words import write_share
from riskengine.policy.difference.compare import Change, DatedState, ExceptionChange, ParameterChange, ValueChange
from riskengine.policy.difference.history import DatedChange, Period, PolicyDifference
from riskengine.policy.difference.rule import RuleChange
from riskengine.policy.exception import Exclusion
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.assessment_text import Speaker
from riskengine.reports.difference.rule_text import RuleWriter
from riskengine.reports.difference.words import path_text, plain_value
from riskengine.reports.numbers import day_text, whole
from riskengine.reports.rule_words import (
    ON_MISSING_TEXT,
    STAGE_TEXT,
    condition_text,
    effect_text,
    parameter_value,
)
from riskengine.terms.text import Language

MOST_RULES = 6


class DifferenceWriter:
    """Lines for one language; a line that begins with `# ` heads what follows."""

    def __init__(self, vocabulary: Vocabulary, language: Language) -> None:
        self.vocabulary = vocabulary
        self.say = Speaker(language)
        self.rules = RuleWriter(vocabulary, self.say)

    def lines(self, difference: PolicyDifference, edited: Sequence[str] = ()) -> Iterator[str]:
        """`edited`: the files whose text differs."""
        if difference.is_empty:
            yield from self._same(difference, edited)
            return
        yield self.say("# When they differ", "# 差异时段")
        yield from (f"  {self.period(period)}" for period in difference.periods)
        yield from self._lonely(difference)
        for (en, zh), kind in _HEADINGS.items():
            found = [c for c in difference.decisive if isinstance(c.change, kind)]
            if found:
                yield self.say(f"# {en}", f"# {zh}")
            for dated in found:
                if not _is_moved_row(dated.change):
                    yield from self._change(dated)
            yield from self._moved_rows([d.change for d in found if _is_moved_row(d.change)])
        yield from self._recorded(difference)

    def period(self, period: Period) -> str:
        start = day_text(period.start)
        if period.until is None:
            return self.say(f"from {start.en} on", f"自{start.zh}起")
        last = period.until - dt.timedelta(days=1)
        if last == period.start:
            return self.say(f"on {start.en}", start.zh)
        return self.say(f"from {start.en} to {day_text(last).en}", f"{start.zh}至{day_text(last).zh}")

    def _same(self, difference: PolicyDifference, edited: Sequence[str]) -> Iterator[str]:
        if not edited:
            yield self.say("No difference.", "没有差异。")
            return
        yield self.say(
            "No difference in what is decided on any date: the content is equal. The files are not: "
            "comments, layout, references or cases were edited in " + ", ".join(edited) + ".",
            "任何日期的决策内容均相同。以下文件仅注释、排版、依据或测试案例有改动：" + "、".join(edited) + "。",
        )
        yield from self._recorded(difference)

    def _lonely(self, difference: PolicyDifference) -> Iterator[str]:
        for periods, en, zh in (
            (difference.only_first, "only the first policy is in force", "仅第一份政策生效"),
            (difference.only_second, "only the second policy is in force", "仅第二份政策生效"),
        ):
            for period in periods:
                yield "  " + self.say(f"{self.period(period)}: {en}", f"{self.period(period)}：{zh}")

    def _moved_rows(self, changes: Sequence[Change]) -> Iterator[str]:
        """Rows of tables that only stand in another place now."""
        bases = [change.base_id for change in changes if isinstance(change, RuleChange)]
        for base in dict.fromkeys(bases):
            count = bases.count(base)
            yield "  " + self.say(
                f"{base}: {count} rows keep what they say under another number",
                f"{base}：{count}行内容不变、仅行号变动",
            )

    def _recorded(self, difference: PolicyDifference) -> Iterator[str]:
        if difference.recorded or difference.renamed:
            yield self.say("# Recorded otherwise, with the same value", "# 数值相同、记录不同")
        for which, before, after in difference.renamed:
            label = self.say(which, {"name": "政策名称", "owner": "负责人"}[which])
            yield f"  {label}: {before} -> {after}"
        for dated in difference.recorded:
            if isinstance(dated.change, ParameterChange) and dated.change.before and dated.change.after:
                old, new = dated.change.before, dated.change.after
                yield f"  @{dated.change.name}: {self._word_of(old)} -> {self._word_of(new)}"

    def _change(self, dated: DatedChange) -> Iterator[str]:
        when = self.say(", ", "，").join(self.period(period) for period in dated.periods)
        match dated.change:
            case ParameterChange():
                yield from self._parameter(dated.change, when)
            case RuleChange():
                yield from self._rule(dated.change, when)
            case ValueChange(part, path, old, new):
                yield f"  {self.say.text(path_text(part, path))}: {self._plain(old)} -> {self._plain(new)} ({when})"
                yield from self._graded(path, old, new)
            case ExceptionChange():
                yield from self._exception(dated.change, when)

    def _parameter(self, change: ParameterChange, when: str) -> Iterator[str]:
        state = change.after or change.before
        about = self.say.text(state.text) if state is not None else ""
        segment = self.say(f" ({change.segment})", f"（{change.segment}）") if change.segment else ""
        values = f"{self._value(change.before)} -> {self._value(change.after)}"
        yield f"  @{change.name}{segment}, {about}: {values} ({when})"
        if change.after is not None:
            yield "    " + self._word_of(change.after)
        if change.before and change.after and change.before.unit is not change.after.unit:
            yield "    " + self.say("unit: ", "单位：") + f"{change.before.unit.value} -> {change.after.unit.value}"
        if change.rules:
            yield "    " + self.say("used by ", "使用的规则：") + ", ".join(change.rules)
        for rule in change.affected[:MOST_RULES]:
            yield f"    {self.rules.title(rule.rule)}"
            yield from self.rules.aspects(rule, "      ")
            yield from self.rules.affected(rule, "      ")
        left = len(change.affected) - MOST_RULES
        if left > 0:
            yield "    " + self.say(f"and {left} more rules", f"另有{left}条规则")

    def _value(self, state: DatedState | None) -> str:
        if state is None:
            return self.say("none", "无")
        return self.say.text(parameter_value(state.value, state.unit))

    def _word_of(self, state: DatedState) -> str:
        return self.say(
            f"from {state.start}, decided by {state.decided_by}: {state.reference}",
            f"{state.start}起，决定人{state.decided_by}：{state.reference}",
        )

    def _rule(self, change: RuleChange, when: str) -> Iterator[str]:
        if change.before is not None and change.after is not None:
            yield f"  {self.say('changed', '修改')} {self.rules.title(change.rule)} ({when})"
            yield from self.rules.aspects(change, "    ")
        else:
            word = self.say("added", "新增") if change.before is None else self.say("removed", "删除")
            rule = change.rule
            yield f"  {word} {self.rules.title(rule)} ({when})"
            yield f"    {self.say('stage: ', '阶段：')}{self.say.text(STAGE_TEXT[rule.stage])}"
            yield f"    {self.say('when: ', '条件：')}{self.say.text(condition_text(rule.when, self.vocabulary))}"
            yield f"    {self.say('if unknown: ', '信息缺失时：')}{self.say.text(ON_MISSING_TEXT[rule.on_missing])}"
            yield f"    {self.say('then: ', '结果：')}{self.say.text(effect_text(rule.then))}"
        yield from self.rules.affected(change, "    ")

    def _plain(self, value: object) -> str:
        return self.say.text(plain_value(value))

    def _graded(self, path: str, old: object, new: object) -> Iterator[str]:
        """Whom a moved edge of the master scale concerns."""
        if path.endswith("pd_to") and isinstance(old, float) and isinstance(new, float):
            low, high = write_share(min(old, new)), write_share(max(old, new))
            label = path.partition(".")[0]
            yield "    " + self.say(
                f"concerns: customers with a PD from {low} to below {high}, at the edge of grade {label}",
                f"涉及客户：违约概率{low}至{high}（不含）、处于{label}级边界的客户",
            )

    def _exception(self, change: ExceptionChange, when: str) -> Iterator[str]:
        one = change.after or change.before
        if one is None:
            return
        word = self.say("added", "新增") if change.before is None else self.say("removed", "删除")
        until = f"{one.start} .. {one.until}"
        if isinstance(one, Exclusion):
            who = one.customer_id or self.say(f"group {one.group_id}", f"集团{one.group_id}")
            yield "  " + self.say(
                f"{word}: {who} is exempt from {one.rule_id}, {until} ({when})",
                f"{word}：{who}豁免规则{one.rule_id}，{until}（{when}）",
            )
        else:
            yield "  " + self.say(
                f"{word}: temporary limit of {whole(one.limit)} for {one.customer_id}, {until} ({when})",
                f"{word}：{one.customer_id}临时额度{whole(one.limit)}，{until}（{when}）",
            )
        yield "    " + self.say(
            f"{one.reason}; requested by {one.requested_by}, approved by {one.approved_by}",
            f"{one.reason}；申请人{one.requested_by}，批准人{one.approved_by}",
        )


def _is_moved_row(change: Change) -> bool:
    return isinstance(change, RuleChange) and bool(change.aspects) and set(change.aspects) <= {"id", "part"}


_HEADINGS: dict[tuple[str, str], type[Change]] = {
    ("Parameters", "参数"): ParameterChange,
    ("Rules", "规则"): RuleChange,
    ("Scale, limits and terms", "主标尺、额度与账期"): ValueChange,
    ("Exceptions", "例外"): ExceptionChange,
}
