"""Findings of a few days in tests: drawn at random, or written as one word a day."""

from datetime import date, timedelta

from hypothesis import strategies as st

from riskengine.early_warning.finding import Entry, Finding
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.decision import Severity

FIRST = date(2025, 3, 1)
RULES = {"EWS-TST-001": Severity.WATCH, "EWS-TST-002": Severity.AMBER, "EWS-TST-003": Severity.RED}
LATE, LATER, WORST = RULES


def day(number):
    return FIRST + timedelta(days=number)


def policy_of(close_after=0, cooling=0, **more):
    """Days: one number for every severity, or three."""
    periods = {"close_after_days": _periods(close_after), "cooling_days": _periods(cooling)}
    return EpisodePolicy.model_validate({**periods, **more}, strict=False)


def _periods(days):
    three = days if isinstance(days, tuple) else (days,) * 3
    return dict(zip(("watch", "amber", "red"), three, strict=True))


def finding(number, *entered, held=(), unknown=(), customer="C1", indicator="late"):
    entries = tuple(Entry(rule, RULES[rule]) for rule in sorted(entered))
    return Finding(customer, indicator, day(number), entries, frozenset(held), frozenset(unknown))


@st.composite
def findings(draw, customers=("C1", "C2"), indicators=("late", "disputes"), most=25):
    """Of some pairs, on rising days with gaps; in the order of days."""
    found = []
    some = st.sets(st.sampled_from(sorted(RULES)))
    for customer in customers:
        for indicator in indicators:
            number = 0
            for _ in range(draw(st.integers(0, most))):
                number += draw(st.sampled_from((1, 1, 1, 2, 5)))
                kind = draw(st.sampled_from(("entered", "quiet", "quiet", "held", "unknown")))
                entered = draw(some) if kind == "entered" else ()
                held = draw(some) if kind == "held" else ()
                unknown = draw(some) if kind == "unknown" else ()
                found.append(
                    finding(number, *entered, held=held, unknown=unknown, customer=customer, indicator=indicator)
                )
    return sorted(found, key=lambda one: one.day)


@st.composite
def policies(draw):
    three = st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 8)).map(lambda days: tuple(sorted(days)))
    return policy_of(draw(three), draw(three))
