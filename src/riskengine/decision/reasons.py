"""Why: the rules that applied and what moved the model most, as sentences with the customer's own numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from riskengine.decision.agreed_reasons import exemption_texts, temporary_limit_text
from riskengine.decision.arrays import Flags, Floats
from riskengine.decision.model_reasons import Places, tell_model
from riskengine.decision.predictions import UNRATED_TEXTS
from riskengine.decision.ratings import Ratings
from riskengine.decision.words import reason_words
from riskengine.policy.reason import fill, placeholders
from riskengine.policy.rule import Effect, Rule
from riskengine.terms.errors import InputError
from riskengine.terms.text import LANGUAGES, Language, Text


class ReasonKind(StrEnum):
    RULE = "rule"
    UNKNOWN_TO_RULE = "unknown_to_rule"  # a rule refers the customer because a fact is missing
    EXEMPT = "exempt"  # a rule would have said something, had people not exempted the customer from it
    TEMPORARY_LIMIT = "temporary_limit"  # people granted a larger limit for a time
    MODEL = "model"
    UNRATED = "unrated"


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is a rule's id, `temporary_limit`, or a cause of `features.cause`; `weight` is in log-odds of default,
    None for all but the model's."""

    kind: ReasonKind
    code: str
    text: Text
    weight: float | None = None


def explain(
    ratings: Ratings,
    row: int,
    *,
    features: Sequence[str] = (),
    contributions: Floats | None = None,
    most_adverse: int = 4,
    most_favourable: int = 2,
) -> tuple[Reason, ...]:
    """All reasons of one customer, as `explain_rows` tells them.

    `contributions`: log-odds of this one customer per feature of `features`, shape (f,) or (f + 1,) with the base
    last. Raises InputError if its length is neither.
    """
    return explain_rows(
        ratings,
        [row],
        features=features,
        contributions=None if contributions is None else contributions[np.newaxis, :],
        most_adverse=most_adverse,
        most_favourable=most_favourable,
    )[0]


def explain_rows(
    ratings: Ratings,
    rows: Sequence[int],
    *,
    features: Sequence[str] = (),
    contributions: Floats | None = None,
    most_adverse: int = 4,
    most_favourable: int = 2,
) -> list[tuple[Reason, ...]]:
    """All reasons of each customer: why there is no rating, the rules by stage, what people agreed, then the model,
    adverse first.

    Rules that applied and changed nothing are left out.

    `contributions`: log-odds of these customers per feature of `features`, shape (rows, f) or (rows, f + 1) with the
    base last; NaN where the model says nothing. Raises InputError if the shape is neither.
    """
    places = np.asarray(rows, dtype=np.intp)
    ruled = _rules(ratings, places)
    moved: list[list[Reason]] = [[] for _ in rows]
    if contributions is not None:
        moved = _model(
            ratings, places, features, contributions, most_adverse=most_adverse, most_favourable=most_favourable
        )
    return [
        (*_unrated(ratings, row), *by_rules, *explain_agreed(ratings, row), *by_model)
        for row, by_rules, by_model in zip(rows, ruled, moved, strict=True)
    ]


def rule_text(rule: Rule, ratings: Ratings, row: int) -> Text:
    """The rule's reason with the customer's numbers, in both languages, and which row or segment of it."""
    said = Text(*(_sentence(rule, ratings, row, language) for language in LANGUAGES))
    part = rule.part
    return said if part is None else Text(f"{said.en} ({part.en})", f"{said.zh}（{part.zh}）")


def _sentence(rule: Rule, ratings: Ratings, row: int, language: Language) -> str:
    template = rule.reason.in_language(language)
    shared = ratings.policy.parameters
    values = {**shared, **dict(rule.own_values)} if rule.own_values else shared
    names = placeholders(template)
    known = ratings.facts.record(row, [name for name in names if not name.startswith("@")])
    return fill(template, reason_words(names, known, values, language))


def _unrated(ratings: Ratings, row: int) -> list[Reason]:
    why = ratings.unrated_reason(row)
    return [] if why is None else [Reason(ReasonKind.UNRATED, why.value, UNRATED_TEXTS[why])]


def _rules(ratings: Ratings, rows: Places) -> list[list[Reason]]:
    """By customer, in the order of the policy. Of a table with several rows that are unknown, only one is told."""
    found: list[list[Reason]] = [[] for _ in rows]
    told: set[tuple[str, int]] = set()
    for rule in ratings.policy.all_rules:
        applied, referred = ratings.effects.applied[rule.id][rows], ratings.effects.referred[rule.id][rows]
        told_of = applied.copy()
        told_of[applied] = _differences(rule, ratings, rows[applied])
        for place in np.flatnonzero(told_of).tolist():
            found[place].append(Reason(ReasonKind.RULE, rule.id, rule_text(rule, ratings, int(rows[place]))))
        for place in np.flatnonzero(referred & ~told_of).tolist():
            if (rule.base_id, place) not in told:
                told.add((rule.base_id, place))
                found[place].append(_unknown_to(rule))
    return found


def _unknown_to(rule: Rule) -> Reason:
    text = Text(
        f"A person decides, because what '{rule.name.en}' asks about is not fully known",
        f"「{rule.name.zh}」所需信息不全，须人工判断",
    )
    return Reason(ReasonKind.UNKNOWN_TO_RULE, rule.base_id, text)


def explain_agreed(ratings: Ratings, row: int) -> list[Reason]:
    """What people agreed for the customer, where it changed anything."""
    found = [Reason(ReasonKind.EXEMPT, rule_id, text) for rule_id, text in exemption_texts(ratings, row)]
    lifted = temporary_limit_text(ratings, row)
    if lifted is not None:
        found.append(Reason(ReasonKind.TEMPORARY_LIMIT, ReasonKind.TEMPORARY_LIMIT.value, lifted))
    return found


def made_a_difference(rule: Rule, ratings: Ratings, row: int) -> bool:
    """Whether a rule that applied changed anything; a cap of 2,000,000 on a limit of 25,000 explains nothing."""
    return bool(_differences(rule, ratings, np.array([row]))[0])


def _differences(rule: Rule, ratings: Ratings, rows: Places) -> Flags:
    then, none = rule.then, np.zeros(len(rows), dtype=np.bool_)
    limits, grades, terms = ratings.limits, ratings.grades, ratings.terms
    days, wanted, longest = terms.days[rows], terms.wanted[rows], terms.grade_longest[rows]
    by_grade, by_relation = np.minimum(wanted, longest), np.minimum(wanted, longest + terms.extension[rows])
    only_caps = replace(then, grade_cap=None, limit_cap=None, limit_factor=None, terms_cap_days=None, terms_add_days=0)
    before = limits.before_rules[rows]
    by_part = (
        none if only_caps == Effect() else ~none,
        none if then.grade_cap is None else then.grade_cap > grades.pd[rows],
        none if then.limit_factor is None else before > 0,
        none if then.limit_cap is None else then.limit_cap < before * limits.rule_factor[rows],
        none if then.terms_cap_days is None else then.terms_cap_days < by_relation,
        days > by_grade if then.terms_add_days > 0 else none,
        days < by_grade if then.terms_add_days < 0 else none,
    )
    different: Flags = np.logical_or.reduce(by_part)
    return different


def _model(
    ratings: Ratings,
    rows: Places,
    features: Sequence[str],
    contributions: Floats,
    *,
    most_adverse: int,
    most_favourable: int,
) -> list[list[Reason]]:
    if contributions.shape[1] not in (len(features), len(features) + 1):
        raise InputError(f"{contributions.shape[1]} contributions for {len(features)} features", where="reasons")
    missing = np.full(len(rows), np.nan)
    numbers = ratings.facts.numbers
    values = np.array([numbers[name][rows] if name in numbers else missing for name in features])
    told = tell_model(
        tuple(features),
        values.reshape(len(features), len(rows)),
        contributions[:, : len(features)].T,
        most_adverse=most_adverse,
        most_favourable=most_favourable,
    )
    return [[Reason(ReasonKind.MODEL, r.code, r.text, r.weight) for r in reasons] for reasons in told]
