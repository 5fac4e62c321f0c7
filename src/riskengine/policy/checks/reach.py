"""What a condition can ever say, over all values its facts can take."""

from collections.abc import Mapping

from riskengine.policy.checks.search import FALSE, TRUE, UNKNOWN, Goal, Undecided, find_customer
from riskengine.policy.condition import ORDERINGS, Comparison, Condition, IsMissing, Leaf, Op, ParameterName, leaves
from riskengine.policy.vocabulary import Fact


def can_be(condition: Condition, facts: Mapping[str, Fact], *, wanted: bool) -> bool:
    """Whether any values make a resolved condition true (or false). One too large to reason about can be both."""
    try:
        return find_customer([Goal(condition, TRUE if wanted else FALSE)], facts) is not None
    except Undecided:
        return True


def can_be_unknown(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Whether missing facts can leave a resolved condition unknown."""
    try:
        return find_customer([Goal(condition, UNKNOWN)], facts) is not None
    except Undecided:
        return any(isinstance(leaf, Comparison) and facts[leaf.fact].can_be_missing for leaf in leaves(condition))


def is_comparable(leaf: Leaf, facts: Mapping[str, Fact]) -> bool:
    """Whether fact and operand are of one type and the operator fits them; the checks of leaves say so where not."""
    if isinstance(leaf, IsMissing) or isinstance(leaf.operand, ParameterName):
        return isinstance(leaf, IsMissing)
    members = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
    is_text = facts[leaf.fact].is_text
    is_list = isinstance(leaf.operand, tuple)
    fits_op = is_list is (leaf.op in (Op.IN, Op.NOT_IN)) and not (is_text and leaf.op in ORDERINGS)
    return fits_op and all(isinstance(member, str) is is_text for member in members)
