"""Whatever breaks while a step is written, the records are as they were before it or after it."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from riskengine.records.records import open_records, recording
from riskengine.terms.errors import RiskEngineError, UsageError
from support.decisions import shipped_policy
from support.recorded import content, steps

COUNT, SEED = 14, 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What the records hold after each step; the last of all."""
    path = tmp_path_factory.mktemp("whole") / "r.sqlite"
    found = []
    with recording(path, shipped_policy()) as records:
        for step in steps(SEED, COUNT):
            records.write(step)
            found.append(content(path))
    return found


@contextmanager
def failing(records, fails_at):
    """The database refuses the statement of this number, or the commit; what was called so far."""
    calls = []

    def fail(*_args):
        calls.append(1)
        if len(calls) == fails_at:
            raise OSError(5, "Input/output error")

    engine = records._database._engine
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, fail)
    yield calls
    for name in ("before_cursor_execute", "commit"):
        event.remove(engine, name, fail)


def refusal_of(records, step):
    try:
        records.write(step)
    except RiskEngineError as error:
        return str(error)
    return None


def test_a_statement_that_fails_leaves_the_step_before(tmp_path, undisturbed):
    """Every statement of a step, one after the other, and the commit."""
    history = steps(SEED, COUNT)
    path = tmp_path / "r.sqlite"
    with recording(path, shipped_policy()) as records:
        for step in history[:3]:
            records.write(step)
        for fails_at in range(1, 200):
            with failing(records, fails_at) as calls:
                said = refusal_of(records, history[3])
            if said is None:
                break
            assert "Input/output error" in said
            assert content(path) == undisturbed[2]
        assert len(calls) > 20  # statements there are
        assert content(path) == undisturbed[3]


def test_a_full_disk_leaves_the_step_before_and_says_so(tmp_path, undisturbed):
    path = tmp_path / "r.sqlite"
    for size in (60_000, 250_000):
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(path), str(COUNT), str(size)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": "tests"},
        )
        assert "RiskEngineError" in done.stderr
        kept = steps_done(path)
        assert kept < COUNT
        if kept:
            assert content(path) == undisturbed[kept - 1]
    finish(path)
    assert content(path) == undisturbed[-1]


def test_killed_at_any_moment_it_goes_on_where_it_was(tmp_path, undisturbed):
    rng = random.Random(1)
    path = tmp_path / "r.sqlite"
    seen = set()
    for steps_seen in (0, 2, 1, 3):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path), str(COUNT), "-1"],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": "tests"},
        )
        for _ in range(steps_seen + 1):
            child.stdout.readline()
        time.sleep(rng.random() * 0.02)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        done = steps_done(path)
        seen.add(done)
        if done:
            assert content(path) == undisturbed[done - 1]
    assert len(seen) > 1
    finish(path)
    assert content(path) == undisturbed[-1]


CHILD = """
import pathlib, resource, sys
from riskengine.records.records import recording
from support.decisions import shipped_policy
from support.recorded import steps
path, count, most_bytes = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
history = steps(5, count)
policy = shipped_policy()
resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))
with recording(path, policy) as records:
    print("begun", flush=True)
    kept = records.load()
    done = 0 if kept is None else (kept.day - history[0].day).days + 1
    for step in history[done:]:
        records.write(step)
        print("written", flush=True)
"""


def steps_done(path):
    try:
        kept = open_records(path).load()
    except UsageError:  # not even begun
        return 0
    return 0 if kept is None else (kept.day - steps(SEED, 1)[0].day).days + 1


def finish(path):
    with recording(path, shipped_policy()) as records:
        for step in steps(SEED, COUNT)[steps_done(path) :]:
            records.write(step)
