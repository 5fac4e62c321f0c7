"""A challenger: a copy of the shipped policy with other values of some parameters from a day on."""

import shutil
from pathlib import Path

from support.policy_folder import SHIPPED


def challenger_policy(folder: Path, start: str = "2024-01-01", *, shipped: Path = SHIPPED, **values: float) -> Path:
    """The folder of the copy. `start` is the first day of the new values."""
    root = folder / "challenger"
    shutil.copytree(shipped, root)
    place = root / "parameters.yaml"
    lines = place.read_text(encoding="utf-8").splitlines()
    for name, value in values.items():
        begin = lines.index(f"  {name}:")
        end = next(
            (n for n in range(begin + 1, len(lines)) if lines[n].strip() and not lines[n].startswith("    ")),
            len(lines),
        )
        while not lines[end - 1].strip():
            end -= 1
        entry = f"      - {{from: {start}, value: {value}, reference: a trial, decided_by: tests}}"
        lines.insert(end, entry)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root
