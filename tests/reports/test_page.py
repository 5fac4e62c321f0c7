"""Pages: hostile text stays text, both languages are there, nothing is fetched, the structure is accessible."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.reports.chart_terms import GRADES
from riskengine.reports.markup import Markup, data_text, element
from riskengine.reports.numbers import day_text, short_amount
from riskengine.reports.page import Section, Tile, page
from riskengine.reports.portfolio.grade_charts import GradeCount, grade_chart, migration_chart
from riskengine.reports.portfolio.ledger_charts import ageing_chart, warning_chart
from riskengine.reports.svg import to_svg
from riskengine.reports.tables import Heading, table
from riskengine.terms.text import Text

HOSTILE = [
    "<script>alert(1)</script>",
    'a" onload="x',
    "]]>&amp;",
    "\u202egpj.exe",
    "\x00\x1b[31m",
    "=cmd|' /C calc'!A0",
]


class Structure(HTMLParser):
    """Tags and text as a browser would take them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_not_obeyed(text: str) -> None:
    found = Structure(table(Text("t", "表"), [Heading(Text("a", "甲"))], [[data_text(text)]]))
    assert not {"script", "img"} & {tag for tag, _ in found.tags}
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    assert "\u202e" not in found.text
    assert "\x00" not in found.text


@given(st.text())
def test_any_text_survives_as_text(text: str) -> None:
    found = Structure(element("p", text, title=text))
    assert [tag for tag, _ in found.tags] == ["p"]


def test_a_drawing_with_hostile_names_stays_a_drawing() -> None:
    chart = warning_chart([(text, "red", 1) for text in HOSTILE if "\x00" not in text], "en")
    found = Structure(to_svg(chart, "en", 'alt "text" <b>'))
    assert found.tags[0][0] == "svg"
    assert found.tags[0][1]["role"] == "img"
    assert found.tags[0][1]["aria-label"] == 'alt "text" <b>'
    assert not {"script", "b", "image", "foreignobject"} & {tag for tag, _ in found.tags}


@pytest.fixture(scope="module")
def whole_page() -> str:
    section = Section("one", Text("One", "一"), element("p", "body"))
    return page(
        Text("Title & more", "标题"), (), (Tile(Text("n", "数"), Text("1", "1"), Text("note", "注")),), (section,)
    )


def test_a_page_has_title_language_headings_and_landmarks(whole_page: str) -> None:
    tags = Structure(whole_page).tags
    names = [tag for tag, _ in tags]
    assert dict(tags)["html"] == {"lang": "en"}
    assert names.count("h1") == 1
    assert {"title", "header", "main", "nav", "section", "fieldset", "legend", "label"} <= set(names)
    identities = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(identities) == len(set(identities))
    assert all(a["for"] in identities for tag, a in tags if tag == "label")


def test_a_page_is_bilingual_part_by_part(whole_page: str) -> None:
    tags = Structure(whole_page).tags
    assert sum(a.get("lang") == "zh-Hans" for _, a in tags) == sum(
        a.get("lang") == "en" for t, a in tags if t != "html"
    )


def test_a_page_fetches_nothing(whole_page: str) -> None:
    assert "default-src 'none'" in whole_page
    assert not re.search(r"(src|href)=[\"'](?!#)", whole_page)
    assert "url(" not in whole_page.split("</style>", maxsplit=1)[0]


def test_tables_have_captions_and_scopes() -> None:
    html = table(Text("c", "题"), [Heading(Text("a", "甲")), Heading(Text("b", "乙"), number=True)], [["x", "1"]])
    tags = Structure(html).tags
    assert [tag for tag, _ in tags].count("caption") == 1
    assert [a["scope"] for tag, a in tags if tag == "th"] == ["col", "col", "row"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_charts_carry_their_numbers_and_words(language: str) -> None:
    counts = [GradeCount(grade, 10 + n, 1000.0 * n) for n, grade in enumerate(GRADES)]
    text = Structure(to_svg(grade_chart(counts, language), language, "alt")).text
    assert "12" in text
    assert ("敞口" in text) == (language == "zh")
    moves = Structure(to_svg(migration_chart({("3", "4"): 1234, ("unrated", "5"): 2}, language), language, "alt")).text
    assert "1,234" in moves


def test_a_chinese_drawing_names_fonts_that_hold_chinese() -> None:
    drawing = to_svg(grade_chart([GradeCount("1", 1, 1.0)], "zh"), "zh", "alt")
    families = re.findall(r'font-family="([^"]+)"', drawing)
    assert families
    assert all("Noto Sans CJK SC" in family and "Microsoft YaHei" in family for family in families)


def test_the_same_chart_is_the_same_bytes_with_ids_of_its_own() -> None:
    chart = ageing_chart({"a": 0.5, "b": 0.5}, None, ["a", "b"])
    first, again = (to_svg(chart, "en", "first") for _ in range(2))
    assert first == again
    identities = [set(re.findall(r' id="([^"]+)"', to_svg(chart, "en", label))) for label in ("first", "second")]
    assert not identities[0] & identities[1]


def test_empty_charts_are_drawn() -> None:
    assert to_svg(ageing_chart({"a": 0.0}, None, ["a"]), "en", "x").startswith("<svg")
    assert to_svg(grade_chart([GradeCount("1", 0, 0.0)], "en"), "en", "x").startswith("<svg")


def test_numbers_and_days_for_people() -> None:
    assert [short_amount(x, "en") for x in (0.0, 999.4, 999.6, 1e3, 12_345.0, 123_456.0, 2.5e9)] == [
        "0",
        "999",
        "1k",
        "1k",
        "12.3k",
        "123k",
        "2.5bn",
    ]
    assert [short_amount(x, "zh") for x in (9999.0, 1e4, 123_456_789.0)] == ["9999", "1万", "1.23亿"]
    assert day_text(date(2026, 11, 21)).zh == "2026年11月21日"


def test_markup_is_only_what_we_made() -> None:
    assert element("p", Markup("<i>x</i>"), "<i>") == "<p><i>x</i>&lt;i&gt;</p>"
