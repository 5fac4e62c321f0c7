"""The same stream watched by riskengine, and how long each step took.

python benchmarks/warnings/ours.py TABLES EVENTS FIRST_DAY LAST_DAY RULES MODEL BATCH OUT

TABLES hold what was known before the first day. A step is a batch of events of one day, or the end of a day.
"""

import json
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from memory import held_mib, peak_mib

from riskengine.records.records import open_records
from riskengine.workflows.watch.watch_events import Tally, WatchRequest, watch_file
from riskengine.workflows.watch.watch_records import WatchMeans


def main():
    tables, events, first, last, rules, model, batch, out = sys.argv[1:]
    first_day, last_day = date.fromisoformat(first), date.fromisoformat(last)
    batches, day_ends, held, tally = [], [], [], Tally()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        means = WatchMeans(workspace, Path(rules), Path(model), None, first_day)
        request = WatchRequest(Path(tables), means, int(batch), settles=True)
        began = last_step = time.perf_counter()
        reading = 0.0

        def heard(step, _posted):
            nonlocal last_step, reading
            now = time.perf_counter()
            held.append(held_mib())
            if step.events:
                batches.append([len(step.events), now - last_step])
            elif not batches:
                reading += now - last_step
            else:
                day_ends.append(now - last_step)
            last_step = now

        def told(_line):
            nonlocal last_step, reading
            reading += time.perf_counter() - last_step
            last_step = time.perf_counter()

        watch_file(request, Path(events), last_day, tally=tally, heard=heard, tell=told)
        seconds = time.perf_counter() - began - reading
        episodes = episodes_in(workspace)
        kept = sum(file.stat().st_size for file in workspace.glob("records.sqlite*")) / 2**20
    peak = peak_mib()
    found = {"seconds": seconds, "opening": reading, "batches": batches, "day_ends": day_ends}
    found |= {
        "peak_mib": peak,
        "held_mib": statistics.median(held),
        "records_mib": kept,
        "events": tally.events,
        "told": tally.told,
        "episodes": episodes,
    }
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def episodes_in(workspace):
    """Customer, indicator, first day, worst severity and last day of all episodes, as the peer tells them."""
    records = open_records(workspace / "records.sqlite")
    found = [(one.key, one.opened_on, one.severity, one.closed_on) for one in records.episodes()]
    records.close()
    rows = [[*key, str(first), int(worst), None if last is None else str(last)] for key, first, worst, last in found]
    return sorted(rows, key=str)


if __name__ == "__main__":
    main()
