"""The model card: one page in Markdown about a version of a model, made from its validation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.validation.quality import place_text
from riskengine.reports.validation.words import feature_text, rival_text
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.validation.slices import Slice
from riskengine.scoring.validation.verdict_rules import LEVEL_TEXT, NAMES, RULES

if TYPE_CHECKING:
    from riskengine.reports.validation.report import ValidationReport


def model_card(report: "ValidationReport", spec: ModelSpec, provenance: Mapping[str, Any]) -> str:
    """Purpose, data, quality, limits and verdicts. The same input gives the same text."""
    f = report.figures
    parts = [
        f"# {f.model}, version {f.version}",
        f"{spec.meaning}. Owner: {spec.owner}. Bundle `{f.digest}`.",
        "## What it is for",
        _purpose(spec),
        "## What it was made from",
        _made_from(report, spec, provenance),
        "## How good it is",
        _quality(report),
        "## Where it is weaker",
        _groups((f.whole, *f.slices)),
        "## What it listens to",
        "\n".join(f"- {feature_text(i.feature).en} (`{i.feature}`): {percent(i.share)}" for i in f.importance[:10]),
        "## Verdicts",
        _verdicts(report),
    ]
    return "\n\n".join(parts) + "\n"


def _purpose(spec: ModelSpec) -> str:
    o = spec.outcome
    return (
        f"It orders business customers by the chance that within {o.horizon_days} days they are {o.days_past_due} days "
        f"past due with more than {o.material_amount:,.0f} and {o.material_share:.1%} of what they owe, are written "
        "off, or file for insolvency. Not for consumers, not for customers already in default, and not as the only "
        "ground of a refusal: rules, limits and people decide as well."
    )


def _made_from(report: "ValidationReport", spec: ModelSpec, provenance: Mapping[str, Any]) -> str:
    f = report.figures
    rows = [
        f"- trained on {len(f.train_dates)} month ends, {f.train_dates[0]} to {f.train_dates[-1]}",
        f"- tested on {len(f.test_dates)} month ends, {f.test_dates[0]} to {f.test_dates[-1]}",
        f"- calibration: {spec.calibration.method.value}",
        *(
            f"- {name.replace('_', ' ')}: {provenance[name]}"
            for name in ("data_fingerprint", "reporting_currency", "seed", "riskengine", "lightgbm")
            if provenance.get(name) is not None
        ),
    ]
    return "\n".join(rows)


def _quality(report: "ValidationReport") -> str:
    f = report.figures
    if not f.challengers:
        return f"Not enough outcomes: {f.whole.bad} bad of {f.whole.rows:,} rows in the test window."
    lines = ["| | AUC | 95 % | Gini | KS | PR-AUC | Brier |", "|---|---|---|---|---|---|---|"]
    for c in f.challengers:
        o = c.order
        span = MISSING if o.auc_interval is None else f"{o.auc_interval.low:.3f} to {o.auc_interval.high:.3f}"
        cells = (rival_text(c.name).en, decimal(o.auc, 3), span, decimal(o.gini, 3), decimal(o.ks, 3))
        lines.append(f"| {' | '.join((*cells, decimal(o.pr_auc, 3), decimal(c.brier, 4)))} |")
    said = [f"LightGBM earned its place? {place_text(f.challengers).en}"]
    rate, mean = percent(f.whole.bad_rate, 2), percent(f.whole.mean_pd, 2)
    said.append(f"{whole(f.whole.rows)} rows, {whole(f.whole.bad)} bad: observed {rate}, predicted {mean}.")
    if f.attainable is not None:
        said.append(f"{percent(f.attainable.share)} of the Gini the true PD reaches.")
    return "\n".join(lines) + "\n\n" + " ".join(said)


def _groups(slices: tuple[Slice, ...]) -> str:
    judged = sorted((s for s in slices if s.order is not None), key=lambda s: s.order.auc if s.order else 0.0)[:6]
    if not judged:
        return "No group has enough outcomes."
    lines = ["| group | rows | bad | AUC | predicted | observed |", "|---|---|---|---|---|---|"]
    for s in judged:
        area = decimal(s.order.auc if s.order else None, 3)
        cells = (
            f"{s.group}: {s.name}",
            whole(s.rows),
            whole(s.bad),
            area,
            percent(s.mean_pd, 2),
            percent(s.bad_rate, 2),
        )
        lines.append(f"| {' | '.join(c.replace('|', '/') for c in cells)} |")
    return "\n".join(lines)


def _verdicts(report: "ValidationReport") -> str:
    lines = ["| check | verdict | found | rule |", "|---|---|---|---|"]
    for v in report.verdicts:
        value = MISSING if v.value is None else f"{v.value:.4g}"
        lines.append(f"| {NAMES[v.check].en} | {LEVEL_TEXT[v.level].en} | {value} | {RULES[v.check].en} |")
    return "\n".join(lines)
