"""Which parts of a condition differ, when the rest of the tree is the same."""

from collections.abc import Sequence

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not

LeafPair = tuple[Condition, Condition]


def compare_leaves(before: Condition, after: Condition) -> tuple[LeafPair, ...] | None:
    """The differing parts of two trees of one shape, left to right; None where the shapes differ.

    >>> from riskengine.policy.condition import Op
    >>> old, new = Comparison("dpd", Op.GE, 90.0), Comparison("dpd", Op.GE, 60.0)
    >>> [(str(a), str(b)) for a, b in compare_leaves(AllOf((IsMissing("x"), old)), AllOf((IsMissing("x"), new))) or ()]
    [('dpd >= 90', 'dpd >= 60')]
    >>> compare_leaves(old, AllOf((old, new))) is None
    True
    """
    if before == after:
        return ()
    match before, after:
        case AllOf(old), AllOf(new):
            return _joined(old, new)
        case AnyOf(old), AnyOf(new):
            return _joined(old, new)
        case Not(), Not():
            return compare_leaves(before.arm, after.arm)
        case ((Comparison() | IsMissing()), (Comparison() | IsMissing())):
            return ((before, after),)
        case _:
            return None


def _joined(before: Sequence[Condition], after: Sequence[Condition]) -> tuple[LeafPair, ...] | None:
    if len(before) != len(after):
        return None
    found: list[LeafPair] = []
    for old, new in zip(before, after, strict=True):
        inner = compare_leaves(old, new)
        if inner is None:
            return None
        found.extend(inner)
    return tuple(found)
