"""The reference page of the features, written from the catalogue."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from riskengine.features.feature import Feature, Risk, Source
from riskengine.terms.text import Text

COMMAND = "riskengine features list --markdown"

_INTRO = f"""\
# Features

What the engine measures of a customer as of a date, from what was known by then. This page is written by
`{COMMAND}`; do not edit it.

- **Missing** is missing: never 0, never a number that stands for it. The column says what it means.
- **Money** is in units of the reporting currency, each amount at the last rate known by the date.
- A window of 365 days holds the as-of date and the 364 days before it.
- **PD** is the direction the model must follow when the feature grows and all else stays: up, down, or free.
- **Model**: whether the PD model may use it. The others serve rules, limits, terms and people.
"""

SOURCE_TEXTS: Mapping[Source, Text] = MappingProxyType(
    {
        Source.PAYMENT: Text("Invoices and payments", "应收账款与付款"),
        Source.ORDER: Text("Orders", "订单"),
        Source.STATEMENT: Text("Financial statements", "财务报表"),
        Source.SIGNAL: Text("Outside signals", "外部信号"),
        Source.INDUSTRY: Text("Industry", "行业"),
        Source.CUSTOMER: Text("Master data and exposure", "客户主数据与信用敞口"),
        Source.GROUP: Text("Group of companies", "集团"),
        Source.PEER: Text("Against peers", "与同类客户比较"),
    }
)
_DIRECTIONS: Mapping[Risk, str] = MappingProxyType({Risk.UP: "up", Risk.DOWN: "down", Risk.FREE: "free"})
_HEADER = (
    "| feature | meaning | unit | range | missing means | PD | model |",
    "|---|---|---|---|---|---|---|",
)


def features_page(features: Iterable[Feature]) -> str:
    """The page as Markdown: one table per source, features in the order given, every text in English and Chinese."""
    by_source: dict[Source, list[Feature]] = {source: [] for source in SOURCE_TEXTS}
    for feature in features:
        by_source[feature.source].append(feature)
    count = sum(len(found) for found in by_source.values())
    sections = (_section(source, found) for source, found in by_source.items() if found)
    return "\n".join((_INTRO, f"{count} features.", *sections)) + "\n"


def _section(source: Source, features: list[Feature]) -> str:
    text = SOURCE_TEXTS[source]
    return "\n".join(("", f"## {text.en} · {text.zh}", "", *_HEADER, *(_row(f) for f in features)))


def _row(feature: Feature) -> str:
    cells = (
        f"`{feature.name}`",
        _both(feature.text),
        feature.unit.value,
        value_range(feature),
        _both(feature.missing),
        _DIRECTIONS[feature.risk],
        "yes" if feature.for_model else "no",
    )
    return f"| {' | '.join(cells)} |"


def _both(text: Text) -> str:
    return "<br>".join(part.replace("|", "\\|") for part in (text.en, text.zh))


def value_range(feature: Feature) -> str:
    """What can occur, in words."""
    low, high = (None if bound is None else f"{bound:g}" for bound in (feature.low, feature.high))
    if low is None and high is None:
        return "any"
    if high is None:
        return f"from {low}"
    return f"up to {high}" if low is None else f"{low} to {high}"
