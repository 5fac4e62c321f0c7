"""Thresholds are data, strictly read."""

from pathlib import Path

import pytest

from riskengine.scoring.monitoring_spec import MonitoringSpec, load_thresholds
from riskengine.scoring.spec import ModelSpec
from riskengine.tables.yaml_file import DocumentError, parse_yaml
from riskengine.tables.yaml_model import validated
from support.small_world import SPEC

SHIPPED = Path(__file__).parents[2] / "models" / "monitoring.yaml"


def test_the_shipped_file_says_what_holds_without_it():
    assert load_thresholds(SHIPPED) == MonitoringSpec()


def test_what_a_file_leaves_out_is_as_shipped(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("discrimination: {watch: 0.03, act: 0.1}\n", encoding="utf-8")
    found = load_thresholds(file)
    assert found.discrimination.act == 0.1
    assert found.drift == MonitoringSpec().drift


def test_a_spec_may_hold_thresholds_that_travel_with_the_model():
    text = SPEC + "monitoring:\n  outcomes: {months: 3}\n"
    found = validated(parse_yaml(text, where="spec"), ModelSpec).monitoring
    assert found.outcomes.months == 3
    assert validated(parse_yaml(SPEC, where="spec"), ModelSpec).monitoring is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("driftt: {}\n", r"unknown key 'driftt'. Remedy: did you mean 'drift'\?"),
        ("drift:\n  scores: {watch: 0.1, act: 0.2}\n", r"m.yaml:2: unknown key 'drift.scores'.*did you mean 'score'"),
        ("drift:\n  score: {watch: 0.3, act: 0.2}\n", "watch must not be above act"),
        ("calibration:\n  level: {watch: [1.1, 1.2], act: [0.8, 1.25]}\n", "around 1, and act holds watch"),
        ("discrimination: {watch: a, act: 0.2}\n", "'discrimination.watch'"),
        ("confidence: {watch: 0.95, act: 1.0}\n", "'confidence.act'"),
        ("outcomes: {min_defaults: 3}\n", "greater than or equal to 10"),
        ("data: {days: {invoices: {watch: 1, act: 2}, invoces: {watch: 1, act: 2}}}\n", "invoces"),
    ],
)
def test_what_is_not_right_is_named_with_its_line(tmp_path, text, said):
    file = tmp_path / "m.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=said):
        load_thresholds(file)
