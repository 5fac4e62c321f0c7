"""The customers of one block together with what is hidden about them."""

from dataclasses import dataclass

import polars as pl

from riskengine.synthetic.firms import Firms
from riskengine.synthetic.groups import Groups
from riskengine.synthetic.quality import Hidden
from riskengine.synthetic.window import Window


@dataclass(frozen=True, slots=True)
class Population:
    """`first_id`: number from which the block counts its invoices, payments, orders and signals."""

    ids: pl.Series
    firms: Firms
    groups: Groups
    hidden: Hidden
    window: Window
    first_id: int
