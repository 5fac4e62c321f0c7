"""Who is tied to whom on a day: parents of the master data, guarantors and controllers of the table `links`."""

from dataclasses import dataclass
from enum import Enum

import polars as pl

from riskengine.features.measure import KEY
from riskengine.terms.codes import LinkKind

TO, FROM, TENTHS, WORD = "to", "from", "tenths", "word"
DIRECT_SCHEMA = {TO: pl.String, FROM: pl.String, TENTHS: pl.Int64, WORD: pl.String}


class Tie(Enum):
    """What somebody is to a customer, and the share of its stress, in tenths, that reaches the customer.

    A parent in trouble takes money out of its subsidiaries, a subsidiary is a loss of its parent's. Who must pay when
    a guarantor is called is the guarantor, and a guarantor that fails leaves the debtor without backing. Companies of
    one controller lend to each other.
    """

    PARENT = ("parent", 6)
    SUBSIDIARY = ("subsidiary", 3)
    GUARANTOR = ("guarantor", 5)
    GUARANTEED = ("guaranteed company", 3)
    CONTROLLER = ("controller", 6)
    CONTROLLED = ("controlled company", 3)
    SHARED_CONTROLLER = ("shared controller", 4)

    @property
    def word(self) -> str:
        return str(self.value[0])

    @property
    def tenths(self) -> int:
        return int(self.value[1])


@dataclass(frozen=True, slots=True)
class Ties:
    """`direct`: DIRECT_SCHEMA, whose stress reaches whom. `controlled`: customer_id and `controller`, each pair once;
    who has a controller in common is tied by it. Nobody is tied to itself."""

    direct: pl.DataFrame
    controlled: pl.DataFrame


def ties_on(customers: pl.DataFrame, links: pl.DataFrame, day: int) -> Ties:
    """`customers`: customer_id and parent_id as known by the day; `links`: rows of the table known by then.

    Of several versions of a link that known last counts.
    """
    held = holding(links, day)
    guarantors = _pairs(held.filter(pl.col("kind") == LinkKind.GUARANTOR.value), "other_id")
    controllers = _pairs(held.filter(pl.col("kind") == LinkKind.CONTROLLER.value), "other_id")
    parents = _pairs(customers, "parent_id")
    both_ways = (
        (parents, Tie.PARENT, Tie.SUBSIDIARY),
        (guarantors, Tie.GUARANTOR, Tie.GUARANTEED),
        (controllers, Tie.CONTROLLER, Tie.CONTROLLED),
    )
    direct = [_direct(pairs, up, TO, FROM) for pairs, up, _ in both_ways]
    direct += [_direct(pairs, down, FROM, TO) for pairs, _, down in both_ways]
    return Ties(pl.concat(direct), controllers.rename({TO: KEY, FROM: "controller"}))


def holding(links: pl.DataFrame, day: int) -> pl.DataFrame:
    """The links that hold on a day, in their newest version."""
    if links.is_empty():
        return links
    same = ["customer_id", "other_id", "kind", "holds_from"]
    newest = links.sort("known_at").unique(same, keep="last", maintain_order=True)
    return newest.filter((pl.col("holds_from") <= day) & (pl.col("until").is_null() | (pl.col("until") >= day)))


def _pairs(rows: pl.DataFrame, other: str) -> pl.DataFrame:
    """`to` and `from`, each pair once."""
    stated = rows.filter(pl.col(other).is_not_null() & (pl.col(other) != pl.col(KEY)))
    return stated.select(pl.col(KEY).alias(TO), pl.col(other).alias(FROM)).unique(maintain_order=True)


def _direct(pairs: pl.DataFrame, tie: Tie, to: str, source: str) -> pl.DataFrame:
    return pairs.select(
        pl.col(to).alias(TO),
        pl.col(source).alias(FROM),
        pl.lit(tie.tenths, pl.Int64).alias(TENTHS),
        pl.lit(tie.word).alias(WORD),
    )
