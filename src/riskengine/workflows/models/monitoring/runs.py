"""What rules and people made of the model's grades in past runs of rerate."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.policy.bundle import Policy
from riskengine.policy.release.published import policies_of
from riskengine.policy.rule import base_id_of
from riskengine.scoring.monitoring.moved_ratings import RunShares
from riskengine.tables.publish import read_manifest
from riskengine.terms.decision import Status
from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from riskengine.terms.text import Text
from riskengine.workflows.previous_run import RUN, PreviousRun, read_run


def read_runs(folder: Path, as_of: date, rules: Path) -> tuple[tuple[RunShares, ...], tuple[Text, ...]]:
    """Every run in a folder up to a date, each verified; and notes on what could not be said of them.

    Raises UsageError if there is none, InputError if one was changed.
    """
    runs = [(place, read_run(place)) for place in _run_folders(folder)]
    kept = sorted(((r.as_of, p.name, r) for p, r in runs if r.as_of <= as_of), key=lambda k: k[:2])
    if not kept:
        raise UsageError(
            f"no run of rerate as of {as_of} or before", where=str(folder), remedy="give the folder that holds the runs"
        )
    notes: list[Text] = []
    policies = policies_of(rules)
    shares = tuple(shares_of(run, name, _movers(policies, run, notes)) for _, name, run in kept)
    return shares, tuple(dict.fromkeys(notes))


def shares_of(run: PreviousRun, name: str, movers: frozenset[str] | None) -> RunShares:
    """One run in numbers. `movers`: base ids of the rules that move grades, None where they are not known."""
    rated = run.ratings.filter((pl.col("status") == Status.RATED.value) & pl.col("pd_grade").is_not_null())
    moved = rated.filter(pl.col("rule_grade") != pl.col("pd_grade"))
    step = moved["rule_grade"] - moved["pd_grade"]
    return RunShares(
        run.as_of.isoformat(),
        name,
        _only(run.ratings, "model_version"),
        _only(run.ratings, "policy_version"),
        rated.height,
        int((step > 0).sum()),
        int((step < 0).sum()),
        rated.filter(pl.col("final_grade") != pl.col("rule_grade")).height,
        {} if movers is None else _by_rule(moved, movers),
    )


def _by_rule(moved: pl.DataFrame, movers: frozenset[str]) -> Mapping[str, int]:
    counted: dict[str, int] = {}
    for applied in moved["rules_applied"].to_list():
        for rule in {base_id_of(r) for r in applied} & movers:
            counted[rule] = counted.get(rule, 0) + 1
    return dict(sorted(counted.items()))


def _movers(policies: Callable[[date], Policy], run: PreviousRun, notes: list[Text]) -> frozenset[str] | None:
    """The rules that move grades in the policy of a run, if it is the one that is in `rules` for that date."""
    version = _only(run.ratings, "policy_version")
    try:
        policy = policies(run.as_of)
    except RiskEngineError:
        policy = None
    if policy is None or policy.version != version:
        notes.append(
            Text(
                f"which rules moved grades is not said of runs by policy {version}: it is not what --rules holds",
                f"未说明政策{version}批次中由哪些规则调整等级：--rules 中并非该政策",
            )
        )
        return None
    return frozenset(_moves_grades(policy))


def _moves_grades(policy: Policy) -> list[str]:
    return [r.base_id for r in policy.all_rules if r.then.grade_cap is not None or r.then.notch]


def _only(ratings: pl.DataFrame, column: str) -> str:
    found = sorted(set(ratings[column].drop_nulls().to_list())) if column in ratings.columns else []
    return ", ".join(map(str, found)) or "-"


def _run_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder), remedy="give the folder that holds the runs")
    places = [folder, *sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))]
    return [p for p in places if _is_run(p)]


def _is_run(place: Path) -> bool:
    try:
        read_manifest(place, RUN)
    except InputError:
        return False
    return True
