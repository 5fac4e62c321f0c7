"""Generate a portfolio whose true PD is known, and publish its tables."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.synthetic.invoicing import CURRENCY
from riskengine.synthetic.portfolio import BLOCK, Block, World, build_world, generate_block
from riskengine.synthetic.truth_files import write_truth
from riskengine.synthetic.window import Window
from riskengine.tables.publish import explained_disk_errors, refuse_foreign
from riskengine.tables.store import TABLES, write_tables
from riskengine.terms.errors import UsageError

LEAST_MONTHS, MOST_MONTHS = 6, 240
MOST_CUSTOMERS = 50_000_000  # ids have eight digits
EARLIEST_END, LATEST_END = date(1990, 1, 1), date(2100, 12, 31)

Progress = Callable[[int, int], None]


def generate(
    *,
    customers: int,
    months: int,
    seed: int,
    end: date,
    out: Path,
    progress: Progress | None = None,
) -> None:
    """Write all tables and `truth/` into `out`. `progress` hears (customers done, customers in all).

    The same arguments give the same bytes. Raises UsageError for sizes or dates that make no portfolio.
    """
    _check(customers, months, seed, end)
    refuse_foreign(out, TABLES)
    world = build_world(customers, Window(months, end), seed)
    with explained_disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        parts = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".blocks", dir=out.parent))
    try:
        for number in range(1, world.blocks + 1):
            with explained_disk_errors(out):
                _write_parts(parts, number, generate_block(world, number))
            if progress:
                progress(min(number * BLOCK, customers), customers)
        _publish(world, parts, out)
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def _publish(world: World, parts: Path, out: Path) -> None:
    tables = ("customers", "invoices", "payments", "orders", "financials", "signals", "links")
    frames: dict[str, pl.LazyFrame | pl.DataFrame] = {name: _scan(parts, name) for name in tables}
    frames["industry"] = world.industry()
    made_by: dict[str, str | int] = {
        "command": "generate",
        "customers": world.customers,
        "months": world.window.months,
        "seed": world.seed,
        "end": world.window.end.isoformat(),
    }
    truth = {name: _scan(parts, f"truth_{name}") for name in ("pd", "customers")}
    write_tables(
        frames,
        out,
        reporting_currency=CURRENCY,
        made_by=made_by,
        beside=lambda folder: write_truth(truth, folder),
    )


def _write_parts(parts: Path, number: int, block: Block) -> None:
    named = block.tables | {f"truth_{name}": frame for name, frame in block.truth.items()}
    for name, frame in named.items():
        frame.write_parquet(parts / f"{name}-{number:06d}.parquet", compression="lz4")


def _scan(parts: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(sorted(parts.glob(f"{name}-*.parquet")))


def _check(customers: int, months: int, seed: int, end: date) -> None:
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise UsageError(f"{customers} customers", remedy=f"ask for 1 to {MOST_CUSTOMERS:,} customers")
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise UsageError(f"{months} months", remedy=f"ask for {LEAST_MONTHS} to {MOST_MONTHS} months")
    if seed < 0:
        raise UsageError(f"seed {seed} is negative", remedy="give a whole number from 0 on")
    if not EARLIEST_END <= end <= LATEST_END:
        raise UsageError(f"end {end} is out of range", remedy=f"choose a day from {EARLIEST_END} to {LATEST_END}")
