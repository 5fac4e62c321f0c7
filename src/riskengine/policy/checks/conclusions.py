"""What earlier stages conclude follows from what their rules said; no customer is otherwise.

Rules of later stages ask for conclusions (`frozen`, `grade`, `limit`, ...). Whether two rules can hold together depends
on what always follows: who is frozen has limit 0, whose limit is 0 pays in advance, whom a rule capped at grade 7 has
grade 7 or worse. Each consequence is a condition that is false of no customer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Leaf, Not, Op, facts_of
from riskengine.policy.documents.scale import ScaleVersion
from riskengine.policy.normal_form import pushed
from riskengine.policy.rule import Effect, Rule
from riskengine.policy.vocabulary import DEFAULT_GRADE, STAGES, Fact, Vocabulary
from riskengine.terms.decision import Stage

# What is true of whoever gets no credit.
NO_CREDIT: tuple[Condition, ...] = (
    Comparison("limit", Op.EQ, 0.0),
    Comparison("terms_days", Op.EQ, 0.0),
    IsMissing("exposure_to_limit"),
    IsMissing("req_to_limit"),
)
_STANDING = ("frozen", "refer")  # facts that grow from stage to stage


@dataclass(frozen=True, slots=True)
class Conclusions:
    """`always` holds for every customer; `facts` has, beside the vocabulary, `frozen` and `refer` as earlier stages see
    them, where later rules can still change them."""

    facts: Mapping[str, Fact]
    always: tuple[Condition, ...]
    changes: Mapping[str, tuple[Stage, ...]]  # of each standing fact: the stages whose rules can set it

    def as_read(self, condition: Condition, stage: Stage) -> Condition:
        """A condition as a rule of a stage reads it: standing facts by the name they have there."""
        match condition:
            case AllOf(arms):
                return AllOf(tuple(self.as_read(arm, stage) for arm in arms))
            case AnyOf(arms):
                return AnyOf(tuple(self.as_read(arm, stage) for arm in arms))
            case Not(arm):
                return Not(self.as_read(arm, stage))
            case Comparison() | IsMissing():
                return self._renamed(condition, stage)

    def _renamed(self, leaf: Leaf, stage: Stage) -> Leaf:
        if leaf.fact not in self.changes:
            return leaf
        seen = _seen(self.changes[leaf.fact], stage)
        return replace(leaf, fact=_version(leaf.fact, seen, self.changes[leaf.fact]))


def conclusions_of(rules: Sequence[Rule], scale: ScaleVersion | None, vocabulary: Vocabulary) -> Conclusions:
    """What always follows from resolved rules and a master scale, as far as the vocabulary has words for it."""
    changes = {name: _changed_in(name, rules) for name in _STANDING if name in vocabulary}
    names = {(name, version) for name, stages in changes.items() for version in _versions(name, stages)}
    facts = {**vocabulary, **{version: replace(vocabulary[name], name=version) for name, version in sorted(names)}}
    draft = Conclusions(MappingProxyType(facts), (), MappingProxyType(changes))
    worthless = _worthless(scale)
    of_rules = (condition for rule in rules for condition in _of_rule(rule, draft, worthless))
    found = (*_of_state(worthless), *_of_versions(changes), *of_rules)
    known = tuple(dict.fromkeys(condition for condition in found if all(name in facts for name in facts_of(condition))))
    return replace(draft, always=known)


def shown_fact(name: str) -> str:
    """The name people know: `frozen@limits` is `frozen`."""
    return name.partition("@")[0]


def _of_state(worthless: float) -> Iterator[Condition]:
    """`worthless` is the first grade that allows no credit."""
    defaulted = Comparison("in_default", Op.EQ, 1.0)
    last = Comparison("grade", Op.EQ, float(DEFAULT_GRADE))
    yield from _follow(defaulted, (Comparison("frozen", Op.EQ, 1.0), last))
    yield from _follow(last, (defaulted,))
    for state in (Comparison("frozen", Op.EQ, 1.0), Comparison("grade", Op.GE, worthless)):
        yield from _follow(state, NO_CREDIT)
    yield from _follow(Comparison("limit", Op.EQ, 0.0), NO_CREDIT[1:])


def _follow(state: Condition, conclusions: Sequence[Condition]) -> Iterator[Condition]:
    for conclusion in conclusions:
        yield AnyOf((pushed(state, negate=True), conclusion))


def _worthless(scale: ScaleVersion | None) -> float:
    """The first grade with a limit factor of 0; a worse one has none either."""
    grades = [float(band.grade) for band in (scale.grades if scale else ()) if band.limit_factor == 0]
    return min(grades, default=float(DEFAULT_GRADE))


def _of_versions(changes: Mapping[str, tuple[Stage, ...]]) -> Iterator[Condition]:
    """Whoever is frozen stays so in later stages."""
    for name, stages in changes.items():
        versions = _versions(name, stages)
        for earlier, later in pairwise(versions):
            yield AnyOf((Comparison(earlier, Op.EQ, 0.0), Comparison(later, Op.EQ, 1.0)))


def _of_rule(rule: Rule, conclusions: Conclusions, worthless: float) -> Iterator[Condition]:
    """What follows wherever the rule hit."""
    when = conclusions.as_read(rule.when, rule.stage)
    yield from _follow(when, tuple(_of_effect(rule.then, rule.stage, conclusions, worthless)))


def _of_effect(then: Effect, stage: Stage, conclusions: Conclusions, worthless: float) -> Iterator[Condition]:
    if then.in_default:
        yield Comparison("in_default", Op.EQ, 1.0)
    for name, is_set in (("frozen", _stops(then)), ("refer", then.refer)):
        stages = conclusions.changes.get(name, ())
        if is_set and stage in stages:
            yield Comparison(_version(name, stage, stages), Op.EQ, 1.0)
    if then.grade_cap is not None:
        yield Comparison("grade", Op.GE, float(then.grade_cap))
    if _stops(then) or (then.grade_cap or 0) >= worthless:
        yield from NO_CREDIT
    if then.limit_cap is not None:
        yield Comparison("limit", Op.LE, then.limit_cap)
    if then.terms_cap_days is not None:
        yield Comparison("terms_days", Op.LE, float(then.terms_cap_days))


def _changed_in(name: str, rules: Sequence[Rule]) -> tuple[Stage, ...]:
    """The stages with a rule that sets a standing fact, as far as a later stage sees it."""
    sets = {rule.stage for rule in rules if (rule.then.refer if name == "refer" else _stops(rule.then))}
    return tuple(stage for stage in STAGES[: STAGES.index(Stage.CONDITIONS)] if stage in sets)


def _stops(then: Effect) -> bool:
    return then.freeze or then.in_default


def _seen(stages: tuple[Stage, ...], reader: Stage) -> Stage | None:
    """The last stage whose rules a reader can know of."""
    order = tuple(Stage)
    before = [stage for stage in stages if order.index(stage) < order.index(reader)]
    return before[-1] if before else None


def _version(name: str, last: Stage | None, stages: tuple[Stage, ...]) -> str:
    """The final state has the plain name."""
    if not stages or last is stages[-1]:
        return name
    return f"{name}@{'start' if last is None else last.value}"


def _versions(name: str, stages: tuple[Stage, ...]) -> tuple[str, ...]:
    return tuple(_version(name, stage, stages) for stage in (None, *stages))
