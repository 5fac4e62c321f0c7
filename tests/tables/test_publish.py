import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from riskengine.tables import publish
from riskengine.tables.publish import (
    MANIFEST,
    explained_disk_errors,
    publishing,
    publishing_file,
    read_manifest,
    write_manifest,
)
from riskengine.terms.errors import InputError, RiskEngineError, UsageError

KIND = "test result"


def put(out: Path, text: str, kind: str = KIND) -> None:
    with publishing(out, kind) as scratch:
        (scratch / "inner").mkdir()
        (scratch / "inner" / "a.txt").write_text(text)
        write_manifest(scratch, kind, {"text": text})


def fail_in_the_middle(publication, error):
    with publication as scratch:
        (scratch / "half" if scratch.is_dir() else scratch).write_text("half")
        raise error


def held(out: Path) -> str:
    return (out / "inner" / "a.txt").read_text()


def leftovers(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".")]


def test_a_result_appears_whole_and_leaves_nothing_beside(tmp_path):
    out = tmp_path / "new" / "out"
    put(out, "one")
    assert held(out) == "one"
    assert read_manifest(out, KIND) == {"kind": KIND, "format": 1, "text": "one"}
    assert leftovers(out.parent) == []


def test_an_earlier_result_of_the_same_kind_is_replaced_wholly(tmp_path):
    out = tmp_path / "out"
    put(out, "one")
    (out / "inner" / "extra.txt").write_text("x")
    put(out, "two")
    assert held(out) == "two"
    assert not (out / "inner" / "extra.txt").exists()
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3)])
def test_a_failure_in_the_middle_leaves_yesterdays_result(tmp_path, error):
    out = tmp_path / "out"
    put(out, "one")
    with pytest.raises(type(error)):
        fail_in_the_middle(publishing(out, KIND), error)
    assert held(out) == "one"
    assert leftovers(tmp_path) == []


def test_a_result_without_manifest_is_no_result(tmp_path):
    with pytest.raises(RiskEngineError, match="without a manifest"), publishing(tmp_path / "out", KIND):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [{"notes.txt": "mine"}, {MANIFEST: "{}"}, {MANIFEST: "["}, {MANIFEST: '{"kind": 1}'}]
)
def test_a_foreign_folder_is_never_overwritten(tmp_path, content):
    out = tmp_path / "out"
    out.mkdir()
    for name, text in content.items():
        (out / name).write_text(text)
    with pytest.raises(UsageError, match="not empty"):
        put(out, "one")
    assert {p.name: p.read_text() for p in out.iterdir()} == content


def test_a_result_of_another_kind_and_a_file_are_refused(tmp_path):
    put(tmp_path / "out", "one", kind="other")
    with pytest.raises(UsageError, match="'other'"):
        put(tmp_path / "out", "two")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        put(tmp_path / "file", "two")


def test_an_empty_folder_may_be_used_even_the_current_one(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    put(Path(), "one")
    assert held(tmp_path / "here") == "one"


def forbidden_place(tmp_path: Path) -> Path:
    if os.geteuid() == 0:
        return Path("/sys/riskengine-test")  # not even root may make folders here
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    return closed / "out"


def test_no_permission_is_explained(tmp_path):
    with pytest.raises(RiskEngineError, match=r"no permission to write.*Remedy: choose a folder"):
        put(forbidden_place(tmp_path), "one")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_explained(tmp_path, number):
    with pytest.raises(RiskEngineError, match="full; nothing was published"), explained_disk_errors(tmp_path):
        raise OSError(number, os.strerror(number))


def test_other_errors_pass_unchanged(tmp_path):
    with pytest.raises(FileNotFoundError), explained_disk_errors(tmp_path):
        (tmp_path / "absent").read_text()
    with pytest.raises(pl.exceptions.ColumnNotFoundError), explained_disk_errors(tmp_path):
        pl.DataFrame().select("a")


@pytest.mark.parametrize("call", range(8))
def test_a_disk_that_fills_up_at_any_flush_leaves_the_old_or_the_new_result(tmp_path, monkeypatch, call):
    out = tmp_path / "out"
    put(out, "one")
    flushed = []

    def fsync(handle):
        flushed.append(handle)
        if len(flushed) == call + 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publish.os, "fsync", fsync)
    try:
        put(out, "two")
    except RiskEngineError as error:
        assert "full" in str(error)  # noqa: PT017 - for later calls there is no error to expect
    assert held(out) in ("one", "two")
    assert read_manifest(out, KIND)["text"] == held(out)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("call", range(3))
def test_a_rename_that_fails_leaves_the_old_or_the_new_result(tmp_path, monkeypatch, call):
    out = tmp_path / "out"
    put(out, "one")
    real, calls = Path.replace, []

    def replace(self, target):
        calls.append(self)
        if len(calls) == call + 1:
            raise OSError(errno.EIO, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    if call < 2:
        with pytest.raises(OSError, match="Input/output"):
            put(out, "two")
    else:
        put(out, "two")
    assert held(out) == ("two" if call == 2 else "one")
    assert leftovers(tmp_path) == []


FILL = """
import resource, signal, sys
from pathlib import Path
import polars as pl
from riskengine.tables.publish import publishing, write_manifest
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
with publishing(Path(sys.argv[1]), "test result") as scratch:
    frame = pl.DataFrame({"a": pl.Series(range(200_000)).shuffle(1)})
    frame.lazy().sink_parquet(scratch / "a.parquet")
    write_manifest(scratch, "test result", {})
"""


def test_a_file_that_no_longer_fits_publishes_nothing(tmp_path):
    out = tmp_path / "out"
    put(out, "one")
    run = subprocess.run([sys.executable, "-c", FILL, str(out)], capture_output=True, text=True, check=False)
    assert "nothing was published" in run.stderr
    assert held(out) == "one"
    assert leftovers(tmp_path) == []


WAIT = """
import sys, time
from pathlib import Path
from riskengine.tables.publish import publishing, write_manifest
with publishing(Path(sys.argv[1]), "test result") as scratch:
    (scratch / "half").write_text("half")
    print("ready", flush=True)
    time.sleep(30)
    write_manifest(scratch, "test result", {})
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_nothing_that_looks_finished(tmp_path, number):
    out = tmp_path / "out"
    put(out, "one")
    with subprocess.Popen(
        [sys.executable, "-c", WAIT, str(out)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout.readline() == "ready\n"
        run.send_signal(number)
        run.wait(timeout=10)
    assert held(out) == "one"
    for left in leftovers(tmp_path):  # a killed process cannot tidy up, but what it leaves is hidden and unfinished
        assert number == signal.SIGKILL
        assert not (tmp_path / left / MANIFEST).exists()
    put(out, "two")
    assert held(out) == "two"


def test_one_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "a.json"
    with publishing_file(path) as scratch:
        scratch.write_text("one")
    assert path.read_text() == "one"
    assert path.stat().st_mode & 0o777 == 0o644
    with pytest.raises(ValueError, match="x"):
        fail_in_the_middle(publishing_file(path), ValueError("x"))
    assert path.read_text() == "one"
    assert [p.name for p in path.parent.iterdir()] == ["a.json"]


def test_a_folder_is_no_place_for_a_file(tmp_path):
    (tmp_path / "out" / "kept").mkdir(parents=True)
    with pytest.raises(UsageError, match="out: is a folder, a file is needed"), publishing_file(tmp_path / "out"):
        pytest.fail("nothing is worked out for a place that cannot take it")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_reading_a_manifest_says_what_is_wrong(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        read_manifest(tmp_path / "absent", KIND)
    with pytest.raises(InputError, match="not finished test result"):
        read_manifest(tmp_path, KIND)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(InputError, match="not readable as JSON"):
        read_manifest(tmp_path, KIND)
    (tmp_path / MANIFEST).write_text("[1]")
    with pytest.raises(InputError, match="holds 'list'"):
        read_manifest(tmp_path, KIND)


def test_a_manifest_is_the_same_bytes_whatever_the_order(tmp_path):
    write_manifest(tmp_path, KIND, {"b": 1, "a": "客户"})
    first = (tmp_path / MANIFEST).read_bytes()
    write_manifest(tmp_path, KIND, {"a": "客户", "b": 1})
    assert (tmp_path / MANIFEST).read_bytes() == first
    assert json.loads(first)["a"] == "客户"


def test_a_place_where_nothing_can_be_is_refused_with_its_name(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(RiskEngineError, match="file: nothing can be written there"),
        publishing(tmp_path / "file/run", "k"),
    ):
        pass
    with (
        pytest.raises(RiskEngineError, match="file: nothing can be written there"),
        publishing_file(tmp_path / "file/f"),
    ):
        pass
