"""Fixtures that several rooms share. What they need is imported when somebody asks for them."""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.small_world import SmallWorld


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> "SmallWorld":
    """A generated portfolio of 200 customers, a model trained on it, and two runs. Read it, never write into it."""
    from support.small_world import shared_small_world  # noqa: PLC0415 - most tests do without

    base = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ  # each worker has a folder of its own below the session's
    return shared_small_world((base.parent if is_worker else base) / "small_world")
