import polars as pl
import pytest

from riskengine.tables.sniff import guess_dates, guess_numbers, guess_separator
from riskengine.tables.synonyms import match_columns
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_text import quoted
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.intake import intake
from riskengine.workflows.suggest_mapping import suggest_mapping, write_suggestion


@pytest.mark.parametrize(
    ("values", "formats", "doubtful"),
    [
        (["2024-01-31", "2024-02-01"], ("iso",), False),
        (["31/01/2024", "01/02/2024"], ("%d/%m/%Y",), False),
        (["01/31/2024"], ("%m/%d/%Y",), False),
        (["03/04/2024"], ("%d/%m/%Y",), True),
        (["2024年1月5日"], ("%Y年%m月%d日",), False),
        (["20240131"], ("%Y%m%d",), False),
        (["31.01.24"], ("%d.%m.%y",), False),
        (["5-Jan-2024"], ("%d-%b-%Y",), False),
        (["2024-01-31", "31.01.2024"], ("iso", "%d.%m.%Y"), True),
        (["2024-01-31", "soon"], ("iso",), True),
        ([None], ("iso",), True),
    ],
)
def test_date_formats_are_found_and_doubt_is_admitted(values, formats, doubtful):
    guess = guess_dates(pl.Series(values, dtype=pl.String))
    assert guess.formats == formats
    assert bool(guess.doubt) is doubtful


@pytest.mark.parametrize(
    ("values", "decimal", "thousands", "doubtful"),
    [
        (["1.5", "2"], ".", "", False),
        (["1,5", "2"], ",", "", False),
        (["1,234.50"], ".", ",", False),
        (["1.234,50"], ",", ".", False),
        (["1,234"], ",", "", True),
        (["1 234,5"], ",", " ", False),
        (["¥1,234.50"], ".", ",", False),
        (["abc"], ".", "", True),
    ],
)
def test_number_formats_are_found_and_doubt_is_admitted(values, decimal, thousands, doubtful):
    form, doubt = guess_numbers(pl.Series(values))
    assert (form.decimal, form.thousands, bool(doubt)) == (decimal, thousands, doubtful)


def test_separators():
    assert guess_separator("a;b;c\n1,5;2;3\n") == ";"
    assert guess_separator("a\tb\n1\t2") == "\t"
    assert guess_separator("a\n1\n") == ","


def test_names_in_two_languages():
    found = match_columns("invoices", ["客户编号", "Invoice No.", "开票日期", "Due Date", "价税合计", "币种"])
    assert {c: n for c, (n, _) in found.items()} == {
        "customer_id": "客户编号",
        "invoice_id": "Invoice No.",
        "issued_on": "开票日期",
        "due_on": "Due Date",
        "amount": "价税合计",
        "currency": "币种",
    }


@pytest.mark.parametrize(
    "text", ["a", "010", "a: b", "it's", "#x", "NO", "客户", " x", "1e3", "null", "a\tb", "[a]", "@x", "-"]
)
def test_a_written_value_is_read_back(text):
    assert parse_yaml(f"k: {quoted(text)}", where="x").data["k"] == text


FLAT = """客户编号,客户名称,发票号码,开票日期,到期日,回款日期,价税合计,币种,付款条件
A1,杭州,F001,2024年1月5日,2024年2月4日,2024年2月10日,"¥1,234.50",CNY,M30
A2,苏州,F002,2024年1月6日,2024年2月5日,,"¥2,000.00",CNY,M30
A2,苏州,F003,2024年1月7日,2024年2月6日,,"¥3.00",CNY,M30
"""
PAYMENTS = """receipt no;invoice no;customer;value date;amount;type
1;I1;C1;31.01.2024;1.234,50;Cash
2;I1;C1;01.02.2024;5,00;Magic
"""
SIGNALS = "案号,客户编号,事件类型,发生日期,金额\nX1,C1,被执行人,2024/01/05,100\nX2,C1,失信被执行人,2024/02/05,\n"
STATEMENTS = "客户编号,报告期,营业收入,资产总计,负债合计\nC1,2023-12-31,100,200,50\n"
CUSTOMERS = "customer number,company name,country,credit limit\nC1,One,DE,100\n"
RATES = "currency,rate date,exchange rate\nUSD,2024-01-01,0.9\n"


@pytest.mark.parametrize(
    ("text", "encoding", "holds"),
    [
        (
            FLAT,
            "gb18030",
            ["encoding: gb18030 # CHECK", "only_with: 回款日期", "'%Y年%m月%d日'", "codes: {M30: 30}", "[CNY]"],
        ),
        (PAYMENTS, "utf-8", ["separator: ';'", "%d.%m.%Y", "decimal: ','", "codes: {Cash: cash}", "add [Magic]"]),
        (SIGNALS, "utf-8", ["失信被执行人: dishonest_debtor", "被执行人: enforcement", "%Y/%m/%d"]),
        (
            STATEMENTS,
            "utf-8",
            ["total_assets: 资产总计", "published_on: 报告期 # CHECK", "months: {constant: 12} # CHECK"],
        ),
        (CUSTOMERS, "utf-8", ["current_limit: credit limit", "known_at: {derived: first_seen} # CHECK"]),
        (RATES, "utf-8", ["rate: exchange rate", "quoted_on: rate date"]),
    ],
)
def test_a_draft_is_a_valid_mapping_that_marks_what_is_uncertain(tmp_path, text, encoding, holds):
    path = tmp_path / "source.csv"
    path.write_bytes(text.encode(encoding))
    draft = suggest_mapping(str(path))  # loads it as a mapping, too
    assert [h for h in holds if h not in draft] == []


def test_a_draft_of_a_flat_file_takes_it_in(tmp_path):
    (tmp_path / "l.csv").write_bytes(FLAT.encode("gb18030"))
    write_suggestion(suggest_mapping(str(tmp_path / "l.csv")), tmp_path / "m.yaml")
    summary = intake(tmp_path / "m.yaml", [str(tmp_path / "l.csv")], tmp_path / "out")
    assert summary.tables == {"customers": 2, "invoices": 3, "payments": 1}
    assert summary.total.accepted == 3
    with pytest.raises(UsageError, match="exists already"):
        write_suggestion("", tmp_path / "m.yaml")


def test_what_cannot_be_recognised_is_said(tmp_path):
    (tmp_path / "l.csv").write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="cannot tell which table"):
        suggest_mapping(str(tmp_path / "l.csv"))
    (tmp_path / "l.csv").write_text("x,y\n")
    with pytest.raises(InputError, match="no rows"):
        suggest_mapping(str(tmp_path / "l.csv"))
    with pytest.raises(InputError, match="no such file"):
        suggest_mapping(str(tmp_path / "absent.csv"))
