"""The benchmark of orders compares like with like: its peers answer every order as we do."""

import importlib
import random
import sys
from pathlib import Path

import pytest

from riskengine.decision.order_desk import OrderDesk
from support.decisions import shipped_policy

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MODULES = ("made", "peer", "peer_rows")


@pytest.fixture
def benchmark():
    """The modules of the benchmark by name; its scripts import each other as scripts do."""
    folders = [str(BENCHMARKS / "orders"), str(BENCHMARKS / "rules")]
    sys.path[:0] = folders
    held = {name: sys.modules.pop(name) for name in MODULES if name in sys.modules}
    try:
        yield importlib.import_module
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in MODULES:
            sys.modules.pop(name, None)
        sys.modules.update(held)


def test_peers_answer_every_order_alike(benchmark):
    made, peer = benchmark("made"), benchmark("peer")
    chance = random.Random(3)
    standing = {name: made.made_standing(name, chance) for name in (f"C{n}" for n in range(400))}
    orders = [made.made_order(list(standing), chance) for _ in range(1_000)]
    policy = shipped_policy()
    with OrderDesk(policy, standing, as_of=made.TODAY) as desk:
        ours = [desk.check(name, cents, prepaid=prepaid).verdict.value for name, cents, prepaid in orders]
    assert set(ours) == {"yes", "no", "refer"}
    for name, answer in peer.load_peers(policy, standing, made.TODAY).items():
        assert [answer(*order) for order in orders] == ours, name
