"""A generated portfolio, made block by block so that its size does not matter to memory."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.economy import Economy, build_economy, industry_table
from riskengine.synthetic.firms import draw_firms
from riskengine.synthetic.groups import draw_groups
from riskengine.synthetic.invoicing import ORDERS_RECORDED, draw_invoices, order_frame
from riskengine.synthetic.ledger import invoice_frame, payment_frame
from riskengine.synthetic.links import draw_links
from riskengine.synthetic.master import customer_ids, draw_master
from riskengine.synthetic.paying import draw_disputes, recover, settle
from riskengine.synthetic.population import Population
from riskengine.synthetic.quality import simulate_quality
from riskengine.synthetic.signals import draw_signals
from riskengine.synthetic.statements import draw_statements
from riskengine.synthetic.streams import Stream, stream
from riskengine.synthetic.truth import PdTables, build_pd_tables, truth_frames
from riskengine.synthetic.window import Window

BLOCK = 20_000  # customers; part of what a seed means, so it is no option
_IDS_PER_BLOCK = 100_000_000


@dataclass(frozen=True, slots=True)
class World:
    """What all blocks share."""

    seed: int
    customers: int
    window: Window
    economy: Economy
    pd_tables: PdTables

    @property
    def blocks(self) -> int:
        return -(-self.customers // BLOCK)

    def industry(self) -> pl.DataFrame:
        return industry_table(self.seed, self.economy, self.window)


@dataclass(frozen=True, slots=True)
class Block:
    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def build_world(customers: int, window: Window, seed: int) -> World:
    economy = build_economy(seed, window)
    return World(seed, customers, window, economy, build_pd_tables(economy, window))


def generate_block(world: World, number: int) -> Block:
    """Block `number` (1, 2, ...) of a portfolio: its rows of every table and of the truth.

    Depends on the seed and the number only, never on the other blocks.
    """

    def draws(purpose: Stream) -> np.random.Generator:
        return stream(world.seed, number, purpose)

    window, first = world.window, (number - 1) * BLOCK
    size = min(BLOCK, world.customers - first)
    groups = draw_groups(draws(Stream.GROUPS), size)
    firms = draw_firms(draws(Stream.FIRMS), size, groups, window)
    hidden = simulate_quality(draws(Stream.QUALITY), firms, groups, world.economy, window)
    ids = customer_ids(first + 1, size)
    population = Population(ids, firms, groups, hidden, window, number * _IDS_PER_BLOCK)
    return Block(_tables(world, population, draws), truth_frames(population, world.pd_tables))


def _tables(
    world: World, population: Population, draws: Callable[[Stream], np.random.Generator]
) -> dict[str, pl.DataFrame]:
    buying, paying = draws(Stream.INVOICES), draws(Stream.PAYMENTS)
    invoices = draw_invoices(buying, population.firms, population.hidden, world.economy, population.window)
    disputes = draw_disputes(paying, invoices, population)
    legs = recover(paying, invoices, settle(paying, invoices, disputes, population), population.hidden)
    recorded = buying.random(population.firms.count) < ORDERS_RECORDED
    return {
        "customers": draw_master(draws(Stream.MASTER), population),
        "invoices": invoice_frame(population, invoices, disputes),
        "payments": payment_frame(paying, population, invoices, legs),
        "orders": order_frame(buying, population, invoices, recorded),
        "financials": draw_statements(draws(Stream.STATEMENTS), population),
        "signals": draw_signals(draws(Stream.SIGNALS), population, world.economy),
        "links": draw_links(draws(Stream.LINKS), population),
    }
