"""The nearest changes that would lead to a goal, as a credit officer tells them to a customer, in one language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from riskengine.decision.nearest.case import Move
from riskengine.decision.nearest.facts import DRIVERS, Freedom, freedom_of
from riskengine.decision.nearest.find import Nearest, PaidWay, Way
from riskengine.decision.nearest.goal import Goal, GoalKind
from riskengine.decision.ratings import Ratings
from riskengine.decision.words import write_grade, write_share
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Source, Unit
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import facts_of
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import CONTEXT_FACTS, Vocabulary
from riskengine.reports.assessment_text import Speaker
from riskengine.reports.numbers import MISSING, whole
from riskengine.reports.rule_words import exact_value, short_fact_text

_CONCLUDED = frozenset(fact.name for fact in CONTEXT_FACTS)
_MOST_FOLLOWING = 3
_MOST_FOR_A_WARNING = 2


@dataclass(frozen=True, slots=True)
class NearestWriter:
    """`before`: the rating as it is; `inputs`: the facts the model asks."""

    before: Ratings
    inputs: frozenset[str]
    currency: str
    vocabulary: Vocabulary
    say: Speaker

    def lines(self, nearest: Sequence[Nearest], paid: Sequence[PaidWay]) -> Iterator[str]:
        say = self.say
        yield say("# What would lead to a better decision", "# 怎样可以改善决策")
        if not self.before.predictions.rated[0]:
            yield say(
                "  There is no PD, so no grade can be reached: a payment history, orders, a statement or signals are "
                "needed before the customer can be rated.",
                "  没有违约概率，无法达到任何等级：须先有付款记录、订单、财务报表或外部信号才能评级。",
            )
        elif not nearest:
            yield say("  There is no freeze and no warning to lift, and no better grade to reach.", "  无需改善之处。")
        if not nearest:
            return
        for found in nearest:
            ways: list[Way | PaidWay] = [way for way in paid if way.goal == found.goal]
            ways += found.ways
            if found.goal.rule is not None:
                ways = ways[:_MOST_FOR_A_WARNING]
            yield f"  {self._goal(found.goal)}"
            yield from self._against(found)
            for number, way in enumerate(ways, start=1):
                yield from (f"    {line}" for line in self._way(number, way))
            if not ways:
                yield "    " + self._none(found)
        yield say(
            "Each way was rated again with the same model and policy, with all else as it is. What happens over time "
            "(a habit of paying, a signal that grows old) cannot be done in a day.",
            "以上每种方式均以同一模型和政策重新评级验证，其余条件不变。付款习惯、信号时效等须随时间改善。",
        )

    def _goal(self, goal: Goal) -> str:
        say = self.say
        if goal.rule is not None:
            return say(
                f"To lift the warning {goal.rule.id}, {goal.rule.name.en}:",
                f"解除预警{goal.rule.id}（{goal.rule.name.zh}）：",
            )
        if goal.kind is GoalKind.BETTER_GRADE and goal.grade is not None:
            label = write_grade(goal.grade)
            return say(f"To reach grade {label} or better:", f"达到{label}级或更好：")
        return say("To lift the freeze:", "解除信用冻结：")

    def _against(self, found: Nearest) -> Iterator[str]:
        if found.goal.rule is None and found.blockers:
            listed = self.say("; ", "；").join(f"{rule.id} {self.say.text(rule.name)}" for rule in found.blockers)
            yield "    " + self.say("against it: ", "阻碍：") + listed

    def _none(self, found: Nearest) -> str:
        fixed = [rule for rule in found.blockers if not _can_be_left(rule)]
        if fixed:
            names = ", ".join(rule.id for rule in fixed)
            return self.say(
                f"Nothing the customer can do: {names} asks for facts that only time, a correction or we can change.",
                f"客户无法自行改变：{names}所依据的信息只能随时间、更正或由我方改变。",
            )
        return self.say(
            "No change of a few facts was found that leads there.",
            "未找到少数信息变动即可达到的方式。",
        )

    def _way(self, number: int, way: Way | PaidWay) -> Iterator[str]:
        say = self.say
        if isinstance(way, PaidWay):
            every = way.count == way.overdue
            amount = f"{self.currency} {whole(way.amount)}"
            which = f"all {way.count} overdue invoices" if every else f"the oldest {way.count} overdue invoices"
            if way.count == 1:
                which = "the only overdue invoice" if every else "the oldest overdue invoice"
            yield say(
                f"{number}. pays {which} today ({amount})",
                f"{number}. 今日付清{'全部' if every else '最早的'}{way.count}张逾期发票（{amount}）",
            )
            changed = self._named_changes(way.ratings)
        else:
            moves = say("; and ", "；并且").join(self._move(move) for move in way.moves)
            yield f"{number}. {moves}"
            changed = self._following(way)
        if changed:
            left = len(changed) - _MOST_FOLLOWING
            more = say(f"; and {left} more", f"；另有{left}项") if left > 0 else ""
            yield say("   goes with it: ", "   相应变化：") + say("; ", "；").join(changed[:_MOST_FOLLOWING]) + more
        yield "   " + self._outcome(way)

    def _move(self, move: Move) -> str:
        name, say = move.fact, self.say
        about, before = say.text(short_fact_text(name, self.vocabulary)), self._value(name, move.before)
        source = CATALOGUE[name].source if name in CATALOGUE else None
        by_time = say(" (if nothing new comes)", "（不再新增时）") if source is Source.SIGNAL else ""
        return say(f"{about}: from {before} {self._target(move)}", f"{about}：由{before}{self._target(move)}") + by_time

    def _target(self, move: Move) -> str:
        """Where the value must come to; one-sided, in the direction it moves."""
        say, fact = self.say, self.vocabulary[move.fact]
        if fact.is_whole:
            return say(f"to {self._value(move.fact, move.after)}", f"变为{self._value(move.fact, move.after)}")
        falls = move.after < move.before
        edge = move.bounds.high if falls else move.bounds.low
        included = move.bounds.high_included if falls else move.bounds.low_included
        if falls and fact.low is not None and move.after <= max(fact.low, 0.0) + 1e-30:
            return say(f"to {self._value(move.fact, 0.0)}", f"降至{self._value(move.fact, 0.0)}")
        if not np.isfinite(edge) or abs(edge - move.after) > 1e-6 * max(1.0, abs(edge)):
            edge, included = move.after, True
        shown = self._value(move.fact, 0.0 if abs(edge) < 1e-30 else edge)
        if falls:
            words = ("at most", "降至不高于") if included else ("below", "降至低于")
        else:
            words = ("at least", "升至不低于") if included else ("above", "升至高于")
        return say(f"to {words[0]} {shown}", f"{words[1]}{shown}")

    def _value(self, name: str, value: Value) -> str:
        """Exact enough for a threshold, short enough to be read."""
        fact = self.vocabulary[name]
        if isinstance(value, float) and fact.unit is not Unit.FLAG:
            rounded = round(value, 2) if fact.unit is Unit.MONEY else float(f"{value:.4g}")
            return self.say.text(exact_value(name, rounded, self.vocabulary))
        return self.say.text(exact_value(name, value, self.vocabulary))

    def _following(self, way: Way) -> list[str]:
        moved = {move.fact for move in way.moves}
        return [text for name, text in self._changes(way.ratings) if name not in moved]

    def _named_changes(self, ratings: Ratings) -> list[str]:
        """Of all that a payment changes, what the rules ask about."""
        asked = {name for rule in ratings.policy.all_rules for name in facts_of(rule.when)}
        return [text for name, text in self._changes(ratings) if name in asked]

    def _changes(self, ratings: Ratings) -> Iterator[tuple[str, str]]:
        before, after = self.before.facts.record(0), ratings.facts.record(0)
        for name, old in before.items():
            new = after[name]
            if name not in _CONCLUDED and old != new and name in CATALOGUE:
                about = self.say.text(short_fact_text(name, self.vocabulary))
                yield name, f"{about} {self._value(name, old)} -> {self._value(name, new)}"

    def _outcome(self, way: Way | PaidWay) -> str:
        say, now = self.say, way.ratings
        lifted = [
            rule_id
            for rule_id, mask in self.before.effects.applied.items()
            if mask[0] and not now.effects.applied[rule_id][0]
        ]
        parts = []
        if lifted:
            parts.append(say("lifts ", "解除") + ", ".join(lifted))
        parts.append(self._grade(now))
        limit = now.limits.limit[0]
        shown = MISSING if np.isnan(limit) else f"{self.currency} {whole(float(limit))}"
        parts.append(say(f"limit {shown}", f"额度{shown}"))
        if now.frozen[0]:
            parts.append(say("still frozen", "仍冻结"))
        return "-> " + say("; ", "；").join(parts)

    def _grade(self, now: Ratings) -> str:
        say, grade = self.say, now.grades.final[0]
        label = MISSING if np.isnan(grade) else write_grade(float(grade))
        old, new = self.before.predictions.pd_12m[0], now.predictions.pd_12m[0]
        if np.isnan(new):
            return say(f"grade {label}", f"等级{label}")
        if self._asks_model(now) and old != new:
            return say(
                f"grade {label}, with the model asked again: PD {write_share(old)} -> {write_share(new)}",
                f"等级{label}，模型重新预测：违约概率{write_share(old)} -> {write_share(new)}",
            )
        return say(f"grade {label}, PD {write_share(new)} as before", f"等级{label}，违约概率{write_share(new)}不变")

    def _asks_model(self, now: Ratings) -> bool:
        before, after = self.before.facts.record(0), now.facts.record(0)
        return any(before.get(name) != after.get(name) for name in self.inputs)


def _can_be_left(rule: Rule) -> bool:
    """Whether the rule asks about anything the customer can change, or about the rating itself."""
    return any(
        name in _CONCLUDED or name in DRIVERS or freedom_of(name) is not Freedom.FIXED for name in facts_of(rule.when)
    )
