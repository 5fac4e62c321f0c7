"""How hard a customer is pressed, from 0 to 1, by what its own rows say. This is what travels to those linked with it.

The worst of these counts:

- arrears: days past due of its oldest overdue invoice (90 at most) over 90, times the share of its open amount overdue;
- a signal of the last 365 days, by its kind (`BY_SIGNAL`);
- something written off in the last 365 days (`BY_WRITE_OFF`).

All in whole thousandths, so that products along a path are exact.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from riskengine.features.measure import KEY
from riskengine.features.signal_count import count_measure
from riskengine.terms.codes import SignalKind

STRESS = "stress"
WHOLE = 1_000  # thousandths
LONGEST_DPD = 90  # from here on it is default
BY_SIGNAL: Mapping[SignalKind, int] = MappingProxyType(
    {
        SignalKind.INSOLVENCY_FILING: 1_000,
        SignalKind.DISHONEST_DEBTOR: 900,
        SignalKind.ENFORCEMENT: 600,
        SignalKind.SERIOUS_VIOLATION: 600,
        SignalKind.EQUITY_FROZEN: 500,
        SignalKind.BOUNCED_PAYMENT: 300,
        SignalKind.LAWSUIT_DEFENDANT: 200,
    }
)
BY_WRITE_OFF = 800
_SIGNALS = {count_measure(kind, "365d"): stress for kind, stress in BY_SIGNAL.items()}
_DPD, _OPEN, _OVERDUE, _WRITTEN_OFF = (
    *("pay_dpd_max_days", "pay_open_cents"),
    *("pay_overdue_cents_0", "pay_written_off_cents_365d"),
)
MEASURES = (_DPD, _OPEN, _OVERDUE, _WRITTEN_OFF, *_SIGNALS)


def own_stress(measured: pl.DataFrame) -> pl.DataFrame:
    """customer_id and `stress`, 0 to 1,000, of MEASURES; where nothing is known against a customer it is 0.

    >>> row = dict.fromkeys(MEASURES, 0) | {"pay_dpd_max_days": 45, "pay_overdue_cents_0": 50, "pay_open_cents": 100}
    >>> own_stress(pl.DataFrame({"customer_id": ["C1"]} | row))["stress"].item()
    250
    """
    days = pl.col(_DPD).clip(0, LONGEST_DPD).cast(pl.Float64)
    late = WHOLE * days * pl.col(_OVERDUE).cast(pl.Float64)
    arrears = (late / (pl.col(_OPEN).cast(pl.Float64) * LONGEST_DPD)).clip(0.0, float(WHOLE)).floor()
    told = (pl.when(pl.col(name) > 0).then(stress) for name, stress in _SIGNALS.items())
    return measured.select(
        KEY,
        pl.max_horizontal(
            pl.when(pl.col(_OPEN) > 0).then(arrears).cast(pl.Int64),
            *told,
            pl.when(pl.col(_WRITTEN_OFF) > 0).then(BY_WRITE_OFF),
            pl.lit(0),
        )
        .cast(pl.Int64)
        .alias(STRESS),
    )
