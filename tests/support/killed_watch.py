"""A watcher in a process of its own, to be killed: `python -m support.killed_watch EVENTS RECORDS`.

Its ratings are the toy's; the file, the records and the way of a step are the real ones. It writes a line after each
step, so that whoever kills it can aim.
"""

import sys
from datetime import date
from pathlib import Path

from riskengine.records.records import recording
from riskengine.tables.events.reading import Bounds
from riskengine.workflows.watch.feed import watch_feed
from riskengine.workflows.watch.file_feed import FileFeed
from riskengine.workflows.watch.watcher import start_watching
from support.event_worlds import NO_TABLES
from support.toy_finder import ToyFinder, toy_policy

FIRST, LAST = date(2025, 3, 1), date(2025, 3, 12)


def main(events, place):
    with recording(Path(place), toy_policy()) as records:
        remembered = records.load()
        positions = {} if remembered is None else {one.source: one for one in remembered.positions}
        watcher = start_watching(ToyFinder(), records, NO_TABLES, first_day=FIRST)
        feed = FileFeed(Path(events), Bounds(LAST), positions.get)
        for _ in watch_feed(watcher, feed, batch=7):
            sys.stdout.write("step\n")
            sys.stdout.flush()
        watcher.advance(LAST)
        watcher.settle()
        feed.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
