"""The gate of groups: no customers are served badly, or worse than before, because they are of one kind."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from riskengine.scoring.candidacy import Candidacy, Gate, GateVerdict, unknown
from riskengine.scoring.duel import Contest
from riskengine.scoring.validation.slices import MONTH, Slice, level_of, slices_from_json
from riskengine.scoring.validation.verdict_rules import Level

MIN_GROUP_AUC = 0.55
MOST_GROUP_LOSS = 0.05
_NAMED = 4  # parts of a group that are named one by one


def judge_groups(candidacy: Candidacy) -> GateVerdict:
    """Every group of customers is told apart, and none is served worse than by the champion, on the same customers.

    The groups are those of the validation (see `find_segments`); beside them, everybody without a source.
    """
    metrics, acceptance = candidacy.metrics, candidacy.spec.acceptance
    least = MIN_GROUP_AUC if acceptance.min_group_auc is None else acceptance.min_group_auc
    most = MOST_GROUP_LOSS if acceptance.most_group_loss is None else acceptance.most_group_loss
    required = f"AUC of at least {least:g} in every group, and at most {most:g} below the champion"
    validation, blind = metrics.get("validation"), metrics.get("auc_without_source")
    if blind is None or not validation or "slices" not in validation:
        return GateVerdict(Gate.GROUPS, passed=False, found="not measured at training", required=required)
    slices = [s for s in slices_from_json(validation["slices"]) if s.group != MONTH]
    parts = candidacy.duel.parts if candidacy.duel else ()
    whole = (validation.get("whole") or {}).get("order")
    low = list(_low(slices, blind, least, 1.0 if whole is None else whole["auc"]))
    looked_at = Counter(part.group for part in parts if part.gain)
    lost = [_lost(part) for part in parts if part.level(most, looked_at[part.group]) is Level.RED]
    if low or lost:
        return GateVerdict(Gate.GROUPS, passed=False, found="; ".join([*low, *lost]), required=required)
    if not any(s.order for s in slices):
        return unknown(Gate.GROUPS, "no group has enough outcomes to say", required, candidacy)
    if candidacy.champion is not None and not any(part.gain for part in parts):
        what = "no group has enough outcomes to compare" if candidacy.duel else "not compared with the champion"
        return unknown(Gate.GROUPS, f"{what}; {_judged(slices, parts)}", required, candidacy)
    return GateVerdict(Gate.GROUPS, passed=True, found=_judged(slices, parts), required=required)


def _low(slices: list[Slice], blind: Mapping[str, float], least: float, whole: float) -> Iterator[str]:
    """Groups below the least AUC that are, beyond chance, below the AUC of all; and everybody without a source."""
    for source, value in sorted(blind.items()):
        if value < least:
            yield f"nobody with {source}: AUC {value:.3f}"
    for found in slices:
        if level_of(found, least=least, surely=whole) is Level.RED and found.order and found.order.auc_interval:
            span = found.order.auc_interval
            yield f"{found.group}: {found.name}: AUC {found.order.auc:.3f} ({span.low:.3f} to {span.high:.3f})"


def _lost(part: Contest) -> str:
    gain = part.gain
    span = f"{gain.difference:+.3f}, {gain.low:+.3f} to {gain.high:+.3f}" if gain else ""
    return f"{part.group}: {part.name}: AUC {part.auc:.3f}, champion {part.auc_champion:.3f} ({span})"


def _judged(slices: list[Slice], parts: tuple[Contest, ...]) -> str:
    """What the groups were judged on, and which of them had too few outcomes: what is not known is not passed over."""
    known = [s for s in slices if s.order]
    lowest = min(known, key=lambda s: s.order.auc if s.order else 1.0, default=None)
    said = [f"{len(known)} of {len(slices)} groups judged"]
    if lowest is not None and lowest.order:
        said[0] += f", lowest {lowest.order.auc:.3f} ({lowest.group}: {lowest.name})"
    against = [p for p in parts if p.gain]
    worst = min(against, key=lambda p: p.gain.difference if p.gain else 0.0, default=None)
    if worst is not None and worst.gain:
        said.append(
            f"{len(against)} of {len(parts)} against the champion, most below it {worst.gain.difference:+.3f} "
            f"({worst.group}: {worst.name}, {worst.gain.low:+.3f} to {worst.gain.high:+.3f})"
        )
    few = _few((f"{s.group}: {s.name}", s.order is not None) for s in slices)
    few |= _few((f"{p.group}: {p.name}", p.gain is not None) for p in parts)
    return "; ".join([*said, f"not enough outcomes: {', '.join(few)}"] if few else said)


def _few(found: Iterable[tuple[str, bool]]) -> dict[str, None]:
    """Those of whom too little is known, in their order; of a group with many, how many."""
    known = list(found)
    out: dict[str, None] = {}
    for name in (name for name, is_known in known if not is_known):
        group = name.partition(": ")[0]
        alike = [ok for other, ok in known if other.partition(": ")[0] == group]
        out[name if len(alike) <= _NAMED else f"{len(alike) - sum(alike)} of {len(alike)} of {group}"] = None
    return out
