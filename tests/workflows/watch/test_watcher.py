"""What a watcher does with single things that come: late, wrong, hostile, or too many."""

import json
from datetime import date, timedelta

import pytest

from riskengine.early_warning.case import Answer, CaseEnd
from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.journal import MemoryJournal
from riskengine.early_warning.snooze import Snooze
from riskengine.tables.events.application import apply_events
from riskengine.tables.events.reading import Bounds
from riskengine.terms.decision import Severity
from riskengine.workflows.watch.feed import ListFeed, watch_feed
from riskengine.workflows.watch.watcher import start_watching
from support.event_worlds import NO_TABLES
from support.toy_finder import ToyFinder

FIRST = date(2025, 3, 1)


def day(number):
    return FIRST + timedelta(days=number)


def event(event_id, what, on=0, **fields):
    dated = "occurred_on" if what == "signal" else "known_at"
    return json.dumps({"event_id": event_id, "event": what, dated: str(day(on)), **fields})


def customer(name, on=0, **more):
    return event(f"customer {name} {on}", "customer_updated", on, customer_id=name, name=name, **more)


def signal(name, who, on=0, **more):
    return event(name, "signal", on, customer_id=who, kind="negative_news", **more)


class Told:
    """A watcher that is given lines, and what it told."""

    def __init__(self, *lines, journal=None):
        self.journal = journal or MemoryJournal()
        self.watcher = start_watching(ToyFinder(), self.journal, NO_TABLES, first_day=FIRST)
        self.steps = self.give(*lines)

    def give(self, *lines, batch=1000):
        steps = list(watch_feed(self.watcher, ListFeed(lines, Bounds(day(30)), "lines"), batch=batch))
        self.steps = steps
        return steps

    @property
    def changes(self):
        found = []
        for step in self.steps:
            found += [("withdrawn", one.customer_id, one.after.word) for one in step.withdrawn]
            found += [(one.kind.value, one.customer_id, one.after.word) for one in step.changes]
        return found

    @property
    def reasons(self):
        refused = [problem.why.value for step in self.steps for one in step.refusals for problem in one.problems]
        odd = [one.problem.why.value for step in self.steps for one in (*step.refused, *(step.set_aside or ()))]
        return refused + odd


def test_a_warning_opens_at_once_gets_worse_at_once_and_closes_when_a_day_is_over():
    told = Told(customer("A"), signal("one", "A"))
    assert told.changes == [("opened", "A", "amber")]
    told.give(signal("two", "A"))
    assert told.changes == [("opened", "A", "red")]  # the same opening, worse than was told
    told.give(signal("later", "A", 1))
    assert [one.indicator for one in told.steps[-1].changes] == ["warned"]  # by the red case of the day before
    told.watcher.advance(day(9))
    assert [(one.kind, one.day) for one in told.journal.steps[-1].changes if one.indicator == "kin"] == [
        (ChangeKind.CLOSED, day(5))
    ]


def test_a_late_event_corrects_what_was_told_of_days_that_are_over():
    told = Told(customer("A"), signal("first", "A", 4))
    assert told.changes == [("opened", "A", "amber")]
    told.give(signal("late", "A", 2))
    assert told.watcher.day == day(4)
    told.watcher.settle()
    step = told.journal.steps[-1]
    assert [(one.kind, one.opened_on) for one in step.withdrawn] == [(ChangeKind.OPENED, day(4))]
    assert [(one.kind, one.opened_on) for one in step.changes] == [(ChangeKind.OPENED, day(2))]
    assert [one.opened_on for one in step.episodes_gone] == [day(4)]


def test_what_was_told_within_a_day_and_is_not_so_at_its_end_is_withdrawn():
    told = Told(customer("A"), customer("B"), *(signal(f"s{number}", "A") for number in range(3)))
    told.give(signal("b", "B", 2))  # found with what everybody had the day before: many signals
    assert ("opened", "B", "watch") in told.changes
    told.watcher.settle()
    step = told.journal.steps[-1]
    assert [(one.kind, *one.key) for one in step.withdrawn] == [(ChangeKind.OPENED, "B", "peers")]
    assert ("B", "peers", day(2)) in step.episodes_gone


def test_on_the_first_day_everybody_is_as_on_the_day_before():
    known = Told(customer("A"), customer("B"), *(signal(f"s{number}", "A") for number in range(3))).steps[0].events
    tables, journal = apply_events(NO_TABLES, known).tables, MemoryJournal()
    watcher = start_watching(ToyFinder(), journal, tables, first_day=day(1))
    resumed = start_watching(ToyFinder(), journal, tables, first_day=day(1))
    for number, one in enumerate((watcher, resumed)):
        (step,) = watch_feed(
            one, ListFeed([signal(f"b{number}", "B", 1)], Bounds(day(30)), f"lines {number}"), batch=10
        )
        assert ("B", "peers") in {change.key for change in step.changes}


def test_linked_customers_are_found_again_too():
    told = Told(customer("A"), customer("B", parent_id="A"), customer("C"))
    told.give(signal("one", "B"))
    assert told.changes == [("opened", "A", "amber"), ("opened", "B", "amber")]


def test_a_group_in_a_circle_is_one_group():
    told = Told(customer("A", parent_id="C"), customer("B", parent_id="A"), customer("C", parent_id="B"))
    told.give(signal("one", "B"))
    assert [who for _, who, _ in told.changes] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{nonsense", "malformed_json"),
        ("[1, 2]", "not_an_object"),
        ('{"event_id": "x", "event": "paymnt"}', "unknown_event"),
        ('{"event": "signal"}', "missing"),
        (b"\xff\xfe{}", "unreadable_text"),
        (b'{"event_id": "x"' + b" " * 200_000 + b"}", "line_too_long"),
        (signal("ahead", "A", 40), "future_date"),
        (signal("long ago", "A", -500), "too_old"),
        (signal("who", "nobody"), "unknown_customer"),
        (event("what", "payment", customer_id="A", invoice_id="none", amount=5, currency="CNY", paid_on="2025-03-01"),
         "unknown_invoice"),
    ],
)  # fmt: skip
def test_bad_input_is_told_with_its_reason_and_stops_nothing(line, reason):
    told = Told(customer("A"), line, signal("good", "A"))
    assert reason in told.reasons
    assert told.changes == [("opened", "A", "amber")]


def test_what_contradicts_the_ledger_is_set_aside_and_a_used_id_refused():
    def invoice(name, amount):
        said = {"issued_on": str(FIRST), "due_on": str(day(30)), "currency": "CNY", "invoice_id": "I1"}
        return event(name, "invoice_posted", customer_id="A", amount=amount, **said)

    told = Told(customer("A"), invoice("one", 10), invoice("two", 20))
    assert told.reasons == ["contradicts_ledger"]
    told.give(invoice("one", 30))
    assert told.reasons == ["reused_event_id"]
    told.give(invoice("one", 10), invoice("one", 10))
    assert (told.reasons, told.steps[0].repeated, told.steps[0].events) == ([], 2, ())


def test_who_was_unknown_and_becomes_known_is_no_longer_set_aside():
    told = Told(signal("early", "A", 1), customer("B", 1))
    assert told.reasons == ["unknown_customer"]
    told.give(customer("A", 1))
    assert (told.steps[-1].set_aside, told.changes) == ((), [("opened", "A", "amber")])


def test_the_day_never_goes_back():
    told = Told(customer("A", 5))
    assert told.watcher.advance(day(3)) is None
    assert told.watcher.advance(day(5)) is None
    told.give(signal("late", "A", 1))
    assert told.watcher.day == day(5)


def test_many_events_of_one_customer_are_one_customer():
    lines = [signal(f"s{number}", "A") for number in range(20_000)]
    told = Told(customer("A"), customer("B"), *lines, journal=MemoryJournal())
    told.give(*lines[:5], batch=50_000)
    assert sum(step.repeated for step in told.steps) == 5
    assert sum(map(len, told.journal.logged())) == 20_002


def test_an_answered_case_and_a_snooze_count_from_their_day():
    journal = MemoryJournal()
    told = Told(customer("A"), signal("one", "A"), signal("two", "A"), journal=journal)
    told.watcher.advance(day(1))
    assert [(case.severity, case.is_open) for case in journal.cases] == [(Severity.RED, True)]
    journal.answers.append(Answer("A", day(1), CaseEnd.DISMISSED, "who", "why"))
    journal.snoozes.append(Snooze("A", None, day(2), day(4), "why", "who", Severity.RED))
    told.watcher.advance(day(2))
    assert [(case.end, case.ended_on) for case in journal.cases] == [(CaseEnd.DISMISSED, day(1))]
    told.watcher.advance(day(3))
    snoozed = [one for step in journal.steps for one in step.changes if one.kind is ChangeKind.SNOOZED]
    assert {(one.indicator, one.day) for one in snoozed} >= {("kin", day(2))}


def test_a_step_that_cannot_be_kept_changes_nothing():
    class FullDisk(MemoryJournal):
        is_full = False

        def write(self, step):
            if self.is_full:
                raise OSError("full")
            super().write(step)

    journal = FullDisk()
    told = Told(customer("A"), journal=journal)
    journal.is_full = True
    with pytest.raises(OSError, match="full"):
        told.give(signal("one", "A"))
    with pytest.raises(OSError, match="full"):
        told.watcher.advance(day(1))
    journal.is_full = False
    told.give(signal("one", "A"))
    assert told.changes == [("opened", "A", "amber")]
