"""Groups of companies: who belongs together, who is the parent, and how trouble spreads."""

from dataclasses import dataclass

import numpy as np

from riskengine.synthetic.streams import Flags, Floats, Ints

GROUPED_SHARE = 0.22
_SIZES = np.array([2, 3, 4, 5, 6, 8, 12])
_SIZE_SHARES = np.array([0.45, 0.25, 0.12, 0.08, 0.05, 0.03, 0.02])
FROM_PARENT = 1.0  # strain a parent's failure adds to its subsidiaries
FROM_MEMBER = 0.6  # strain a subsidiary's failure adds to its parent and its sisters


@dataclass(frozen=True, slots=True)
class Groups:
    """`group`: number of the group inside the block, or -1; `parent`: row of the parent inside the block, or -1."""

    group: Ints
    parent: Ints
    count: int

    @property
    def is_parent(self) -> Flags:
        heads = np.zeros(self.group.size, dtype=bool)
        heads[self.parent[self.parent >= 0]] = True
        return heads


def draw_groups(rng: np.random.Generator, size: int) -> Groups:
    """Put about `GROUPED_SHARE` of the customers of a block into groups; the first member drawn is the parent."""
    group = np.full(size, -1, dtype=np.int64)
    parent = np.full(size, -1, dtype=np.int64)
    mean = float(_SIZES @ _SIZE_SHARES)
    sizes = rng.choice(_SIZES, size=max(1, int(size * GROUPED_SHARE / mean) + 1), p=_SIZE_SHARES)
    sizes = sizes[np.cumsum(sizes) <= size * GROUPED_SHARE]
    members = rng.permutation(size)[: int(sizes.sum())]
    number = np.repeat(np.arange(sizes.size), sizes)
    heads = members[np.cumsum(sizes) - sizes]
    group[members] = number
    parent[members] = heads[number]
    parent[heads] = -1
    return Groups(group, parent, int(sizes.size))


def contagion(groups: Groups, failed: Flags) -> Floats:
    """Strain that this month's failures add to every other member of their groups, shape (customers,)."""
    parents, members = others(groups, failed.astype(np.float64))
    return FROM_PARENT * parents + FROM_MEMBER * members


def others(groups: Groups, weight: Floats) -> tuple[Floats, Floats]:
    """Per customer: the weight of its parent, and the sum of the weights of its sisters and subsidiaries."""
    of_parent, of_members = np.zeros(weight.size), np.zeros(weight.size)
    grouped = groups.group >= 0
    if not weight[grouped].any():
        return of_parent, of_members
    heads = groups.is_parent
    own_head = np.where(heads, weight, 0.0)[grouped]
    own_member = np.where(heads, 0.0, weight)[grouped]
    group = groups.group[grouped]
    of_parent[grouped] = np.bincount(group, own_head, minlength=groups.count)[group] - own_head
    of_members[grouped] = np.bincount(group, own_member, minlength=groups.count)[group] - own_member
    return of_parent, of_members
