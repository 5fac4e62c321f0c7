import datetime as dt
import json

import polars as pl
import pytest

from riskengine.tables.contracts import CONTRACTS, INVOICES
from riskengine.tables.publish import MANIFEST
from riskengine.tables.store import file_sha256, memory_schema, open_tables, tables_in_memory, write_tables
from riskengine.terms.errors import InputError

DAY = dt.date(2024, 1, 31)
NUMBER = 19753


def invoices(**changed):
    row = {
        "invoice_id": "I1",
        "customer_id": "C1",
        "issued_on": DAY,
        "due_on": DAY,
        "amount_cents": 100,
        "currency": "EUR",
        "known_at": DAY,
    }
    return pl.DataFrame({k: v for k, v in (row | changed).items() if v is not None})


def write(folder, **tables):
    write_tables(tables, folder, reporting_currency="EUR")
    return open_tables(folder)


def test_what_is_written_can_be_opened_with_days_as_numbers(tmp_path):
    tables = write(tmp_path / "t", invoices=invoices())
    row = tables["invoices"].collect().row(0, named=True)
    assert (row["issued_on"], row["amount_cents"], row["disputed"]) == (NUMBER, 100, False)
    assert tables.reporting_currency == "EUR"
    assert pl.read_parquet(tmp_path / "t" / "invoices.parquet")["issued_on"].to_list() == [DAY]


def test_day_numbers_and_dates_give_the_same_bytes(tmp_path):
    write(tmp_path / "a", invoices=invoices())
    write(tmp_path / "b", invoices=invoices(issued_on=NUMBER, due_on=NUMBER, known_at=NUMBER))
    assert (tmp_path / "a" / "invoices.parquet").read_bytes() == (tmp_path / "b" / "invoices.parquet").read_bytes()


def test_tables_that_were_not_given_are_empty(tmp_path):
    tables = write(tmp_path / "t", invoices=invoices())
    for name, contract in CONTRACTS.items():
        frame = tables[name].collect()
        assert dict(frame.schema) == {n: k() if isinstance(k, type) else k for n, k in memory_schema(contract).items()}
        assert frame.height == (name == "invoices")


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        (invoices(customer_id=None), "required columns customer_id are missing"),
        (invoices().with_columns(pl.lit(1).alias("colour")), "unknown columns colour"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused_and_nothing_is_published(tmp_path, frame, what):
    with pytest.raises(InputError, match=what):
        write(tmp_path / "t", invoices=frame)
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_result_is_replaced_wholly(tmp_path):
    write(tmp_path / "t", invoices=invoices(), fx=pl.DataFrame(schema=memory_schema(CONTRACTS["fx"])))
    write(tmp_path / "t", invoices=invoices(amount_cents=7))
    assert not (tmp_path / "t" / "fx.parquet").exists()
    assert open_tables(tmp_path / "t")["invoices"].collect()["amount_cents"].to_list() == [7]


def test_files_beside_are_published_with_the_tables_or_not_at_all(tmp_path):
    def beside(folder):
        (folder / "note.txt").write_text("x")

    write_tables({"invoices": invoices()}, tmp_path / "t", reporting_currency="EUR", beside=beside)
    assert (tmp_path / "t" / "note.txt").read_text() == "x"

    def failing(folder):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write_tables({"invoices": invoices()}, tmp_path / "u", reporting_currency="EUR", beside=failing)
    assert not (tmp_path / "u").exists()


def test_an_unfinished_or_damaged_folder_is_refused(tmp_path):
    folder = tmp_path / "t"
    write(folder, invoices=invoices())
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["tables"]["invoices"] == {"rows": 1, "sha256": file_sha256(folder / "invoices.parquet")}

    wrong = pl.read_parquet(folder / "invoices.parquet")
    wrong.with_columns(pl.col("amount_cents").cast(pl.Float64)).write_parquet(folder / "invoices.parquet")
    with pytest.raises(InputError, match="column 'amount_cents' is Float64, expected Int64"):
        open_tables(folder)
    wrong.drop("due_on").write_parquet(folder / "invoices.parquet")
    with pytest.raises(InputError, match="column 'due_on' is missing"):
        open_tables(folder)
    (folder / "invoices.parquet").unlink()
    with pytest.raises(InputError, match="named in the manifest but absent"):
        open_tables(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(InputError, match="not finished riskengine tables"):
        open_tables(folder)


def test_tables_in_memory_are_as_from_disk(tmp_path):
    held = tables_in_memory({"invoices": invoices()}, reporting_currency="EUR")
    read = write(tmp_path / "t", invoices=invoices())
    for name in CONTRACTS:
        assert held[name].collect().equals(read[name].collect())


def test_every_contract_names_its_parts_rightly():
    for contract in CONTRACTS.values():
        names = contract.column_names
        assert len(set(names)) == len(names)
        assert {*contract.key, contract.known_from, "known_at"} <= set(names)
    assert INVOICES.column("amount_cents").required
