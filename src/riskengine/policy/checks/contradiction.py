"""What cannot both be asked of one customer, and what a customer's state leaves no room for; with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from riskengine.policy.rule import Effect
from riskengine.terms.decision import Action


class Demand(StrEnum):
    """What an effect asks for, in the words of a finding."""

    REMINDER = "a reminder"
    CALL = "a collection call"
    LETTER = "a formal letter"
    LEGAL = "legal collection"
    SHORTER = "shorter terms"
    LONGER = "longer terms"
    PREPAYMENT = "prepayment"
    STOP = "no more credit"
    BETTER = "a better grade"
    CUT = "a cut of the limit"
    INSURANCE = "insurance"


_BY_ACTION: Mapping[Action, Demand] = MappingProxyType(
    {
        Action.COLLECT_REMIND: Demand.REMINDER,
        Action.COLLECT_CALL: Demand.CALL,
        Action.COLLECT_LETTER: Demand.LETTER,
        Action.COLLECT_LEGAL: Demand.LEGAL,
        Action.SHORTEN_TERMS: Demand.SHORTER,
        Action.REQUIRE_PREPAYMENT: Demand.PREPAYMENT,
        Action.FREEZE_CREDIT: Demand.STOP,
        Action.CUT_LIMIT: Demand.CUT,
        Action.INSURE: Demand.INSURANCE,
    }
)


def demands_of(effect: Effect) -> frozenset[Demand]:
    """What an effect asks for.

    >>> sorted(demands_of(Effect(terms_add_days=7, actions=(Action.COLLECT_CALL,))))
    [<Demand.CALL: 'a collection call'>, <Demand.LONGER: 'longer terms'>]
    """
    found = {_BY_ACTION[action] for action in effect.actions if action in _BY_ACTION}
    parts = (
        (Demand.LONGER, effect.terms_add_days > 0),
        (Demand.PREPAYMENT, effect.terms_cap_days == 0),
        (Demand.STOP, effect.freeze or effect.in_default),
        (Demand.BETTER, effect.notch < 0),
    )
    return frozenset(found | {demand for demand, is_asked in parts if is_asked})


@dataclass(frozen=True, slots=True)
class Contradiction:
    one: Demand
    other: Demand
    why: str


@dataclass(frozen=True, slots=True)
class Hindrance:
    """`state` is a leaf; a rule that asks for `demand` must not be able to hold in it, if its stage knows the fact."""

    demand: Demand
    state: str
    why: str


_STAGES = (Demand.REMINDER, Demand.CALL, Demand.LETTER, Demand.LEGAL)
_ONE_STAGE = "a customer is at one stage of collection"
_NOTHING_LEFT = "whoever pays in advance has no terms"
_NO_CREDIT = "whoever gets no credit has no terms"

CONTRADICTIONS: tuple[Contradiction, ...] = (
    *(Contradiction(one, other, _ONE_STAGE) for i, one in enumerate(_STAGES) for other in _STAGES[i + 1 :]),
    Contradiction(Demand.LONGER, Demand.SHORTER, "terms become longer or shorter"),
    Contradiction(Demand.LONGER, Demand.PREPAYMENT, _NOTHING_LEFT),
    Contradiction(Demand.LONGER, Demand.STOP, _NO_CREDIT),
    Contradiction(Demand.SHORTER, Demand.PREPAYMENT, _NOTHING_LEFT),
    Contradiction(Demand.SHORTER, Demand.STOP, _NO_CREDIT),
    Contradiction(Demand.BETTER, Demand.STOP, "whoever is trusted less than before is not graded better"),
    Contradiction(Demand.INSURANCE, Demand.STOP, "insurers take no customer to whom credit was stopped"),
)

HINDRANCES: tuple[Hindrance, ...] = (
    Hindrance(Demand.SHORTER, "terms_days == 0", _NOTHING_LEFT),
    Hindrance(Demand.SHORTER, "frozen == 1", _NO_CREDIT),
    Hindrance(Demand.LONGER, "frozen == 1", _NO_CREDIT),
    Hindrance(Demand.CUT, "in_default == 1", "the limit of a customer in default is 0 already"),
    Hindrance(Demand.INSURANCE, "in_default == 1", "insurers take no customer in default"),
    Hindrance(Demand.REMINDER, "in_default == 1", "customers in default are with the lawyers"),
    Hindrance(Demand.CALL, "in_default == 1", "customers in default are with the lawyers"),
    Hindrance(Demand.LETTER, "in_default == 1", "customers in default are with the lawyers"),
)
