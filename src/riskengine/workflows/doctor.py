"""Check the machine before anything is installed, and print for each finding the command that mends it.

Runs on a bare Python, as a file, before the environment exists; so it imports the standard library only and stays
readable to older Pythons, which it must be able to turn away politely.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PYTHON_FROM = (3, 11)
PYTHON_BELOW = (3, 13)


class Finding(NamedTuple):
    """One thing looked at. `level` is ok, advice (works without) or problem (will not work)."""

    level: str
    what: str
    remedy: str = ""


def examine(root: Path) -> list[Finding]:
    """All findings about this machine and the checkout (or working folder) at `root`."""
    findings = [check_python(sys.version_info[:2]), check_compiler(), check_write_access(root), check_fonts()]
    if (root / "pyproject.toml").is_file() and sys.version_info >= PYTHON_FROM:
        findings.append(check_lock(root))
        findings.append(check_installed(root))
    return findings


def check_python(version: tuple[int, ...]) -> Finding:
    found = ".".join(str(part) for part in version)
    if PYTHON_FROM <= version < PYTHON_BELOW:
        return Finding("ok", f"Python {found}")
    return Finding(
        "problem",
        f"Python {found} is not supported: durable_rules runs on 3.11 and 3.12",
        "install Python 3.12, then: make PYTHON=python3.12 demo",
    )


def check_compiler() -> Finding:
    """durable_rules comes as source; once it is installed no compiler is needed."""
    if find_spec("durable_rules_engine"):
        return Finding("ok", "durable_rules is compiled and installed")
    compiler = next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None)
    if compiler is None:
        return Finding(
            "problem",
            "no C compiler, and durable_rules is compiled when it is installed",
            "Debian, Ubuntu: apt-get install build-essential; Fedora: dnf install gcc; macOS: xcode-select --install",
        )
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return Finding(
            "problem",
            "the headers of Python (Python.h) are missing, and durable_rules is compiled against them",
            "Debian, Ubuntu: apt-get install python3-dev; Fedora: dnf install python3-devel",
        )
    return Finding("ok", f"C compiler ({compiler}) and Python headers for durable_rules")


def check_write_access(root: Path) -> Finding:
    try:
        with tempfile.TemporaryDirectory(dir=root):
            pass
    except OSError as error:
        return Finding(
            "problem",
            f"{root} cannot be written to ({error.strerror})",
            f"chown -R $USER '{root}', or work in a folder of your own",
        )
    return Finding("ok", f"{root} can be written to")


def check_fonts() -> Finding:
    """Pages use the reader's fonts; only pictures made on this machine need a Chinese font here."""
    lister = shutil.which("fc-list")
    if lister is None:
        return Finding(
            "advice",
            "fontconfig is absent, so the fonts for Chinese text in pictures cannot be checked",
            "Debian, Ubuntu: apt-get install fontconfig fonts-noto-cjk",
        )
    asked = [lister, ":lang=zh", "family"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - fixed words
    if listed.stdout.strip():
        return Finding("ok", "a font for Chinese text in pictures")
    return Finding(
        "advice",
        "no font for Chinese: pictures turned into PNG or PDF here would show boxes (pages are fine)",
        "Debian, Ubuntu: apt-get install fonts-noto-cjk; Fedora: dnf install google-noto-sans-cjk-fonts",
    )


def check_lock(root: Path) -> Finding:
    """The lock is stale if it lacks a direct dependency or pins one below what pyproject.toml asks for."""
    import tomllib  # noqa: PLC0415 - absent before Python 3.11, which check_python reports

    lock = root / "requirements.lock"
    if not lock.is_file():
        return Finding("problem", "requirements.lock is missing", "make lock")
    pins = locked_versions(lock)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in project.get("optional-dependencies", {}).values():
        wanted += extra
    stale = []
    for requirement in wanted:
        name, operator, version = split_requirement(requirement)
        if name == project["name"]:
            continue
        if name not in pins:
            stale.append(f"{name} is not in it")
        elif (operator == ">=" and release(pins[name]) < release(version)) or (
            operator == "==" and pins[name] != version
        ):
            stale.append(f"{name} {pins[name]} does not meet {operator}{version}")
    if stale:
        return Finding("problem", "requirements.lock is stale: " + "; ".join(stale), "make lock")
    return Finding("ok", "requirements.lock agrees with pyproject.toml")


def check_installed(root: Path) -> Finding:
    """Whether the running environment holds what the lock says (only asked inside one that has riskengine)."""
    try:
        metadata.version("riskengine")
    except metadata.PackageNotFoundError:
        return Finding("ok", "riskengine is not installed here yet")
    differing = []
    for name, pin in locked_versions(root / "requirements.lock").items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # meant for another platform, or an extra that was not asked for
        if found != pin:
            differing.append(f"{name} {found} (lock: {pin})")
    if differing:
        return Finding("advice", "the environment differs from the lock: " + ", ".join(differing), "make environment")
    return Finding("ok", "the environment agrees with the lock")


def locked_versions(lock: Path) -> dict[str, str]:
    """Name to pinned version; of several pins of a name, the one for this Python."""
    pins: dict[str, str] = {}
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    for name, version, marker in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: ; ([^\\\n]*))?", text, re.MULTILINE):
        if marker_holds(marker):
            pins[canonical(name)] = version
    return pins


def marker_holds(marker: str) -> bool:
    """Whether a lock line's condition on the Python version holds; other conditions count as holding."""
    running = sys.version_info[:2]
    for operator, version in re.findall(r"python_full_version (<|>=) '([0-9.]+)'", marker):
        if (running < release(version)[:2]) != (operator == "<"):
            return False
    return True


def split_requirement(requirement: str) -> tuple[str, str, str]:
    """
    >>> split_requirement("ruamel.yaml>=0.18")
    ('ruamel-yaml', '>=', '0.18')
    """
    found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?:(>=|==)\s*([0-9a-zA-Z.]+))?", requirement)
    if found is None:
        return requirement, "", ""
    return canonical(found[1]), found[2] or "", found[3] or ""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def release(version: str) -> tuple[int, ...]:
    """
    >>> release("2.0.28.post1")
    (2, 0, 28)
    """
    numbers = re.match(r"[0-9.]*[0-9]", version)
    return tuple(int(part) for part in numbers[0].split(".")) if numbers else ()


def show(findings: list[Finding]) -> str:
    """The findings as lines for people."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.level:8}{finding.what}")
        if finding.remedy:
            lines.append(f"{'':8}mend it: {finding.remedy}")
    return "\n".join(lines)


def main() -> int:
    findings = examine(Path.cwd())
    if "--json" in sys.argv[1:]:
        text = json.dumps([finding._asdict() for finding in findings], indent=2, ensure_ascii=False)
    else:
        text = show(findings)
    sys.stdout.write(text + os.linesep)
    return 1 if any(finding.level == "problem" for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
