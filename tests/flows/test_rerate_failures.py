"""A run that fails leaves what was there before, and no half-written file looks finished."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from riskengine.reports.portfolio import portfolio_report
from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from riskengine.workflows import run_folder
from riskengine.workflows.rerate import rerate
from riskengine.workflows.rerate_folder import rerate_folder
from riskengine.workflows.run_folder import report_of
from riskengine.workflows.run_inputs import RunInputs
from support.small_world import EARLIER, RULES, SmallWorld


def command(world: SmallWorld, out: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        *("-m", "riskengine.cli.main", "rerate"),
        *("--tables", str(world.tables), "--as-of", EARLIER.isoformat(), "--out", str(out)),
        *("--rules", str(RULES), "--workspace", str(world.workspace), "--no-records", *more),
    ]


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def publish_yesterday(world: SmallWorld, out: Path) -> bytes:
    rerate_folder(world.request(out, EARLIER, previous="none"), clock=time.perf_counter)
    return (out / "run.json").read_bytes()


def test_a_full_disk_keeps_the_old_run(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    before = publish_yesterday(small_world, out)

    def full(*_args: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_folder, "portfolio_page", full)
    with pytest.raises(RiskEngineError, match="full; nothing was published"):
        rerate_folder(small_world.request(out), clock=time.perf_counter)
    assert (out / "run.json").read_bytes() == before
    assert leftovers(tmp_path) == ["run"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), MemoryError()])
def test_an_interruption_in_the_middle_of_writing_publishes_nothing(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def stop(*_args: object) -> str:
        raise fault

    monkeypatch.setattr(run_folder, "portfolio_page", stop)
    with pytest.raises(type(fault)):
        rerate_folder(small_world.request(tmp_path / "run"), clock=time.perf_counter)
    assert leftovers(tmp_path) == []


def test_control_c_exits_with_130(small_world: SmallWorld, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command(small_world, tmp_path / "run"), stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    told = b""
    while b"no earlier run" not in told:  # said just before the rating begins
        told += process.stderr.readline()
        assert process.poll() is None, told.decode()
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130, error.decode()
    assert b"nothing was published" in error
    assert b"Traceback" not in error
    assert leftovers(tmp_path) == []


def test_a_folder_that_holds_something_else_is_left_alone(small_world: SmallWorld, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no earlier riskengine run"):
        rerate_folder(small_world.request(tmp_path), clock=time.perf_counter)
    assert leftovers(tmp_path) == ["notes.txt"]


def test_no_champion_no_tables_no_policy(small_world: SmallWorld, tmp_path: Path) -> None:
    def attempt(**changes: object) -> None:
        rerate_folder(small_world.request(tmp_path / "run", **changes), clock=time.perf_counter)

    with pytest.raises(InputError, match="no model was promoted"):
        attempt(workspace=tmp_path / "empty")
    with pytest.raises(InputError, match="there is no such folder"):
        attempt(tables=tmp_path / "nowhere")
    with pytest.raises(InputError, match="there is no such folder"):
        attempt(rules=tmp_path / "nowhere")
    (tmp_path / "rules").mkdir()
    with pytest.raises(InputError, match="the folder holds no policy"):
        attempt(rules=tmp_path / "rules")
    assert not (tmp_path / "run").exists()


def test_the_command_tells_people_on_stderr_and_machines_on_stdout(small_world: SmallWorld, tmp_path: Path) -> None:
    found = subprocess.run(
        command(small_world, tmp_path / "run", "--json"), capture_output=True, text=True, check=False, timeout=120
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout) == json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert "no earlier run beside --out" in found.stderr
    assert "report.html" in found.stderr


def test_the_report_is_the_same_text_twice(small_world: SmallWorld) -> None:
    """Drawing numbers its parts from the start of the process; none of that may be left."""
    tables = small_world.open_tables()
    rating = rerate(tables, EARLIER, policy=small_world.policy, model=small_world.model)
    inputs = RunInputs(tables, small_world.policy, small_world.model, small_world.means.model_metrics, None, True)
    report = report_of(rating, inputs)
    assert portfolio_report.portfolio_page(report) == portfolio_report.portfolio_page(report)
