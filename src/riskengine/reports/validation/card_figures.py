"""The figures of a model card, as Markdown."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from riskengine.features.catalogue import CATALOGUE
from riskengine.features.cause import cause_of
from riskengine.features.feature import Feature, Risk
from riskengine.reports.markdown import table
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.validation.quality import place_text
from riskengine.reports.validation.words import feature_text, p_text, rival_text
from riskengine.scoring.validation.figures import Figures
from riskengine.scoring.validation.importance import Importance
from riskengine.scoring.validation.resampling import Interval
from riskengine.scoring.validation.slices import Slice
from riskengine.scoring.validation.verdict import Verdict
from riskengine.scoring.validation.verdict_rules import LEVEL_TEXT, NAMES, RULES, Level

if TYPE_CHECKING:
    from riskengine.reports.validation.report import ValidationReport

_FEATURES, _GROUPS, _SHIFTS = 15, 8, 5
_DIRECTIONS = {Risk.UP: "riskier as it grows", Risk.DOWN: "safer as it grows", Risk.FREE: "free"}


def feature_part(figures: Figures, features: Sequence[Feature]) -> str:
    """Causes by their share of all contributions, then the heaviest features with the directions that bind them."""
    if not figures.importance:
        return "The trees ask about nothing: every customer gets the same score."
    directions = {f.name: f.risk for f in features}
    used = len(figures.importance)
    said = (
        f"{used} of {len(features)} features are asked about (`docs/reference/features.md` has each with its "
        "direction and what a missing value means); shares are of the mean absolute contribution to the "
        "log-odds (exact TreeSHAP) over the test rows. Features that say the same share their weight."
    )
    causes = table(("cause", "features used", "share"), _causes(figures.importance))
    rows = [
        (feature_text(i.feature).en, f"`{i.feature}`", _DIRECTIONS[directions[i.feature]], percent(i.share))
        for i in figures.importance[:_FEATURES]
    ]
    broken = (
        f"All {figures.bound} features with a direction keep it wherever they were tried."
        if not figures.reversals
        else f"Against their direction: {', '.join(r.feature for r in figures.reversals)}."
    )
    heads = ("feature", "name", "direction", "share")
    return f"{said}\n\n{causes}\n\nThe heaviest features:\n\n{table(heads, rows)}\n\n{broken}"


def _causes(found: Sequence[Importance]) -> list[tuple[str, str, str]]:
    shares: dict[str, list[float]] = {}
    for i in found:
        name = cause_of(i.feature).text.en if i.feature in CATALOGUE else i.feature
        shares.setdefault(name, []).append(i.share)
    ordered = sorted(shares.items(), key=lambda item: (-sum(item[1]), item[0]))
    return [(name, str(len(parts)), percent(sum(parts))) for name, parts in ordered]


def order_part(figures: Figures) -> str:
    """The model beside its rivals on the same rows."""
    if not figures.challengers:
        return f"Not enough outcomes: {figures.whole.bad} bad of {figures.whole.rows:,} rows in the test window."
    rows = []
    for c in figures.challengers:
        gain = MISSING if c.gain is None else f"{c.gain.difference:+.3f} ({c.gain.low:+.3f} to {c.gain.high:+.3f})"
        cells = (rival_text(c.name).en, decimal(c.order.auc, 3), _span(c.order.auc_interval), decimal(c.order.gini, 3))
        rows.append((*cells, decimal(c.order.ks, 3), decimal(c.order.pr_auc, 3), decimal(c.brier, 4), gain))
    heads = ("", "AUC", "95 %", "Gini", "KS", "PR-AUC", "Brier", "AUC gained by the model (95 %)")
    drawn = "drawn by customer" if figures.repeats else "by DeLong"
    said = [f"LightGBM earned its place? {place_text(figures.challengers).en} Intervals of the AUC are {drawn}."]
    if figures.attainable is not None:
        said.append(
            f"The model reaches {percent(figures.attainable.share)} of the Gini that the true PD of this generated "
            "portfolio reaches."
        )
    return table(heads, rows) + "\n\n" + " ".join(said)


def calibration_part(figures: Figures) -> str:
    """Level, tests, and every grade's promise beside what came."""
    whole_rows, tests = figures.whole, figures.calibration
    observed, mean = percent(whole_rows.bad_rate, 2), percent(whole_rows.mean_pd, 2)
    found = [("bad rate, mean PD", f"{observed}, {mean}"), ("Jeffreys p of the whole", p_text(whole_rows.jeffreys_p))]
    if tests.line is not None:
        found += [("slope (1 is right)", decimal(tests.line.slope, 2)), ("intercept", decimal(tests.line.intercept, 2))]
    for name, made in (("Hosmer-Lemeshow p", tests.hosmer_lemeshow), ("Spiegelhalter p", tests.spiegelhalter)):
        found.append((name, "not enough outcomes" if made is None else p_text(made.p_value)))
    grades = [
        (g.name, whole(g.rows), whole(g.bad), percent(g.mean_pd, 2), percent(g.bad_rate, 2), p_text(g.jeffreys_p))
        for g in figures.grades
    ]
    heads = ("grade", "rows", "bad", "mean PD", "observed", "Jeffreys p")
    note = "Jeffreys p below 0.025: the PD is too low; above 0.975: too high."
    return f"{table(('figure', 'value'), found)}\n\n{table(heads, grades)}\n\n{note}"


def group_part(slices: Sequence[Slice]) -> str:
    """The groups that are told apart worst, and how it goes where a source is missing."""
    judged = sorted((s for s in slices if s.order is not None), key=lambda s: s.order.auc if s.order else 0.0)
    if not judged:
        return "No group has enough outcomes."
    rows = [
        (
            s.group if s.group == s.name else f"{s.group}: {s.name}",
            whole(s.rows),
            whole(s.bad),
            decimal(s.order.auc if s.order else None, 3),
            _span(s.order.auc_interval if s.order else None),
            percent(s.mean_pd, 2),
            percent(s.bad_rate, 2),
        )
        for s in judged[:_GROUPS]
    ]
    few = sum(1 for s in slices if s.order is None)
    said = f"The {len(rows)} lowest of {len(judged)} groups; {few} more have too few outcomes to say anything."
    return table(("group", "rows", "bad", "AUC", "95 %", "mean PD", "observed"), rows) + f"\n\n{said}"


def stability_part(figures: Figures) -> str:
    score, moved = figures.score_shift, [s for s in figures.feature_shifts if s.moved]
    rows = [(s.name, decimal(s.psi, 3), decimal(s.critical, 3)) for s in (score, *moved[:_SHIFTS])]
    said = (
        f"PSI from training to test; the critical value is what chance alone reaches once in twenty. {len(moved)} of "
        f"{len(figures.feature_shifts)} features moved beyond it."
    )
    return f"{said}\n\n{table(('what', 'PSI', 'critical'), rows)}"


def verdict_part(verdicts: Sequence[Verdict]) -> str:
    rows = [
        (
            NAMES[v.check].en,
            LEVEL_TEXT[v.level].en,
            MISSING if v.value is None else f"{v.value:.4g}",
            RULES[v.check].en,
        )
        for v in verdicts
    ]
    return table(("check", "verdict", "found", "rule"), rows)


def warning_lines(report: "ValidationReport") -> Iterator[str]:
    """What this very validation found that is not green, or could not find."""
    for v in report.verdicts:
        if v.level in (Level.RED, Level.AMBER):
            about = f" ({', '.join(v.about[:4])}{', ...' if len(v.about) > 4 else ''})" if v.about else ""
            value = "" if v.value is None else f" {v.value:.3g}"
            yield f"{LEVEL_TEXT[v.level].en.capitalize()} here: {NAMES[v.check].en}{value}{about}."
    if open_ := [NAMES[v.check].en for v in report.verdicts if v.level is Level.NOT_ENOUGH]:
        yield f"Too few outcomes to judge: {'; '.join(open_)}."
    if report.figures.attainable is not None:
        yield (
            "The portfolio was generated. Figures on it say that the machinery works, nothing about a real book: "
            "validate on yours before it rates anybody."
        )
    for note in report.notes:
        yield f"Not compared: {note.en}."


def _span(found: Interval | None) -> str:
    return MISSING if found is None else f"{found.low:.3f} to {found.high:.3f}"
