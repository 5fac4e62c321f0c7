"""How often monitoring cries wolf, and how often it stays silent, beside the usual way of doing it.

    python benchmarks/monitoring.py

Made-up worlds (tests/support/watched_worlds.py): customers on fourteen month ends, defaults drawn from the model's own
log-odds, or from log-odds that moved. The usual way: PSI against 0.10 whatever the sample, and all rows of the month
ends together taken as independent.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from riskengine.scoring.discrimination import auc
from riskengine.scoring.monitoring.checks import Conclusion
from riskengine.scoring.monitoring.conclude import Monitoring, monitor
from riskengine.scoring.monitoring.figures import Baseline
from riskengine.scoring.monitoring.performance import level_of
from riskengine.scoring.monitoring_spec import MonitoringSpec
from support.small_model import rows
from support.watched_worlds import calm_calibration, development, small_model, watch, watched_dates

WORLDS = 200
SIZES = (100, 300, 1000, 3000)
MOVED = {
    "nothing": {},
    "level x 1.5": {"shift": 0.45},
    "level x 2": {"shift": 0.8},
    "half the score is noise": {"lost": 0.5},
}
SPEC = MonitoringSpec()


def main() -> None:
    model = small_model(calm_calibration())
    known = development(model)
    values, _ = rows(60_000, seed=5)
    said = model.predict(values, threads=1)
    outcome = (np.random.default_rng(5).random(len(values)) < said.pd_12m).astype(float)
    baseline = Baseline(auc(said.raw, outcome), 0.01, ("development",))
    print(f"AUC {baseline.auc:.3f}, mean PD {said.pd_12m.mean():.2%}; {WORLDS} worlds each; shares in %")
    heads = ("customers", "moved", "defaulted", *(c.value for c in Conclusion), "usual PSI", "usual level")
    print("  ".join(f"{h:>11}" for h in heads))
    for size in SIZES:
        for name, moved in MOVED.items():
            found, usual = [], Counter()
            for seed in range(WORLDS):
                rng = np.random.default_rng(seed)
                dates = watched_dates(model, rows(size, seed=seed)[0], rng, **moved)
                one = monitor(watch(model, dates, known=known, baseline=baseline), SPEC)
                found.append(one)
                usual["psi"] += any(f.psi >= 0.1 for f in one.watch.dates[-1].features)
                usual["level"] += _usual_level(dates)
            print("  ".join(f"{cell:>11}" for cell in _cells(size, name, found, usual)))


def _cells(size: int, name: str, found: list[Monitoring], usual: Counter[str]) -> list[str]:
    counted = Counter(m.conclusion for m in found)
    defaulted = np.mean([m.watch.performance.bad_customers if m.watch.performance else 0 for m in found])
    shares = [f"{100 * counted[c] / WORLDS:.1f}" for c in Conclusion]
    return [str(size), name, f"{defaulted:.0f}", *shares, *(f"{100 * usual[k] / WORLDS:.1f}" for k in ("psi", "level"))]


def _usual_level(dates: list) -> bool:  # type: ignore[type-arg]  # of Watched
    """Red by the same thresholds, if every row were another customer's."""
    judged = [w for w in dates if w.is_judged][-SPEC.outcomes.months :]
    own, outcome = (np.concatenate([getattr(w, part) for w in judged]) for part in ("own", "outcome"))
    level, band = level_of(own, outcome, 1.0), SPEC.calibration.level.act
    return not band[0] <= level.value <= band[1] and level.p_value < 1 - SPEC.confidence.act


if __name__ == "__main__":
    main()
