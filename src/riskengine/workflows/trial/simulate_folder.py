"""A simulation from a folder of tables and two policies to a folder of results."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.decision.canonical import sha256_of
from riskengine.policy.release.published import policies_of
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.reports.simulation.report import SimulationReport, simulation_page
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.publish import publishing, refuse_foreign, write_manifest
from riskengine.tables.store import TableSet, file_sha256, open_tables
from riskengine.workflows.previous_run import read_run
from riskengine.workflows.scored import check_policy_currency
from riskengine.workflows.trial.past import customer_names, open_past
from riskengine.workflows.trial.simulate import Progress, Simulation, resolve_policies, simulate
from riskengine.workflows.trial.simulate_chain import PolicyOn
from riskengine.workflows.trial.simulate_cost import load_costs
from riskengine.workflows.trial.simulate_summary import summarise

SIMULATION = "riskengine simulation"
MOVERS, SUMMARY, REPORT = "movers.parquet", "summary.json", "report.html"
PolicyLoader = Callable[[Path, date | None], PolicyOn]


@dataclass(frozen=True, slots=True)
class SimulateRequest:
    """`policy`, `challenger`: the folder of a policy, published policies, or one of these. `previous`: a finished run
    whose ratings are the first date's `prev_*` facts, for both policies.

    `policy_day`, `challenger_day`: the policy of that day is tried on every date, as if it had held then; None: each
    date has the policy of its own day.
    """

    tables: Path
    policy: Path
    challenger: Path
    dates: tuple[date, ...]
    out: Path
    workspace: Path = DEFAULT_ROOT
    bundle: Path | None = None
    costs: Path | None = None
    previous: Path | None = None
    workers: int = 1
    policy_day: date | None = None
    challenger_day: date | None = None


def simulate_folder(
    request: SimulateRequest,
    *,
    clock: Callable[[], float],
    load: PolicyLoader = policies_of,
    progress: Progress = lambda _what, _done, _total: None,
) -> dict[str, Any]:
    """Publish the simulation and return its summary (summary.json). `clock` gives seconds; it only feeds the timings.

    `load` gives the policy of any date, from a path and the day it is fixed to, if any. Raises what its steps raise;
    then nothing is published and what was there before stays.
    """
    begin = clock()
    refuse_foreign(request.out, SIMULATION)
    tables = open_tables(request.tables)
    costs = load_costs(request.costs, tables.reporting_currency)
    asked = {
        Side.POLICY: (request.policy, request.policy_day),
        Side.CHALLENGER: (request.challenger, request.challenger_day),
    }
    names = {side: str(path) if day is None else f"{path} ({day})" for side, (path, day) in asked.items()}
    held = {side: load(path, day) for side, (path, day) in asked.items()}
    policies = resolve_policies(held, names, sorted(request.dates))
    for policy in (policies[side][0] for side in Side):
        check_policy_currency(policy, tables.reporting_currency)
    past = open_past(
        tables,
        request.dates,
        workspace=request.workspace,
        bundle=request.bundle,
        workers=request.workers,
        progress=progress,
    )
    history, model = past.history, past.model
    built = clock()
    found = simulate(
        history,
        policies,
        names,
        costs,
        customer_names=customer_names(tables, history.dates[-1]),
        previous=None if request.previous is None else read_run(request.previous, before=history.dates[0]),
        progress=progress,
    )
    compared = clock()
    progress("publishing", 0, 1)
    timings = {"history": round(built - begin, 3), "comparison": round(compared - built, 3)}
    return publish_simulation(found, tables, model, request.out, timings=timings)


def publish_simulation(
    found: Simulation, tables: TableSet, model: PdModel, out: Path, *, timings: Mapping[str, float]
) -> dict[str, Any]:
    """Write movers.parquet, report.html and summary.json into `out` and return the summary.

    All but `timings` in summary.json is the same bytes for the same input.
    """
    with publishing(out, SIMULATION) as scratch:
        found.movers.write_parquet(scratch / MOVERS, compression="zstd", statistics=True)
        (scratch / REPORT).write_text(simulation_page(report_of(found, model)), encoding="utf-8")
        files = {name: file_sha256(scratch / name) for name in (MOVERS, REPORT)}
        content = {
            **summarise(found, model),
            "inputs": {"tables": dict(sorted(tables.sha256.items()))},
            "costs": asdict(found.costs),
            "files": files,
        }
        summary = {**content, "content_hash": sha256_of(content), "timings": dict(timings)}
        (scratch / SUMMARY).write_text(
            json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
        )
        write_manifest(scratch, SIMULATION, {"content_hash": summary["content_hash"], "files": files})
    return summary


def report_of(found: Simulation, model: PdModel) -> SimulationReport:
    history = found.history
    return SimulationReport(
        dates=history.dates,
        ripe_dates=history.ripe_dates,
        same_dates=found.same_dates,
        model_saw=history.model_saw,
        last_day=history.last_day,
        outcome=history.outcome,
        severe_days=history.severe_days,
        currency=history.reporting_currency,
        model=f"{model.name} {model.version}",
        names=found.names,
        versions={side: [p.version for p in found.policies[side]] for side in Side},
        costs=found.costs,
        trial=found.trial,
        largest=found.largest,
        movers=found.movers.height,
    )
