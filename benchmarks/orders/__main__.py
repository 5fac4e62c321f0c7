"""May this order be shipped? The desk beside four other rule engines on the same orders. Answers equal.

python benchmarks/orders [--customers 100000] [--orders 20000] [--repeats 3]

Every order is answered one at a time; the time of each is taken by the clock on the wall and in time of the processor,
which does not count waiting for a busy machine. The run ends with exit code 1 if an answer differs, or if 99 % of ours
did not come within 20 ms by the clock on the wall.
"""

import argparse
import random
import resource
import sys
from pathlib import Path
from time import perf_counter_ns, thread_time_ns

sys.path.insert(0, str(Path(__file__).parents[1] / "rules"))

from made import TODAY, made_order, made_standing
from peer import load_peers

from riskengine.decision.order_desk import OrderDesk
from riskengine.policy.source import load_policy

RULES = Path(__file__).parents[2] / "rules"
MOST_MS = 20.0
SHARES = (50, 90, 99, 99.9)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    chance = random.Random(7)
    standing = {name: made_standing(name, chance) for name in (f"C{n:08d}" for n in range(options.customers))}
    orders = [made_order(list(standing), chance) for _ in range(options.orders)]
    policy = load_policy(RULES).in_force(TODAY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter_ns()
    desk = OrderDesk(policy, standing, as_of=TODAY)
    desk.check(orders[0][0], orders[0][1])
    opened = (perf_counter_ns() - began) / 1e9
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{len(standing):,} customers, {len(orders):,} orders; desk open after {opened:.2f} s, {grown:.0f} MB more")

    def ours(customer: str, cents: int, prepaid: bool) -> str:  # noqa: FBT001 - as the peers are called
        return desk.check(customer, cents, prepaid=prepaid).verdict.value

    answers = {"riskengine, through durable_rules, with reasons in two languages": ours}
    answers |= load_peers(policy, standing, TODAY)
    said, slow = {}, 0.0
    for name, answer in answers.items():
        times = []
        for _ in range(options.repeats):
            found, taken = timed(answer, orders)
            said[name] = found
            times.append(taken)
        report(name, times)
        if answer is ours:
            slow = min(share_of(wall, 99) for wall, _ in times)
    expected = said[next(iter(answers))]
    differing = sum(a != b for found in said.values() for a, b in zip(expected, found, strict=True))
    counted = {word: expected.count(word) for word in ("yes", "no", "refer")}
    print(f"answers: {counted}; {differing} differ; ours at 99 %: {slow:.3f} ms of at most {MOST_MS:g}")
    return 1 if differing or slow > MOST_MS else 0


def timed(answer, orders):
    """Answers, and the times of each in ms, sorted: by the clock on the wall and of the processor."""
    found, wall, processor = [], [], []
    for order in orders:
        began, worked = perf_counter_ns(), thread_time_ns()
        said = answer(*order)
        processor.append((thread_time_ns() - worked) / 1e6)
        wall.append((perf_counter_ns() - began) / 1e6)
        found.append(said)
    return found, (sorted(wall), sorted(processor))


def share_of(taken, percent):
    return taken[min(len(taken) - 1, int(len(taken) * percent / 100))]


def report(name, runs):
    """Of each figure the best run."""
    print(name)
    for clock, place in (("wall", 0), ("processor", 1)):
        shown = ", ".join(
            f"{percent:g} % {min(share_of(run[place], percent) for run in runs):.3f}" for percent in SHARES
        )
        rate = max(len(run[place]) / sum(run[place]) * 1000 for run in runs)
        print(f"  {clock}: ms at {shown}; {rate:,.0f} orders/s")


if __name__ == "__main__":
    sys.exit(main())
