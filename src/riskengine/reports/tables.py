"""Tables of a page: captioned, with header cells that say which row and column they head."""

from collections.abc import Sequence
from dataclasses import dataclass

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING, short_amount
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Heading:
    text: Text
    number: bool = False


def table(caption: Text, headings: Sequence[Heading], rows: Sequence[Sequence[Markup | str]]) -> Markup:
    """The first cell of each row is its header. Strings are escaped, `Markup` is not."""
    head = element("tr", *(element("th", both(h.text), scope="col", class_=_class(h)) for h in headings))
    body = joined(_row(headings, row) for row in rows)
    return element(
        "div",
        element("table", element("caption", both(caption)), element("thead", head), element("tbody", body)),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"{caption.en} / {caption.zh}",
    )


def amount_cell(value: float | None) -> Markup | str:
    """An amount in both languages; a dash where there is none."""
    if value is None:
        return MISSING
    return both(Text(short_amount(value, "en"), short_amount(value, "zh")))


def _row(headings: Sequence[Heading], row: Sequence[Markup | str]) -> Markup:
    first = element("th", row[0], scope="row", class_=_class(headings[0]))
    rest = (element("td", cell, class_=_class(h)) for h, cell in zip(headings[1:], row[1:], strict=True))
    return element("tr", first, *rest)


def _class(heading: Heading) -> str | None:
    return "number" if heading.number else None
