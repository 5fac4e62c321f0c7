import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.tables.yaml_file import DocumentError, load_yaml, parse_yaml
from riskengine.tables.yaml_scalar import plain_value
from riskengine.terms.errors import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("0", 0),
        ("-12", -12),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e-4", 1e-4),
        ("1E3", 1000.0),
        ("12:30", "12:30"),
        ("2/10 net 30", "2/10 net 30"),
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("pay_dpd_max >= @dpd_serious", "pay_dpd_max >= @dpd_serious"),
    ],
)
def test_a_plain_value_means_what_a_person_reads(text, value):
    result = parse_yaml(f"a: {text}", where="x").data["a"]
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "010",
        "00",
        "010.5",
        "0x1F",
        "0o17",
        "1_000",
        "1,000",
        "12,345.67",
        ".nan",
        "-.inf",
        "1e999",
        "2024-02-30",
        "2024-2-3",
        "2024-01-31T10:00:00",
    ],
)
def test_what_readers_and_parsers_read_differently_is_refused_unless_quoted(text):
    with pytest.raises(DocumentError, match="ambiguous") as caught:
        parse_yaml(f"\na: {text}", where="m.yaml")
    assert caught.value.findings[0].place == "m.yaml:2"
    assert parse_yaml(f"a: '{text}'", where="x").data == {"a": text}


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: 2\na: 3", 3, "twice, first on line 1"),
        ("a:\n  - {b: 1, b: 2}", 2, "twice"),
        ("1: x\n'1': y", 2, "twice"),
        ("a: &x 1\nb: *x", 1, "anchors"),
        ("a: !!python/object:os.system 1", 1, "tag"),
        ("a: 1\n---\nb: 1", 2, "second document"),
        ("a: b: c", 1, "not valid YAML"),
        ("a: @x", 1, "not valid YAML"),
        ("a:\n\t- 1", 2, "not valid YAML"),
        ("a: 'open", 1, "not valid YAML"),
        ("null: 1", 1, "cannot be a key"),
        ("true: 1", 1, "cannot be a key"),
        ("<<: {a: 1}", 1, "cannot be a key"),
        ("? [a]\n: 1", 1, "single value"),
        ("[" * 200 + "]" * 200, 1, "nested too deeply"),
        ("a: '\x00'", 1, "not valid YAML"),
        ("", 1, "empty"),
        ("# nothing here", 1, "empty"),
    ],
)
def test_bad_yaml_is_an_error_with_its_line(text, line, what):
    with pytest.raises(DocumentError, match=what) as caught:
        parse_yaml(text, where="f.yaml")
    assert caught.value.findings[0].place == f"f.yaml:{line}"
    assert caught.value.exit_code == 4


def test_all_findings_are_reported_at_once():
    with pytest.raises(DocumentError) as caught:
        parse_yaml("a: 010\nb: 1,000\na: 2", where="f")
    assert [f.place for f in caught.value.findings] == ["f:1", "f:2", "f:3"]
    assert str(caught.value).count("\n") == 2


def test_every_part_knows_its_line():
    document = parse_yaml("# head\ntables:\n  invoices:\n    columns: [a, b]\n  fx:\n    - 1\n    - 2\n", where="m")
    assert document.line("tables", "invoices", "columns", 1) == 4
    assert document.place("tables", "fx", 1) == "m:7"
    assert document.line("tables", "absent", "deeper") == 2
    assert document.line("absent") == 2


def test_files_are_utf8_with_or_without_bom(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes("名称: 客户\n".encode("utf-8-sig"))
    assert load_yaml(path).mapping() == {"名称": "客户"}
    path.write_bytes("名称: 客户\n".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        load_yaml(path)
    with pytest.raises(InputError, match="no such file"):
        load_yaml(tmp_path / "absent.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        load_yaml(tmp_path)


def test_a_list_is_not_a_mapping():
    with pytest.raises(InputError, match="must be a mapping"):
        parse_yaml("- a", where="x").mapping()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20))
def test_a_plain_value_is_a_value_or_refused(text):
    try:
        value = plain_value(text)
    except ValueError:
        return
    assert value is None or isinstance(value, str | int | float | dt.date)


@given(st.text(max_size=60))
def test_any_text_is_a_document_or_an_input_error(text):
    try:
        document = parse_yaml(text, where="x")
    except InputError:
        return
    assert document.lines[()] >= 1
