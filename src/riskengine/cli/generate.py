"""`riskengine generate`: a portfolio of business customers whose true credit quality is known."""

from pathlib import Path
from typing import Annotated

import typer


def generate(
    customers: Annotated[int, typer.Option("--customers", help="How many customers.")],
    months: Annotated[int, typer.Option("--months", help="How many months the ledger covers.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables and truth/.")],
    end: Annotated[str, typer.Option("--end", help="Last day of the ledger, YYYY-MM-DD.")] = "2025-12-31",
) -> None:
    """Generate customers with hidden, moving credit quality: all eight tables of facts, and the truth in OUT/truth."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from riskengine.terms.days import parse_day
    from riskengine.workflows.generate import generate as run

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("customers", total=max(customers, 0))

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description="writing" if done == total else "customers")

        run(customers=customers, months=months, seed=seed, end=parse_day(end), out=out, progress=progress)
    typer.echo(f"{customers:,} customers over {months} months: {out}", err=True)
