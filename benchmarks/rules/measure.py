"""Times: the fastest of several runs, taken in turns, so that what else the machine does weighs little."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

THREADS = int(os.environ.get("POLARS_MAX_THREADS", "1"))
# With one thread the processor's seconds are what the work takes, whoever else is on the machine.
clock = time.process_time if THREADS == 1 else time.perf_counter


def fastest(calls: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Seconds of each call."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(repeats):
        for name, call in calls.items():
            start = clock()
            call()
            best[name] = min(best[name], clock() - start)
    return best


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds of single calls: the median, what 99 % stay within and the largest, by some clock."""

    median: float
    p99: float
    largest: float


def latency(call: Callable[[int], object], count: int, ticks: Callable[[], float]) -> Latency:
    taken = []
    for number in range(count):
        start = ticks()
        call(number)
        taken.append(ticks() - start)
    taken.sort()
    return Latency(taken[count // 2], taken[int(count * 0.99)], taken[-1])
