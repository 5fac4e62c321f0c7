"""Why: the rules that applied and what moved the model most, as sentences with the customer's own numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import exp

import numpy as np

from riskengine.decision.agreed_reasons import exemption_texts, temporary_limit_text
from riskengine.decision.arrays import Floats
from riskengine.decision.predictions import UNRATED_TEXTS
from riskengine.decision.ratings import Ratings
from riskengine.decision.words import SOURCE_TEXTS, reason_words, write_number, write_value
from riskengine.features.catalogue import CATALOGUE
from riskengine.policy.reason import fill, placeholders
from riskengine.policy.rule import Effect, Rule
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.terms.errors import InputError
from riskengine.terms.text import LANGUAGES, Language, Text

LEAST_WEIGHT = 0.05  # log-odds: what moves the odds by less than 5 % explains nothing


class ReasonKind(StrEnum):
    RULE = "rule"
    UNKNOWN_TO_RULE = "unknown_to_rule"  # a rule refers the customer because a fact is missing
    EXEMPT = "exempt"  # a rule would have said something, had people not exempted the customer from it
    TEMPORARY_LIMIT = "temporary_limit"  # people granted a larger limit for a time
    MODEL = "model"
    UNRATED = "unrated"


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is a rule's id, `temporary_limit`, or the family of features; `weight` is in log-odds of default, None
    for all but the model's."""

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
    """All reasons of one customer: why there is no rating, the rules by stage, what people agreed, then the model,
    adverse first.

    Rules that applied and changed nothing are left out.

    `contributions`: log-odds of this one customer per feature of `features`, shape (f,) or (f + 1,) with the base
    last. Raises InputError if its length is neither.
    """
    return (
        *_unrated(ratings, row),
        *_rules(ratings, row),
        *explain_agreed(ratings, row),
        *explain_model(
            ratings, row, features, contributions, most_adverse=most_adverse, most_favourable=most_favourable
        ),
    )


def rule_text(rule: Rule, ratings: Ratings, row: int) -> Text:
    """The rule's reason with the customer's numbers, in both languages, and which row or segment of it."""
    said = Text(*(_sentence(rule, ratings, row, language) for language in LANGUAGES))
    part = rule.part
    return said if part is None else Text(f"{said.en} ({part.en})", f"{said.zh}（{part.zh}）")


def _sentence(rule: Rule, ratings: Ratings, row: int, language: Language) -> str:
    template = rule.reason.in_language(language)
    values = {**ratings.policy.parameters, **dict(rule.own_values)}
    words = reason_words(_placeholders(template), ratings.facts, row, values, language)
    return fill(template, words)


_placeholders = lru_cache(maxsize=1_000)(placeholders)


def _unrated(ratings: Ratings, row: int) -> list[Reason]:
    why = ratings.unrated_reason(row)
    return [] if why is None else [Reason(ReasonKind.UNRATED, why.value, UNRATED_TEXTS[why])]


def _rules(ratings: Ratings, row: int) -> list[Reason]:
    found = []
    referred: set[str] = set()  # of a table with several rows that are unknown, only one is told
    for rule in ratings.policy.all_rules:
        if ratings.effects.applied[rule.id][row] and made_a_difference(rule, ratings, row):
            found.append(Reason(ReasonKind.RULE, rule.id, rule_text(rule, ratings, row)))
        elif ratings.effects.referred[rule.id][row] and rule.base_id not in referred:
            referred.add(rule.base_id)
            text = Text(
                f"A person decides, because what '{rule.name.en}' asks about is not fully known",
                f"「{rule.name.zh}」所需信息不全，须人工判断",
            )
            found.append(Reason(ReasonKind.UNKNOWN_TO_RULE, rule.base_id, text))
    return found


def explain_agreed(ratings: Ratings, row: int) -> list[Reason]:
    """What people agreed for the customer, where it changed anything."""
    found = [Reason(ReasonKind.EXEMPT, rule_id, text) for rule_id, text in exemption_texts(ratings, row)]
    lifted = temporary_limit_text(ratings, row)
    if lifted is not None:
        found.append(Reason(ReasonKind.TEMPORARY_LIMIT, ReasonKind.TEMPORARY_LIMIT.value, lifted))
    return found


def made_a_difference(rule: Rule, ratings: Ratings, row: int) -> bool:
    """Whether a rule that applied changed anything; a cap of 2,000,000 on a limit of 25,000 explains nothing."""
    then = rule.then
    limits, grades, terms = ratings.limits, ratings.grades, ratings.terms
    days, by_grade = terms.days[row], np.minimum(terms.wanted[row], terms.grade_longest[row])
    by_relation = np.minimum(terms.wanted[row], terms.grade_longest[row] + terms.extension[row])
    only_caps = replace(then, grade_cap=None, limit_cap=None, limit_factor=None, terms_cap_days=None, terms_add_days=0)
    return bool(
        only_caps != Effect()
        or (then.grade_cap is not None and then.grade_cap > grades.pd[row])
        or (then.limit_factor is not None and limits.before_rules[row] > 0)
        or (then.limit_cap is not None and then.limit_cap < limits.before_rules[row] * limits.rule_factor[row])
        or (then.terms_cap_days is not None and then.terms_cap_days < by_relation)
        or (then.terms_add_days > 0 and days > by_grade)
        or (then.terms_add_days < 0 and days < by_grade)
    )


@dataclass(frozen=True, slots=True)
class _Family:
    """Features of one cause, such as everything about days late, and the one that speaks for them.

    What is not known of one source is a cause of its own: a customer without history has one gap, not twenty.
    """

    name: str
    weight: float
    spokesman: str
    size: int
    unknown: bool = False


def explain_model(
    ratings: Ratings,
    row: int,
    features: Sequence[str],
    contributions: Floats | None,
    *,
    most_adverse: int,
    most_favourable: int,
) -> list[Reason]:
    """The families of features that moved the PD most; one sentence each, so that one cause is told once."""
    if contributions is None:
        return []
    if len(contributions) not in (len(features), len(features) + 1):
        raise InputError(f"{len(contributions)} contributions for {len(features)} features", where="reasons")
    families = group_contributions(features, contributions[: len(features)], _known(features, ratings, row))
    adverse = [f for f in families if f.weight >= LEAST_WEIGHT][:most_adverse]
    favourable = [f for f in reversed(families) if f.weight <= -LEAST_WEIGHT][:most_favourable]
    return [_model_reason(family, ratings, row) for family in (*adverse, *favourable)]


def group_contributions(features: Sequence[str], contributions: Floats, known: Sequence[bool]) -> list[_Family]:
    """Families by falling weight; ties by name. The spokesman moved most in the family's direction."""
    members: dict[tuple[str, bool], list[int]] = {}
    for place, (feature, is_known) in enumerate(zip(features, known, strict=True)):
        name = family_of(feature) if is_known else f"unknown_{feature.split('_')[0]}"
        members.setdefault((name, not is_known), []).append(place)
    families = []
    for (name, unknown), places in members.items():
        weights = contributions[places]
        weight = float(np.sum(weights))
        loudest = int(np.argmax(weights if weight >= 0 else -weights))
        moved = int(np.count_nonzero(weights))
        families.append(_Family(name, weight, features[places[loudest]], moved, unknown))
    return sorted(families, key=lambda family: (-family.weight, family.name))


def _known(features: Sequence[str], ratings: Ratings, row: int) -> list[bool]:
    numbers = ratings.facts.numbers
    return [name in numbers and not np.isnan(numbers[name][row]) for name in features]


def family_of(feature: str) -> str:
    """The source and the subject.

    >>> family_of("pay_late_days_mean_90d"), family_of("sig_lawsuit_defendant_count_365d")
    ('pay_late', 'sig_lawsuit')
    """
    return "_".join(feature.split("_")[:2])


def _model_reason(family: _Family, ratings: Ratings, row: int) -> Reason:
    odds = exp(family.weight)
    times = write_number(odds if odds >= 1.0 else 1.0 / odds, 2)
    about = _gap(family) if family.unknown else _value(family.spokesman, ratings, row)
    if odds >= 1.0:
        text = Text(
            f"{about.en}; this multiplies the odds of default by {times}", f"{about.zh}；违约几率提高至{times}倍"
        )
    else:
        text = Text(f"{about.en}; this divides the odds of default by {times}", f"{about.zh}；违约几率降低至1/{times}")
    return Reason(ReasonKind.MODEL, family.name, text, family.weight)


def _value(name: str, ratings: Ratings, row: int) -> Text:
    fact = standard_vocabulary()[name]
    value = float(ratings.facts.numbers[name][row])
    return Text(
        f"{fact.text.en}: {write_value(name, value, 'en')}",
        f"{fact.text.zh}：{write_value(name, value, 'zh')}",
    )


def _gap(family: _Family) -> Text:
    feature = CATALOGUE[family.spokesman]
    source, others = SOURCE_TEXTS[feature.source], family.size - 1
    more_en, more_zh = (f" and {others} more", f"等{family.size}项") if others > 0 else ("", "")
    return Text(
        f"Not known of the {source.en}: {feature.text.en}{more_en}",
        f"{source.zh}中未知：{feature.text.zh}{more_zh}",
    )
