"""What one day's rating says of a customer and an indicator: does a rule enter, and does the exit hold?"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from riskengine.policy.condition import Leaf
from riskengine.policy.leaf import parse_leaf
from riskengine.terms.decision import Severity

Known = float | str | None  # None: missing


class Key(NamedTuple):
    """There is at most one open episode for each."""

    customer_id: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of the indicator that applied."""

    rule_id: str  # as written, without row and segment
    severity: Severity


@dataclass(frozen=True, slots=True)
class Named:
    """A fact that the sentence of a rule names and its condition does not ask about."""

    fact: str

    def __str__(self) -> str:
        return self.fact


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact that a rule asked for, what it asked, and what was known; or one that only its sentence names.

    >>> from riskengine.policy.leaf import parse_leaf
    >>> print(Evidence("EWS-PAY-001", parse_leaf("pay_dpd_max >= 60"), 75.0))
    pay_dpd_max >= 60: 75.0
    >>> print(Evidence("EWS-PAY-001", Named("pay_overdue_amount"), None))
    pay_overdue_amount: missing
    """

    rule_id: str
    leaf: Leaf | Named
    value: Known

    def __str__(self) -> str:
        return f"{self.leaf}: {'missing' if self.value is None else self.value}"


def parse_asked(text: str) -> Leaf | Named:
    """What `str` wrote of the leaf of an Evidence. Raises LeafError if it is neither a leaf nor a name.

    >>> parse_asked("pay_overdue_amount")
    Named(fact='pay_overdue_amount')
    """
    return Named(text) if text.isidentifier() else parse_leaf(text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One customer, one indicator, one day.

    A rule that is neither among `entries`, `held` nor `unknown` has its exit known true: so has one that is no longer
    in force. Evidence counts only where the finding opens or escalates an episode, and may be left out elsewhere.
    """

    customer_id: str
    indicator: str
    day: date
    entries: tuple[Entry, ...] = ()  # sorted by rule id
    held: frozenset[str] = frozenset()  # rules whose exit is known not to hold
    unknown: frozenset[str] = frozenset()  # rules of whose exit too little is known
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> Key:
        return Key(self.customer_id, self.indicator)

    @property
    def severity(self) -> Severity | None:
        """The highest of the rules that applied; None where none did."""
        return max((entry.severity for entry in self.entries), default=None)
