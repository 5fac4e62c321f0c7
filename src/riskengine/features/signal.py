"""Features of outside events: counts, amounts, recency and a score that fades.

A signal counts from the day we know it, and belongs to the day it occurred; one announced for a day to come belongs
to the as-of date. Where signals are delivered at all, a customer without any has none: 0, not missing.
"""

from collections.abc import Sequence

import narwhals as nw

from riskengine.features.engines import Frame
from riskengine.features.fading import fading
from riskengine.features.feature import Feature
from riskengine.features.known import Known
from riskengine.features.measure import Measure, attach, count, smallest, total
from riskengine.features.signal_count import COUNTS, count_measure
from riskengine.features.signal_kinds import LEGAL, OWNERSHIP
from riskengine.features.signal_weight import WEIGHTS
from riskengine.features.window import D60, D90, D365
from riskengine.terms.codes import SignalKind, SignalSeverity

HALF_LIFE_DAYS = 90
SEVERITY_POINTS = {SignalSeverity.LOW: 1, SignalSeverity.MEDIUM: 2, SignalSeverity.HIGH: 4}
UNSTATED_SEVERITY = SignalSeverity.MEDIUM

_AGE = nw.col("age")
_CENTS = nw.col("amount_cents")


def _is_kind(*kinds: SignalKind) -> nw.Expr:
    return nw.col("kind").is_in([k.value for k in kinds])


def _points() -> nw.Expr:
    points: nw.Expr = nw.lit(SEVERITY_POINTS[UNSTATED_SEVERITY])
    for severity, value in SEVERITY_POINTS.items():
        points = nw.when(nw.col("severity") == nw.lit(severity.value)).then(nw.lit(value)).otherwise(points)
    return points


def _faded_points() -> nw.Expr:
    """Points x 2^(-age / half-life), in whole millionths."""
    return fading(_AGE, HALF_LIFE_DAYS) * nw.col("points")


def _family_measures(name: str, kinds: Sequence[SignalKind]) -> tuple[Measure, ...]:
    recent = _is_kind(*kinds) & D365.holds(_AGE)
    stated = recent & ~_CENTS.is_null()
    return (
        total(f"sig_{name}_cents_365d", _CENTS.fill_null(0), stated),
        count(f"sig_{name}_amounts_365d", stated),
        smallest(f"sig_{name}_last_age", _AGE, _is_kind(*kinds)),
    )


MEASURES: tuple[Measure, ...] = (
    *(count(count_measure(kind, "365d"), _is_kind(kind) & D365.holds(_AGE)) for kind in SignalKind),
    *(count(count_measure(kind, "all"), _is_kind(kind)) for kind in SignalKind),
    count(count_measure(SignalKind.BOUNCED_PAYMENT, D60.name), _is_kind(SignalKind.BOUNCED_PAYMENT) & D60.holds(_AGE)),
    *_family_measures("legal", LEGAL),
    *_family_measures("ownership", OWNERSHIP),
    count("sig_count_90d", D90.holds(_AGE)),
    smallest("sig_last_age", _AGE),
    total("sig_faded_points", nw.col("faded_points")),
)

FEATURES: tuple[Feature, ...] = (*COUNTS, *WEIGHTS)


def measure(known: Known, so_far: Frame) -> Frame:
    age = known.age("occurred_on")
    rows = (
        known["signals"]
        .with_columns(nw.when(age > 0).then(age).otherwise(nw.lit(0, nw.Int32)).alias("age"), _points().alias("points"))
        .with_columns(_faded_points().alias("faded_points"))
    )
    return attach(so_far, rows, MEASURES, given=known.has("signals"))
