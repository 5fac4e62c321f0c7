"""The indicators of a policy as a page of the reference."""

from collections.abc import Sequence
from typing import Any

from riskengine.early_warning.aspects import Aspect, IndicatorAspects

_HEAD = """# Early-warning indicators

What the shipped policy watches, and by which rules of `rules/early_warning/`. This page is written by
`riskengine warnings indicators --markdown`; do not edit it.

- **Level**: a figure against its trigger. **Peers**: against customers of the same industry, region or size.
  **Change**: against the customer's own earlier figures, or in what order things happened.
- A customer has at most one open warning for each indicator; **up to** is the worst it can become.
- How good each was on past dates tells [warnings evaluate](../how-to/evaluate-warnings.md).
"""


def indicator_page(indicators: Sequence[IndicatorAspects]) -> str:
    rules = {rule for one in indicators for own in one.rules.values() for rule in own}
    lines = [_HEAD, f"{len(indicators)} indicators, {len(rules)} rules.", ""]
    lines += ["| indicator | up to | level | peers | change |", "|---|---|---|---|---|"]
    lines += [_row(one) for one in indicators]
    return "\n".join(lines) + "\n"


def indicator_document(indicators: Sequence[IndicatorAspects]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "indicator": one.indicator,
            "name": {"en": one.name.en, "zh": one.name.zh},
            "worst": one.worst.word,
            "rules": {aspect.value: list(own) for aspect, own in one.rules.items()},
        }
        for one in indicators
    ]


def _row(one: IndicatorAspects) -> str:
    cells = (", ".join(one.rules[aspect]) for aspect in Aspect)
    return f"| `{one.indicator}` {one.name.en} · {one.name.zh} | {one.worst.word} | {' | '.join(cells)} |"
