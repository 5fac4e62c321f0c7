"""Fixtures that several rooms share. What they need is imported when somebody asks for them."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.small_world import SmallWorld

WORLD = pytest.StashKey["SmallWorld"]()
WRITTEN = pytest.StashKey[dict[str, str]]()


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> "Iterator[SmallWorld]":
    """A generated portfolio of 200 customers, a model trained on it, and two runs. Read it, never write into it."""
    from support.small_world import shared_small_world  # noqa: PLC0415 - most tests do without

    base = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ  # each worker has a folder of its own below the session's
    world = shared_small_world((base.parent if is_worker else base) / "small_world")
    written: dict[str, str] = {}
    pytestconfig.stash[WORLD], pytestconfig.stash[WRITTEN] = world, written
    yield world
    assert not written, (
        f"written into the world that all tests share, first seen after {written}, or a test that ran meanwhile. "
        "Remedy: copy the workspace into tmp_path, or leave records out (--no-records, records=False)"
    )


@pytest.fixture(autouse=True)
def small_world_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Notes after which test something was new in the small world."""
    yield
    world = request.config.stash.get(WORLD, None)
    if world is not None and "small_world" in request.fixturenames:
        for name in world.strangers():
            request.config.stash[WRITTEN].setdefault(name, request.node.nodeid)
