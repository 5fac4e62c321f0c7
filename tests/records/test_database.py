"""One file, one writer, readers who wait for nobody, and errors that say what to do."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from riskengine.records.database import only_writer, open_database
from riskengine.records.records import open_records, recording
from riskengine.records.rows import add
from riskengine.records.schema import ABOUT, METADATA, SCHEMA_VERSION
from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from support.decisions import shipped_policy
from support.recorded import steps


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "records.sqlite"
    open_database(place, create=True).close()
    return place


def test_where_there_are_no_records_it_says_how_to_get_some(tmp_path):
    with pytest.raises(UsageError, match="run rerate or watch"):
        open_records(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()
    with pytest.raises(UsageError, match="is a folder"):
        open_records(tmp_path)


def test_another_file_is_not_taken_for_records(tmp_path):
    text = tmp_path / "text.sqlite"
    text.write_text("a text that is long enough to be seen as no database" * 20)
    with pytest.raises(InputError, match="not a database"):
        open_records(text)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE invoices (id TEXT)")
    with pytest.raises(InputError, match="something else"):
        open_records(other)


@pytest.mark.parametrize(
    ("version", "remedy"),
    [("99", "as new as the one that wrote them"), ("0", "move them away"), ("one", "move them away")],
)
def test_another_version_is_named_with_what_helps(path, version, remedy):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE about SET value = ? WHERE name = 'schema_version'", [version])
    before = path.read_bytes()
    with pytest.raises(InputError, match=rf"version {version};.*reads version 1\..*{remedy}"):
        open_records(path)
    with pytest.raises(InputError, match="reads version 1"), recording(path, shipped_policy()):
        pass
    assert path.read_bytes() == before
    with only_writer(path):  # who was refused lets go
        pass


def test_opened_again_they_are_the_same(path):
    before = path.read_bytes()
    with recording(path, shipped_policy()):
        pass
    assert path.read_bytes() == before


def test_a_second_writer_is_told_who_is_first(path):
    with only_writer(path):
        with pytest.raises(UsageError, match=rf"process {os.getpid()}.*stop that watch"), only_writer(path):
            pass
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys, pathlib\n"
                "from riskengine.records.database import only_writer\n"
                "with only_writer(pathlib.Path(sys.argv[1])): pass",
                str(path),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "somebody else writes these records" in done.stderr
    with only_writer(path):
        pass


def test_readers_see_what_stood_before_while_somebody_writes(path):
    first, second, *_ = steps(0, 3)
    with recording(path, shipped_policy()) as writer:
        writer.write(first)
        database, reader = open_database(path), open_records(path)
        with database.writing() as connection:
            add(connection, ABOUT, [{"name": "half", "value": "done"}])
            assert reader.load().day == first.day
            with reader.reading() as moment:
                seen = moment.exec_driver_sql("SELECT count(*) FROM about WHERE name = 'half'").scalar()
        assert seen == 0
        with reader.reading() as moment:
            before = moment.exec_driver_sql("SELECT count(*) FROM events").scalar()
            writer.write(second)
            assert moment.exec_driver_sql("SELECT count(*) FROM events").scalar() == before
        assert reader.load().day == second.day


def test_who_waits_too_long_for_another_writer_is_told(path):
    patient, other = open_database(path, patience=0.05), open_database(path)
    with other.writing(), pytest.raises(RiskEngineError, match="writing all the time"), patient.writing():
        pass


def test_a_block_that_fails_writes_nothing(path):
    database = open_database(path)
    with pytest.raises(RiskEngineError, match="UNIQUE"), database.writing() as connection:
        add(connection, ABOUT, [{"name": "half", "value": "done"}, {"name": "half", "value": "again"}])
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM about WHERE name = 'half'").scalar() == 0


def test_who_changes_the_tables_gives_them_another_version():
    """Records of today must open tomorrow, or be refused by name: never be misread."""
    every = [
        (table.name, [(c.name, str(c.type), c.nullable, c.primary_key, c.unique) for c in table.columns])
        for table in METADATA.sorted_tables
    ]
    digest = hashlib.sha256(repr(sorted(every)).encode()).hexdigest()[:16]
    said = "raise SCHEMA_VERSION, and say here and in ADR 0017 what becomes of records of the old one"
    assert (SCHEMA_VERSION, digest) == (1, "4b34cf8fc81af5f2"), said


def test_every_table_is_described():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "records.md").read_text(encoding="utf-8")
    first = " ".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| "))
    assert [name for name in METADATA.tables if name not in first] == []
