"""Lights of what outcomes are not needed for: drift, missing inputs, rules, age of the data."""

from collections.abc import Iterator

from riskengine.scoring.monitoring.checks import Check, Light
from riskengine.scoring.monitoring.data_age import FeedAge
from riskengine.scoring.monitoring.drift import Drift
from riskengine.scoring.monitoring.figures import DriftDate, Watch
from riskengine.scoring.monitoring.finding import Finding, light_from
from riskengine.scoring.monitoring_spec import FEED_TEXT, DataLimits, MonitoringSpec, Steps
from riskengine.terms.text import Text

NO_DEVELOPMENT = Text(
    "drift of inputs cannot be measured: the model was trained before its bundle kept what it was trained on; retrain",
    "无法测量输入漂移：模型训练时模型包尚未保存开发样本分布；请重新训练",
)
NOBODY = Text("nobody has a PD", "无客户有违约概率")
_NO_RUNS = Text("no runs were given (--runs)", "未提供评级批次（--runs）")
_NOT_RECORDED = Text(
    "not recorded: no run shows a final grade other than that of the rules, which is not the same as none",
    "未记录：各批次最终等级均与规则等级一致，但这不等于没有推翻",
)


def judge_inputs(watch: Watch, spec: MonitoringSpec) -> Iterator[Finding]:
    """Findings on the newest date; what lacks its source is not measured."""
    last = watch.dates[-1]
    why = NOBODY if last.unrated == last.customers else NO_DEVELOPMENT
    yield _moved(Check.SCORE_DRIFT, last.score, spec.drift.score, why)
    yield _moved(Check.GRADE_DRIFT, last.grades.drift if last.grades else None, spec.drift.grades, why)
    yield _features(last, spec)
    yield _missing(last, spec.drift.missing)
    share = last.unrated_share
    rule = _rule(spec.drift.unrated, percent=True)
    if share is None:
        yield Finding(Check.UNRATED, Light.NOT_MEASURED, None, rule)
    else:
        yield Finding(Check.UNRATED, light_from(share, spec.drift.unrated.watch, spec.drift.unrated.act), share, rule)
    yield from _people_and_rules(watch, spec)
    yield from _data(watch, spec)


def _moved(check: Check, found: Drift | None, steps: Steps, why: Text) -> Finding:
    rule = Text(
        f"amber from {steps.watch:g}, red from {steps.act:g}, both only beyond what chance reaches once in twenty",
        f"不小于{steps.watch:g}为黄，不小于{steps.act:g}为红，且须超出纯随机5%概率的值",
    )
    if found is None:
        return Finding(check, Light.NOT_MEASURED, None, rule, note=why)
    light = light_from(found.psi, steps.watch, steps.act) if found.moved else Light.GREEN
    return Finding(check, light, found.psi, rule)


def _features(last: DriftDate, spec: MonitoringSpec) -> Finding:
    steps, far = spec.drift.weight, spec.drift.feature.act
    rule = Text(
        f"share of the model's weight on features with a PSI from {far:g} beyond chance: amber from {steps.watch:.0%}, "
        f"red from {steps.act:.0%}",
        f"PSI 不小于{far:g}且超出随机的特征所占模型权重：不小于{steps.watch:.0%}为黄，不小于{steps.act:.0%}为红",
    )
    if not last.features:
        return Finding(Check.FEATURE_DRIFT, Light.NOT_MEASURED, None, rule, note=NO_DEVELOPMENT)
    far_off = sorted((f for f in last.features if f.moved and f.psi >= far), key=lambda f: (-f.weight, f.name))
    weight = min(sum(f.weight for f in far_off), 1.0)
    light = light_from(weight, steps.watch, steps.act)
    return Finding(Check.FEATURE_DRIFT, light, weight, rule, tuple(f.name for f in far_off if f.weight > 0))


def _missing(last: DriftDate, steps: Steps) -> Finding:
    """Of features the model listens to; one that nobody has any more comes first."""
    rule = Text(
        f"rise of the share without a value of a feature the model uses, beyond chance: amber from {steps.watch:.0%}, "
        f"red from {steps.act:.0%}",
        f"模型所用特征的缺失率升幅（超出随机）：不小于{steps.watch:.0%}为黄，不小于{steps.act:.0%}为红",
    )
    if not last.features:
        return Finding(Check.MISSING, Light.NOT_MEASURED, None, rule, note=NO_DEVELOPMENT)
    risen = [(f.missing_now - f.missing_before, f) for f in last.features if f.weight > 0 and f.moved]
    worst = max((rise for rise, _ in risen), default=0.0)
    named = sorted((f for rise, f in risen if rise >= steps.watch), key=lambda f: (not f.vanished, -f.weight, f.name))
    gone = sum(f.vanished for f in named)
    note = Text(f"{gone} vanished: nobody has them any more", f"其中{gone}个已消失（无任何客户有）") if gone else None
    light = light_from(worst, steps.watch, steps.act)
    return Finding(Check.MISSING, light, max(worst, 0.0), rule, tuple(f.name for f in named), note)


def _people_and_rules(watch: Watch, spec: MonitoringSpec) -> Iterator[Finding]:
    moved, steps = watch.moved, spec.rules.moved
    rule = Text(
        f"change against the runs before, up or down, beyond chance: amber from {steps.watch:.0%}, red from "
        f"{steps.act:.0%}",
        f"较以往批次的变化（升或降，超出随机）：不小于{steps.watch:.0%}为黄，不小于{steps.act:.0%}为红",
    )
    if moved is None or moved.change is None or moved.p_value is None:
        note = _NO_RUNS if moved is None else Text("two runs are needed", "至少需要两个批次")
        yield Finding(Check.RULES, Light.NOT_MEASURED, None, rule, note=note)
    else:
        sure = moved.p_value < 1 - spec.confidence.watch
        light = light_from(abs(moved.change), steps.watch, steps.act) if sure else Light.GREEN
        yield Finding(Check.RULES, light, moved.change, rule, _changed_rules(watch))
    steps, share = spec.rules.overridden, None if moved is None else moved.override_share
    rule = _rule(steps, percent=True)
    if share is None:
        yield Finding(
            Check.OVERRIDES, Light.NOT_MEASURED, None, rule, note=_NO_RUNS if moved is None else _NOT_RECORDED
        )
    else:
        yield Finding(Check.OVERRIDES, light_from(share, steps.watch, steps.act), share, rule)


def _changed_rules(watch: Watch) -> tuple[str, ...]:
    """The rules behind most of the moves of the newest run."""
    runs = watch.moved.runs if watch.moved else ()
    counted = sorted(runs[-1].by_rule.items(), key=lambda item: (-item[1], item[0])) if runs else []
    return tuple(name for name, _ in counted[:3])


def _data(watch: Watch, spec: MonitoringSpec) -> Iterator[Finding]:
    yield _freshness(watch, spec.data)
    yield _volume(watch, spec.data)
    yield _statements(watch, spec.data.old_statements)


def _freshness(watch: Watch, limits: DataLimits) -> Finding:
    """The oldest table by its own limits; a source of signals that fell silent is amber."""
    days = [(FEED_TEXT[feed], f"{steps.watch:g}/{steps.act:g}") for feed, steps in limits.days.items()]
    english = ", ".join(f"{feed.en} {limits_of}" for feed, limits_of in days)
    chinese = "、".join(f"{feed.zh}{limits_of}" for feed, limits_of in days)
    rule = Text(
        f"days, amber/red: {english}; a source of signals that fell silent within a year is amber: for over twice its "
        "longest gap, and with less than one chance in a thousand by its own pace",
        f"天数，黄/红：{chinese}；某信号来源一年内转为静默（超过其最长间隔两倍，且按其自身频率概率低于千分之一）为黄",
    )
    lights = [(_age_light(f, limits.days.get(f.feed)), f) for f in watch.data.feeds]
    shown = [(light, f) for light, f in lights if light is not Light.NOT_MEASURED]
    shown += [(Light.AMBER, f) for f in watch.data.signals if f.is_silent]
    worst = max(shown, key=lambda s: (_order(s[0]), s[1].age or 0), default=None)
    if worst is None:
        return Finding(Check.FRESHNESS, Light.NOT_MEASURED, None, rule)
    old = tuple(f.name for light, f in shown if light in (Light.AMBER, Light.RED))
    age = worst[1].age
    return Finding(Check.FRESHNESS, worst[0], None if age is None else float(age), rule, old or (worst[1].name,))


def _volume(watch: Watch, limits: DataLimits) -> Finding:
    rule = Text(
        f"amber below {limits.volume_watch:.0%}, red below {limits.volume_act:.0%} of the usual month",
        f"低于平常月份的{limits.volume_watch:.0%}为黄，低于{limits.volume_act:.0%}为红",
    )
    counted = sorted((f.volume, f.name) for f in watch.data.feeds if f.volume is not None)
    if not counted:
        return Finding(Check.VOLUME, Light.NOT_MEASURED, None, rule)
    low = counted[0][0]
    light = Light.RED if low < limits.volume_act else Light.AMBER if low < limits.volume_watch else Light.GREEN
    short = tuple(name for volume, name in counted if volume < limits.volume_watch)
    return Finding(Check.VOLUME, light, low, rule, short or (counted[0][1],))


def _statements(watch: Watch, steps: Steps) -> Finding:
    found = watch.data.statements
    days = "-" if found is None else f"{found.limit_days} ({found.limit_from})"
    rule = Text(
        f"of those who have one, older than {days} days: amber from {steps.watch:.0%}, red from {steps.act:.0%}",
        f"有报表者中超过{days}天的占比：不小于{steps.watch:.0%}为黄，不小于{steps.act:.0%}为红",
    )
    if found is None or found.old_share is None:
        return Finding(Check.STATEMENTS, Light.NOT_MEASURED, None, rule)
    return Finding(Check.STATEMENTS, light_from(found.old_share, steps.watch, steps.act), found.old_share, rule)


def _age_light(feed: FeedAge, steps: Steps | None) -> Light:
    """A table that never held a row is no feed that stopped."""
    if steps is None or feed.age is None:
        return Light.NOT_MEASURED
    return light_from(feed.age, steps.watch, steps.act)


def _order(light: Light) -> int:
    return (Light.NOT_MEASURED, Light.TOO_FEW, Light.GREEN, Light.AMBER, Light.RED).index(light)


def _rule(steps: Steps, *, percent: bool) -> Text:
    watch, act = (f"{s:.0%}" if percent else f"{s:g}" for s in (steps.watch, steps.act))
    return Text(f"amber from {watch}, red from {act}", f"不小于{watch}为黄，不小于{act}为红")
