"""From lights to one conclusion, by a fixed table of rules: the first that holds decides."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from riskengine.scoring.monitoring.checks import (
    CALIBRATION,
    NAMES,
    OF_OUTCOMES,
    OF_THE_DATA,
    OF_THE_MODEL,
    Check,
    Conclusion,
    Light,
)
from riskengine.scoring.monitoring.figures import Watch
from riskengine.scoring.monitoring.finding import Finding
from riskengine.scoring.monitoring.judge_inputs import judge_inputs
from riskengine.scoring.monitoring.judge_outcomes import judge_outcomes
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What was measured, what it means, and the rule that concluded. `because`: the checks it rests on; `first`: what
    to mend before the model is blamed."""

    watch: Watch
    findings: tuple[Finding, ...]
    conclusion: Conclusion
    rule: Text
    because: tuple[Check, ...]
    first: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; of features only the newest date in full, of earlier dates what moved."""
        content = asdict(self.watch)
        for place, day in enumerate(self.watch.dates):
            kept = day.features if place == len(self.watch.dates) - 1 else [f for f in day.features if f.moved]
            content["dates"][place]["features"] = [asdict(f) for f in kept]
        return {
            "verdict": self.conclusion.value,
            "rule": {"en": self.rule.en, "zh": self.rule.zh},
            "because": [c.value for c in self.because],
            "first": None if self.first is None else {"en": self.first.en, "zh": self.first.zh},
            "findings": [f.as_json() for f in self.findings],
            **content,
        }


RULES: tuple[tuple[Conclusion, Text], ...] = (
    (
        Conclusion.REDEVELOP,
        Text(
            "the ranking fell beyond chance and by more than allowed, and the mix of customers does not explain it",
            "排序能力显著下降且超出容许幅度，并非客户结构所致",
        ),
    ),
    (
        Conclusion.REDEVELOP,
        Text(
            "{reds} or more of order, calibration, outputs, inputs and missing values are red at once",
            "排序、校准、输出、输入、缺失五方面中同时有{reds}项及以上为红",
        ),
    ),
    (
        Conclusion.RECALIBRATE,
        Text(
            "level, slope or grades are off beyond chance, and the ranking is intact",
            "水平、斜率或等级显著偏离，而排序能力完好",
        ),
    ),
    (
        Conclusion.WATCH,
        Text("a check is amber or red that alone calls for no new model", "有检查为黄或红，但不足以单独要求更换模型"),
    ),
    (
        Conclusion.TOO_FEW,
        Text(
            "nothing else stands out, but too few outcomes are known to say whether the PDs hold",
            "其他无异常，但已知结果太少，无法判断违约概率是否准确",
        ),
    ),
    (
        Conclusion.NOTHING,
        Text("outcomes are as promised, and nothing moved", "结果与预期一致，且无漂移"),
    ),
)


def monitor(watch: Watch, spec: MonitoringSpec) -> Monitoring:
    """Judge every check and conclude. The rules are the same for every model; only thresholds differ."""
    findings = (*judge_outcomes(watch, spec), *judge_inputs(watch, spec))
    number, because = _decide(findings, spec.reds)
    conclusion, rule = RULES[number]
    said = Text(rule.en.format(reds=spec.reds), rule.zh.format(reds=spec.reds))
    return Monitoring(watch, findings, conclusion, said, because, _mend_first(findings))


def _decide(findings: Sequence[Finding], reds_needed: int) -> tuple[int, tuple[Check, ...]]:
    """The place in `RULES` of the first rule that holds, and the checks it holds for."""
    light = {f.check: f.light for f in findings}
    red = [tuple(c for c in group if light[c] is Light.RED) for group in OF_THE_MODEL]
    order = light[Check.DISCRIMINATION]
    if order is Light.RED:
        return 0, (Check.DISCRIMINATION,)
    if sum(map(bool, red)) >= reds_needed:
        return 1, tuple(c for group in red for c in group)
    off = tuple(c for c in CALIBRATION if light[c] is Light.RED)
    if off and order in (Light.GREEN, Light.AMBER):
        return 2, off
    if alarms := tuple(f.check for f in findings if f.light in (Light.AMBER, Light.RED)):
        return 3, alarms
    if unknown := tuple(c for c in OF_OUTCOMES if light[c] in (Light.TOO_FEW, Light.NOT_MEASURED)):
        return 4, unknown
    return 5, ()


def _mend_first(findings: Sequence[Finding]) -> Text | None:
    """A feed that broke looks like a model that broke."""
    broken = [f for f in findings if f.check in OF_THE_DATA and f.light is Light.RED]
    if not broken:
        return None
    names = describe([f.check for f in broken])
    return Text(
        f"mend the data first ({names.en}): what looks like drift or a wrong level may be their doing",
        f"请先修复数据（{names.zh}）：看似漂移或水平偏差可能由数据造成",
    )


def describe(checks: Sequence[Check]) -> Text:
    """The names of checks in one line."""
    return Text(", ".join(NAMES[c].en for c in checks), "、".join(NAMES[c].zh for c in checks))
