"""Fixtures that several rooms share."""

import pytest

from support.small_world import SmallWorld, build_small_world


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    """A generated portfolio of 200 customers, a model trained on it, and two runs. Read it, never write into it."""
    return build_small_world(tmp_path_factory.mktemp("world"))
