"""What a model has to pass before it may rate customers. Pure: what is known of it in, a verdict on each gate out.

What was not measured is refused. What too few outcomes tell nothing of passes only with a stated reason, or for the
first model of a workspace, when there is nothing to protect.
"""

import unicodedata
from collections.abc import Mapping
from math import sqrt
from typing import Any

from riskengine.features.feature import Risk
from riskengine.scoring.candidacy import Candidacy, Gate, GateVerdict, unknown
from riskengine.scoring.duel import Duel
from riskengine.scoring.gate_of_groups import judge_groups
from riskengine.scoring.monotone import reversals
from riskengine.scoring.validation.verdict_rules import Level

RED = Level.RED.value


def judge(candidacy: Candidacy) -> tuple[GateVerdict, ...]:
    """A verdict on each gate but the verification of the bundle, without which nothing here is known."""
    return (
        judge_acceptance(candidacy.metrics),
        judge_calibration(candidacy),
        judge_monotone(candidacy),
        judge_groups(candidacy),
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


def judge_calibration(candidacy: Candidacy) -> GateVerdict:
    """The verdicts of the validation report; where the bundle has none, level and slope on the test window."""
    required, metrics = "not red on the test window", candidacy.metrics
    validation = metrics.get("validation")
    if validation:
        rows = [v for v in validation.get("verdicts", ()) if "calibration" in str(v["check"]).lower()]
        red = [f"{v['check']}: {v.get('value')}" for v in rows if v["level"] == RED]
        said = "; ".join(red) or ", ".join(f"{v['check']} {v['level']}" for v in rows)
        if rows and all(v["level"] == Level.NOT_ENOUGH for v in rows):
            return unknown(Gate.CALIBRATION, "not enough outcomes to say", required, candidacy)
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


def judge_monotone(candidacy: Candidacy) -> GateVerdict:
    """No feature with a direction moves the score the other way on any row tried, here or in the validation report.

    A spec may do without directions (`booster.monotone: false`) if it says why.
    """
    model, directions, booster = candidacy.model, candidacy.directions, candidacy.spec.booster
    required = "the score follows the direction of every feature that has one, or the spec says why it need not"
    broken = reversals(model, directions)
    said = "; ".join(
        f"{r.feature} should go {r.risk.value}, goes the other way by {r.size:.3g} from {r.below:.6g} to {r.above:.6g}"
        for r in broken[:3]
    )
    said += f" and {len(broken) - 3} more" if len(broken) > 3 else ""
    if not booster.monotone:
        if booster.monotone_reason:
            found = f"not required by the spec, because {booster.monotone_reason} ({len(broken)} features against it)"
            return GateVerdict(Gate.MONOTONE, passed=True, found=found, required=required)
        found = f"the spec asks for none and does not say why (booster.monotone_reason){'; ' if said else ''}{said}"
        return GateVerdict(Gate.MONOTONE, passed=False, found=found, required=required)
    reported = (candidacy.metrics.get("validation") or {}).get("verdicts") or ()
    red = any(v["check"] == "monotone" and v["level"] == RED for v in reported)
    bound = sum(1 for name in model.features if directions.get(name, Risk.FREE) is not Risk.FREE)
    kept = "red in its validation" if red else f"{bound} features keep their direction"
    return GateVerdict(Gate.MONOTONE, passed=not (broken or red), found=said or kept, required=required)


def judge_better(champion: str | None, duel: Duel | None, despite: str) -> GateVerdict:
    """Better than the champion on the same rows beyond chance (5 %), or a stated reason to promote it all the same."""
    required = "a higher AUC out of time, p below 0.05 (DeLong, by customer), or a stated reason"
    if champion is None:
        return GateVerdict(Gate.BETTER, passed=True, found="there is no champion yet", required=required)
    if duel is None:
        said = f"not compared with {champion}"
    else:
        found, gain = duel.whole, duel.whole.gain
        counts = f"{found.bad:,} bad of {found.rows:,} rows"
        said = (
            f"AUC {found.auc:.4f} against {found.auc_champion:.4f} of {duel.champion} "
            f"({gain.difference:+.4f}, {gain.low:+.4f} to {gain.high:+.4f}, p {gain.p_value:.2g}; {counts})"
            if gain
            else f"not enough outcomes to compare with {duel.champion} ({counts})"
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
