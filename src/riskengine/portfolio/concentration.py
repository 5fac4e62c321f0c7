"""How much of the portfolio hangs on few: shares, HHI, effective names, and the ABC class by share of business."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum


class AbcClass(StrEnum):
    """How much attention a customer gets; never its risk."""

    A = "A"
    B = "B"
    C = "C"


A_SHARE = 0.80
B_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Concentration:
    """Of one split of the exposure. Shares of 1; None where there is no exposure at all."""

    names: int
    hhi: float | None
    effective_names: float | None
    top_1: float | None
    top_5: float | None
    top_10: float | None


def herfindahl(amounts: Sequence[float]) -> float | None:
    """HHI = sum of squared shares, from 1/n (even) to 1 (one name). Amounts not above zero hold no share.

    >>> herfindahl([50.0, 30.0, 20.0])
    0.38
    >>> herfindahl([]) is None
    True
    """
    held = [a for a in amounts if a > 0]
    total = fsum(held)  # exactly rounded, so the order of names cannot show
    return fsum((a / total) ** 2 for a in held) if held else None


def effective_names(hhi: float | None) -> float | None:
    """1 / HHI: the number of equal names that would be as concentrated.

    >>> effective_names(0.25)
    4.0
    """
    return None if hhi is None else 1 / hhi


def top_share(amounts: Sequence[float], n: int) -> float | None:
    """Share of the `n` largest amounts.

    >>> top_share([50.0, 30.0, 20.0], 2)
    0.8
    """
    held = sorted((a for a in amounts if a > 0), reverse=True)
    return fsum(held[:n]) / fsum(held) if held else None


def concentration(amounts: Sequence[float]) -> Concentration:
    """All figures of one split, `amounts` being the exposure of each name (group, industry, region ...)."""
    hhi = herfindahl(amounts)
    return Concentration(
        names=sum(1 for a in amounts if a > 0),
        hhi=hhi,
        effective_names=effective_names(hhi),
        top_1=top_share(amounts, 1),
        top_5=top_share(amounts, 5),
        top_10=top_share(amounts, 10),
    )


def abc_classes(business: Mapping[str, int]) -> dict[str, AbcClass]:
    """Class of each customer by share of business (say, 12 months of sales in hundredths).

    Customers are ranked by business, largest first, equal ones by id. A holds those it takes to reach 80 % of all,
    B those to 95 %, C the rest and everyone without business.

    >>> {k: v.value for k, v in abc_classes({"x": 70, "y": 20, "z": 8, "w": 2, "idle": 0}).items()}
    {'x': 'A', 'y': 'A', 'z': 'B', 'w': 'C', 'idle': 'C'}
    """
    total = sum(amount for amount in business.values() if amount > 0)
    classes: dict[str, AbcClass] = {}
    before = 0
    for name, amount in sorted(business.items(), key=lambda item: (-item[1], item[0])):
        classes[name] = _class_at(before, total) if amount > 0 else AbcClass.C
        before += max(amount, 0)
    return classes


def _class_at(before: int, total: int) -> AbcClass:
    """The class of a customer by the business of those ranked before it; whole numbers, so boundaries are exact."""
    if before * 100 < total * round(A_SHARE * 100):
        return AbcClass.A
    return AbcClass.B if before * 100 < total * round(B_SHARE * 100) else AbcClass.C
