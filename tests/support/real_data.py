"""The real ledgers, which are no part of this project."""

import os
from pathlib import Path

import pytest

VARIABLE = "RISKENGINE_REAL_DATA"


def real_file(name: str) -> Path:
    """A file of the folder that RISKENGINE_REAL_DATA names. Skips where it is not set, fails if the file is absent."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set")
    path = Path(folder) / name
    if not path.is_file():
        pytest.fail(f"{VARIABLE} is set and {name} is not there")
    return path
