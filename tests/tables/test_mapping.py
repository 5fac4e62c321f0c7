import pytest

from riskengine.tables.mapping import checked_mapping
from riskengine.tables.yaml_file import DocumentError, parse_yaml
from support.intake_case import MAPPING


def load(text: str):
    return checked_mapping(parse_yaml(text, where="m.yaml"))


def errors(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text)
    return [str(f) for f in caught.value.findings]


def changed(old: str, new: str) -> str:
    assert old in MAPPING
    return MAPPING.replace(old, new)


def test_a_good_mapping_loads():
    mapping = load(MAPPING)
    assert mapping.allowed_currencies == ("EUR", "USD")
    assert mapping.spec.sources["invoices"].tables["invoices"].columns["amount"].column == "amount"


ISSUED = "issued_on: issued"
AT = "sources.invoices.tables.invoices.columns.issued_on"


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("due_on: due", "due_date: due", 17, "table invoices has no column 'due_date'. Remedy: did you mean 'due_on'?"),
        ("      invoices:\n", "      invoicez:\n", 16, "unknown table 'invoicez'. Remedy: did you mean 'invoices'?"),
        ("amount: amount, cur", "amount_cents: amount, cur", 17, "table invoices has no column 'amount_cents'"),
        ("due_on: due, ", "", 16, "invoices.due_on is required and not mapped. Remedy: map it or give a constant"),
        ("extracted_on: 2024-06-30", "extracted_on: soon", 4, "'extracted_on': "),
        ("reporting_currency: EUR", "reporting_currency: euro", 3, "'reporting_currency': "),
        ("currency: USD, quoted", "currency: EUR, quoted", 6, "'EUR' is the reporting currency; its rate is 1"),
        ("rate: 0.9", "rate: -0.9", 6, "'fx.0.rate': "),
        (", reference: made up", "", 6, "'fx.0.reference' is missing. Remedy: add it"),
        (ISSUED, "issued_on: {column: issued, formats: ['%d.%m']}", 17, "'%d.%m' does not give year"),
        (ISSUED, "issued_on: {column: issued, formats: ['%Y-%m-%Q%d']}", 17, "unknown directive %Q"),
        (ISSUED, "issued_on: {colum: issued}", 17, f"unknown key '{AT}.colum'. Remedy: did you mean 'column'?"),
        (ISSUED, "issued_on: {column: a, constant: 2024-01-01}", 17, f"'{AT}': give exactly one of"),
        (ISSUED, "issued_on: 5", 17, f"'{AT}': "),
        ("amount: amount, cur", "amount: {column: amount, formats: [iso]}, cur", 17, "'amount_cents' is not a date"),
        (ISSUED, "issued_on: {column: issued, units: 10}", 17, "'issued_on' has no units"),
        (
            "amount: amount}",
            "amount: amount, kind: {column: k, codes: {X: csh}}}",
            22,
            "'csh' is no kind. Remedy: did you",
        ),
        ("customer_id: customer,", "customer_id: {derived: first_seen},", 17, "only customers.known_at"),
        ("currencies: {default: EUR, allowed", "currencies: {default: GBP, allowed", 5, "'GBP' is not allowed"),
        ("customer_since: since, ", "", 11, "customers.known_at is required and not mapped"),
    ],
)
def test_every_error_has_its_line_and_the_nearest_right_name(old, new, line, what):
    assert errors(changed(old, new))[0].startswith(f"m.yaml:{line}: {what}")


def test_all_errors_come_at_once():
    text = changed("due_on: due", "due_date: due").replace("paid_on: paid", "paid: paid")
    assert len(errors(text)) == 4


def test_amounts_need_a_currency():
    text = changed(", currency: cur", "").replace("default: EUR, ", "")
    said = "has amounts and no currency. Remedy: map currency, or set currencies.default"
    assert errors(text) == [f"m.yaml:11: customers {said}", f"m.yaml:16: invoices {said}"]


def test_facts_about_customers_need_customers():
    text = (
        "mapping: x\nreporting_currency: EUR\ncurrencies: {default: EUR}\nsources:\n  o:\n    tables:\n      orders:\n"
    )
    text += "        columns: {order_id: a, customer_id: b, ordered_on: c, amount: d}\n"
    assert errors(text)[0].startswith("m.yaml:4: no source gives customers")


def test_rates_alone_need_no_customers():
    load(
        "mapping: x\nreporting_currency: EUR\ncurrencies: {allowed: [USD]}\nsources:\n  r:\n    tables:\n      fx:\n"
        "        columns: {currency: a, quoted_on: b, rate: c}\n"
    )
