from pathlib import Path

import pytest

from riskengine.scoring.spec import load_spec
from riskengine.tables.yaml_file import DocumentError

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "models" / "monitoring.yaml"  # thresholds of the watch, no spec
SPECS = [
    *(path for path in sorted((ROOT / "models").glob("*.yaml")) if path != MONITORING),
    ROOT / "examples" / "highradius" / "model.yaml",
]


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.name)
def test_the_shipped_specs_are_valid(path):
    assert load_spec(path).owner


def test_the_shipped_default_is_90_days_within_12_months():
    outcome = load_spec(ROOT / "models" / "pd_12m.yaml").outcome
    assert (outcome.days_past_due, outcome.horizon_days) == (90, 365)


def broken(tmp_path, old, new):
    text = (ROOT / "models" / "pd_12m.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "m.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_spec(path)
    line = next(i for i, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if new.strip() in row)
    return str(caught.value), line


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  horizon_days: 365", "  horizon_dais: 365", "did you mean 'horizon_days'"),
        ("  days_past_due: 90", "  days_past_due: '90'", "days_past_due"),
        ("  method: floored", "  method: floord", "did you mean 'floored'"),
        ("  pd_floor: 0.0003", "  pd_floor: 0", "pd_floor"),
        ("  learning_rate: 0.04", "  learning_rate: -1", "learning_rate"),
        ("insolvency_filing]", "insolvency]", "insolvency_signals"),
    ],
)
def test_errors_name_file_and_line(tmp_path, old, new, message):
    text, line = broken(tmp_path, old, new)
    assert f"m.yaml:{line}" in text
    assert message in text


def test_a_short_horizon_needs_a_yearly_rate(tmp_path):
    text, _ = broken(tmp_path, "  horizon_days: 365", "  horizon_days: 60")
    assert "60 days gives no 12-month PD" in text
    assert "long_run_default_rate" in text


def test_every_key_is_explained_in_the_readme():
    readme = (ROOT / "models" / "README.md").read_text(encoding="utf-8")
    for path in SPECS:
        keys = {k for section in load_spec(path).model_dump(by_alias=True).items() for k in names_in(*section)}
        assert [k for k in sorted(keys) if f"`{k}`" not in readme] == []


def names_in(name, value):
    if isinstance(value, dict) and name != "shares":
        return {name} | {k for inner in value.items() for k in names_in(*inner)}
    return {name}
