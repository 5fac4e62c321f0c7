"""A segment: the customers for whom a parameter has another value."""

from dataclasses import dataclass

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.terms.text import Text

# What segments are made of: texts of the master data, known in every stage.
SEGMENT_FACTS = (
    "cus_country",
    "cus_region",
    "cus_industry",
    "cus_legal_form",
    "cus_product_line",
    "cus_sales_team",
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers of whom each fact of `members` is one of its texts.

    Whoever's fact is not known is inside if `unknown_is_in`, unless another fact says that he is not.
    """

    name: str
    text: Text
    members: tuple[tuple[str, tuple[str, ...]], ...]
    unknown_is_in: bool

    @property
    def size(self) -> int:
        """Of two segments of one customer the larger is the more specific, and wins."""
        return len(self.members)

    def holds(self, fact: str, value: str | None) -> bool:
        """Whether a value of one fact (None: missing) leaves a customer inside. A fact the segment does not name does.

        >>> south = Segment("south", Text("South", "南欧"), (("cus_country", ("IT", "ES")),), unknown_is_in=False)
        >>> south.holds("cus_country", "IT"), south.holds("cus_country", None), south.holds("cus_region", None)
        (True, False, True)
        """
        wanted = dict(self.members).get(fact)
        if wanted is None:
            return True
        return self.unknown_is_in if value is None else value in wanted


def inside(segment: Segment) -> Condition:
    """True for customers of the segment and false for all others; never unknown."""
    return _all([_fact_inside(fact, texts, segment.unknown_is_in) for fact, texts in segment.members])


def outside(segment: Segment) -> Condition:
    """The opposite of `inside`; never unknown either.

    >>> str(outside(Segment("south", Text("South", "南欧"), (("cus_country", ("IT", "ES")),), unknown_is_in=False)))
    "any(cus_country is missing, cus_country not in ['IT', 'ES'])"
    """
    arms = [_fact_outside(fact, texts, segment.unknown_is_in) for fact, texts in segment.members]
    return arms[0] if len(arms) == 1 else AnyOf(tuple(arms))


def are_apart(one: Segment, other: Segment) -> bool:
    """Whether no customer can be in both."""
    theirs = dict(other.members)
    return any(
        not set(texts) & set(theirs[fact]) and not (one.unknown_is_in and other.unknown_is_in)
        for fact, texts in one.members
        if fact in theirs
    )


def _fact_inside(fact: str, texts: tuple[str, ...], unknown_is_in: bool) -> Condition:  # noqa: FBT001 - of the segment
    listed = Comparison(fact, Op.IN, texts)
    return AnyOf((IsMissing(fact), listed)) if unknown_is_in else AllOf((Not(IsMissing(fact)), listed))


def _fact_outside(fact: str, texts: tuple[str, ...], unknown_is_in: bool) -> Condition:  # noqa: FBT001 - of the segment
    unlisted = Comparison(fact, Op.NOT_IN, texts)
    return AllOf((Not(IsMissing(fact)), unlisted)) if unknown_is_in else AnyOf((IsMissing(fact), unlisted))


def _all(arms: list[Condition]) -> Condition:
    return arms[0] if len(arms) == 1 else AllOf(tuple(arms))
