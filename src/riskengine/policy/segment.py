"""A segment: the customers for whom a parameter has another value."""

from dataclasses import dataclass

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


def are_apart(one: Segment, other: Segment) -> bool:
    """Whether no customer can be in both."""
    theirs = dict(other.members)
    return any(
        not set(texts) & set(theirs[fact]) and not (one.unknown_is_in and other.unknown_is_in)
        for fact, texts in one.members
        if fact in theirs
    )
