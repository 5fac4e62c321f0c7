from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.label import defaulted_at, find_standing, label_snapshots
from riskengine.scoring.spec import OutcomeSpec, PopulationSpec
from riskengine.terms.codes import SignalKind
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError
from support.small_ledger import START, invoice, ledger, payment, signal

OUTCOME = OutcomeSpec(
    horizon_days=60,
    days_past_due=30,
    material_amount=0.0,
    material_share=0.0,
    write_off_above=0.0,
    insolvency_signals=(SignalKind.INSOLVENCY_FILING,),
)
EVERYBODY = PopulationSpec(exclude_in_default=False, min_settled_invoices=0, active_within_days=None)


def changed(spec, **changes):
    return spec.model_copy(update=changes)


def events(tables, outcome=OUTCOME):
    found = find_standing(read_ledger(tables), outcome).events.filter(pl.col("customer_id") == "A")
    return [(day - START, reason) for day, reason in found.select("day", "reason").rows()]


def sample(tables, *days, outcome=OUTCOME, population=EVERYBODY):
    book = read_ledger(tables)
    known = tables["customers"].select("customer_id", day="known_at").collect()
    dates = [day_of(START + d) for d in days]
    found = label_snapshots(book, find_standing(book, outcome), known, dates, outcome=outcome, population=population)
    rows = found.rows.filter(pl.col("customer_id") != "Z")
    return {(c, d - START): y for c, d, y in rows.select("customer_id", "as_of", "outcome").rows()}, found


def test_an_invoice_settled_31_days_late_was_open_at_the_end_of_its_30th_day():
    assert events(ledger([invoice("1")], [payment("1", 61)])) == [(60, "arrears")]


def test_an_invoice_settled_on_its_30th_day_past_due_was_not():
    assert events(ledger([invoice("1")], [payment("1", 60)])) == []


def test_an_unpaid_invoice_counts_once():
    assert events(ledger([invoice("1")])) == [(60, "arrears")]


def test_a_part_payment_does_not_settle():
    assert events(ledger([invoice("1")], [payment("1", 40, 999)])) == [(60, "arrears")]


def test_credit_notes_settle_too():
    assert events(ledger([invoice("1")], [payment("1", 40, 600), payment("1", 41, 400, kind="credit_note")])) == []


@pytest.mark.parametrize(("day", "outcome"), [(-1, 0.0), (0, 1.0), (59, 1.0), (60, 0.0)])
def test_the_event_day_lies_in_the_half_open_horizon(day, outcome):
    tables = ledger([invoice("1")], [payment("1", 61)])
    assert sample(tables, day)[0].get(("A", day), 0.0) == outcome


@pytest.mark.parametrize(("amount", "found"), [(1000.0, []), (999.0, [(60, "arrears")])])
def test_arrears_must_exceed_the_material_amount(amount, found):
    assert events(ledger([invoice("1")]), changed(OUTCOME, material_amount=amount)) == found


def test_arrears_must_exceed_the_material_share_of_what_is_open():
    outcome = changed(OUTCOME, material_share=0.2)
    book = [invoice("1", amount=100), invoice("2", issued=50, due=500, amount=900)]
    assert events(ledger(book), outcome)[:1] == [(530, "arrears")]
    assert events(ledger(book, [payment("2", 70, 600)]), outcome)[0] == (70, "arrears")


def test_several_small_arrears_add_up():
    small = [invoice(str(n), due=30 + n, amount=100) for n in range(5)]
    assert events(ledger(small), changed(OUTCOME, material_amount=250.0))[0] == (62, "arrears")


def test_a_disputed_invoice_does_not_count_as_late():
    assert events(ledger([invoice("1", disputed_on=50)])) == []


def test_it_counts_from_the_end_of_the_dispute():
    assert events(ledger([invoice("1", disputed_on=50, dispute_closed_on=100)])) == [(100, "arrears")]
    assert events(ledger([invoice("1", disputed_on=50, dispute_closed_on=100)], [payment("1", 100)])) == []


def test_a_dispute_that_ended_before_or_began_after_changes_nothing():
    assert events(ledger([invoice("1", disputed_on=35, dispute_closed_on=60)])) == [(60, "arrears")]
    assert events(ledger([invoice("1", disputed_on=61)])) == [(60, "arrears")]


def test_write_offs_and_insolvency_are_events_if_the_spec_says_so():
    tables = ledger(
        [invoice("1")],
        [payment("1", 40, kind="write_off")],
        [signal("insolvency_filing", 45), signal("tax_arrears", 46)],
    )
    assert events(tables) == [(40, "write_off"), (45, "insolvency")]
    assert events(tables, changed(OUTCOME, write_off_above=1000.0)) == [(45, "insolvency")]
    assert events(tables, changed(OUTCOME, write_off_above=None, insolvency_signals=())) == []


def test_amounts_are_compared_in_the_reporting_currency():
    fx = [{"currency": "USD", "quoted_on": START, "rate": 0.5, "known_at": START}]
    tables = ledger([invoice("1", currency="USD")], fx=fx)
    assert events(tables, changed(OUTCOME, material_amount=499.0)) == [(60, "arrears")]
    assert events(tables, changed(OUTCOME, material_amount=500.0)) == []
    with pytest.raises(InputError, match="USD"):
        events(ledger([invoice("1", currency="USD")]))


def test_a_payment_in_another_currency_settles_what_it_is_worth():
    fx = [{"currency": "USD", "quoted_on": START, "rate": 0.5, "known_at": START}]
    assert events(ledger([invoice("1")], [payment("1", 20, 2000, currency="USD")], fx=fx)) == []
    assert events(ledger([invoice("1")], [payment("1", 20, 1000, currency="USD")], fx=fx)) == [(60, "arrears")]
    assert events(ledger([invoice("1", currency="USD")], [payment("1", 20, 500)], fx=fx)) == []


def test_a_horizon_that_runs_past_the_data_is_censored_never_good():
    found, whole = sample(ledger([invoice("1")], [payment("1", 20)], last=100), 40, 41)
    assert found == {("A", 40): 0.0}
    assert whole.censored == 2  # A and Z


def test_customers_in_default_are_left_out_if_the_spec_says_so():
    tables = ledger([invoice("1")], [payment("1", 100)])
    strict = changed(EVERYBODY, exclude_in_default=True)
    assert ("A", 59) in sample(tables, 59, population=strict)[0]
    found, whole = sample(tables, 60, 99, 100, population=strict)
    assert found == {("A", 100): 0.0}
    assert whole.in_default == 2
    assert ("A", 60) in sample(tables, 60)[0]


def test_default_lasts_a_year_after_a_write_off_and_for_good_after_insolvency():
    tables = ledger(
        [invoice("1"), invoice("2", "B")], [payment("1", 40, kind="write_off"), payment("2", 40, customer="B")]
    )
    standing = find_standing(read_ledger(tables), OUTCOME)
    assert defaulted_at(standing, START + 404)["customer_id"].to_list() == ["A"]
    assert defaulted_at(standing, START + 405)["customer_id"].to_list() == []
    gone = find_standing(read_ledger(ledger([], (), [signal("insolvency_filing", 5, "Z")])), OUTCOME)
    assert defaulted_at(gone, START + 900)["customer_id"].to_list() == ["Z"]


def test_eligibility_asks_for_settled_invoices_and_recent_business():
    tables = ledger([invoice("1"), invoice("2")], [payment("1", 20), payment("2", 25)])
    two = changed(EVERYBODY, min_settled_invoices=2)
    assert list(sample(tables, 24, 25, population=two)[0]) == [("A", 25)]
    recent = changed(EVERYBODY, active_within_days=90)
    assert list(sample(tables, 114, 115, population=recent)[0]) == [("A", 114)]
    still_open = ledger([invoice("1"), invoice("2")], [payment("1", 20)])
    assert ("A", 500) in sample(still_open, 500, population=recent)[0]


def test_customers_are_not_in_a_snapshot_before_they_are_known():
    tables = ledger([invoice("1")])
    assert sample(tables, -1)[0] == {}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 60), st.lists(st.integers(0, 150), max_size=3)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([0.0, 150.0]),
    st.sampled_from([0.0, 0.4]),
)
def test_events_agree_with_a_walk_through_every_day(drawn, amount, share):
    invoices, payments = [], []
    for n, (issued, terms, lags) in enumerate(drawn):
        invoices.append(invoice(str(n), issued=issued, due=issued + terms, amount=100))
        payments += [payment(str(n), issued + lag, 50) | {"payment_id": f"{n}{k}"} for k, lag in enumerate(lags)]
    outcome = changed(OUTCOME, material_amount=amount, material_share=share)
    tables = ledger(invoices, payments)
    assert [day for day, _ in events(tables, outcome)] == walk(invoices, payments, amount, share)


def walk(invoices, payments, amount, share):
    """The definition read aloud: look at every customer's every day."""
    found, before = [], False
    for day in range(500):
        owed = late = fresh = 0
        for one in invoices:
            paid = sum(
                p["amount_cents"]
                for p in payments
                if p["invoice_id"] == one["invoice_id"] and p["paid_on"] <= START + day
            )
            rest = max(one["amount_cents"] - paid, 0) if one["issued_on"] <= START + day else 0
            owed += rest
            if rest and one["due_on"] + 30 <= START + day:
                late += rest
                fresh += one["due_on"] + 30 == START + day
        now = late > amount * 100 and late > share * owed
        if now and (fresh or not before):
            found.append(day)
        before = now
    return found


def test_no_invoices_are_an_error():
    from riskengine.tables.store import tables_in_memory  # noqa: PLC0415

    customers = pl.DataFrame({"customer_id": ["A"], "known_at": [date(2020, 1, 1)]})
    with pytest.raises(InputError, match="no invoices"):
        read_ledger(tables_in_memory({"customers": customers}, reporting_currency="EUR"))
