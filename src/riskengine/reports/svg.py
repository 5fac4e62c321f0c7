"""A chart as an inline picture: drawn here, without a browser or a network, and readable by a screen reader."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import altair as alt
import vl_convert

from riskengine.reports.markup import Markup, element, joined, language_tag
from riskengine.terms.text import LANGUAGES, Language, Text

Chart = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart

# Fonts that hold Chinese come early enough that no system falls back to empty boxes.
FONTS: dict[Language, str] = {
    "en": "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'Noto Sans', 'Noto Sans CJK SC', sans-serif",
    "zh": "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', SimHei, "
    "'WenQuanYi Micro Hei', sans-serif",
}
INK = "#1f2933"
MUTED = "#52606d"
GRID = "#e4e7eb"
BLUE = "#0b4f8a"
GREY = "#9aa5b1"
ORANGE = "#b44d12"


def picture(title: Text, alternative: Text, draw: Callable[[Language], Chart]) -> Markup:
    """The chart in both languages, each as a figure with a caption and a text that says what it shows."""
    return joined(_figure(lang, title.in_language(lang), alternative.in_language(lang), draw) for lang in LANGUAGES)


def _figure(language: Language, title: str, alternative: str, draw: Callable[[Language], Chart]) -> Markup:
    drawing = to_svg(draw(language), language, alternative)
    caption = element("figcaption", element("strong", title), ". " if language == "en" else "。", alternative)
    return element("figure", drawing, caption, class_=language, lang=language_tag(language))


def to_svg(chart: Chart, language: Language, alternative: str) -> Markup:
    """The chart as one `<svg role="img">` whose label is `alternative`."""
    spec = chart.to_dict()
    spec["config"] = {**spec.get("config", {}), **_style(language)}
    drawn = vl_convert.vegalite_to_svg(spec)
    drawn = _with_own_ids(drawn, f"{language}:{alternative}")
    # the parts of the drawing say nothing to a listener; the label of the whole does
    quiet = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", drawn)
    label = element("svg", role="img", aria_label=alternative)
    return Markup(quiet.replace("<svg ", str(label).removesuffix("></svg>") + " ", 1))


def _with_own_ids(drawn: str, of: str) -> str:
    """The drawing with ids of its own. The renderer numbers them from the start of the process, so that they would
    differ from run to run, and clash with those of other drawings on the page.
    """
    prefix = "g" + hashlib.sha256(of.encode("utf-8")).hexdigest()[:10]
    found = dict.fromkeys(re.findall(r' id="([^"]+)"', drawn))
    for number, name in enumerate(found):
        drawn = drawn.replace(f'id="{name}"', f'id="{prefix}-{number}"').replace(f"(#{name})", f"(#{prefix}-{number})")
    return drawn


def _style(language: Language) -> dict[str, Any]:
    axis = {
        "labelColor": INK,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": GREY,
        "tickColor": GREY,
        "labelLimit": 320,
    }
    return {
        "font": FONTS[language],
        "background": "white",
        "view": {"stroke": None},
        "axis": axis,
        "legend": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12},
        "title": {"color": INK, "fontSize": 13, "anchor": "start", "fontWeight": 600},
        "header": {"labelColor": INK, "titleColor": MUTED},
    }
