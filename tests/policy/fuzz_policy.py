"""Try many random edits of the shipped policy: python tests/policy/fuzz_policy.py --edits 5000 --seed 1

Prints every fault with the number of its edit and leaves the edited file in --out. Exit code 1 if there is any.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1]))

from riskengine.policy import reading
from support.policy_fuzz import cached_loader, edits, try_edit


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edits", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, help="folder for the files that led to a fault")
    given = options.parse_args()
    reading.load_yaml = cached_loader()
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for edit in track(edits(given.seed, given.edits), total=given.edits, description="edits"):
            fault = try_edit(edit, Path(folder))
            if fault is None:
                continue
            faults += 1
            sys.stdout.write(f"edit {edit.number} of {edit.file}: {fault.what}\n")
            if given.out is not None:
                given.out.mkdir(parents=True, exist_ok=True)
                (given.out / f"{edit.number}.{Path(edit.file).name}").write_text(edit.text, encoding="utf-8")
    sys.stdout.write(f"{given.edits} edits, {faults} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
