"""An explanation as a page: the same lines, a section for each heading, in both languages."""

from collections.abc import Iterable, Mapping, Sequence

from riskengine.reports.markup import Markup, element, joined, language_tag
from riskengine.reports.page import Section, page
from riskengine.terms.text import LANGUAGES, Language, Text

Part = tuple[str, list[str]]  # heading, lines under it
_INDENT = 2  # blanks of one level


def explanation_page(lines: Mapping[Language, Iterable[str]]) -> str:
    """One self-contained HTML document of lines in both languages, which have the same headings."""
    parts = {language: _parts(lines[language]) for language in LANGUAGES}
    titles = [Text(en[0], zh[0]) for en, zh in zip(parts["en"], parts["zh"], strict=True)]
    bodies = [
        joined(_listed(parts[language][place][1], language) for language in LANGUAGES) for place in range(len(titles))
    ]
    sections = [
        Section(f"part-{place}", title, body)
        for place, (title, body) in enumerate(zip(titles[1:], bodies[1:], strict=True))
    ]
    return page(titles[0], [bodies[0]], [], sections)


def _parts(lines: Iterable[str]) -> list[Part]:
    found: list[Part] = []
    for line in lines:
        if line.startswith("# ") or not found:
            found.append((line.removeprefix("# "), []))
        else:
            found[-1][1].append(line)
    return found


def _listed(lines: Sequence[str], language: Language) -> Markup:
    rows = (element("div", line.strip(), style=f"margin-left:{_level(line) * 1.5:g}em") for line in lines)
    return element("div", *rows, class_=language, lang=language_tag(language))


def _level(line: str) -> int:
    return (len(line) - len(line.lstrip())) // _INDENT
