"""Intake from files to tables: what is good arrives, what is bad is set aside with its reason."""

import datetime as dt
import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from riskengine.workflows.intake import _checked
from support.intake_case import CUSTOMERS, INVOICES, MAPPING, PAYMENTS, take, take_files


def only(result):
    """The one finding: (file, row, column, value, reason)."""
    assert result.quarantine.height == 1, result.quarantine
    return result.quarantine.select("file", "row", "column", "value", "reason").row(0)


def test_a_clean_ledger_arrives_whole(tmp_path):
    result = take(tmp_path)
    total = result.summary.total
    assert (total.read, total.accepted, total.merged, total.quarantined) == (7, 7, 0, 0)
    invoices = result.table("invoices").sort("invoice_id")
    assert invoices["amount_cents"].to_list() == [10000, 25050, 8000]
    assert invoices["currency"].to_list() == ["EUR", "EUR", "USD"]
    assert invoices["known_at"].to_list() == invoices["issued_on"].to_list()
    payments = result.table("payments")
    assert payments["customer_id"].to_list() == ["C1", "C1"]
    assert payments["kind"].to_list() == ["cash", "cash"]
    customers = result.table("customers").sort("customer_id")
    assert customers["current_limit_cents"].to_list() == [100000, None]
    assert result.table("fx").select("currency", "rate").rows() == [("USD", 0.9)]


@pytest.mark.parametrize(
    ("line", "column", "value", "reason"),
    [
        ("I9,C1,2024-01-10,2024-02-09,100,GBP", "cur", "GBP", "unknown_currency"),
        ("I9,C1,2024-01-10,2024-01-09,100,EUR", "due", "2024-01-09", "due_before_issued"),
        ("I9,C1,2024-01-10,2024-02-09,-5,EUR", "amount", "-5", "negative_amount"),
        ("I9,C1,2024-01-10,2024-02-09,0,EUR", "amount", "0", "zero_amount"),
        ("I9,C1,2024-01-10,2024-02-09,NaN,EUR", "amount", "NaN", "not_finite"),
        ("I9,C1,2024-01-10,2024-02-09,inf,EUR", "amount", "inf", "not_finite"),
        ("I9,C1,2024-01-10,2024-02-09,abc,EUR", "amount", "abc", "bad_number"),
        ('I9,C1,2024-01-10,2024-02-09,"1,234.50",EUR', "amount", "1,234.50", "bad_number"),
        ("I9,C1,2024-01-10,2024-02-09,1.005,EUR", "amount", "1.005", "fraction_of_cent"),
        ("I9,C1,2024-01-10,2024-02-09,99999999999999999,EUR", "amount", "99999999999999999", "too_large"),
        ("I9,C1,2024-01-10,2024-02-09,,EUR", "amount", None, "missing"),
        ("I9,C1,10.01.2024,2024-02-09,100,EUR", "issued", "10.01.2024", "bad_date"),
        ("I9,C1,2024-02-30,2024-03-09,100,EUR", "issued", "2024-02-30", "bad_date"),
        ("I9,C1,0024-01-10,2024-02-09,100,EUR", "issued", "0024-01-10", "bad_date"),
        ("I9,C1,2024-07-01,2024-07-31,100,EUR", "issued", "2024-07-01", "future_date"),
        ("I9,C9,2024-01-10,2024-02-09,100,EUR", "customer", "C9", "unknown_customer"),
        (",C1,2024-01-10,2024-02-09,100,EUR", "no", None, "missing"),
        (
            "I9,C1,2024-01-10,2024-02-09,100,EUR,extra",
            "",
            "I9,C1,2024-01-10,2024-02-09,100,EUR,extra",
            "unreadable_line",
        ),
        ('I9,"C1,2024-01-10,2024-02-09,100,EUR', "", 'I9,"C1,2024-01-10,2024-02-09,100,EUR', "unreadable_line"),
    ],
)
def test_a_bad_invoice_is_set_aside_with_its_reason(tmp_path, line, column, value, reason):
    result = take(tmp_path, invoices=INVOICES + line + "\n")
    assert reason in result.reasons
    first = result.quarantine.filter(pl.col("reason") == reason).row(0, named=True)
    assert (first["file"], first["row"], first["column"], first["value"]) == ("invoices.csv", 5, column, value)
    assert first["reason_en"]
    assert first["reason_zh"]
    assert result.table("invoices").height == 3


def test_a_due_date_may_lie_ahead(tmp_path):
    result = take(tmp_path, invoices=INVOICES + "I9,C1,2024-06-30,2024-12-31,5,EUR\n")
    assert result.summary.total.quarantined == 0


def test_as_of_takes_the_place_of_the_day_of_extraction(tmp_path):
    result = take(tmp_path, as_of=dt.date(2024, 2, 29))
    assert result.quarantine.filter(pl.col("reason") == "future_date")["value"].to_list() == [
        "2024-03-01",
        "2024-03-01",
    ]


def test_a_payment_before_its_invoice_is_set_aside(tmp_path):
    result = take(tmp_path, payments=PAYMENTS + "P3,I2,2024-02-09,10\n")
    assert only(result) == ("payments.csv", 4, "paid", "2024-02-09", "paid_before_issued")


def test_a_payment_before_its_invoice_can_be_declared_repaired(tmp_path):
    mapping = MAPPING + "repairs: {issued_after_paid: use_paid_on}\n"
    result = take(tmp_path, payments=PAYMENTS + "P3,I2,2024-02-09,10\n", mapping=mapping)
    assert result.summary.repairs == {"issued_after_paid": 1}
    row = result.table("invoices").filter(pl.col("invoice_id") == "I2")
    assert row["issued_on"].cast(pl.Date).to_list() == [dt.date(2024, 2, 9)]
    assert row["known_at"].to_list() == row["issued_on"].to_list()


def test_a_due_date_before_issue_can_be_declared_repaired(tmp_path):
    mapping = MAPPING + "repairs: {due_before_issued: use_issued_on}\n"
    result = take(tmp_path, invoices=INVOICES + "I9,C1,2024-01-10,2024-01-01,5,EUR\n", mapping=mapping)
    row = result.table("invoices").filter(pl.col("invoice_id") == "I9")
    assert row["due_on"].to_list() == row["issued_on"].to_list()
    assert result.summary.repairs == {"due_before_issued": 1}


def test_negative_invoices_can_be_declared_credit_notes(tmp_path):
    mapping = MAPPING + "repairs: {negative_invoice: credit_note}\n"
    result = take(tmp_path, invoices=INVOICES + "N1,C1,2024-04-01,,-30,EUR\n", mapping=mapping)
    note = result.table("payments").filter(pl.col("kind") == "credit_note").row(0, named=True)
    assert (note["payment_id"], note["invoice_id"], note["customer_id"], note["amount_cents"]) == (
        "N1",
        None,
        "C1",
        3000,
    )
    assert result.table("invoices").height == 3
    assert result.summary.total.quarantined == 0


def test_a_payment_of_an_unknown_invoice_is_set_aside(tmp_path):
    result = take(tmp_path, payments=PAYMENTS + "P3,I99,2024-03-09,10\n")
    assert ("payments.csv", 4, "invoice", "I99", "unknown_invoice") in result.quarantine.select(
        "file", "row", "column", "value", "reason"
    ).rows()


PAYERS = MAPPING.replace(
    "paid_on: paid, amount: amount}", "paid_on: paid, amount: amount, customer_id: by, currency: c}"
)
PAYER_HEAD = "no,invoice,paid,amount,by,c\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [("P1,I1,2024-02-20,60,C2,EUR", "payer_differs"), ("P1,I1,2024-02-20,60,C1,USD", "currency_differs")],
)
def test_a_payment_that_does_not_fit_its_invoice_is_set_aside(tmp_path, line, reason):
    result = take(tmp_path, payments=f"{PAYER_HEAD}{line}\n", mapping=PAYERS)
    assert result.reasons == {reason}


def test_a_payment_by_another_can_be_declared_the_invoices_customers(tmp_path):
    mapping = PAYERS + "repairs: {payer_differs: use_invoice_customer}\n"
    result = take(tmp_path, payments=PAYER_HEAD + "P1,I1,2024-02-20,60,C2,EUR\n", mapping=mapping)
    assert result.table("payments")["customer_id"].to_list() == ["C1"]
    assert result.summary.repairs == {"payer_differs": 1}


def test_unapplied_cash_needs_a_customer(tmp_path):
    result = take(tmp_path, payments=PAYER_HEAD + "P1,,2024-02-20,60,C2,EUR\nP2,,2024-02-20,60,,EUR\n", mapping=PAYERS)
    assert result.table("payments").select("invoice_id", "customer_id").rows() == [(None, "C2")]
    assert only(result) == ("payments.csv", 3, "by", None, "missing")


def test_what_is_known_before_it_happened_is_set_aside_or_repaired(tmp_path):
    mapping = MAPPING.replace("paid_on: paid, amount: amount}", "paid_on: paid, amount: amount, known_at: seen}")
    payments = "no,invoice,paid,amount,seen\nP1,I1,2024-02-20,60,2024-02-19\n"
    assert only(take(tmp_path / "a", payments=payments, mapping=mapping))[4] == "known_before_event"
    mapping += "repairs: {known_before_event: use_event_day}\n"
    row = take(tmp_path / "b", payments=payments, mapping=mapping).table("payments")
    assert row["known_at"].to_list() == row["paid_on"].to_list()


def test_fractions_of_a_cent_can_be_declared_rounded(tmp_path):
    mapping = MAPPING + "repairs: {fraction_of_cent: round}\n"
    result = take(tmp_path, invoices=INVOICES.replace("100.00", "100.006"), mapping=mapping)
    assert result.table("invoices").sort("invoice_id")["amount_cents"][0] == 10001
    assert result.summary.repairs == {"fraction_of_cent": 1}


def test_every_version_of_a_conflicting_id_is_set_aside_and_what_hangs_on_it(tmp_path):
    result = take(tmp_path, invoices=INVOICES + "I1,C1,2024-01-10,2024-02-09,999,EUR\n")
    found = result.quarantine.select("file", "row", "reason").rows()
    assert found.count(("invoices.csv", 2, "conflicting_id")) == 1
    assert found.count(("invoices.csv", 5, "conflicting_id")) == 1
    assert {("payments.csv", 2, "unknown_invoice"), ("payments.csv", 3, "unknown_invoice")} <= set(found)
    assert result.table("invoices")["invoice_id"].sort().to_list() == ["I2", "I3"]


def test_a_copy_of_a_conflicting_version_is_set_aside_too(tmp_path):
    line = INVOICES.splitlines()[1]
    result = take(tmp_path, invoices=f"{INVOICES}{line}\nI1,C1,2024-01-10,2024-02-09,999,EUR\n")
    conflicts = result.quarantine.filter(pl.col("reason") == "conflicting_id")
    assert conflicts["row"].to_list() == [2, 5, 6]


def test_exact_duplicates_are_merged_and_counted(tmp_path):
    result = take(tmp_path, invoices=INVOICES + INVOICES.split("\n", 1)[1])
    assert result.summary.total.merged == 3
    assert result.table("invoices").height == 3


def test_a_file_given_twice_is_merged_whole(tmp_path):
    take(tmp_path)
    result = take_files(tmp_path, MAPPING, ("customers.csv", "invoices.csv", "payments.csv", "payments.csv"))
    assert [(c.source, c.accepted, c.merged) for c in result.summary.sources][2:] == [
        ("payments", 2, 0),
        ("payments", 0, 2),
    ]
    assert result.table("payments").height == 2


def test_the_same_fact_delivered_again_later_keeps_its_first_day(tmp_path):
    mapping = MAPPING.replace("currency: cur}", "currency: cur, known_at: seen}")
    lines = [f"{line},2024-0{4 + i}-01" for i in range(2) for line in INVOICES.splitlines()[1:]]
    invoices = "\n".join(["no,customer,issued,due,amount,cur,seen", *lines])
    result = take(tmp_path, invoices=invoices, mapping=mapping)
    assert result.summary.total.merged == 3
    assert set(result.table("invoices")["known_at"].cast(pl.Date)) == {dt.date(2024, 4, 1)}


def test_a_rejected_customer_takes_invoices_and_payments_along(tmp_path):
    result = take(tmp_path, customers=CUSTOMERS.replace("2020-01-01", "not a date"))
    assert result.reasons == {"bad_date", "unknown_customer"}
    assert result.summary.total.accepted == 2


def test_a_missing_column_is_an_error_with_line_and_nearest_name(tmp_path):
    with pytest.raises(InputError) as caught:
        take(tmp_path, invoices=INVOICES.replace("amount", "amounts"))
    assert str(caught.value).endswith("invoices.csv has no column 'amount'. Remedy: did you mean 'amounts'?")
    assert "mapping.yaml:17" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_second_currency_without_rates_is_refused(tmp_path):
    mapping = "\n".join(line for line in MAPPING.splitlines() if not line.startswith("fx:"))
    with pytest.raises(InputError, match=r"no rate to EUR for USD in invoices.*Remedy: state dated rates"):
        take(tmp_path, mapping=mapping)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "the file is empty"), (b"\n\n", "the file is empty"), (b"no,no\n1,2\n", "more than once")],
)
def test_a_file_without_a_usable_header_is_an_error(tmp_path, content, what):
    with pytest.raises(InputError, match=what):
        take(tmp_path, payments=content)


def test_a_header_alone_is_an_empty_table(tmp_path):
    result = take(tmp_path, payments=PAYMENTS.split("\n", 1)[0] + "\n")
    assert result.table("payments").height == 0


def test_no_rows_at_all_is_an_error(tmp_path):
    heads = {n: t.split("\n", 1)[0] + "\n" for n, t in (("customers", CUSTOMERS), ("invoices", INVOICES))}
    with pytest.raises(InputError, match="no rows in any source"):
        take(tmp_path, **heads, payments="no,invoice,paid,amount\n")


def test_zero_customers_reject_everything_and_publish_only_the_reasons(tmp_path):
    with pytest.raises(InputError, match="all 5 rows were quarantined") as caught:
        take(tmp_path, customers="id,name,since,limit\n")
    assert caught.value.exit_code == 4
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.rejected" / "quarantine.csv").is_file()
    assert json.loads((tmp_path / "out.rejected" / "summary.json").read_text())["total"]["quarantined"] == 5


def test_a_customer_with_one_invoice_is_fine(tmp_path):
    result = take(
        tmp_path,
        customers="id,name,since,limit\nC1,One,2020-01-01,\n",
        invoices="\n".join(INVOICES.splitlines()[:2]) + "\n",
    )
    assert result.summary.total.quarantined == 0


def test_strict_refuses_any_quarantine_and_leaves_what_was_there(tmp_path):
    before = take(tmp_path)
    kept = (before.out / "manifest.json").read_bytes()
    with pytest.raises(InputError, match=r"1 of 8 rows were quarantined"):
        take(tmp_path, payments=PAYMENTS + "P3,I2,2024-02-09,10\n", strict=True)
    assert (before.out / "manifest.json").read_bytes() == kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_byte_order_marks_and_utf16_need_no_declaration(tmp_path, encoding):
    text = CUSTOMERS.replace("One", "杭州")
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    assert "杭州" in take(tmp_path, customers=content).table("customers")["name"].to_list()


def test_gbk_must_be_declared_and_the_error_says_how(tmp_path):
    content = CUSTOMERS.replace("One", "杭州").encode("gbk")
    with pytest.raises(InputError, match=r"not utf-8 text \(line 2\).*encoding: gb18030"):
        take(tmp_path, customers=content)
    mapping = MAPPING.replace('files: ["customers*"]', 'files: ["customers*"]\n    encoding: gbk')
    assert "杭州" in take(tmp_path, customers=content, mapping=mapping).table("customers")["name"].to_list()


def test_decimal_commas_and_thousands_points_as_declared(tmp_path):
    mapping = MAPPING.replace(
        'files: ["invoices*"]', 'files: ["invoices*"]\n    numbers: {decimal: ",", thousands: "."}\n    separator: ;'
    )
    invoices = INVOICES.replace(",", ";").replace("100.00", "1.234,50").replace("250.50", "250,5")
    result = take(tmp_path, invoices=invoices, mapping=mapping)
    assert sorted(result.table("invoices")["amount_cents"]) == [8000, 25050, 123450]


def test_mixed_date_formats_are_never_guessed(tmp_path):
    mapping = MAPPING.replace("issued_on: issued", "issued_on: {column: issued, formats: ['%d/%m/%Y', '%m/%d/%Y']}")
    invoices = (
        INVOICES.replace("2024-01-10", "31/01/2024")
        .replace("2024-02-10", "02/28/2024")
        .replace("2024-03-01", "03/04/2024")
    )
    result = take(tmp_path, invoices=invoices, mapping=mapping)
    assert ("invoices.csv", 4, "issued", "03/04/2024", "ambiguous_date") in result.quarantine.select(
        "file", "row", "column", "value", "reason"
    ).rows()
    issued = result.table("invoices").sort("invoice_id")["issued_on"].cast(pl.Date).to_list()
    assert issued == [dt.date(2024, 1, 31), dt.date(2024, 2, 28)]


def test_the_same_intake_gives_the_same_bytes(tmp_path):
    bad = INVOICES + "I9,C9,2024-01-10,2024-02-09,-1,GBP\n"
    first = take(tmp_path / "a", invoices=bad).out
    second = take(tmp_path / "b", invoices=bad).out
    names = sorted(p.name for p in first.iterdir())
    assert names == sorted(p.name for p in second.iterdir())
    assert [n for n in names if (first / n).read_bytes() != (second / n).read_bytes()] == []


def test_the_order_of_rows_does_not_show_in_the_tables(tmp_path):
    head, *lines = INVOICES.splitlines()
    first = take(tmp_path / "a").out
    second = take(tmp_path / "b", invoices="\n".join([head, *reversed(lines)])).out
    assert (first / "invoices.parquet").read_bytes() == (second / "invoices.parquet").read_bytes()


def test_formulas_are_escaped_in_the_csv_only(tmp_path):
    result = take(tmp_path, invoices=INVOICES + "I9,=cmd|' /C calc'!A0,2024-01-10,2024-02-09,100,EUR\n")
    assert result.quarantine["value"].to_list() == ["=cmd|' /C calc'!A0"]
    text = (result.out / "quarantine.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd" not in text


def test_an_unknown_file_is_a_usage_error(tmp_path):
    take(tmp_path)
    (tmp_path / "other.csv").write_text("a\n1\n")
    with pytest.raises(UsageError, match="fits no source"):
        take_files(tmp_path, MAPPING, ("customers.csv", "invoices.csv", "other.csv"))
    with pytest.raises(UsageError, match="nothing was given for payments"):
        take_files(tmp_path, MAPPING, ("customers.csv", "invoices.csv"))


FLAT = """
mapping: flat
reporting_currency: EUR
currencies: {default: EUR}
repairs: {negative_invoice: credit_note}
sources:
  ledger:
    tables:
      customers:
        one_row_per: customer_id
        columns: {customer_id: cust, name: name, current_terms_days: {column: terms, codes: {N30: 30, N10: 10}}}
      invoices:
        columns:
          invoice_id: {concat: [cust, issued, amount]}
          customer_id: cust
          issued_on: issued
          terms_days: {column: terms, codes: {N30: 30, N10: 10}}
          amount: amount
      payments:
        only_with: cleared
        columns:
          payment_id: {concat: [cust, issued, amount]}
          invoice_id: {concat: [cust, issued, amount]}
          paid_on: cleared
          amount: amount
"""


def flat(folder, *lines):
    folder.mkdir(exist_ok=True)
    (folder / "l.csv").write_text("\n".join(["cust,name,issued,terms,cleared,amount", *lines]) + "\n")
    return take_files(folder, FLAT, ("l.csv",))


def test_one_flat_row_gives_an_invoice_a_payment_and_a_customer(tmp_path):
    result = flat(
        tmp_path,
        "C1,One Ltd,2024-01-01,N30,2024-02-05,100",
        "C1,One,2024-02-01,N30,,50",
        "C1,One,2023-12-01,N10,2024-01-01,70",
        "C1,One,2023-12-01,N10,2024-01-01,70",
    )
    total = result.summary.total
    assert (total.read, total.accepted, total.merged) == (4, 3, 1)
    customer = result.table("customers").row(0, named=True)
    assert customer["name"] == "One"
    first = (dt.date(2023, 12, 1) - dt.date(1970, 1, 1)).days
    assert (customer["known_at"], customer["customer_since"]) == (first, first)
    invoices = result.table("invoices")
    assert (invoices["due_on"] - invoices["issued_on"]).sort().to_list() == [10, 30, 30]
    assert result.table("payments").height == 2


def test_an_unknown_terms_code_is_set_aside(tmp_path):
    result = flat(tmp_path, "C1,One,2024-01-01,N30,,1", "C1,One,2024-01-01,N99,,2")
    assert set(result.quarantine.select("row", "column", "value", "reason").rows()) == {
        (3, "terms", "N99", "unknown_code")
    }
    assert result.summary.total.quarantined == 1


def test_two_partial_clearings_of_one_invoice_are_two_accepted_rows(tmp_path):
    mapping = FLAT.replace(
        "payment_id: {concat: [cust, issued, amount]}", "payment_id: {concat: [cust, issued, cleared]}"
    )
    mapping = mapping.replace("only_with: cleared", "only_with: cleared\n        one_row_per: null")
    (tmp_path / "l.csv").write_text(
        "cust,name,issued,terms,cleared,amount\nC1,One,2024-01-01,N30,2024-02-05,100\nC1,One,2024-01-01,N30,2024-02-09,100\n"
    )
    result = take_files(tmp_path, mapping, ("l.csv",))
    assert (result.summary.total.accepted, result.summary.total.merged) == (2, 0)
    assert (result.table("invoices").height, result.table("payments").height) == (1, 2)


def test_a_credit_note_its_own_row_clears_leaves_no_row(tmp_path):
    result = flat(
        tmp_path,
        "C1,One,2024-01-01,N30,,100",
        "C1,One,2024-01-02,N30,2024-02-01,-5",
        "C1,One,2024-01-04,N30,2024-02-01,-6",
        "C1,One,2024-01-03,N30,,-7",
    )
    assert result.summary.repairs == {"negative_invoice": 3}
    assert result.table("payments").select("amount_cents", "kind").rows() == [(700, "credit_note")]
    assert (result.summary.total.accepted, result.summary.total.merged) == (4, 0)


STATEMENTS = """
mapping: statements
reporting_currency: CNY
currencies: {default: CNY}
sources:
  customers: {files: ["c*"], tables: {customers: {columns: {customer_id: id, customer_since: since}}}}
  statements:
    files: ["s*"]
    tables:
      financials:
        columns:
          customer_id: id
          period_end: end
          published_on: published
          months: {constant: 12}
          total_assets: {column: assets, units: 1000}
          revenue: {column: revenue, units: 1000}
"""


def statements(folder, *lines):
    ids = sorted({line.split(",")[0] for line in lines})
    (folder / "c.csv").write_text("id,since\n" + "".join(f"{i},2015-01-01\n" for i in ids))
    (folder / "s.csv").write_text("id,end,published,assets,revenue\n" + "\n".join(lines) + "\n")
    return take_files(folder, STATEMENTS, ("c.csv", "s.csv"))


def test_statements_in_thousands_are_scaled_as_declared(tmp_path):
    result = statements(tmp_path, "C1,2022-12-31,2023-04-30,1500.5,900")
    assert result.table("financials")["total_assets_cents"].to_list() == [150_050_000]


def test_a_statement_a_thousand_times_the_others_is_set_aside(tmp_path):
    result = statements(
        tmp_path,
        "C1,2020-12-31,2021-04-30,1500,900",
        "C1,2021-12-31,2022-04-30,1600000,950000",
        "C1,2022-12-31,2023-04-30,1700,990",
        "C2,2021-12-31,2022-04-30,10,10",
        "C2,2022-12-31,2023-04-30,90,90",
    )
    assert set(result.quarantine.select("row", "reason").rows()) == {(3, "suspected_unit_mix")}


def test_of_two_statements_that_differ_by_a_thousand_both_are_set_aside(tmp_path):
    result = statements(
        tmp_path,
        "C1,2021-12-31,2022-04-30,1600000,950000",
        "C1,2022-12-31,2023-04-30,1700,990",
        "C2,2021-12-31,2022-04-30,5,5",
    )
    assert result.quarantine["row"].to_list() == [2, 3]


def test_statements_in_different_currencies_are_not_compared(tmp_path):
    mapping = STATEMENTS.replace("revenue: {", "currency: cur\n          revenue: {").replace(
        "currencies: {default: CNY}", "currencies: {default: CNY, allowed: [CNY, VND]}"
    )
    mapping += "fx: [{currency: VND, quoted_on: 2020-01-01, rate: 0.0003, reference: made up}]\n"
    (tmp_path / "c.csv").write_text("id,since\nC1,2015-01-01\n")
    (tmp_path / "s.csv").write_text(
        "id,end,published,assets,revenue,cur\n"
        "C1,2021-12-31,2022-04-30,1500,900,CNY\nC1,2022-12-31,2023-04-30,5000000,3000000,VND\n"
    )
    assert take_files(tmp_path, mapping, ("c.csv", "s.csv")).summary.total.quarantined == 0


def test_a_statement_published_before_its_period_ends_is_set_aside(tmp_path):
    result = statements(tmp_path, "C1,2022-12-31,2022-04-30,5,5", "C2,2021-12-31,2022-04-30,5,5")
    assert result.reasons == {"published_before_period_end"}


def test_progress_is_reported(tmp_path):
    steps = []
    take(tmp_path, progress=steps.append)
    assert steps == ["reading customers", "reading invoices", "reading payments", "checking", "writing"]


def test_rows_that_do_not_add_up_are_a_defect_not_a_result(tmp_path):
    total = take(tmp_path).summary.total
    with pytest.raises(RiskEngineError, match="do not add up"):
        _checked(replace(total, accepted=total.accepted - 1))


cells = st.sampled_from(
    ["I1", "C1", "2024-01-10", "2024-02-30", "100", "-1", "", "NaN", "1e9", "EUR", "XYZ", '"', "=x", "日"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=8), max_size=12))
def test_whatever_the_rows_say_they_all_are_accounted_for(tmp_path_factory, rows):
    invoices = INVOICES + "".join(",".join(r) + "\n" for r in rows)
    result = take(tmp_path_factory.mktemp("ledger"), invoices=invoices)
    blank = sum(1 for r in rows if not any(cell.strip() for cell in r))
    quoted = any('"' in cell for r in rows for cell in r)
    assert quoted or result.summary.sources[1].read == 3 + len(rows) - blank
