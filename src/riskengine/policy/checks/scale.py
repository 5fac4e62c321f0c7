"""Checks of the master scale: grades 1 to 8, from 0 to 1 without gap or overlap, never kinder to a worse grade."""

from collections.abc import Iterator
from itertools import pairwise

from riskengine.policy.draft import PlacedScale, PolicyDraft
from riskengine.policy.vocabulary import WORST_GRADE
from riskengine.tables.yaml_file import Finding


def check_scales(draft: PolicyDraft) -> Iterator[Finding]:
    for before, after in pairwise(draft.scales):
        if after.version.start <= before.version.start:
            what = f"{after.version.start} does not come after {before.version.start}"
            yield Finding(after.place("from"), what, "order the versions by date")
    for scale in draft.scales:
        yield from _check_numbers(scale)
        yield from _check_bands(scale)
        yield from _check_order(scale)


def _check_numbers(scale: PlacedScale) -> Iterator[Finding]:
    for position, band in enumerate(scale.version.grades):
        if band.grade != position + 1:
            what = f"grade {band.grade} stands in place {position + 1}"
            yield Finding(
                scale.place("grades", str(position), "grade"), what, "number the grades 1, 2, 3, .. best first"
            )
    count = len(scale.version.grades)
    if count != WORST_GRADE:
        yield Finding(
            scale.place("grades"),
            f"a scale of {count} grades, rules and reports know {WORST_GRADE}",
            f"give a band to each of the grades 1 to {WORST_GRADE}",
        )


def _check_bands(scale: PlacedScale) -> Iterator[Finding]:
    end = 0.0
    for position, band in enumerate(scale.version.grades):
        start = end if band.pd_from is None else band.pd_from
        place = scale.place("grades", str(position), "pd_to" if band.pd_from is None else "pd_from")
        if start > end:
            yield Finding(
                place, f"no grade holds PDs from {end:g} to {start:g}", f"begin grade {band.grade} at {end:g}"
            )
        elif start < end:
            yield Finding(
                place, f"PDs from {start:g} to {end:g} are in two grades", f"begin grade {band.grade} at {end:g}"
            )
        if band.pd_to <= start:
            place = scale.place("grades", str(position), "pd_to")
            yield Finding(
                place, f"grade {band.grade} ends at {band.pd_to:g}, where it begins or before", "let bounds rise"
            )
        end = band.pd_to
    if end != 1:
        place = scale.place("grades", str(len(scale.version.grades) - 1), "pd_to")
        yield Finding(place, f"no grade holds PDs from {end:g} to 1", "let the last grade end at 1")


def _check_order(scale: PlacedScale) -> Iterator[Finding]:
    """A worse grade never gets a larger factor or longer terms."""
    grades = (*scale.version.grades, scale.version.default)
    for position, (better, worse) in enumerate(pairwise(grades), start=1):
        path = ("grades", str(position)) if position < len(scale.version.grades) else ("default",)
        if worse.limit_factor > better.limit_factor:
            what = (
                f"limit_factor {worse.limit_factor:g} is larger than that of the better grade, {better.limit_factor:g}"
            )
            yield Finding(scale.place(*path, "limit_factor"), what, "a worse grade never gets more")
        if worse.terms_cap_days > better.terms_cap_days:
            what = f"{worse.terms_cap_days} days are longer than those of the better grade, {better.terms_cap_days}"
            yield Finding(scale.place(*path, "terms_cap_days"), what, "a worse grade never gets longer terms")
