"""The page of monitoring stands whatever is missing, and shows what came with the data as text."""

import re
from dataclasses import replace

import numpy as np
import pytest

from riskengine.reports.monitoring.report import MonitoringReport, monitoring_page
from riskengine.scoring.monitoring.checks import Check, Light
from riskengine.scoring.monitoring.conclude import monitor
from riskengine.scoring.monitoring.data_age import DataAge, FeedAge, StatementAges
from riskengine.scoring.monitoring.figures import Baseline
from riskengine.scoring.monitoring.moved_ratings import RunShares, measure_moved
from riskengine.scoring.monitoring_spec import Feed, MonitoringSpec
from riskengine.terms.text import Text
from support.small_model import rows
from support.watched_worlds import calm_calibration, small_model, watch, watched_dates

SPEC = MonitoringSpec()
MEANING = Text("A chance", "违约概率")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def seen():
    model = small_model(calm_calibration())
    dates = watched_dates(model, rows(1200, seed=2)[0], np.random.default_rng(2))
    return model, dates, watch(model, dates)


def page(found):
    done = monitor(found, SPEC)
    text = monitoring_page(MonitoringReport(done, MEANING, SPEC, Text("as shipped", "出厂默认"), ()))
    assert MEANING.en in text
    assert MEANING.zh in text
    assert not re.search(r"\bnan\b|\binf\b|None|<script", text)
    return done, text


def test_everything_there_is_is_shown_in_both_languages(seen):
    runs = measure_moved([RunShares("2024-11-30", "a", "1", "p", 100, 9, 1, 0, {"R-1": 9}) for _ in range(2)])
    feeds = (FeedAge(Feed.SIGNALS, None, "2025-01-02", "2025-01-01", 3, 10, 30.0, 4, 30.0, 2),)
    source = (FeedAge(Feed.SIGNALS, HOSTILE, "2025-01-02", "2025-01-01", 90, 0, 9.0, 0, 9.0, 4),)
    data = DataAge(feeds, source, StatementAges(100, 10, 20, 730, "policy"), "2024-11-30")
    done, text = page(replace(seen[2], moved=runs, data=data))
    assert text.count("<svg ") == 2 * 5  # strip and grades, ratio, AUC, runs; nothing was said of effects
    assert "&lt;script&gt;" in text
    assert "◄" in text
    assert done.rule.zh in text
    for name in ("Verdict", "结论", "Ranking", "排序能力", "Age of the data", "数据时效"):
        assert name in text


def test_nobody_with_a_pd(seen):
    model, dates, _ = seen
    none = [replace(w, **{part: np.full(len(w), np.nan) for part in ("raw", "own", "pd_12m")}) for w in dates[-2:]]
    found = watch(model, none)
    found = replace(found, dates=tuple(replace(d, mean_pd=None) for d in found.dates))
    done, text = page(found)
    lights = {f.check: f for f in done.findings}
    assert lights[Check.UNRATED].light is Light.RED
    assert lights[Check.SCORE_DRIFT].note.en == "nobody has a PD"
    assert "mend the data first" in done.first.en
    assert "Nobody has a PD." in text


def test_no_development_no_outcomes_no_baseline(seen):
    found = seen[2]
    dates = tuple(
        replace(d, features=(), score=None, grades=replace(d.grades, before=(), drift=None)) for d in found.dates
    )
    bare = replace(
        found, dates=dates, performance=None, ranking=None, baseline=Baseline(None, None, ()), ripe_from="2026-01-01"
    )
    done, text = page(bare)
    assert "the first will be on 2026-01-01" in text
    assert "retrain" in text
    assert {f.light for f in done.findings if f.check in (Check.LEVEL, Check.FEATURE_DRIFT)} == {
        Light.TOO_FEW,
        Light.NOT_MEASURED,
    }
