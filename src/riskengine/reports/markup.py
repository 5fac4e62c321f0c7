"""HTML from data. Text is always escaped; only what this module has made counts as markup."""

from collections.abc import Iterable
from html import escape

from riskengine.terms.text import LANGUAGES, Language, Text


class Markup(str):
    """A string that is already HTML."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: str | int | None) -> Markup:
    """One element. Content that is not `Markup` is escaped; `class_` stands for class; None leaves an attribute out.

    >>> print(element("p", "1 < 2", class_="note"))
    <p class="note">1 &lt; 2</p>
    """
    pairs = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in pairs if value is not None)
    return Markup(f"<{tag}{written}>{joined(content)}</{tag}>")


def joined(content: Iterable[str]) -> Markup:
    return Markup("".join(part if isinstance(part, Markup) else _escaped(part) for part in content))


def data_text(value: object) -> Markup:
    """A word that came with the data: escaped, and isolated so that its writing direction stays its own.

    >>> print(data_text("<b>Ltd"))
    <bdi>&lt;b&gt;Ltd</bdi>
    """
    return element("bdi", str(value))


def bilingual(tag: str, text: Text, **attributes: str | int | None) -> Markup:
    """The same element once in each language; the page shows one of them."""
    return joined(element(tag, text.in_language(lang), **_in_language(lang, attributes)) for lang in LANGUAGES)


def both(text: Text) -> Markup:
    """Inline text in both languages.

    >>> print(both(Text("grade", "等级")))
    <span class="en" lang="en">grade</span><span class="zh" lang="zh-Hans">等级</span>
    """
    return bilingual("span", text)


def _in_language(language: Language, attributes: dict[str, str | int | None]) -> dict[str, str | int | None]:
    kept = f"{attributes['class_']} {language}" if attributes.get("class_") else language
    return {**attributes, "class_": kept, "lang": language_tag(language)}


def language_tag(language: Language) -> str:
    return "zh-Hans" if language == "zh" else "en"


def _escaped(text: str) -> str:
    """Escaped; what HTML forbids, and marks that would turn the reading direction of what follows, show as U+FFFD."""
    shown = "".join("\ufffd" if _is_hidden(ord(c)) else c for c in text)
    return escape(shown.encode("utf-8", "replace").decode("utf-8"))


def _is_hidden(code: int) -> bool:
    control = code < 0x20 and code not in (0x09, 0x0A)
    return control or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
