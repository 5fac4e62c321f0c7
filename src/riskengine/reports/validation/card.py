"""The model card: one page in Markdown about a version of a model, made from its validation.

What it is for, what it predicts, of whom and from what, as its spec says; how good it is and when to distrust it, as
its validation found; who answers for it, as the log of the workspace says. `card_figures` writes the figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.features.feature import Feature, Risk
from riskengine.reports.markdown import table
from riskengine.reports.numbers import whole
from riskengine.reports.validation.card_figures import (
    calibration_part,
    feature_part,
    group_part,
    order_part,
    stability_part,
    verdict_part,
    warning_lines,
)
from riskengine.scoring.promotion_log import Note, Step
from riskengine.scoring.spec import DateWindow, ModelSpec, Window

if TYPE_CHECKING:
    from riskengine.reports.validation.report import ValidationReport

MADE_BY = "<!-- Written by `riskengine validate --card` from a validation. Do not edit it: validate again. -->"


@dataclass(frozen=True, slots=True)
class CardSource:
    """What is known of a model beside its validation.

    `features`: with the directions that bound it. `data`: windows and who was left out, as the bundle holds them.
    `life`: what the log says was done to it, oldest first.
    """

    spec: ModelSpec
    features: tuple[Feature, ...]
    provenance: Mapping[str, Any]
    data: Mapping[str, Any]
    life: Sequence[Note] = ()


def model_card(report: "ValidationReport", source: CardSource) -> str:
    """The whole card. The same input gives the same text."""
    f, spec = report.figures, source.spec
    parts = {
        "Who answers for it": _life(source),
        **spec_parts(spec),
        "What it was made from": _made_from(report, source),
        "What it listens to": feature_part(f, source.features),
        "How well it orders": order_part(f),
        "How far its PDs can be believed": calibration_part(f),
        "Where it is weaker": group_part((f.whole, *f.slices)),
        "Has the population moved": stability_part(f),
        "Verdicts": verdict_part(report.verdicts),
        "When to distrust it": "\n".join(f"- {line}" for line in (*_limits(spec), *warning_lines(report))),
    }
    head = f"{MADE_BY}\n\n# {f.model}, version {f.version}\n\n{spec.meaning}. Bundle `{f.digest}`."
    return head + "".join(f"\n\n## {title}\n\n{text}" for title, text in parts.items()) + "\n"


def spec_parts(spec: ModelSpec) -> dict[str, str]:
    """The parts that the spec alone decides: the card of a spec that was changed since no longer says them."""
    return {
        "What it is for": _purpose(spec),
        "What it predicts": _target(spec),
        "Of whom": _population(spec),
        "How it is made": _recipe(spec),
        "How it is watched": _watch(spec),
    }


def _life(source: CardSource) -> str:
    lines = [f"- owner: {source.spec.owner}"]
    for note in source.life:
        reason = f": {note.reason}" if note.reason else ""
        lines.append(f"- {note.at.date().isoformat()} {note.step.value.replace('_', ' ')} by {note.by}{reason}")
    if not source.life:
        lines.append("- who trained it and who approved of it was not written down")
    elif not any(n.step in (Step.PROMOTED, Step.ROLLED_BACK) for n in source.life):
        lines.append("- nobody has approved of it as champion")
    return "\n".join(lines)


def _purpose(spec: ModelSpec) -> str:
    return (
        "It orders business customers who buy on open account, and gives each a PD from which the policy takes grade, "
        "limit and terms; `rerate` uses it for a portfolio, `assess` for one case. Not for consumers, not for "
        "customers already in default, not for prices of loans or securities, and never as the only ground of a "
        f"refusal: rules, limits and people decide as well. The spec is `{spec.model}`, seed {spec.seed} unless the "
        "training was given another."
    )


def _target(spec: ModelSpec) -> str:
    o = spec.outcome
    events = [
        f"{o.days_past_due} days past due, undisputed, with more than {o.material_amount:,.0f} in the reporting "
        f"currency and more than {o.material_share:.1%} of what the customer owes"
    ]
    if o.write_off_above is not None:
        events.append(f"a write-off of more than {o.write_off_above:,.0f}")
    if o.insolvency_signals:
        events.append(f"a signal of {', '.join(s.value.replace('_', ' ') for s in o.insolvency_signals)}")
    first = f"Within {o.horizon_days} days after the as-of date, whichever comes first:\n\n"
    lines = "\n".join(f"- {event}" for event in events)
    shift = spec.calibration.long_run_default_rate
    level = (
        ""
        if shift is None
        else f"\n\nThe level is not observed but stated: a mean 12-month PD of {shift.value:.2%} ({shift.reference})."
    )
    open_end = "A customer whose days run past the end of the data is left out, never counted as good."
    return f"{first}{lines}\n\n{open_end}{level}"


def _population(spec: ModelSpec) -> str:
    p = spec.population
    lines = ["every customer known on the snapshot"]
    if p.exclude_in_default:
        lines.append("without those in default on it: a PD is a statement about those who still pay")
    if p.min_settled_invoices:
        lines.append(f"with at least {p.min_settled_invoices} invoices settled by then")
    if p.active_within_days is not None:
        lines.append(f"who settled an invoice within {p.active_within_days} days before, or have one open")
    return "\n".join(f"- {line}" for line in lines)


def _recipe(spec: ModelSpec) -> str:
    b, c, m = spec.booster, spec.calibration, spec.masking
    size = ", ".join(
        part for part in (f"depth {b.depth}" if b.depth else "", f"{b.leaves} leaves" if b.leaves else "") if part
    )
    shares = ", ".join(f"{source.value} {share:.0%}" for source, share in m.shares.items())
    s = spec.snapshots
    left = f"; not the first {s.min_history_months} months of the ledger" if s.min_history_months else ""
    rows = [
        ("training window", _window(s.train)),
        ("test window", _window(s.test)),
        ("snapshots", f"every {'month' if s.every_months == 1 else f'{s.every_months} months'}{left}"),
        ("booster", f"LightGBM, {b.members} x {b.trees} trees ({size}), at least {b.min_rows_leaf} rows in a leaf"),
        ("directions", "bind the score" if b.monotone else "do not bind the score"),
        ("calibration", f"{c.method.value}, on {c.folds} groups of customers not seen; no PD below {c.pd_floor:.2%}"),
        ("level", "all training months" if c.level_months is None else f"last {c.level_months} training months"),
        (
            "missing sources",
            f"further copies of each row without some: {m.copies}; {shares}" if m.copies else "-",
        ),
        ("search", "none" if spec.search is None else f"{spec.search.trials} trials, by {spec.search.metric.value}"),
        ("simple rivals", f"scorecard; {spec.rivals.naive_feature} alone"),
    ]
    overruled = [f"- `{n}` is {d.risk.value}: {d.reason}" for n, d in spec.features.directions.items()]
    said = "" if not overruled else "\n\nDirections that overrule the catalogue:\n\n" + "\n".join(overruled)
    return table(("part", "choice"), rows) + said


def _window(window: Window) -> str:
    if isinstance(window, DateWindow):
        return f"month ends from {window.first} to {window.last}"
    first, last = window.from_months_back, window.to_months_back
    months = f"{first} months" if first == last else f"{first} to {last} months"
    known = "the last month end whose outcomes are known"
    return f"month ends {months} before {known}" if first else known


def _watch(spec: ModelSpec) -> str:
    a, bounds = spec.acceptance, []
    if a.min_auc is not None:
        bounds.append(f"AUC of at least {a.min_auc:g}")
    if a.min_auc_over_naive is not None:
        bounds.append(f"AUC at least {a.min_auc_over_naive:g} above the naive rule")
    if a.calibration_slope is not None:
        bounds.append("calibration slope from {:g} to {:g}".format(*a.calibration_slope))
    if a.min_test_defaults is not None:
        bounds.append(f"at least {a.min_test_defaults} defaults in the test window")
    lines = [
        f"accepted at training with: {'; '.join(bounds) or 'no gate'}",
        "promoted through the gates of `riskengine models promote`, by someone who did not train it",
        f"validated again when the outcomes of later months are known, {spec.outcome.horizon_days} days after each: "
        "`riskengine validate --from --to --keep`",
        "inputs, scores and outcomes beside those of its training: `riskengine monitor`",
        "trained again with the same spec: `riskengine train --like`, which says what moved",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _made_from(report: "ValidationReport", source: CardSource) -> str:
    f, p, data = report.figures, source.provenance, source.data
    windows = []
    for name, dates in (("train", f.train_dates), ("test", f.test_dates)):
        known = data.get(name) or {}
        same = known.get("snapshots") == list(dates)
        rows, bad = (whole(known["rows"]), whole(known["bad"])) if same else ("", "")
        if name == "test":
            rows, bad = whole(f.whole.rows), whole(f.whole.bad)
        windows.append((name, f"{dates[0]} to {dates[-1]}", str(len(dates)), rows, bad))
    kinds = {risk: sum(1 for x in source.features if x.risk is risk) for risk in Risk}
    policy = next((n.evidence["policy"] for n in source.life if n.evidence.get("policy")), None)
    facts = [
        ("days between the windows", "not known" if f.gap_days is None else str(f.gap_days)),
        ("left out of the sample", _left_out(data)),
        (
            "features",
            f"{len(source.features)}: riskier as they grow {kinds[Risk.UP]}, safer {kinds[Risk.DOWN]}, "
            f"free {kinds[Risk.FREE]}",
        ),
        ("data fingerprint", _known(p.get("data_fingerprint"))),
        ("reporting currency", _known(p.get("reporting_currency"))),
        ("seed", _known(p.get("seed"))),
        ("code", f"riskengine {_known(p.get('riskengine'))}, LightGBM {_known(p.get('lightgbm'))}"),
        ("policy beside it", "not recorded" if policy is None else f"{policy['version']} ({policy['content_hash']})"),
    ]
    heads = ("window", "month ends", "how many", "rows", "bad")
    return table(heads, windows) + "\n\n" + table(("what", "which"), facts)


def _left_out(data: Mapping[str, Any]) -> str:
    left = data.get("left_out") or {}
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in left.items()) or "not recorded"


def _known(value: object) -> str:
    return "not recorded" if value is None else str(value)


def _limits(spec: ModelSpec) -> list[str]:
    """What no figure of a validation can show."""
    found = [
        "It learnt from customers we chose to sell to. Of applicants unlike any of them it knows nothing, and says so "
        "only through the features that are missing.",
        f"It looks {spec.outcome.horizon_days} days ahead from one date. It does not know of a downturn that has not "
        "begun to show in payments; all grades then default more often together.",
        "A customer without payments, statements or signals is scored by what is left: see the groups above.",
        "Frauds, fires and deaths give no sign before. They are in the level of the PDs, not in their order.",
        "After a change of terms, of collection or of how disputes are kept, the features mean something else: "
        "`riskengine monitor` and a new validation come before the next limit.",
    ]
    if spec.calibration.long_run_default_rate is not None:
        found.append("The level of the PDs is stated by people. Order can be tested on outcomes, the level cannot.")
    if spec.snapshots.overlap_reason is not None:
        found.append(f"Training and test windows are nearer than the horizon: {spec.snapshots.overlap_reason}.")
    return found
