"""One light of a check: the figure it was given for, and the rule that gave it, with its thresholds."""

from dataclasses import dataclass
from typing import Any

from riskengine.scoring.monitoring.checks import Check, Light
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """`value`: the figure judged, None if there is none. `about`: names it belongs to. `note`: why it is so."""

    check: Check
    light: Light
    value: float | None
    rule: Text
    about: tuple[str, ...] = ()
    note: Text | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.check.value,
            "light": self.light.value,
            "value": self.value,
            "about": list(self.about),
            "rule": {"en": self.rule.en, "zh": self.rule.zh},
            "note": None if self.note is None else {"en": self.note.en, "zh": self.note.zh},
        }


def light_from(value: float, watch: float, act: float) -> Light:
    """Amber from `watch`, red from `act`.

    >>> light_from(0.1, 0.1, 0.25).value, light_from(0.09, 0.1, 0.25).value
    ('amber', 'green')
    """
    return Light.RED if value >= act else Light.AMBER if value >= watch else Light.GREEN
