"""What changed between two policies, in words and for machines."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from riskengine.policy.condition import Literal
from riskengine.policy.difference.affected import affected_by
from riskengine.policy.difference.compare import DatedState, ExceptionChange, ParameterChange, ValueChange
from riskengine.policy.difference.history import (
    DatedChange,
    Period,
    PolicyDifference,
    compare_days,
    compare_sources,
)
from riskengine.policy.difference.region import Bounds, Region
from riskengine.policy.difference.rule import RuleChange, effect_parts
from riskengine.policy.release.published import open_source, policy_folder
from riskengine.policy.release.published_bundle import file_hashes
from riskengine.policy.rule import Rule
from riskengine.policy.source import PolicySource
from riskengine.policy.vocabulary import Vocabulary
from riskengine.reports.difference.text import DifferenceWriter
from riskengine.terms.days import parse_day
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Language


@dataclass(frozen=True, slots=True)
class Side:
    """A policy folder, and the date to look at it on; None: all dates."""

    folder: Path
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class PolicyComparison:
    """`edited`: names of the files whose bytes differ, added and removed ones included."""

    first: Side
    second: Side
    difference: PolicyDifference
    edited: tuple[str, ...]
    vocabulary: Vocabulary

    def lines(self, language: Language) -> Iterator[str]:
        return DifferenceWriter(self.vocabulary, language).lines(self.difference, self.edited)


def side_of(written: str) -> Side:
    """`FOLDER`, or `FOLDER@YYYY-MM-DD` for one date of it.

    >>> side_of("rules@2019-01-01")
    Side(folder=PosixPath('rules'), day=datetime.date(2019, 1, 1))
    """
    folder, at, day = written.rpartition("@")
    if not at or Path(written).exists():
        return Side(Path(written), None)
    return Side(Path(folder), parse_day(day))


def diff_policies(
    first: str, second: str, *, as_of: dt.date | None = None, vocabulary: Vocabulary | None = None
) -> PolicyComparison:
    """Compare two policies over all their dates, or on `as_of`, or each on a date of its own (`FOLDER@DATE`). A folder
    may be one of published policies, or one bundle in it.

    Raises PolicyFindings if a policy cannot be read, InputError if there is no such folder, UsageError if dates are
    given for one side only or a policy begins later.
    """
    one, other = side_of(first), side_of(second)
    if as_of is not None and (one.day or other.day):
        raise UsageError("a date is given twice", remedy="give --as-of, or a date behind @ for each policy")
    days = (one.day or as_of, other.day or as_of)
    before, after = open_source(one.folder, days[0], vocabulary), open_source(other.folder, days[1], vocabulary)
    return PolicyComparison(
        Side(one.folder, days[0]),
        Side(other.folder, days[1]),
        _compare(before, days[0], after, days[1]),
        edited_files(policy_folder(one.folder, days[0]), policy_folder(other.folder, days[1])),
        after.draft.vocabulary,
    )


def edited_files(first: Path, second: Path) -> tuple[str, ...]:
    """The files of two policies that are not the same bytes."""
    before, after = file_hashes(first), file_hashes(second)
    return tuple(name for name in sorted({*before, *after}) if before.get(name) != after.get(name))


def _compare(
    before: PolicySource, first: dt.date | None, after: PolicySource, second: dt.date | None
) -> PolicyDifference:
    if first is None and second is None:
        return compare_sources(before, after)
    if first is None or second is None:
        raise UsageError("only one of the two has a date", remedy="write FOLDER@YYYY-MM-DD for both, or use --as-of")
    return compare_days(before, first, after, second)


def comparison_as_json(comparison: PolicyComparison) -> dict[str, Any]:
    """For machines: whether they differ, when, and every change."""
    difference = comparison.difference
    return {
        "first": _side(comparison.first),
        "second": _side(comparison.second),
        "equal": difference.is_empty,
        "edited_files": list(comparison.edited),
        "periods": [_period(period) for period in difference.periods],
        "only_first": [_period(period) for period in difference.only_first],
        "only_second": [_period(period) for period in difference.only_second],
        "renamed": {which: [before, after] for which, before, after in difference.renamed},
        "changes": [_change(dated, comparison.vocabulary) for dated in difference.changes],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"folder": str(side.folder), "as_of": None if side.day is None else side.day.isoformat()}


def _period(period: Period) -> dict[str, Any]:
    return {"from": period.start.isoformat(), "until": None if period.until is None else period.until.isoformat()}


def _change(dated: DatedChange, vocabulary: Vocabulary) -> dict[str, Any]:
    when = {"periods": [_period(period) for period in dated.periods]}
    match dated.change:
        case ParameterChange() as change:
            return {
                "kind": "parameter",
                "name": change.name,
                "segment": change.segment,
                "decides": change.decides,
                "before": _state(change.before),
                "after": _state(change.after),
                "rules": list(change.rules),
                "affected": [_rule_change(one, vocabulary) for one in change.affected],
                **when,
            }
        case RuleChange() as change:
            return {"kind": "rule", **_rule_change(change, vocabulary), **when}
        case ValueChange(part, path, before, after):
            return {"kind": part.value, "path": path, "before": _plain(before), "after": _plain(after), **when}
        case ExceptionChange(before, after):
            one = after or before
            kind = "" if one is None else type(one).__name__
            return {"kind": kind, "before": _dated(before), "after": _dated(after), **when}


def _state(state: DatedState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "value": _plain(state.value),
        "unit": state.unit.value,
        "from": state.start.isoformat(),
        "reference": state.reference,
        "decided_by": state.decided_by,
        "text": asdict(state.text),
    }


def _rule_change(change: RuleChange, vocabulary: Vocabulary) -> dict[str, Any]:
    found = affected_by(change, vocabulary)
    example = found.example
    return {
        "id": change.rule.id,
        "changed": list(change.aspects),
        "before": _rule(change.before),
        "after": _rule(change.after),
        "customers": {
            "gained": _regions(found.gained),
            "lost": _regions(found.lost),
            "concerned": _regions(found.both),
            "unknown": found.unknown is not None,
        },
        "example": None
        if example is None
        else {"facts": dict(example.facts), "before": example.before, "after": example.after},
    }


def _rule(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "id": rule.id,
        "name": asdict(rule.name),
        "stage": rule.stage.value,
        "when": str(rule.when),
        "on_missing": rule.on_missing.value,
        "then": {name: _plain(value) for name, value in effect_parts(rule.then).items()},
        "indicator": rule.indicator,
        "until": None if rule.until is None else str(rule.until),
        "subject": rule.subject.value,
        "reason": asdict(rule.reason),
        "ruleset": rule.ruleset,
        "owner": rule.owner,
    }


def _regions(regions: tuple[Region, ...] | None) -> list[list[dict[str, Any]]] | None:
    return None if regions is None else [[_bounds(bounds) for bounds in region] for region in regions]


def _bounds(bounds: Bounds) -> dict[str, Any]:
    """Only what binds; ends that are infinite are left out."""
    said: dict[str, Any] = {"fact": bounds.fact}
    if bounds.must_be_missing:
        said["missing"] = True
    if bounds.among is not None:
        said["among"] = list(bounds.among)
    if bounds.excluded:
        said["excluded"] = list(bounds.excluded)
    if bounds.low > float("-inf"):
        said["at_least" if bounds.low_included else "above"] = bounds.low
    if bounds.high < float("inf"):
        said["at_most" if bounds.high_included else "below"] = bounds.high
    return said


def _plain(value: Literal | object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return getattr(value, "word", value)


def _dated(one: Any) -> dict[str, Any] | None:  # noqa: ANN401 - either kind of exception
    if one is None:
        return None
    return {name: v.isoformat() if isinstance(v, dt.date) else v for name, v in asdict(one).items()}
