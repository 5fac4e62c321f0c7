"""What a rerate tells about the portfolio that a case would join."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.decision.canonical import sha256_of
from riskengine.features.surroundings import Surroundings, surroundings_from
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.json_document import load_json
from riskengine.workflows.previous_run import (
    CASES,
    DONORS,
    RATINGS,
    SUMMARY,
    SURROUNDINGS,
    WARNINGS,
    PreviousRun,
    read_run,
)


@dataclass(frozen=True, slots=True)
class RunContext:
    """`donors` are the features of customers whose answers show what missing information would change."""

    run: PreviousRun
    reporting_currency: str
    portfolio_exposure: float
    donors: pl.DataFrame

    @property
    def surroundings(self) -> Surroundings | None:
        """What the customers of the run are to the case. Which tables were delivered for it, the case says itself."""
        kept = self.run.surroundings
        return None if kept is None else surroundings_from(kept).without_delivery()

    def check_day(self, as_of: date) -> None:
        """A later run knows what nobody knew on the day of the case. Raises UsageError if this is one."""
        if self.run.as_of > as_of:
            raise UsageError(
                f"the run is as of {self.run.as_of}, later than the case, {as_of}",
                where="run",
                remedy=f"give a run as of {as_of} or earlier",
            )

    def check_currency(self, currency: str) -> None:
        """Raises InputError if the case, with its tables, is in another one."""
        if self.reporting_currency != currency:
            raise InputError(
                f"the case is in {currency}, the run in {self.reporting_currency}",
                where="case",
                remedy="give the tables of the run too, and a rate under fx if they have none",
            )


def open_run_context(folder: Path) -> RunContext:
    """Raises InputError if the folder is no finished run or was changed."""
    run = read_run(folder, files=(RATINGS, WARNINGS, DONORS, CASES, SURROUNDINGS))
    summary = load_json(folder / SUMMARY).mapping()
    content = {name: part for name, part in summary.items() if name not in ("content_hash", "timings")}
    if sha256_of(content) != run.content_hash:
        raise InputError(
            "the summary was changed after the run", where=str(folder / SUMMARY), remedy="run rerate again"
        )
    return RunContext(
        run=run,
        reporting_currency=str(summary["reporting_currency"]),
        portfolio_exposure=float(summary["portfolio_exposure"]),
        donors=pl.read_parquet(folder / DONORS),
    )
