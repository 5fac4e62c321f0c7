"""What a competent person would write with durable.lang: state in dictionaries, an event at a time, five rules.

Knows nothing of riskengine. Events known before the first day make its state and are not timed; then it looks at a
customer with each event, and at the end of each day once more at whoever owes something, since arrears grow by
themselves. A warning is open on the days on which its rule applies. Events come in the order of `known_at`.

python benchmarks/warnings/peer_durable.py EVENTS FIRST_DAY LAST_DAY OUT
"""

import datetime as dt
import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from durable import lang
from durable.engine import Host, MessageNotHandledException
from memory import held_mib, peak_mib

YEAR = dt.timedelta(days=365)
SEVERITY = {"arrears": 2, "deep_arrears": 3, "half_overdue": 1, "promises": 2, "enforcement": 1}
INDICATOR = {"deep_arrears": "arrears"}


class QuietHost(Host):
    def _run(self):
        """No timer threads: with them the library crashes now and then."""


def rules(fired):
    with lang.ruleset("warnings"):

        @lang.when_all(lang.m.dpd >= 30)
        def arrears(_context):
            fired.add("arrears")

        @lang.when_all(lang.m.dpd >= 60)
        def deep_arrears(_context):
            fired.add("deep_arrears")

        @lang.when_all((lang.m.overdue_cents >= 5_000_000) & (lang.m.overdue_beyond_half_cents >= 0))
        def half_overdue(_context):
            fired.add("half_overdue")

        @lang.when_all(lang.m.broken_promises >= 2)
        def promises(_context):
            fired.add("promises")

        @lang.when_all(lang.m.enforcements >= 1)
        def enforcement(_context):
            fired.add("enforcement")

    lang._main_host = QuietHost()
    lang.get_host()


@dataclass(slots=True)
class Invoice:
    due_on: dt.date
    owed: int
    dispute_from: dt.date | None
    dispute_until: dt.date | None

    def disputed(self, day):
        begun = self.dispute_from is not None and self.dispute_from <= day
        return begun and (self.dispute_until is None or self.dispute_until > day)


@dataclass(slots=True)
class Customer:
    open: dict = field(default_factory=dict)
    signals: dict = field(default_factory=lambda: defaultdict(list))


class Watch:
    def __init__(self):
        self.fired = set()
        rules(self.fired)
        self.customers = defaultdict(Customer)
        self.early = defaultdict(int)  # paid before the invoice came
        self.open = {}  # (customer, indicator) -> [opened_on, severity]
        self.told = []

    def take(self, event, *, look=True):
        kind, customer = event["event"], event.get("customer_id")
        if customer is None:
            return
        own = self.customers[customer]
        if kind == "invoice_posted":
            since = event.get("disputed_on") or event["known_at"]
            self._post(own, event, dt.date.fromisoformat(since) if event.get("disputed") else None)
        elif kind == "payment" and event.get("invoice_id"):
            self._pay(own, event["invoice_id"], round(event["amount"] * 100))
        elif kind in ("dispute_opened", "dispute_closed"):
            self._dispute(own, event, kind)
        elif kind == "signal":
            own.signals[event["kind"]].append(dt.date.fromisoformat(event["occurred_on"]))
        elif kind in ("promise_broken", "payment_bounced"):
            own.signals["broken_promise" if kind == "promise_broken" else kind].append(
                dt.date.fromisoformat(event["occurred_on"])
            )
        if look:
            self.look(customer, dt.date.fromisoformat(event["known_at"]))

    def _post(self, own, event, disputed_from):
        number = event["invoice_id"]
        closed = event.get("dispute_closed_on")
        owed = round(event["amount"] * 100) - self.early.pop(number, 0)
        if owed > 0:
            until = dt.date.fromisoformat(closed) if closed else None
            own.open[number] = Invoice(dt.date.fromisoformat(event["due_on"]), owed, disputed_from, until)

    def _pay(self, own, number, cents):
        invoice = own.open.get(number)
        if invoice is None:
            self.early[number] += cents
            return
        invoice.owed -= cents
        if invoice.owed <= 0:
            del own.open[number]

    def _dispute(self, own, event, kind):
        invoice = own.open.get(event["invoice_id"])
        if invoice is not None:
            day = dt.date.fromisoformat(event["changed_on"])
            if kind == "dispute_opened":
                invoice.dispute_from, invoice.dispute_until = day, None
            else:
                invoice.dispute_until = day

    def facts(self, customer, day):
        own = self.customers[customer]
        owed = overdue = dpd = 0
        for invoice in own.open.values():
            owed += invoice.owed
            past = (day - invoice.due_on).days
            if past > 0 and not invoice.disputed(day):
                overdue += invoice.owed
                dpd = max(dpd, past)
        recent = {kind: sum(day - on < YEAR for on in days) for kind, days in own.signals.items()}
        return {
            "id": customer,
            "dpd": dpd,
            "overdue_cents": overdue,
            "overdue_beyond_half_cents": 2 * overdue - owed,
            "broken_promises": recent.get("broken_promise", 0),
            "enforcements": recent.get("enforcement", 0),
        }

    def look(self, customer, day):
        """What the rules say of a customer now; gives whether anything is new."""
        self.fired.clear()
        fact = self.facts(customer, day)
        try:
            lang.assert_fact("warnings", fact)
        except MessageNotHandledException:
            return False
        lang.retract_fact("warnings", {"id": customer})
        return True

    def end_day(self, day):
        """The day's last word: what opened, what closed."""
        seen = {customer for customer, own in self.customers.items() if own.open or own.signals}
        seen |= {customer for customer, _ in self.open}
        for customer in sorted(seen):
            self.look(customer, day)
            now = defaultdict(int)
            for rule in self.fired:
                indicator = INDICATOR.get(rule, rule)
                now[indicator] = max(now[indicator], SEVERITY[rule])
            for indicator, severity in now.items():
                stood = self.open.get((customer, indicator))
                if stood is None:
                    self.open[customer, indicator] = [day, severity]
                else:
                    stood[1] = max(stood[1], severity)
            for indicator in set(INDICATOR.values()) | set(SEVERITY):
                if indicator not in now and (customer, indicator) in self.open:
                    opened_on, severity = self.open.pop((customer, indicator))
                    self.told.append([customer, indicator, str(opened_on), severity, str(day)])


def main():
    events, first, last, out = sys.argv[1:]
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    watch, day = Watch(), first
    batches, ends, begin = [], [], 0.0

    def end_day():
        nonlocal day
        started = time.perf_counter()
        watch.end_day(day)
        ends.append(time.perf_counter() - started)
        day += dt.timedelta(days=1)

    with Path(events).open(encoding="utf-8") as lines:
        for line in lines:
            started = time.perf_counter()
            event = json.loads(line)
            known = dt.date.fromisoformat(event["known_at"])
            if known < first:
                watch.take(event, look=False)
                continue
            if not begin:
                begin = started = time.perf_counter()
            while day < known:
                end_day()
                started = time.perf_counter()
            watch.take(event)
            batches.append([1, time.perf_counter() - started])
    while day <= last:
        end_day()
    seconds = time.perf_counter() - begin
    still = [[*key, str(opened_on), severity, None] for key, (opened_on, severity) in watch.open.items()]
    memory = {"peak_mib": peak_mib(), "held_mib": held_mib()}
    found = {"seconds": seconds, "batches": batches, "day_ends": ends, **memory}
    Path(out).write_text(json.dumps({**found, "episodes": sorted([*watch.told, *still], key=str)}), encoding="utf-8")


if __name__ == "__main__":
    main()
