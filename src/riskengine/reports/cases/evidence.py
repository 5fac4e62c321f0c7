"""What was known when a warning opened or got worse, number by number, against what the rules asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from riskengine.decision.words import UNKNOWN, write_number, write_value
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Evidence, Known, Named
from riskengine.early_warning.reason_text import ReasonTexts
from riskengine.features.feature import Unit
from riskengine.policy.condition import Comparison, Leaf, Op, holds
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.cases.view import CaseView
from riskengine.reports.rule_words import asked_text, exact_value, short_fact_text
from riskengine.terms.text import Text

# What keeps a rule to those it is meant for. It is no evidence unless a rule asks for nothing else.
_GUARDS = frozenset({"in_default", "frozen", "cus_exposure", "grade"})
_UPWARD, _DOWNWARD = (Op.GT, Op.GE), (Op.LT, Op.LE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One number that a rule asked for, in words. `now`: None where nobody can say."""

    found: Evidence
    about: Text
    was: Text
    asked: Text
    now: Text | None

    @property
    def sentence(self) -> Text:
        now = Text("", "")
        if self.now is not None and self.now != self.was:
            now = Text(f"; now {self.now.en}", f"，目前{self.now.zh}")
        return Text(
            f"{self.about.en}: {self.was.en}; it warns where it is {self.asked.en}{now.en}",
            f"{self.about.zh}：{self.was.zh}（预警条件：{self.asked.zh}）{now.zh}",
        )


def evidence_shown(episode: Episode, view: CaseView) -> tuple[Shown, ...]:
    """Of each number asked for the strictest trigger it passed; what only keeps rules to those they are meant for, and
    what only their sentences name, is left out."""
    asked = [_Asked(one, one.leaf) for one in episode.evidence if not isinstance(one.leaf, Named)]
    return tuple(_shown(one, view) for one in _telling(asked))


def rule_sentences(episode: Episode, view: CaseView) -> tuple[Text, ...]:
    """What the rules of an episode say: those that still warn of the customer now, else what they said then."""
    now = [view.sentences[rule_id] for rule_id in episode.rules if rule_id in view.sentences]
    then = [text for _, text in ReasonTexts(view.policy).of(episode.evidence)]
    return tuple(dict.fromkeys(now or then))


def value_text(leaf: Leaf, value: Known, vocabulary: Vocabulary) -> Text:
    """A value as people say it, with its unit; more exact only where it would else lie beyond its trigger, or short.

    >>> from riskengine.policy.leaf import parse_leaf
    >>> from riskengine.policy.vocabulary import standard_vocabulary
    >>> known = standard_vocabulary()
    >>> value_text(parse_leaf("pay_overdue_amount > 5000"), 12345.678, known).en
    '12,346'
    >>> [value_text(parse_leaf("pay_late_days_mean_90d >= 30"), days, known).en for days in (39.8182, 29.96)]
    ['39.8 days', '29.96 days']
    """
    if value is None:
        return Text(UNKNOWN["en"], UNKNOWN["zh"])
    fact = vocabulary.get(leaf.fact)
    if isinstance(value, str) or fact is None:
        return Text(write_value(leaf.fact, value, "en"), write_value(leaf.fact, value, "zh"))
    if fact.unit is Unit.MONEY:
        return Text(write_number(value, 0), write_number(value, 0))
    return exact_value(leaf.fact, _rounded(value, leaf, in_percent=fact.unit is Unit.RATIO), vocabulary)


def _rounded(value: float, leaf: Leaf, *, in_percent: bool) -> float:
    """To one place (of a percentage), more where the comparison would come out otherwise."""
    for places in range(1, 7):
        found = round(value, places + 2 * in_percent)
        if not isinstance(leaf, Comparison) or _holds(leaf, found) is _holds(leaf, value):
            return found
    return value


def _holds(leaf: Comparison, value: float) -> bool:
    return holds(value, leaf.op, leaf.operand)


class _Asked(NamedTuple):
    found: Evidence
    leaf: Leaf


def _telling(asked: Sequence[_Asked]) -> Iterator[_Asked]:
    """Those that some rule found past its trigger; all if none was."""
    passed = [one for one in asked if _is_met(one)] or list(asked)
    told = [one for one in passed if one.leaf.fact not in _GUARDS] or passed
    kept: dict[tuple[str, str], _Asked] = {}
    for one in told:
        key = (one.leaf.fact, _way(one.leaf))
        if key not in kept or _is_stricter(one.leaf, kept[key].leaf):
            kept[key] = one
    yield from kept.values()


def _is_met(one: _Asked) -> bool:
    value = one.found.value
    if isinstance(one.leaf, Comparison):
        return value is not None and holds(value, one.leaf.op, one.leaf.operand)
    return value is None


def _way(leaf: Leaf) -> str:
    if isinstance(leaf, Comparison) and leaf.op in _UPWARD:
        return "up"
    if isinstance(leaf, Comparison) and leaf.op in _DOWNWARD:
        return "down"
    return str(leaf)


def _is_stricter(one: Leaf, other: Leaf) -> bool:
    if not isinstance(one, Comparison) or not isinstance(other, Comparison):
        return False
    if not isinstance(one.operand, float | int) or not isinstance(other.operand, float | int):
        return False
    return one.operand > other.operand if one.op in _UPWARD else one.operand < other.operand


def _shown(one: _Asked, view: CaseView) -> Shown:
    found, leaf = one
    was = value_text(leaf, found.value, view.vocabulary)
    value = view.facts.get(leaf.fact)
    now = None if value is None else value_text(leaf, value, view.vocabulary)
    about = short_fact_text(leaf.fact, view.vocabulary)
    return Shown(found, about, was, asked_text(leaf, view.vocabulary), now)
