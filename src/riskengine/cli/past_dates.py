"""What commands that look at past dates have in common: their options, and the dates these give."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

RulesOption = Annotated[Path, typer.Option("--rules", help="Folder of the policy, or published ones.")]
PolicyDayOption = Annotated[
    str | None, typer.Option("--policy-day", help="The policy as it stands on this day, on every date.")
]
WorkspaceOption = Annotated[Path, typer.Option("--workspace", help="Folder of models.")]
ModelOption = Annotated[Path | None, typer.Option("--model", help="A bundle instead of the champion.")]
PreviousOption = Annotated[
    Path | None, typer.Option("--previous", help="Run whose ratings come before the first date.")
]
WorkersOption = Annotated[int, typer.Option("--workers", help="Dates at once; no effect on the result.")]
SummaryOption = Annotated[bool, typer.Option("--json", help="Print summary.json to stdout.")]


def past_dates(
    as_of: Sequence[str], first: str | None, last: str | None, *, options: tuple[str, str]
) -> tuple[dt.date, ...]:
    """The days named, and every month end from `first` to `last`; ascending, each once.

    `options`: what `first` and `last` are called. Raises UsageError for half a range, an empty one, or no date at all.
    """
    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import UsageError
    from riskengine.workflows.trial.history import month_ends_between

    start, end = options
    if (first is None) != (last is None):
        raise UsageError(f"{start} and {end} belong together", remedy="give both, or neither and --as-of")
    days = {parse_day(text) for text in as_of}
    if first is not None and last is not None:
        begin, until = parse_day(first), parse_day(last)
        if until < begin:
            raise UsageError(f"{start} {begin} is later than {end} {until}", remedy="give the earlier day first")
        days.update(month_ends_between(begin, until))
    if not days:
        raise UsageError("there is no date to look at", remedy=f"give --as-of, or {start} and {end}")
    return tuple(sorted(days))
