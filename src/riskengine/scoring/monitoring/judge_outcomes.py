"""Lights of what outcomes say: order, level, slope, grades, and the newest outcomes so far."""

import math
from collections.abc import Iterator
from dataclasses import replace

from riskengine.scoring.monitoring.checks import Check, Light
from riskengine.scoring.monitoring.figures import Watch
from riskengine.scoring.monitoring.finding import Finding, light_from
from riskengine.scoring.monitoring.performance import Estimate, Performance
from riskengine.scoring.monitoring.ripening import OutcomeMonth, Timing
from riskengine.scoring.monitoring_spec import Band, ConfidenceLimits, MonitoringSpec
from riskengine.terms.text import Text


def judge_outcomes(watch: Watch, spec: MonitoringSpec) -> Iterator[Finding]:
    """Five findings. Below the least number of defaulted customers the first four say so, and nothing else."""
    ranking, found = watch.ranking, watch.performance
    if ranking is None or ranking.bad_customers < spec.outcomes.min_defaults:
        yield Finding(Check.DISCRIMINATION, Light.TOO_FEW, None, _fall_rule(spec), note=_too_few(watch, ranking, spec))
    else:
        yield _discrimination(watch, ranking, spec)
    if found is None or found.bad_customers < spec.outcomes.min_defaults:
        note = _too_few(watch, found, spec)
        for check, rule in (
            (Check.LEVEL, _band_rule(spec.calibration.level, spec.confidence)),
            (Check.SLOPE, _band_rule(spec.calibration.slope, spec.confidence)),
            (Check.GRADES, _grades_rule(spec)),
        ):
            yield Finding(check, Light.TOO_FEW, None, rule, note=note)
    else:
        yield _banded(Check.LEVEL, found.level, spec.calibration.level, spec.confidence)
        yield _slope(found, spec)
        outside = tuple(g.label for g in found.grades if g.is_outside)
        steps = spec.calibration.grades
        light = light_from(len(outside), steps.watch, steps.act)
        yield Finding(Check.GRADES, light, float(len(outside)), _grades_rule(spec), outside)
    yield _so_far(watch, spec)


def _discrimination(watch: Watch, found: Performance, spec: MonitoringSpec) -> Finding:
    """A fall beyond chance; one that the mix of customers explains is no more than amber."""
    rule, now, before = _fall_rule(spec), found.auc, watch.baseline
    if now is None:
        return Finding(Check.DISCRIMINATION, Light.TOO_FEW, None, rule)
    if before.auc is None or before.error is None:
        note = Text("the bundle does not say how the model did at development", "模型包未记录开发时的表现")
        return Finding(Check.DISCRIMINATION, Light.NOT_MEASURED, None, rule, note=note)
    fall = before.auc - now.auc
    error = math.hypot(before.error, now.standard_error)
    p_value = math.erfc(abs(fall) / error / math.sqrt(2)) if error > 0 else float(fall == 0)
    steps, sure = spec.discrimination, spec.confidence
    if fall >= steps.act and p_value < 1 - sure.act:
        if found.auc_promised is not None and found.auc_promised <= now.high:
            note = Text(
                f"these customers are more alike: right PDs would give {found.auc_promised:.3f}",
                f"客户更趋同质：即使违约概率准确，AUC 也只有{found.auc_promised:.3f}",
            )
            return Finding(Check.DISCRIMINATION, Light.AMBER, fall, rule, note=note)
        return Finding(Check.DISCRIMINATION, Light.RED, fall, rule)
    light = Light.AMBER if fall >= steps.watch and p_value < 1 - sure.watch else Light.GREEN
    return Finding(Check.DISCRIMINATION, light, fall, rule)


def _banded(check: Check, found: Estimate | None, band: Band, sure: ConfidenceLimits) -> Finding:
    rule = _band_rule(band, sure)
    if found is None:
        return Finding(check, Light.TOO_FEW, None, rule)
    return Finding(check, _light_in(found.value, found.p_value, band, sure), found.value, rule)


def _slope(found: Performance, spec: MonitoringSpec) -> Finding:
    """Never red with few defaults: a recalibration would leave it alone."""
    judged = _banded(Check.SLOPE, found.slope, spec.calibration.slope, spec.confidence)
    least = spec.outcomes.slope_defaults
    if judged.light is not Light.RED or found.bad_customers >= least:
        return judged
    note = Text(
        f"never red with fewer than {least} defaulted customers, here {found.bad_customers}",
        f"违约客户少于{least}家时不判红（现{found.bad_customers}家）",
    )
    return replace(judged, light=Light.AMBER, note=note)


def _light_in(value: float, p_value: float, band: Band, sure: ConfidenceLimits) -> Light:
    if not band.act[0] <= value <= band.act[1] and p_value < 1 - sure.act:
        return Light.RED
    return Light.AMBER if not band.watch[0] <= value <= band.watch[1] and p_value < 1 - sure.watch else Light.GREEN


def newest_so_far(watch: Watch, least: float) -> OutcomeMonth | None:
    """The newest month end whose horizon has not passed and of which at least so many defaults are due by now."""
    young = [m for m in watch.months if not m.ripe and m.ratio is not None and m.expected >= least]
    return young[-1] if young else None


def _so_far(watch: Watch, spec: MonitoringSpec) -> Finding:
    """Never red: the expected part rests on the timing of earlier defaults, or on their coming evenly."""
    band, least = spec.calibration.level.watch, spec.outcomes.min_expected
    rule = Text(
        f"the newest month end of which at least {least:g} defaults are due by now: amber outside {_span(band)} if its "
        "95 % interval does not hold 1; never red",
        f"取至今应有至少{least:g}笔违约的最近月末：超出{_span(band)}且95%区间不含1为黄；不判红",
    )
    month = newest_so_far(watch, least)
    if month is None or month.ratio is None or month.low is None or month.high is None:
        return Finding(Check.SO_FAR, Light.TOO_FEW, None, rule)
    off = not band[0] <= month.ratio <= band[1] and not month.low <= 1 <= month.high
    even = watch.timing is Timing.EVEN
    note = Text(
        f"{month.as_of}, {month.elapsed} of {month.horizon} days: {month.bad} defaults, {month.expected:.1f} expected"
        + (", taken to come evenly" if even else ""),
        f"{month.as_of}，{month.horizon}天中的{month.elapsed}天：违约{month.bad}笔，预期{month.expected:.1f}笔"
        + ("（假定均匀发生）" if even else ""),
    )
    return Finding(Check.SO_FAR, Light.AMBER if off else Light.GREEN, month.ratio, rule, note=note)


def _too_few(watch: Watch, found: Performance | None, spec: MonitoringSpec) -> Text:
    least = spec.outcomes.min_defaults
    if found is None and watch.ranking is not None:
        return Text(
            "the calibration was refitted on all month ends that are ripe; the next to ripen will tell",
            "现有到期月末均已用于重新校准，须待后续月末到期",
        )
    if found is None and watch.ripe_from is not None and watch.ripe_from <= watch.as_of:
        return Text(
            "the month ends that are ripe lie before the first one looked at (--since)",
            "已到期的月末早于所看的首个日期（--since）",
        )
    if found is None:
        when = watch.ripe_from or watch.as_of
        return Text(
            f"no month end that the model knew nothing of is ripe; the first will be on {when}",
            f"尚无模型未见过且已到期的月末；最早为{when}",
        )
    return Text(
        f"{found.bad_customers} customers defaulted, {least} are needed",
        f"违约客户{found.bad_customers}家，至少需{least}家",
    )


def _fall_rule(spec: MonitoringSpec) -> Text:
    steps, sure = spec.discrimination, spec.confidence
    return Text(
        f"red if it fell by {steps.act:g} or more beyond chance ({sure.act:.0%}) and the mix of customers does not "
        f"explain it; amber from {steps.watch:g} ({sure.watch:.0%})",
        f"下降不少于{steps.act:g}且超出随机（{sure.act:.0%}）、非客户结构所致为红；不少于{steps.watch:g}"
        f"（{sure.watch:.0%}）为黄",
    )


def _band_rule(band: Band, sure: ConfidenceLimits) -> Text:
    return Text(
        f"red outside {_span(band.act)} beyond chance ({sure.act:.0%}); amber outside {_span(band.watch)} "
        f"({sure.watch:.0%})",
        f"超出{_span(band.act)}且超出随机（{sure.act:.0%}）为红；超出{_span(band.watch)}（{sure.watch:.0%}）为黄",
    )


def _grades_rule(spec: MonitoringSpec) -> Text:
    steps = spec.calibration.grades
    return Text(
        f"amber from {steps.watch:g}, red from {steps.act:g}", f"不少于{steps.watch:g}为黄，不少于{steps.act:g}为红"
    )


def _span(band: tuple[float, float]) -> str:
    return f"{band[0]:g} - {band[1]:g}"
