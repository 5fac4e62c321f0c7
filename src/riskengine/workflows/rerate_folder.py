"""Rerate from a folder of tables to a folder of results."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.spreadsheet import can_write_workbooks
from riskengine.tables.store import open_tables
from riskengine.workflows.desk.record_run import record_run, said_in
from riskengine.workflows.previous_run import PreviousRun, newest_earlier_run, read_run
from riskengine.workflows.rating_means import DEFAULT_RULES, find_means
from riskengine.workflows.rerate import Progress, RerateOptions, rerate
from riskengine.workflows.run_folder import publish_run
from riskengine.workflows.run_inputs import RunInputs
from riskengine.workflows.shadow import BY_ROLE, find_shadow

AUTO, NO_PREVIOUS = "auto", "none"


@dataclass(frozen=True, slots=True)
class RerateRequest:
    """`previous`: a run's folder, `auto` for the newest earlier run beside `out` (or in it), or `none`.
    `shadow`: a version to rate beside the champion, `auto` for the workspace's shadow, or `none`."""

    tables: Path
    as_of: date
    out: Path
    rules: Path = DEFAULT_RULES
    workspace: Path = DEFAULT_ROOT
    bundle: Path | None = None
    previous: str = AUTO
    certified: tuple[str, ...] = ()
    shadow: str = BY_ROLE
    case_pages: int = 0  # of the first cases, linked from the report
    records: bool = True  # write a run of the champion into the records of the workspace
    options: RerateOptions = field(default_factory=RerateOptions)


def rerate_folder(
    request: RerateRequest,
    *,
    clock: Callable[[], float],
    progress: Progress = lambda _what, _done, _total: None,
    tell: Callable[[str], None] = lambda _line: None,
) -> dict[str, Any]:
    """Publish the run and return its summary (run.json). `clock` gives seconds; it only feeds the timings.

    Raises what its steps raise; then nothing is published and what was there before stays. Only the records come after
    that: whoever else writes them is told of, with the run published.
    """
    watch = _Stopwatch(clock)
    watch.begin("opening")
    tables = open_tables(request.tables)
    means = find_means(request.as_of, rules=request.rules, workspace=request.workspace, bundle=request.bundle)
    previous = find_previous(request, tell)
    shadow = find_shadow(request.shadow, request.workspace, tables.reporting_currency, tell)
    said = said_in(request.workspace)

    def heard(what: str, done: int, total: int) -> None:
        watch.begin(what)
        progress(what, done, total)

    rating = rerate(
        tables,
        request.as_of,
        policy=means.policy,
        model=means.model,
        previous=previous,
        options=request.options,
        certified=request.certified,
        shadow=shadow,
        said=said,
        progress=heard,
    )
    watch.end()
    progress("publishing", 0, 1)
    inputs = RunInputs(
        tables,
        means.policy,
        means.model,
        means.model_metrics,
        previous,
        request.options.reasons,
        said,
        request.case_pages,
    )
    summary = publish_run(rating, inputs, request.out, timings=watch.seconds, progress=progress)
    if not can_write_workbooks():
        tell("no cases.xlsx, which needs the extra 'excel'; cases.csv and warnings.csv are there")
    if request.records and request.bundle is None:
        record_run(rating, means.policy, tables, request.workspace, tell)
    return summary


def find_previous(request: RerateRequest, tell: Callable[[str], None]) -> PreviousRun | None:
    """The run to compare with, said aloud when it was chosen by us."""
    if request.previous == NO_PREVIOUS:
        return None
    if request.previous != AUTO:
        return read_run(Path(request.previous), before=request.as_of)
    found = newest_earlier_run(request.out.resolve().parent, request.as_of)
    if found is None:
        tell("no earlier run beside --out; movements will be empty")
        return None
    run = read_run(found, before=request.as_of)
    tell(f"compared with {found.name}, as of {run.as_of}")
    return run


class _Stopwatch:
    """Seconds by step; a step ends where the next one begins."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._step: str | None = None
        self._since = clock()
        self.seconds: dict[str, float] = {}

    def begin(self, step: str) -> None:
        if step != self._step:
            self.end()
            self._step = step

    def end(self) -> None:
        now = self._clock()
        if self._step is not None:
            self.seconds[self._step] = round(now - self._since, 3)
        self._step, self._since = None, now
