"""What an invariant may name: every fact of the vocabulary, and what is known only when a rating has ended."""

from types import MappingProxyType

from riskengine.features.feature import Unit
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.terms.decision import Action, Severity, Stage
from riskengine.terms.text import Text

ACTION_PREFIX = "action_"
SEVERITY = "severity"
AVAILABLE_CREDIT = "available_credit"
AVAILABLE_BEYOND_SECURED = "available_beyond_secured"
_LAST = Stage.WARNINGS
_MADE_AT_ONCE = ("pd_grade", "pd_to_prev", "ctx_exposure_share")  # before the first stage, from what is put in


def action_fact(action: Action) -> str:
    """The flag that says whether an action is called for.

    >>> action_fact(Action.FREEZE_CREDIT)
    'action_freeze_credit'
    """
    return f"{ACTION_PREFIX}{action.value}"


END_FACTS: tuple[Fact, ...] = (
    Fact(
        SEVERITY,
        Text("Worst warning: 0 none, 1 watch, 2 amber, 3 red", "最严重预警：0无，1关注，2黄色，3红色"),
        Unit.SCORE,
        _LAST,
        0.0,
        float(max(Severity)),
        can_be_missing=False,
    ),
    Fact(AVAILABLE_CREDIT, Text("Available credit", "可用额度"), Unit.MONEY, _LAST),
    Fact(
        AVAILABLE_BEYOND_SECURED,
        Text(
            "Available credit less the limit, guarantees and insurance", "可用额度减去信用额度、担保金额与信用保险金额"
        ),
        Unit.MONEY,
        _LAST,
    ),
    *(
        Fact(
            action_fact(action),
            Text(f"'{action.value}' is called for", f"要求执行{action.value}"),
            Unit.FLAG,
            _LAST,
            0.0,
            1.0,
            can_be_missing=False,
        )
        for action in Action
    ),
)


def is_put_in(fact: Fact) -> bool:
    """Whether it goes into a rating, rather than being made by it."""
    return fact.known_from is Stage.HARD_STOPS and fact.name not in _MADE_AT_ONCE


def end_vocabulary(vocabulary: Vocabulary) -> Vocabulary:
    """The facts invariants may name."""
    return MappingProxyType({**vocabulary, **{fact.name: fact for fact in END_FACTS}})
