"""The fixed table of verdicts on a model: each with the figure found and the rule that gave the colour.

The rules are the same for every model, so that nobody chooses them after seeing the figures. Where there are too few
outcomes the verdict says so; it is neither good nor bad. docs/explanation/validation.md says when to distrust each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from riskengine.scoring.validation.challengers import CHAMPION
from riskengine.scoring.validation.figures import CalibrationTests, Figures
from riskengine.scoring.validation.grades import rises_with_grade
from riskengine.scoring.validation.leakage import TOO_GOOD
from riskengine.scoring.validation.slices import FEWEST, MONTH, Slice, level_of
from riskengine.scoring.validation.verdict_rules import RULES, Check, Level


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value`: the figure judged, None if there is none. `about`: names the figure belongs to, such as a feature."""

    check: Check
    level: Level
    value: float | None
    about: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        rule = RULES[self.check]
        return {
            "check": self.check.value,
            "level": self.level.value,
            "value": self.value,
            "about": list(self.about),
            "rule": {"en": rule.en, "zh": rule.zh},
        }


_BADNESS = (Level.NOT_ENOUGH, Level.GREEN, Level.AMBER, Level.RED)
_NOT_RANKED = (MONTH,)  # differences between months are judged by eye: the mix of customers differs


def worst_of(verdicts: Sequence[Verdict]) -> Level:
    return max((v.level for v in verdicts), key=_BADNESS.index, default=Level.NOT_ENOUGH)


def judge(figures: Figures) -> tuple[Verdict, ...]:
    """Every verdict, in the order of `Check`; checks that have nothing to be made of are left out."""
    return tuple(_verdicts(figures))


class Calibrated(Protocol):
    """What the verdicts on calibration look at."""

    @property
    def whole(self) -> Slice: ...
    @property
    def grades(self) -> tuple[Slice, ...]: ...
    @property
    def calibration(self) -> CalibrationTests: ...


def judge_calibration(figures: Calibrated) -> tuple[Verdict, ...]:
    """Level, grades, slope and the two tests, in the order of `Check`."""
    return (_level(figures), _grades(figures), *_tests(figures))


def _verdicts(figures: Figures) -> Iterator[Verdict]:
    yield _outcomes(figures)
    yield _out_of_time(figures)
    yield _discrimination(figures)
    yield _groups(figures)
    yield from judge_calibration(figures)
    yield _grade_order(figures)
    hhi = figures.concentration.hhi
    yield Verdict(Check.CONCENTRATION, _steps(hhi, 0.25, 0.4), hhi, (figures.concentration.largest_grade,))
    yield from _stability(figures)
    wrong = tuple(r.feature for r in figures.reversals)
    broken = Level.AMBER if figures.unbound else Level.RED
    yield Verdict(Check.MONOTONE, broken if wrong else Level.GREEN, float(len(wrong)), wrong)
    yield from _leakage(figures)
    yield _sources(figures)
    yield from _rivals(figures)
    if figures.attainable is not None:
        share = figures.attainable.share
        yield Verdict(Check.ATTAINABLE, _steps(-share, -0.95, -0.9), share)


def _steps(value: float, green_to: float, amber_to: float) -> Level:
    if value <= green_to:
        return Level.GREEN
    return Level.AMBER if value <= amber_to else Level.RED


def _outcomes(figures: Figures) -> Verdict:
    bad = figures.whole.bad_customers
    level = Level.GREEN if bad >= 50 else Level.AMBER if bad >= 20 else Level.NOT_ENOUGH
    return Verdict(Check.OUTCOMES, level, float(bad))


def _out_of_time(figures: Figures) -> Verdict:
    gap = figures.gap_days
    if gap is None:
        return Verdict(Check.OUT_OF_TIME, Level.AMBER, None)
    level = Level.RED if gap <= 0 else Level.GREEN if gap >= figures.horizon_days else Level.AMBER
    return Verdict(Check.OUT_OF_TIME, level, float(gap))


def _discrimination(figures: Figures) -> Verdict:
    order = figures.whole.order
    if order is None:
        return Verdict(Check.DISCRIMINATION, Level.NOT_ENOUGH, None)
    surely_good = order.auc_interval is not None and order.auc_interval.low >= 0.7
    level = Level.GREEN if surely_good else Level.AMBER if order.auc >= 0.65 else Level.RED
    return Verdict(Check.DISCRIMINATION, level, order.auc)


def _groups(figures: Figures) -> Verdict:
    whole = figures.whole.order
    ranked = [s for s in figures.slices if s.order is not None and s.group not in _NOT_RANKED]
    if whole is None or not ranked:
        return Verdict(Check.GROUPS, Level.NOT_ENOUGH, None)
    bound = whole.auc - 0.1
    levels = {id(s): level_of(s, least=bound, surely=bound) for s in ranked}
    worst = max(levels.values(), key=_BADNESS.index)
    lowest = min(ranked, key=_area)
    named = [lowest] if worst is Level.GREEN else [s for s in ranked if levels[id(s)] is worst]
    return Verdict(Check.GROUPS, worst, _area(lowest), tuple(f"{s.group}: {s.name}" for s in named))


def _area(found: Slice) -> float:
    return found.order.auc if found.order else 1.0


def _level(figures: Calibrated) -> Verdict:
    whole = figures.whole
    if whole.bad < FEWEST or not whole.mean_pd or whole.bad_rate is None or whole.jeffreys_p is None:
        return Verdict(Check.LEVEL, Level.NOT_ENOUGH, None)
    ratio, p = whole.bad_rate / whole.mean_pd, whole.jeffreys_p
    if 0.025 <= p <= 0.975 or 0.9 <= ratio <= 1.1:
        level = Level.GREEN
    elif 0.005 <= p <= 0.995 or 0.8 <= ratio <= 1.25:
        level = Level.AMBER
    else:
        level = Level.RED
    return Verdict(Check.LEVEL, level, ratio)


def _grades(figures: Calibrated) -> Verdict:
    judged = [s for s in figures.grades if s.rows]
    if figures.whole.bad < 2 * FEWEST or not judged:
        return Verdict(Check.GRADES, Level.NOT_ENOUGH, None)
    outside = tuple(s.name for s in judged if s.jeffreys_p is not None and not 0.025 <= s.jeffreys_p <= 0.975)
    return Verdict(Check.GRADES, _steps(len(outside), 1, 2), float(len(outside)), outside)


def _tests(figures: Calibrated) -> Iterator[Verdict]:
    tests = figures.calibration
    if tests.line is None:
        yield Verdict(Check.SLOPE, Level.NOT_ENOUGH, None)
    else:
        slope = tests.line.slope
        fits = tests.hosmer_lemeshow is None or tests.hosmer_lemeshow.p_value >= 0.05
        level = Level.GREEN if 0.8 <= slope <= 1.25 else Level.AMBER if 0.6 <= slope <= 1.67 or fits else Level.RED
        yield Verdict(Check.SLOPE, level, slope)
    for check, made in (
        (Check.HOSMER_LEMESHOW, tests.hosmer_lemeshow),
        (Check.SPIEGELHALTER, tests.spiegelhalter),
    ):
        if made is None:
            yield Verdict(check, Level.NOT_ENOUGH, None)
        else:
            yield Verdict(check, Level.GREEN if made.p_value >= 0.05 else Level.AMBER, made.p_value)


def _grade_order(figures: Figures) -> Verdict:
    if figures.whole.bad < FEWEST:
        return Verdict(Check.GRADE_ORDER, Level.NOT_ENOUGH, None)
    reversed_pairs = rises_with_grade(figures.grades)
    named = tuple(f"{better} > {worse}" for better, worse in reversed_pairs)
    return Verdict(Check.GRADE_ORDER, _steps(len(named), 0, 1), float(len(named)), named)


def _stability(figures: Figures) -> Iterator[Verdict]:
    score = figures.score_shift
    level = Level.GREEN if not score.moved else _steps(score.psi, 0.1, 0.25)
    yield Verdict(Check.SCORE_STABILITY, level, score.psi)
    moved = tuple(s.name for s in figures.feature_shifts if s.moved and s.psi > 0.25)
    share = len(moved) / max(len(figures.feature_shifts), 1)
    yield Verdict(Check.FEATURE_STABILITY, _steps(share, 0.0, 0.1), share, moved)


def _leakage(figures: Figures) -> Iterator[Verdict]:
    known = [a for a in figures.alone if a.auc is not None or a.missing_auc is not None]
    if figures.whole.order is None or not known:
        yield Verdict(Check.ALONE, Level.NOT_ENOUGH, None)
    else:
        own = figures.whole.order.auc
        best = max(known, key=lambda a: a.best)
        enough = figures.whole.bad >= 2 * FEWEST
        red = tuple(a.feature for a in known if enough and a.best >= TOO_GOOD)
        amber = tuple(a.feature for a in known if a.best >= min(own, TOO_GOOD))
        level = Level.RED if red else Level.AMBER if amber else Level.GREEN
        yield Verdict(Check.ALONE, level, best.best, red or amber or (best.feature,))
    future = figures.future
    if future is None or not future.days:
        yield Verdict(Check.FUTURE, Level.AMBER, None)
    else:
        found = tuple(dict.fromkeys(f.feature for f in future.found))
        yield Verdict(Check.FUTURE, Level.RED if found else Level.GREEN, float(len(found)), found)


def _sources(figures: Figures) -> Verdict:
    refused = tuple(m.source for m in figures.masked if m.refused)
    areas = {m.source: m.auc for m in figures.masked if m.auc is not None}
    if figures.whole.order is None or not areas:
        return Verdict(Check.SOURCES, Level.NOT_ENOUGH, None, refused)
    worst = min(areas, key=lambda s: areas[s])
    level = Level.AMBER if refused or areas[worst] < 0.6 else Level.GREEN
    return Verdict(Check.SOURCES, Level.RED if areas[worst] < 0.5 else level, areas[worst], (worst, *refused))


def _rivals(figures: Figures) -> Iterator[Verdict]:
    simple = [c for c in figures.challengers if c.gain is not None and not c.name.startswith(CHAMPION)]
    if not simple:
        yield Verdict(Check.EARNED, Level.NOT_ENOUGH, None)
    else:
        closest = min(simple, key=lambda c: c.gain.difference if c.gain else 0.0)
        open_ = tuple(c.name for c in simple if c.gain and not c.gain.better)
        worse = tuple(c.name for c in simple if c.gain and c.gain.worse)
        level = Level.RED if worse else Level.AMBER if open_ else Level.GREEN
        gain = closest.gain.difference if closest.gain else None
        yield Verdict(Check.EARNED, level, gain, worse or open_ or (closest.name,))
    for c in figures.challengers:
        if c.name.startswith(CHAMPION) and c.gain is not None:
            level = Level.RED if c.gain.worse else Level.GREEN if c.gain.better else Level.AMBER
            yield Verdict(Check.CHAMPION, level, c.gain.difference, (c.name,))
