"""Each finding of the doctor, on machines that lack something."""

import subprocess
import sys
from pathlib import Path

import pytest

from riskengine.workflows import doctor

ROOT = Path(__file__).parents[2]


def a_project(folder: Path, *, dependencies: str, lock: str | None) -> Path:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "p"\ndependencies = [{dependencies}]\n')
    if lock is not None:
        (folder / "requirements.lock").write_text(lock)
    return folder


@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
def test_supported_pythons_are_fine(version):
    assert doctor.check_python(version).level == "ok"


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 13), (4, 0)])
def test_other_pythons_are_turned_away_with_a_remedy(version):
    finding = doctor.check_python(version)
    assert finding.level == "problem"
    assert "make PYTHON=python3.12" in finding.remedy


def test_a_missing_compiler_matters_only_before_durable_rules_is_installed(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert doctor.check_compiler().level == "ok"
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    finding = doctor.check_compiler()
    assert (finding.level, "apt-get install build-essential" in finding.remedy) == ("problem", True)


def test_missing_headers_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/usr/bin/cc")
    monkeypatch.setattr(doctor.sysconfig, "get_path", lambda name: str(tmp_path))
    assert "Python.h" in doctor.check_compiler().what


def test_a_folder_that_cannot_be_written_to(tmp_path):
    assert doctor.check_write_access(tmp_path).level == "ok"
    finding = doctor.check_write_access(tmp_path / "absent")
    assert (finding.level, str(tmp_path / "absent") in finding.what) == ("problem", True)


def test_fonts_are_advice_since_pages_work_without(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    finding = doctor.check_fonts()
    assert (finding.level, "fonts-noto-cjk" in finding.remedy) == ("advice", True)


@pytest.mark.parametrize(
    ("dependencies", "lock", "complaint"),
    [
        ('"polars>=2.0"', "polars==1.9.0 \\\n", "polars 1.9.0 does not meet >=2.0"),
        ('"polars>=2.0", "ruamel.yaml>=0.18"', "polars==2.1.0 \\\n", "ruamel-yaml is not in it"),
        ('"durable-rules==2.0.28"', "durable-rules==2.0.27 \\\n", "does not meet ==2.0.28"),
        ('"polars>=2.0"', None, "missing"),
    ],
)
def test_a_stale_lock_is_named(tmp_path, dependencies, lock, complaint):
    finding = doctor.check_lock(a_project(tmp_path, dependencies=dependencies, lock=lock))
    assert (finding.level, finding.remedy) == ("problem", "make lock")
    assert complaint in finding.what


def test_a_lock_that_pins_by_python_version_is_read_for_this_one(tmp_path, monkeypatch):
    lock = "numpy==2.4.6 ; python_full_version < '3.12' \\\nnumpy==2.5.5 ; python_full_version >= '3.12' \\\n"
    path = a_project(tmp_path, dependencies='"numpy"', lock=lock) / "requirements.lock"
    monkeypatch.setattr(doctor.sys, "version_info", (3, 11, 7))
    assert doctor.locked_versions(path) == {"numpy": "2.4.6"}
    monkeypatch.setattr(doctor.sys, "version_info", (3, 12, 1))
    assert doctor.locked_versions(path) == {"numpy": "2.5.5"}


def test_this_project_is_in_order():
    assert doctor.check_lock(ROOT).level == "ok"


def test_the_file_runs_on_the_standard_library_alone(tmp_path):
    """It is called before anything is installed; isolated mode hides whatever this environment has."""
    script = ROOT / "src/riskengine/workflows/doctor.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Python 3." in done.stdout
    assert done.stderr == ""
