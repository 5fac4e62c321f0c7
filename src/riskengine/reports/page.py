"""The page around the sections: one file, no script, no network, both languages with a switch made of style alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from riskengine.reports.markup import Markup, bilingual, both, element, joined
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: Text
    body: Markup


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number."""

    name: Text
    value: Text
    note: Text | None = None


def page(title: Text, lead: Sequence[Markup], tiles: Sequence[Tile], sections: Sequence[Section]) -> str:
    """A whole HTML document."""
    style = files("riskengine.reports").joinpath("report.css").read_text(encoding="utf-8")
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        ),
        element("title", f"{title.en} · {title.zh}"),
        Markup(f"<style>{style}</style>"),
    )
    links = (element("li", element("a", both(s.title), href=f"#{s.id}")) for s in sections)
    header = element(
        "header",
        _language_switch(),
        element("h1", both(title)),
        *lead,
        element("nav", element("ul", *links), aria_label="Sections / 目录"),
    )
    body = element("body", header, element("main", _tiles(tiles), *(_section(s) for s in sections)))
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'


def _language_switch() -> Markup:
    def choice(name: str, label: str, tag: str, *, checked: bool) -> Markup:
        box = f'<input type="radio" name="language" id="language-{name}"{" checked" if checked else ""}>'
        return joined((Markup(box), element("label", f" {label}", for_=f"language-{name}", lang=tag)))

    return element(
        "fieldset",
        element("legend", "Language / 语言"),
        choice("en", "English", "en", checked=True),
        choice("zh", "中文", "zh-Hans", checked=False),
        class_="switch",
    )


def _tiles(tiles: Sequence[Tile]) -> Markup:
    shown = []
    for tile in tiles:
        note = bilingual("span", tile.note, class_="note") if tile.note else Markup("")
        shown.append(
            element("div", element("dt", both(tile.name)), element("dd", both(tile.value), note), class_="tile")
        )
    return element("dl", *shown, class_="tiles")


def _section(section: Section) -> Markup:
    return element(
        "section", element("h2", both(section.title), id=section.id), section.body, aria_labelledby=section.id
    )


def paragraph(text: Text, **attributes: str | int | None) -> Markup:
    return bilingual("p", text, **attributes)
