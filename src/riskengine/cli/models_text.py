"""What `riskengine models` prints for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from riskengine.scoring.candidacy import GateVerdict


def list_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A table of text: as wide as it is, wherever it is read."""
    heads = ("model", "role", "trained", "by", "AUC", "95 %", "Gini", "KS", "calibration", "accepted")
    cells = [heads, *map(_cells, rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    faults = [f"{_name(row)} is damaged: {row['fault']}" for row in rows if "fault" in row]
    return [*lines, *faults]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    begin = (_name(row), row["role"] or "-", (row["trained_at"] or "-")[:10], row["trained_by"] or "-")
    if "fault" in row:
        return (*begin, "-", "-", "-", "-", "-", "damaged")
    span = "-" if row["auc_low"] is None else f"{row['auc_low']:.3f}-{row['auc_high']:.3f}"
    accepted = {True: "yes", False: "no", None: "-"}[row["accepted"]]
    auc, gini, ks = (_number(row[k]) for k in ("auc", "gini", "ks"))
    return (*begin, auc, span, gini, ks, row["calibration"] or "-", accepted)


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['model']}/{row['version']}"


def show_lines(found: Mapping[str, Any]) -> list[str]:
    metrics, provenance = found["metrics"], found["provenance"]
    data, policy = metrics.get("data") or {}, found["policy"]
    lines = [
        f"{found['model']} {found['version']}, {found['role'] or 'no role'}; digest {found['digest']}",
        f"trained {found['trained_at'] or 'at an unknown time'} by {found['trained_by'] or 'nobody known'}",
        f"data {provenance.get('data_fingerprint', 'not recorded')}; seed {provenance.get('seed')}; "
        f"riskengine {provenance.get('riskengine', 'not recorded')}",
        f"policy {policy['version']} ({policy['content_hash'][:12]}), as of {policy['as_of']}"
        if policy
        else "policy not recorded",
    ]
    if made := metrics.get("recalibration"):
        parent, days = made["parent"], made["month_ends"]
        lines.append(
            f"recalibrated ({made['extent'].replace('_', ' ')}) from {parent['model']} {parent['version']} on outcomes "
            f"of {days[0]} to {days[-1]}: mean PD {made['mean_pd_before']:.2%} before, "
            f"{made['mean_pd_after']:.2%} after"
        )
    for name in ("train", "test"):
        if window := data.get(name):
            days = window["snapshots"]
            lines.append(f"{name}: {window['rows']:,} rows, {window['bad']:,} bad, {days[0]} to {days[-1]}")
    lines += [
        f"{c['name']}: AUC {c['auc']:.3f} ({c['auc_low']:.3f}-{c['auc_high']:.3f}), KS {c['ks']:.3f}"
        for c in metrics.get("contenders") or ()
    ]
    if fit := metrics.get("calibration"):
        lines.append(
            f"calibration: mean PD {fit['mean_pd']:.2%}, bad rate {fit['default_rate']:.2%}, slope {fit['slope']:.2f}"
        )
    lines += [f"gate {g['name']} {g['required']}: {g['found']:.4g}" for g in metrics.get("gates") or ()]
    lines.append(f"{len(found['features'])} features; horizon {found['horizon_days']} days; spec in {found['bundle']}")
    for one in found["validations"]:
        if "fault" in one:
            lines.append(f"its validation is damaged: {one['fault']}")
            continue
        counts = ", ".join(f"{count} {level.replace('_', ' ')}" for level, count in one["verdicts"].items())
        lines.append(f"validated on {one['test'][0]} to {one['test'][1]} ({counts}): {one['folder']}")
        lines.append(f"  {', '.join(one['files'])}")
    return [*lines, *map(note_line, found["life"])]


def compare_lines(found: Mapping[str, Any]) -> list[str]:
    lines = []
    for side in (found["first"], found["second"]):
        auc = (
            "not measured"
            if side["auc"] is None
            else f"{side['auc']:.3f} ({side['auc_low']:.3f}-{side['auc_high']:.3f})"
        )
        lines.append(
            f"{side['model']} {side['version']}: AUC {auc}, calibration {side['calibration'] or 'not measured'}"
        )
    said = {
        True: "measured on the same rows",
        False: "each was measured on its own test rows: the figures do not compare; give --tables",
        None: "it is not known whether these are the same test rows; give --tables",
    }
    lines.append(said[found["same_window"]])
    if duel := found.get("same_rows"):
        lines += _duel_lines(duel)
    lines += [f"only in the first: {name}" for name in found["features_only_first"]]
    lines += [f"only in the second: {name}" for name in found["features_only_second"]]
    return [*lines, *(f"spec {d['where']}: {d['first']} and {d['second']}" for d in found["spec"])]


def _duel_lines(duel: Mapping[str, Any]) -> list[str]:
    whole = duel["whole"]
    lines = [
        f"on the same {whole['rows']:,} rows ({whole['bad']:,} bad, {whole['customers']:,} customers), "
        f"{duel['snapshots'][0]} to {duel['snapshots'][-1]}: {_contest_text(whole)} (DeLong, by customer)"
    ]
    known = [part for part in duel["parts"] if part["gain"]]
    lines += [f"  {p['group']}: {p['name']}: {_contest_text(p)} ({p['bad']:,} bad of {p['rows']:,})" for p in known]
    few = [f"{p['group']}: {p['name']}" for p in duel["parts"] if not p["gain"]]
    return [*lines, f"  too few outcomes to compare: {', '.join(few)}"] if few else lines


def _contest_text(contest: Mapping[str, Any]) -> str:
    gain = contest["gain"]
    if gain is None:
        return "too few outcomes to compare"
    return (
        f"AUC {contest['auc']:.4f} and {contest['auc_champion']:.4f}, difference {gain['difference']:+.4f} "
        f"({gain['low']:+.4f} to {gain['high']:+.4f}), p {gain['p_value']:.2g}"
    )


def gate_lines(verdicts: "Iterable[GateVerdict]") -> list[str]:
    return [f"{'passed' if v.passed else 'REFUSED'}  {v.gate.value}: {v.found}" for v in verdicts]


def history_lines(found: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{c['model']} {c['version']}: champion from {c['from']} until {c['until'] or 'now'}, "
        f"by {c['by']}: {c['reason']}"
        for c in found["champions"]
    ]
    return [*lines, *map(note_line, found["log"])]


def rated_lines(rated: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"{r['as_of']}: {r.get('model_name')} {r.get('model_version')}, grade {r.get('final_grade')}, "
        f"PD {'-' if r.get('pd_12m') is None else format(r['pd_12m'], '.4%')} ({r['run']})"
        for r in rated
    ]


def note_line(note: Mapping[str, Any]) -> str:
    reason = f": {note['reason']}" if note["reason"] else ""
    return f"{note['at']}  {note['model']} {note['version']} {note['step'].replace('_', ' ')} by {note['by']}{reason}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
