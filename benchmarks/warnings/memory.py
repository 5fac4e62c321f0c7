"""The memory of a process, from the kernel's own account."""

import re
from pathlib import Path


def peak_mib():
    """The most it held since it began its program: what `getrusage` says counts the parent's memory before that."""
    return _mib("VmHWM")


def held_mib():
    """What it holds now: its state, and what the allocators have not given back yet."""
    return _mib("VmRSS")


def _mib(name):
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) / 1024
