"""One side of the benchmark in a process of its own, and what it took."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from portfolio import Portfolio

HERE = Path(__file__).parent
PHASES = ("features", "score", "rules and decision", "write")


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by phase, seconds of the whole process, its processor seconds and its peak memory in MiB."""

    seconds: dict[str, float]
    total: float
    cpu: float
    peak_mib: float

    @property
    def work(self) -> float:
        """Seconds from the tables to the files, without imports and loading model and policy."""
        return sum(self.seconds[phase] for phase in PHASES)


def run_ours(portfolio: Portfolio, out: Path, *, threads: int) -> Run:
    inputs = (portfolio.tables, portfolio.rules, portfolio.model, portfolio.as_of, out)
    return _run("ours.py", [str(value) for value in inputs], threads)


def run_peer(portfolio: Portfolio, out: Path, *, threads: int, messages: str) -> Run:
    inputs = (portfolio.tables, portfolio.policy, portfolio.model, portfolio.as_of, out, messages)
    return _run("peer.py", [str(value) for value in inputs], threads)


def _run(script: str, arguments: list[str], threads: int) -> Run:
    limits = {name: str(threads) for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS")}
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        env=os.environ | limits,
        capture_output=True,
        text=True,
        check=False,
    )
    total = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"{script} failed:\n{done.stderr}")
    return Run(total=total, **json.loads(done.stdout.splitlines()[-1]))
