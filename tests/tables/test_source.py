import builtins
import datetime as dt
import sqlite3

import polars as pl
import pytest

from riskengine.tables.database import read_database, table_names
from riskengine.tables.mapping import checked_mapping
from riskengine.tables.mapping_model import SourceMapping
from riskengine.tables.source import paired_sources, read_source
from riskengine.tables.text_file import read_text_file
from riskengine.tables.yaml_file import parse_yaml
from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from support.intake_case import MAPPING


def spec(**said) -> SourceMapping:
    return SourceMapping.model_validate({"tables": {"customers": {"columns": {}}}, **said})


def write(path, text: str | bytes):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_lines_that_do_not_fit_are_kept_apart_with_their_numbers(tmp_path):
    text = 'a,b\n1,x\n2,y,z\n"3\n4,"multi\nline"\n5,"p"q\n6\n\n7,"end\n'
    raw = read_text_file(write(tmp_path / "a.csv", text))
    assert raw.frame.rows() == [("1", "x"), ("4", "multi\nline"), ("6", None)]
    assert raw.rows.to_list() == [2, 5, 7]
    assert [(u.row, u.text) for u in raw.unreadable] == [(3, "2,y,z"), (4, '"3'), (6, '5,"p"q'), (9, '7,"end')]
    assert raw.rows_read == 7


def test_blank_rows_are_no_rows_and_do_not_shift_the_numbers(tmp_path):
    raw = read_text_file(write(tmp_path / "a.csv", "a,b\n1,x\n\n,\n2,y\n"))
    assert raw.rows.to_list() == [2, 5]


def test_title_lines_are_skipped_as_declared(tmp_path):
    raw = read_text_file(write(tmp_path / "a.csv", "Report of June\n\na,b\n1,x\n"), skip_rows=2)
    assert raw.frame.columns == ["a", "b"]
    assert raw.rows.to_list() == [4]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-16", "cp1252"])
def test_declared_encodings(tmp_path, encoding):
    name = "Café" if encoding == "cp1252" else "客户"
    raw = read_text_file(write(tmp_path / "a.csv", f"{name},b\n1,2\n".encode(encoding)), encoding=encoding)
    assert raw.frame.columns == [name, "b"]


def test_lines_may_end_as_on_old_macs(tmp_path):
    path = write(tmp_path / "a.csv", b"a,b\r1,x\r\r2,y\r")
    read = read_text_file(path)
    assert read.frame.rows() == [("1", "x"), ("2", "y")]
    assert read.rows.to_list() == [2, 4]


@pytest.mark.parametrize("content", [b"a,b\rc,d\n1,2,3\n", b"a," + b"b" * 200_000 + b"\n1,2\n"])
def test_a_header_that_cannot_be_read_is_an_error(tmp_path, content):
    with pytest.raises(InputError, match="the header cannot be read"):
        read_text_file(write(tmp_path / "a.csv", content))


def test_an_unknown_or_wrong_encoding_is_an_error(tmp_path):
    path = write(tmp_path / "a.csv", "客户\n".encode("gbk"))
    with pytest.raises(InputError, match="unknown encoding"):
        read_text_file(path, encoding="klingon")
    with pytest.raises(InputError, match=r"not utf-8 text \(line 1\)"):
        read_text_file(path)


def test_parquet_keeps_its_types_and_counts_from_one(tmp_path):
    pl.DataFrame({"id": [1.0, 2.0], "day": [dt.date(2024, 1, 1), None]}).write_parquet(tmp_path / "a.parquet")
    raw = read_source("s", str(tmp_path / "a.parquet"), spec())
    assert raw.rows.to_list() == [1, 2]
    write(tmp_path / "b.parquet", "no parquet")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read_source("s", str(tmp_path / "b.parquet"), spec())


def test_excel(tmp_path):
    path = tmp_path / "a.xlsx"
    frame = pl.DataFrame({"id": ["A", "B"], "day": [dt.date(2024, 1, 1), dt.date(2024, 2, 1)], "amount": [1.5, 2.0]})
    frame.write_excel(path, worksheet="ledger")
    raw = read_source("s", str(path), spec(sheet="ledger"))
    assert raw.frame.with_columns(pl.col("day").cast(pl.Date)).rows() == frame.rows()
    assert raw.rows.to_list() == [2, 3]
    with pytest.raises(InputError, match=r"no sheet 'other'.*it has: ledger"):
        read_source("s", str(path), spec(sheet="other"))
    write(tmp_path / "b.xlsx", "no workbook")
    with pytest.raises(InputError, match="not a readable workbook"):
        read_source("s", str(tmp_path / "b.xlsx"), spec())


def test_excel_without_its_package_names_the_remedy(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "fastexcel":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RiskEngineError, match=r"pip install 'riskengine\[excel\]'"):
        read_source("s", str(write(tmp_path / "a.xlsx", "")), spec())


def test_a_file_that_is_not_there_or_unknown(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_source("s", str(tmp_path / "a.csv"), spec())
    with pytest.raises(UsageError, match=r"cannot tell the format from '\.dat'"):
        read_source("s", str(write(tmp_path / "a.dat", "a\n")), spec())
    assert read_source("s", str(tmp_path / "a.dat"), spec(format="csv", separator=";")).frame.columns == ["a"]


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "l.db"
    with sqlite3.connect(path) as connection:
        connection.execute('create table "in voices" (id text, amount numeric, day date)')
        connection.executemany(
            'insert into "in voices" values (?, ?, ?)', [("A", 1.5, "2024-01-01"), ("B", None, None), ("C", 3, "x")]
        )
    connection.close()
    return f"sqlite:///{path}"


def test_a_database_gives_a_table_or_a_query(database):
    assert table_names(database) == ["in voices"]
    raw = read_source("s", database, spec(query='select id, amount from "in voices" where amount > 1 order by id'))
    assert raw.frame.rows() == [("A", 1.5), ("C", 3)]
    assert read_database(database, query="select id from \"in voices\" where id = 'Z'").frame.shape == (0, 1)


def test_a_database_that_refuses_is_an_error_without_its_password(database, tmp_path):
    with pytest.raises(InputError, match="the database refused"):
        read_database(database, query="select nothing from nowhere")
    with pytest.raises(InputError, match="the database refused"):
        read_database(database, table="nowhere")
    with pytest.raises(InputError, match="no such database file"):
        read_database(f"sqlite:///{tmp_path}/absent.db", table="x")
    assert not (tmp_path / "absent.db").exists()
    with pytest.raises(UsageError, match="no driver") as caught:
        read_database("nosuch://user:secret@host/x", table="x")
    assert "secret" not in str(caught.value)


def test_sources_are_paired_by_name_by_pattern_or_because_there_is_only_one():
    mapping = checked_mapping(parse_yaml(MAPPING, where="m"))
    given = ["/x/customers_2024.csv", "invoices=/x/y.csv", "payments.csv"]
    assert paired_sources(mapping, given) == [
        ("customers", "/x/customers_2024.csv"),
        ("invoices", "/x/y.csv"),
        ("payments", "payments.csv"),
    ]
    with pytest.raises(UsageError, match="fits no source"):
        paired_sources(mapping, ["z.csv"])
    with pytest.raises(UsageError, match="nothing was given for invoices, payments"):
        paired_sources(mapping, ["customers.csv"])
    with pytest.raises(UsageError, match="no source of the mapping has a query"):
        paired_sources(mapping, ["sqlite:///x.db"])
