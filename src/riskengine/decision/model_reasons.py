"""What moved the model most, cause by cause, as sentences with the customer's own numbers. Column by column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from riskengine.decision.arrays import Flags, Floats
from riskengine.decision.words import SOURCE_TEXTS, write_both, write_number
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.cause import cause_of
from riskengine.terms.errors import InputError
from riskengine.terms.text import Text

LEAST_WEIGHT = 0.05  # log-odds: what moves the odds by less than 5 % explains nothing
SECOND_SHARE = 0.25  # of a cause's weight: from here on a second number is told

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ModelReason:
    """`code` is a cause's, or `unknown_` with a source; `weight` is in log-odds of default."""

    code: str
    text: Text
    weight: float


@dataclass(frozen=True, slots=True)
class Group:
    """Features that are told as one: those of a cause, as far as they are known, or what is not known of a source.

    A customer without history has one gap, not twenty. `features` are places among the model's.
    """

    code: str
    text: Text
    features: tuple[int, ...]
    unknown: bool


@lru_cache(maxsize=8)
def groups_of(features: tuple[str, ...]) -> tuple[Group, ...]:
    """The groups of a model by their codes. Every feature is in the one of its cause and in the one of its source.

    Raises UsageError for a feature without a cause.
    """
    known: dict[str, list[int]] = {}
    unknown: dict[str, list[int]] = {}
    texts: dict[str, Text] = {}
    for place, name in enumerate(features):
        cause, source = cause_of(name), CATALOGUE[name].source
        texts |= {cause.code: cause.text, f"unknown_{source.value}": SOURCE_TEXTS[source]}
        known.setdefault(cause.code, []).append(place)
        unknown.setdefault(f"unknown_{source.value}", []).append(place)
    found = [Group(code, texts[code], tuple(places), unknown=False) for code, places in known.items()]
    found += [Group(code, texts[code], tuple(places), unknown=True) for code, places in unknown.items()]
    return tuple(sorted(found, key=lambda group: group.code))


def weigh_groups(groups: Sequence[Group], contributions: Floats, known: Flags) -> Floats:
    """What each group adds to the log-odds, shape (groups, customers).

    `contributions` and `known` have the shape (features, customers). The groups of a customer add up to its
    contributions. Features are added one after the other, so that a customer's weights do not depend on the others.
    """
    weights = np.zeros((len(groups), contributions.shape[1]))
    for weight, group in zip(weights, groups, strict=True):
        for feature in group.features:
            counts = ~known[feature] if group.unknown else known[feature]
            np.add(weight, contributions[feature], out=weight, where=counts)
    return weights


def tell_model(
    features: tuple[str, ...], values: Floats, contributions: Floats, *, most_adverse: int, most_favourable: int
) -> list[list[ModelReason]]:
    """The causes that moved each customer's PD most: the adverse ones first, each kind by falling weight, ties by code.

    `values` and `contributions` (features, customers): the customer's own numbers, NaN for missing, and log-odds; NaN
    contributions say nothing. Raises InputError if the shapes differ.
    """
    if not len(features) == len(values) == len(contributions) or values.shape != contributions.shape:
        raise InputError(
            f"{len(contributions)} contributions and {len(values)} values for {len(features)} features", where="reasons"
        )
    groups, known = groups_of(features), ~np.isnan(values)
    weights = weigh_groups(groups, contributions, known)
    told: list[list[ModelReason]] = [[] for _ in range(values.shape[1])]
    for sign, most in ((1.0, most_adverse), (-1.0, most_favourable)):
        ranked = np.argsort(-sign * weights, axis=0, kind="stable")
        for chosen in ranked[:most]:
            for place in np.unique(chosen):
                group = groups[place]
                rows = np.flatnonzero((chosen == place) & (sign * weights[place] >= LEAST_WEIGHT))
                own = np.ix_(group.features, rows)
                names = tuple(features[feature] for feature in group.features)
                part = _Part(group, names, values[own], contributions[own], known[own], sign)
                for row, reason in zip(rows, part.reasons(weights[place][rows]), strict=True):
                    told[row].append(reason)
    return told


@dataclass(frozen=True, slots=True)
class _Part:
    """One group for the customers of whom it is to be told; all arrays (features of the group, customers)."""

    group: Group
    names: tuple[str, ...]
    values: Floats
    contributions: Floats
    known: Flags
    sign: float

    def reasons(self, weights: Floats) -> Iterator[ModelReason]:
        if not len(weights):
            return
        loud = np.where(self.known ^ self.group.unknown, self.sign * self.contributions, -np.inf)
        first = np.argmax(loud, axis=0)
        about = self._gaps(loud, first) if self.group.unknown else self._numbers(loud, first, weights)
        for said, weight in zip(about, weights.tolist(), strict=True):
            yield ModelReason(self.group.code, _sentence(said, weight), weight)

    def _numbers(self, loud: Floats, first: Places, weights: Floats) -> Iterator[Text]:
        """The cause, with the number that moved most in its direction, and a second one if it carries enough."""
        rows = np.arange(len(first))
        others = loud.copy()
        others[first, rows] = -np.inf
        second = np.argmax(others, axis=0)
        both = others[second, rows] >= SECOND_SHARE * np.abs(weights)
        cause = self.group.text
        columns = (first.tolist(), second.tolist(), both.tolist())
        for row, (one, two, with_second) in enumerate(zip(*columns, strict=True)):
            said = self._number(one, row)
            if with_second:
                more = self._number(two, row)
                said = Text(f"{said.en}; {more.en}", f"{said.zh}；{more.zh}")
            yield Text(f"{cause.en} ({said.en})", f"{cause.zh}（{said.zh}）")

    def _number(self, member: int, row: int) -> Text:
        name = self.names[member]
        text, value = short_text(name), write_both(name, float(self.values[member, row]))
        return Text(f"{text.en}: {value.en}", f"{text.zh}：{value.zh}")

    def _gaps(self, loud: Floats, loudest: Places) -> Iterator[Text]:
        source = self.group.text
        moved = np.count_nonzero(np.isfinite(loud) & (loud != 0.0), axis=0)
        for member, count in zip(loudest.tolist(), moved.tolist(), strict=True):
            text = short_text(self.names[member])
            more = Text(f" and {count - 1} more", f"等{count}项") if count > 1 else Text("", "")
            yield Text(f"Not known of the {source.en}: {text.en}{more.en}", f"{source.zh}中未知：{text.zh}{more.zh}")


@cache
def short_text(feature: str) -> Text:
    """What a feature is, without the definition that follows after a colon or in brackets at the end.

    >>> short_text("fin_gross_margin")
    Text(en='Gross margin', zh='毛利率')
    >>> short_text("ind_delay_index")  # its definition is in brackets, and has a colon
    Text(en='Payment-delay index of the industry', zh='行业付款延迟指数')
    """
    text = CATALOGUE[feature].text
    english, chinese = re.sub(r" \([^()]*\)$", "", text.en), re.sub(r"（[^（）]*）$", "", text.zh)
    return Text(
        re.sub(r" \([^()]*\)$", "", english.split(": ")[0]), re.sub(r"（[^（）]*）$", "", chinese.split("：")[0])
    )


def _sentence(about: Text, weight: float) -> Text:
    times = write_number(exp(abs(weight)), 2)
    if weight >= 0.0:
        return Text(
            f"{about.en}; this multiplies the odds of default by {times}", f"{about.zh}；违约几率提高至{times}倍"
        )
    return Text(f"{about.en}; this divides the odds of default by {times}", f"{about.zh}；违约几率降低至1/{times}")
