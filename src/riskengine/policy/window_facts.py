"""The facts of patterns of events: two for each pattern that a policy declares."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from riskengine.features.event_window import EventWindow
from riskengine.features.feature import Unit
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.terms.decision import Stage
from riskengine.terms.text import Text


def with_windows(vocabulary: Vocabulary, texts: Mapping[str, Text]) -> Vocabulary:
    """A vocabulary with the facts of patterns, whose texts are given by id."""
    return MappingProxyType({**vocabulary, **{fact.name: fact for fact in _facts(texts)}}) if texts else vocabulary


def window_unit(name: str) -> Unit | None:
    """The unit of a pattern's fact, from its name alone; None for other names.

    >>> window_unit("evt_promises_then_order_days_ago"), window_unit("pay_dpd_max")
    (<Unit.DAYS: 'days'>, None)
    """
    if not name.startswith("evt_"):
        return None
    return Unit.FLAG if name.endswith("_holds") else Unit.DAYS


def _facts(texts: Mapping[str, Text]) -> Iterator[Fact]:
    """Known in every stage, like the features they are."""
    for id_, text in sorted(texts.items()):
        window = EventWindow(id_, text, 1, ())
        yield Fact(window.holds, text, Unit.FLAG, Stage.HARD_STOPS, 0.0, 1.0)
        ago = Text(f"Days since: {text.en}", f"距今天数：{text.zh}")
        yield Fact(window.days_ago, ago, Unit.DAYS, Stage.HARD_STOPS, 0.0)
