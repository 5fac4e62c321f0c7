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
        ("a: 1\nb: '\x00'", 2, "no text"),
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


TRAPS = [
    # what is written, the line of the finding, what is said
    ("a: 0x1F", 1, "write numbers in decimal digits"),
    ("a: 0b11", 1, "write numbers in decimal digits"),
    ("a: [1,000]", 1, "'1,000' is ambiguous"),
    ("a: {b: 1,500}", 1, "'1,500' is ambiguous"),
    ("a: 1,5", 1, "write a decimal point"),
    ("a: 1 000", 1, "without separators"),
    ("a: 1'000'000", 1, "without separators"),
    ("a: NaN", 1, "infinity and NaN are not values"),
    ("a: -Infinity", 1, "infinity and NaN are not values"),
    ("a: −5", 1, "write it with the digits and signs of a keyboard, -5"),
    ("a: １２", 1, "write it with the digits and signs of a keyboard, 12"),
    ("a: [VN，IN]", 1, "write the comma of a keyboard and a space between two values"),
    ("a: [批发、零售]", 1, "write the comma of a keyboard"),
    ("a: “x”", 1, "a quotation mark of a keyboard is missing"),
    ('a: 5 days late"', 1, "a quotation mark of a keyboard is missing"),
    ("a: 1\nb： out\nc: 2", 2, "end the key with the colon of a keyboard and a space"),
    ("a:\n  b: 1\n c: 2", 3, "begin in the same column"),
    ("a: 12345678901234567", 1, "so many digits is not exact"),
    (f"a: {'9' * 5000}", 1, "so many digits is not exact"),
    ("a: {b:1}", 1, "the key 'b:1' has no value. Remedy: write a space after the colon"),
    ("a: {b, c: 1}", 1, "the key 'b' has no value"),
    ("a: 1\nb: 2024-01-31 12:00", 2, "write a day as YYYY-MM-DD"),
    ("x:\n  <<: {a: 1}", 2, "'<<' cannot be a key. Remedy: write the keys out"),
    ("a: &x {b: 1}\nc: *x", 1, "anchors and aliases"),
    ("a:\n\tb: 1", 2, "indent and separate with spaces, not tabs"),
    ("a:\t1", 1, "indent and separate with spaces, not tabs"),
    ("%YAML 1.1\n---\na: NO", 2, "directives are not supported"),
    ("a: !!str 5", 1, "tag"),
    ("a: 1\nb: x\u200by", 2, "invisible character (U+200B ZERO WIDTH SPACE)"),
    ("a: 1\nb: x\u202ey", 2, "invisible character (U+202E"),
    ("a: 1\n\u00a0b: 2", 2, "a space that is none to a parser (U+00A0"),
    ("a: 1\nb: 'x\x07'", 2, "a character that is no text (U+0007)"),
    ("a: x\u2028b: 1", 1, "a character that is no text (U+2028"),
    ("a: 1\x85b: 2", 1, "a character that is no text (U+0085)"),
    ("a: 1\nb: '\ud800'", 2, "a character that is no text (U+D800)"),
    ('a: "\\ud800"', 1, "half a character"),
    ("\n".join(" " * depth + "a:" for depth in range(300)), 52, "nested too deeply"),
]


@pytest.mark.parametrize(("text", "line", "what"), TRAPS, ids=[text[:20] for text, *_ in TRAPS])
def test_a_trap_is_refused_with_its_line(text, line, what):
    with pytest.raises(DocumentError) as caught:
        parse_yaml(text, where="f.yaml")
    found = caught.value.findings[0]
    assert found.place == f"f.yaml:{line}"
    assert what in str(found)
    assert len(str(found)) < 200


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("country: NO\nflag: yes\nswitch: off", {"country": "NO", "flag": "yes", "switch": "off"}),
        ("a: [NO, SE, 'NO']", {"a": ["NO", "SE", "NO"]}),
        ("a: [1, 500]\nb: [1,5,7]", None),
        ("a: [1, 500]", {"a": [1, 500]}),
        ("a: [x,y]", {"a": ["x", "y"]}),
        ("a:", {"a": None}),
        ('{"a":1}', {"a": 1}),
        ("2024: a\n2024-01-01: b", {2024: "a", dt.date(2024, 1, 1): "b"}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("a: |\n  010\n  NaN", {"a": "010\nNaN"}),
        ("a: '　全角　'", {"a": "　全角　"}),
        ("a: \"010\"\nb: 'NaN'\nc: '1,000'", {"a": "010", "b": "NaN", "c": "1,000"}),
        ("a: x#c # comment", {"a": "x#c"}),
        ("a: ['批发、零售', VN]\nb: {c: 偏弱，需关注}", {"a": ["批发、零售", "VN"], "b": {"c": "偏弱，需关注"}}),
        ('a: it\'s 5" by 3"', {"a": 'it\'s 5" by 3"'}),
    ],
)
def test_what_is_unmistakable_is_read(text, data):
    if data is None:
        with pytest.raises(DocumentError):
            parse_yaml(text, where="x")
    else:
        assert parse_yaml(text, where="x").data == data


def test_what_was_found_before_a_syntax_error_is_told_too():
    with pytest.raises(DocumentError) as caught:
        parse_yaml("a: 010\na: 2\nb: 'open", where="f")
    assert [f.place for f in caught.value.findings] == ["f:1", "f:2", "f:3"]


def test_every_odd_character_is_told_up_to_twenty():
    with pytest.raises(DocumentError) as caught:
        parse_yaml("a: x\u200b\n" * 50, where="f")
    assert [f.place for f in caught.value.findings] == [f"f:{line}" for line in range(1, 21)]


def test_bytes_that_are_no_utf8_have_a_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: 2\nc: \xff\n")
    with pytest.raises(DocumentError, match=r"a.yaml:3: not UTF-8 text \(byte 13\)"):
        load_yaml(path)
    path.write_bytes("a: 1\n".encode("utf-16"))
    with pytest.raises(DocumentError, match="save it as UTF-8"):
        load_yaml(path)


def test_a_huge_file_is_refused_at_once(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\n" * 300_000)
    with pytest.raises(DocumentError, match="1,500,000 bytes, more than 1,000,000"):
        load_yaml(path)
