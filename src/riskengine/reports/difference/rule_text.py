"""What changed in a rule, as an analyst reads it, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass

from riskengine.policy.difference.affected import Affected, affected_by
from riskengine.policy.difference.leaf import compare_leaves
from riskengine.policy.difference.region import Region
from riskengine.policy.difference.rule import RuleChange, effect_parts
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.assessment_text import Speaker
from riskengine.reports.rule_words import (
    ON_MISSING_TEXT,
    OUTCOME_TEXT,
    STAGE_TEXT,
    SUBJECT_TEXT,
    condition_text,
    exact_value,
    part_text,
    region_text,
    short_fact_text,
)
from riskengine.terms.text import Text

MOST_REGIONS = 4


@dataclass(frozen=True, slots=True)
class RuleWriter:
    """Lines about one rule, each after `indent`."""

    vocabulary: Vocabulary
    say: Speaker

    def title(self, rule: Rule) -> str:
        """Id, name, and which row or segment."""
        part = f" ({self.say.text(rule.part)})" if rule.part is not None else ""
        return f"{rule.id} {self.say.text(rule.name)}{part}"

    def aspects(self, change: RuleChange, indent: str) -> Iterator[str]:
        """What is said otherwise, old -> new."""
        old, new = change.before, change.after
        if old is None or new is None:
            return
        for aspect in change.aspects:
            match aspect:
                case "when":
                    yield from (indent + line for line in self._conditions(old, new))
                case "on_missing":
                    words = (ON_MISSING_TEXT[old.on_missing], ON_MISSING_TEXT[new.on_missing])
                    yield indent + self.say("if unknown: ", "信息缺失时：") + self._arrow(*words)
                case "then":
                    yield from (indent + line for line in self._effects(old, new))
                case "name" | "reason":
                    label = self.say("name: ", "名称：") if aspect == "name" else self.say("reason: ", "理由：")
                    yield indent + label + self._arrow(getattr(old, aspect), getattr(new, aspect))
                case "id":
                    yield indent + self.say(f"was {old.id}", f"原为{old.id}")
                case "stage" | "indicator" | "until" | "subject":
                    yield indent + self._role(aspect, old, new)
                case "owner" | "ruleset":
                    label = self.say(f"{aspect}: ", "负责人：" if aspect == "owner" else "规则集：")
                    yield f"{indent}{label}{getattr(old, aspect)} -> {getattr(new, aspect)}"

    def _conditions(self, old: Rule, new: Rule) -> Iterator[str]:
        changed = compare_leaves(old.when, new.when)
        if changed is None:
            yield self.say("condition was: ", "原条件：") + self.say.text(condition_text(old.when, self.vocabulary))
            yield self.say("condition is:  ", "新条件：") + self.say.text(condition_text(new.when, self.vocabulary))
            return
        for before, after in changed:
            words = (condition_text(before, self.vocabulary), condition_text(after, self.vocabulary))
            yield self.say("condition: ", "条件：") + self._arrow(*words)

    def _role(self, aspect: str, old: Rule, new: Rule) -> str:
        """When the rule is asked, what its warnings belong to, and when they are over."""
        if aspect == "stage":
            return self.say("stage: ", "阶段：") + self._arrow(STAGE_TEXT[old.stage], STAGE_TEXT[new.stage])
        if aspect == "indicator":
            return self.say("indicator: ", "预警指标：") + f"{old.indicator_id} -> {new.indicator_id}"
        if aspect == "subject":
            whom = self._arrow(SUBJECT_TEXT[old.subject], SUBJECT_TEXT[new.subject])
            return self.say("warns of: ", "预警对象：") + whom
        return self.say("over when: ", "解除条件：") + self._arrow(self._exit(old), self._exit(new))

    def _exit(self, rule: Rule) -> Text:
        if rule.until is None:
            return Text("it no longer applies", "不再触发")
        return condition_text(rule.until, self.vocabulary)

    def _effects(self, old: Rule, new: Rule) -> Iterator[str]:
        before, after = effect_parts(old.then), effect_parts(new.then)
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                words = [
                    part_text(name, side[name]) if name in side else Text("nothing", "无") for side in (before, after)
                ]
                yield self.say("then: ", "结果：") + self._arrow(*words)

    def _arrow(self, old: Text, new: Text) -> str:
        """Both languages where only the one not shown differs."""
        before, after = self.say.text(old), self.say.text(new)
        if before == after:
            return f"{old.en} / {old.zh} -> {new.en} / {new.zh}"
        return f"{before} -> {after}"

    def affected(self, change: RuleChange, indent: str) -> Iterator[str]:
        """Whom the change concerns, and an example."""
        found = affected_by(change, self.vocabulary)
        heads = (
            (found.gained, self.say("now also hits customers with ", "新增适用客户：")),
            (found.lost, self.say("no longer hits customers with ", "不再适用客户：")),
            (found.both, self.say("concerns customers with ", "涉及客户：")),
        )
        for regions, head in heads:
            yield from self._regions(regions, head, indent)
        if found.unknown:
            yield indent + self.say(
                "concerns: customers of whom the condition cannot be known", "涉及客户：条件所需信息缺失的客户"
            )
        yield from self._example(found, indent)

    def _regions(self, regions: tuple[Region, ...] | None, head: str, indent: str) -> Iterator[str]:
        if regions is None:
            yield indent + head + self.say("too many cases to list", "情形过多，不逐一列出")
            return
        for region in regions[:MOST_REGIONS]:
            yield indent + head + self.say.text(region_text(region, self.vocabulary))
        if len(regions) > MOST_REGIONS:
            left = len(regions) - MOST_REGIONS
            yield indent + self.say(f"and {left} more cases", f"另有{left}种情形")

    def _example(self, found: Affected, indent: str) -> Iterator[str]:
        if found.example is None or found.both:
            return
        known = self.vocabulary
        facts = self.say("; ", "；").join(
            f"{self.say.text(short_fact_text(name, known))} {self.say.text(exact_value(name, value, known))}"
            for name, value in found.example.facts.items()
        )
        none = Text("no such rule", "无此规则")
        before = none if found.example.before is None else OUTCOME_TEXT[found.example.before]
        after = none if found.example.after is None else OUTCOME_TEXT[found.example.after]
        yield indent + self.say("for example: ", "例如：") + f"{facts}: {self._arrow(before, after)}"
