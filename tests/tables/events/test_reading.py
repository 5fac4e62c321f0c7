"""Lines of events: what cannot be used is set aside with its reason, and nothing stops."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import refusal_table
from riskengine.tables.reason import Reason

TODAY = Bounds(date(2024, 6, 30))
PAYMENT = {
    "event_id": "p1",
    "event": "payment",
    "invoice_id": "I1",
    "customer_id": "C1",
    "paid_on": "2024-06-01",
    "amount": 12.5,
    "currency": "CNY",
}


def line(**changed: object) -> str:
    return json.dumps({k: v for k, v in {**PAYMENT, **changed}.items() if v is not ...})


def why(text: str | bytes, bounds: Bounds = TODAY) -> list[tuple[str | None, str]]:
    """What is wrong with a line: field and reason of each problem."""
    batch = read_events([text], bounds)
    assert len(batch.events) + len(batch.refusals) == 1
    return [(p.field, p.why.value) for refusal in batch.refusals for p in refusal.problems]


def test_a_payment_becomes_a_row_with_what_it_need_not_say():
    (event,) = read_events([line()], TODAY).events
    assert event.kind is EventKind.PAYMENT
    assert event.row["payment_id"] == "p1"
    assert event.row["amount_cents"] == 1250
    assert event.row["kind"] == "cash"
    assert event.row["known_at"] == event.row["paid_on"]
    assert event.customer_id == "C1"


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"event": "paymnt"}, "event", EventReason.UNKNOWN_EVENT),
        ({"event": ...}, "event", Reason.MISSING),
        ({"event": 7}, "event", EventReason.UNKNOWN_EVENT),
        ({"event_id": ...}, "event_id", Reason.MISSING),
        ({"event_id": ""}, "event_id", EventReason.WRONG_TYPE),
        ({"event_id": "x" * 201}, "event_id", EventReason.WRONG_TYPE),
        ({"amont": 3}, "amont", EventReason.UNKNOWN_FIELD),
        ({"customer_id": ...}, "customer_id", Reason.MISSING),
        ({"customer_id": " "}, "customer_id", Reason.MISSING),
        ({"customer_id": 7}, "customer_id", EventReason.WRONG_TYPE),
        ({"customer_id": ["C1"]}, "customer_id", EventReason.WRONG_TYPE),
        ({"amount": "12.5"}, "amount", EventReason.WRONG_TYPE),
        ({"amount": True}, "amount", EventReason.WRONG_TYPE),
        ({"amount": 0}, "amount", Reason.ZERO_AMOUNT),
        ({"amount": -1}, "amount", Reason.NEGATIVE_AMOUNT),
        ({"amount": 12.505}, "amount", Reason.FRACTION_OF_CENT),
        ({"amount": 1e15}, "amount", Reason.TOO_LARGE),
        ({"amount": ...}, "amount", Reason.MISSING),
        ({"currency": "yuan"}, "currency", Reason.UNKNOWN_CURRENCY),
        ({"kind": "barter"}, "kind", Reason.UNKNOWN_CODE),
        ({"paid_on": "2024-02-30"}, "paid_on", Reason.BAD_DATE),
        ({"paid_on": "20240601"}, "paid_on", Reason.BAD_DATE),
        ({"paid_on": 20240601}, "paid_on", EventReason.WRONG_TYPE),
        ({"paid_on": "1024-06-01"}, "paid_on", Reason.BAD_DATE),
        ({"known_at": "2024-05-31"}, "known_at", Reason.KNOWN_BEFORE_EVENT),
        ({"known_at": "2024-07-02"}, "known_at", Reason.FUTURE_DATE),
        ({"paid_on": "2024-07-02"}, "paid_on", Reason.FUTURE_DATE),
        ({"paid_on": "2022-06-01"}, "known_at", EventReason.TOO_OLD),
    ],
)
def test_what_is_wrong_is_named_with_its_field(changed: dict[str, object], field: str, reason: str):
    assert (field, reason) in why(line(**changed))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nonsense", EventReason.MALFORMED_JSON),
        ("{", EventReason.MALFORMED_JSON),
        ("{'event': 'payment'}", EventReason.MALFORMED_JSON),
        ("[" * 100_000, EventReason.MALFORMED_JSON),
        ('{"a":' * 20_000, EventReason.MALFORMED_JSON),
        ("[1]", EventReason.NOT_AN_OBJECT),
        ("null", EventReason.NOT_AN_OBJECT),
        (line()[:-1] + ', "amount": 3}', EventReason.DUPLICATE_KEY),
        (line().replace("12.5", "NaN"), Reason.NOT_FINITE),
        (line().replace("12.5", "-Infinity"), Reason.NOT_FINITE),
        (line().replace("12.5", "1e999999999999999999999"), Reason.TOO_LARGE),
        (line().replace("12.5", "9" * 5000), Reason.TOO_LARGE),
        (b"\xff\xfe", EventReason.UNREADABLE_TEXT),
        (line().replace("C1", "\\ud800"), EventReason.UNREADABLE_TEXT),
        ("x" * 100_001, EventReason.LINE_TOO_LONG),
    ],
)
def test_a_line_that_is_no_event(text: str | bytes, reason: str):
    assert [found for _, found in why(text)] == [reason]


def test_good_lines_among_bad_ones_are_read_with_their_numbers():
    batch = read_events(["\ufeff" + line(), "", "bad", line(event_id="p2").encode()], TODAY, first_line=10)
    assert [(event.id, number) for event, number in zip(batch.events, batch.lines, strict=True)] == [
        ("p1", 10),
        ("p2", 13),
    ]
    assert [refusal.line for refusal in batch.refusals] == [12]
    assert refusal_table(batch.refusals).height == 1


def test_all_problems_of_a_line_are_told():
    found = why(line(amount="x", paid_on="y", what=1))
    assert {field for field, _ in found} == {"amount", "paid_on", "what", "known_at"}


def test_a_limit_may_hold_from_a_day_to_come_but_not_be_known_then():
    change = {"event_id": "l", "event": "limit_changed", "customer_id": "C1", "changed_on": "2024-09-01", "amount": 5}
    assert why(json.dumps({**change, "known_at": "2024-06-30"})) == []
    assert why(json.dumps(change)) == [("known_at", Reason.FUTURE_DATE)]
    assert why(json.dumps({**change, "known_at": "2024-06-30", "until": "2024-08-31"})) == [
        ("until", Reason.ENDS_BEFORE_IT_BEGINS)
    ]


def test_days_that_are_allowed_can_be_chosen():
    wide = Bounds(date(2024, 6, 30), days_ahead=5, days_back=None)
    assert why(line(paid_on="2024-07-05"), wide) == []
    assert why(line(paid_on="1999-07-05"), wide) == []
    assert why(line(paid_on="2024-07-06"), wide) == [("paid_on", Reason.FUTURE_DATE)]


def test_a_large_amount_keeps_its_last_cent():
    text = line().replace("12.5", "90071992547409.91")
    (event,) = read_events([text], TODAY).events
    assert event.row["amount_cents"] == 2**53 - 1
    assert read_events([event.line], TODAY).events == (event,)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_line_stops_the_reader(text: bytes | str):
    batch = read_events([text], TODAY)
    assert len(batch.events) + len(batch.refusals) <= 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2024-06-01", "CNY"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    kind=st.sampled_from(EventKind),
    data=st.data(),
)
def test_no_value_of_any_field_stops_the_reader(kind: EventKind, data: st.DataObject):
    fields = {name: data.draw(_JSON) for name in FORMS[kind].fields}
    batch = read_events([json.dumps({"event_id": "1", "event": kind.value, **fields})], TODAY)
    assert len(batch.events) + len(batch.refusals) == 1


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_texts_and_its_required_fields(kind: EventKind):
    form = FORMS[kind]
    assert form.text.en
    assert form.text.zh
    assert set(form.required) <= set(form.fields)
    assert form.own_id is None or form.own_id in form.fields


@pytest.mark.parametrize("reason", EventReason)
def test_every_reason_speaks_both_languages(reason: EventReason):
    assert reason.text.en.isascii()
    assert any("一" <= letter <= "鿿" for letter in reason.text.zh)
