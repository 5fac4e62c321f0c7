"""What a model has to pass before it may rate customers. Pure: what is known of it in, a verdict on each gate out."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from riskengine.features.feature import Risk
from riskengine.scoring.duel import MIN_BAD, Duel
from riskengine.scoring.monotone import reversals
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import AcceptanceSpec

MIN_GROUP_AUC = 0.55
MOST_GROUP_LOSS = 0.05
RED = "red"


class Gate(StrEnum):
    VERIFIED = "bundle verified"
    ACCEPTANCE = "acceptance of its spec"
    CALIBRATION = "calibration"
    MONOTONE = "monotone"
    GROUPS = "groups"
    BETTER = "better than the champion"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class GateVerdict:
    gate: Gate
    passed: bool
    found: str
    required: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Candidacy:
    """What is known of a model that is to become champion.

    `directions` are those of its features; `duel` is None where it was not compared with the champion, `champion` None
    where there is none; `despite` is the stated reason to promote it though it is not shown to be better.
    """

    model: PdModel
    metrics: Mapping[str, Any]
    directions: Mapping[str, Risk]
    acceptance: AcceptanceSpec
    trainer: str | None
    approver: str | None
    champion: str | None
    duel: Duel | None = None
    despite: str = ""


def judge(candidacy: Candidacy) -> tuple[GateVerdict, ...]:
    """A verdict on each gate but the verification of the bundle, without which nothing here is known."""
    return (
        judge_acceptance(candidacy.metrics),
        judge_calibration(candidacy.metrics),
        judge_monotone(candidacy.model, candidacy.directions, candidacy.metrics),
        judge_groups(candidacy.metrics, candidacy.duel, candidacy.acceptance),
        judge_better(candidacy.champion, candidacy.duel, candidacy.despite),
        judge_approver(candidacy.trainer, candidacy.approver, candidacy.champion),
    )


def judge_acceptance(metrics: Mapping[str, Any]) -> GateVerdict:
    """The gates of the model's own spec, as they were decided at training."""
    required = "every gate of its spec passed at training"
    if "gates" not in metrics:
        return GateVerdict(Gate.ACCEPTANCE, passed=False, found="not measured at training", required=required)
    failed = [f"{g['name']} is {g['found']:.4g}, {g['required']}" for g in metrics["gates"] if not g["passed"]]
    said = "; ".join(failed) or f"{len(metrics['gates'])} passed"
    return GateVerdict(Gate.ACCEPTANCE, passed=not failed, found=said, required=required)


def judge_calibration(metrics: Mapping[str, Any]) -> GateVerdict:
    """The verdicts of the validation report; where the bundle has none, level and slope on the test window."""
    required = "not red on the test window"
    validation = metrics.get("validation")
    if validation:
        rows = [v for v in validation.get("verdicts", ()) if "calibration" in str(v["check"]).lower()]
        red = [f"{v['check']}: {v.get('value')}" for v in rows if v["level"] == RED]
        said = "; ".join(red) or ", ".join(f"{v['check']} {v['level']}" for v in rows)
        if rows:
            return GateVerdict(Gate.CALIBRATION, passed=not red, found=said, required=required)
    fit = metrics.get("calibration")
    if not fit:
        return GateVerdict(Gate.CALIBRATION, passed=False, found="not measured at training", required=required)
    level = calibration_level(fit)
    said = f"{level}: mean PD {fit['mean_pd']:.2%}, bad rate {fit['default_rate']:.2%}, slope {fit['slope']:.2f}"
    return GateVerdict(Gate.CALIBRATION, passed=level != RED, found=said, required=required)


def calibration_level(fit: Mapping[str, Any]) -> str:
    """red, amber or green, of the numbers a comparison keeps.

    Red needs both: off by more than a quarter (slope: outside 0.5 to 2), and by more than chance gives (level: three
    standard errors; slope: Hosmer-Lemeshow below 1 %). One of the two is amber.
    """
    rows = sum(band["customers"] for band in fit.get("bands", ()))
    mean, rate, slope = fit["mean_pd"], fit["default_rate"], fit["slope"]
    error = sqrt(max(mean * (1 - mean), 1e-12) / max(rows, 1))
    level_far, level_sure = not 0.8 <= mean / max(rate, 1e-12) <= 1.25, abs(rate - mean) > 3 * error
    slope_far, slope_sure = not 0.5 <= slope <= 2, fit["hosmer_lemeshow"]["p_value"] < 0.01
    if (level_far and level_sure) or (slope_far and slope_sure):
        return RED
    return "amber" if level_far or slope_far or (level_sure and slope_sure) else "green"


def judge_monotone(model: PdModel, directions: Mapping[str, Risk], metrics: Mapping[str, Any]) -> GateVerdict:
    """No feature with a direction moves the score the other way on any row tried, here or in the validation report."""
    reported = (metrics.get("validation") or {}).get("verdicts") or ()
    red = [v for v in reported if v["check"] == "monotone" and v["level"] == RED]
    broken = reversals(model, directions)
    bound = sum(1 for name in model.features if directions.get(name, Risk.FREE) is not Risk.FREE)
    said = "; ".join(
        f"{r.feature} should go {r.risk.value}, goes the other way by {r.size:.3g} from {r.below:.6g} to {r.above:.6g}"
        for r in broken[:3]
    )
    more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
    required = "the score follows the direction of every feature that has one"
    kept = "red in its validation" if red else f"{bound} features keep their direction"
    return GateVerdict(Gate.MONOTONE, passed=not (broken or red), found=f"{said}{more}" or kept, required=required)


def judge_groups(metrics: Mapping[str, Any], duel: Duel | None, acceptance: AcceptanceSpec) -> GateVerdict:
    """Customers of whom a source is not known are still told apart, and no group is served much worse than before."""
    least = MIN_GROUP_AUC if acceptance.min_group_auc is None else acceptance.min_group_auc
    most = MOST_GROUP_LOSS if acceptance.most_group_loss is None else acceptance.most_group_loss
    required = f"AUC of at least {least:g} in every group, and at most {most:g} below the champion"
    blind = metrics.get("auc_without_source")
    if blind is None:
        return GateVerdict(Gate.GROUPS, passed=False, found="not measured at training", required=required)
    found = {f"nobody with {source}": float(value) for source, value in blind.items()}
    found |= {g["group"]: g["auc"] for g in metrics.get("groups") or () if g["auc"] is not None and g["bad"] >= MIN_BAD}
    groups = duel.groups if duel else ()
    found |= {g.group: g.auc for g in groups}
    low = [f"{name}: AUC {value:.3f}" for name, value in sorted(found.items()) if value < least]
    lost = [
        f"{g.group}: AUC {g.auc:.3f}, champion {g.auc_champion:.3f}" for g in groups if g.auc_champion - g.auc > most
    ]
    worst = min(found.items(), key=lambda item: item[1], default=None)
    said = "; ".join([*low, *lost]) or (f"lowest {worst[1]:.3f} ({worst[0]})" if worst else "there are no groups")
    return GateVerdict(Gate.GROUPS, passed=not (low or lost), found=said, required=required)


def judge_better(champion: str | None, duel: Duel | None, despite: str) -> GateVerdict:
    """Better than the champion on the same rows beyond chance (5 %), or a stated reason to promote it all the same."""
    required = "a higher AUC out of time, p below 0.05 (DeLong, by customer), or a stated reason"
    if champion is None:
        return GateVerdict(Gate.BETTER, passed=True, found="there is no champion yet", required=required)
    if duel is None:
        said = f"not compared with {champion}"
    else:
        said = (
            f"AUC {duel.auc:.4f} against {duel.auc_champion:.4f} of {duel.champion} "
            f"({duel.gain:+.4f}, p {duel.p_value:.2g}; {duel.bad:,} bad of {duel.rows:,} rows)"
        )
    better = duel is not None and duel.is_better
    reason = f"; promoted because: {despite}" if despite.strip() and not better else ""
    return GateVerdict(Gate.BETTER, passed=better or bool(reason), found=said + reason, required=required)


def judge_approver(trainer: str | None, approver: str | None, champion: str | None) -> GateVerdict:
    """Whoever approves did not train it. The first model of a workspace may go without: there is nothing to protect."""
    required = "approved by someone who did not train it"
    if approver is None:
        found = "nobody approved it; the first model of the workspace" if champion is None else "nobody approved it"
        return GateVerdict(Gate.APPROVER, passed=champion is None, found=found, required=required)
    if trainer is None:
        found = "nobody wrote down who trained it"
        return GateVerdict(Gate.APPROVER, passed=False, found=found, required=required)
    same = _person(trainer) == _person(approver) or not _person(approver)
    return GateVerdict(
        Gate.APPROVER, passed=not same, found=f"trained by {trainer}, approved by {approver}", required=required
    )


def _person(name: str) -> str:
    """A name as one compares it: case, width and spaces do not make another person."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
