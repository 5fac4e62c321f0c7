"""A model card: what each part says, and that it holds for whatever a validation could not find."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Risk
from riskengine.reports.validation.card import MADE_BY, CardSource, model_card, spec_parts
from riskengine.reports.validation.plots import validation_plots
from riskengine.reports.validation.report import ValidationReport
from riskengine.scoring.matrix import model_features
from riskengine.scoring.promotion_log import ModelId, Note, Step
from riskengine.scoring.spec import DateWindow, DirectionSpec, ModelSpec, load_spec
from riskengine.scoring.validation.grades import SHIPPED
from riskengine.scoring.validation.validate import Context, validate
from support.small_model import FEATURES
from support.small_world import ROOT
from support.validated import matrix, model_of

SPEC = load_spec(ROOT / "models" / "pd_12m.yaml")
POLICY = {"policy": {"version": "2024-01", "content_hash": "ab12"}}
LIFE = (
    Note(Step.TRAINED, ModelId("m", "1", "d"), "Li Wei", dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "", POLICY),
    Note(Step.PROMOTED, ModelId("m", "1", "d"), "Ann Chen", dt.datetime(2024, 1, 3, tzinfo=dt.UTC), "yearly"),
)


def validated(**changes):
    train, test = matrix(1500, 0, dt.date(2022, 12, 31)), matrix(1500, 5, dt.date(2023, 12, 31))
    if "outcome" in changes:
        test = replace(test, outcome=changes["outcome"])
    found = validate(model_of(train), FEATURES, train, test, Context(SHIPPED, 1, gap_days=365))
    return ValidationReport(found.figures, found.verdicts, SPEC.meaning_text, ())


@pytest.fixture(scope="module")
def report():
    return validated()


def source(spec=SPEC, life=LIFE, **changes):
    return CardSource(spec, FEATURES, {"data_fingerprint": "f00", "riskengine": "0.1"}, {}, life, **changes)


def part(card, title):
    return card.split(f"## {title}\n\n")[1].split("\n\n## ")[0]


def test_a_validator_finds_who_answers_for_it_and_from_what_it_came(report):
    card = model_card(report, source())
    assert "2024-01-02 trained by Li Wei" in part(card, "Who answers for it")
    assert "2024-01-03 promoted by Ann Chen: yearly" in part(card, "Who answers for it")
    made = part(card, "What it was made from")
    for said in (
        "f00",
        "riskengine 0.1",
        "2024-01 (ab12)",
        "2022-12-31 to 2022-12-31",
        "365",
        "riskier as they grow 1",
    ):
        assert said in made
    assert card == model_card(report, source())


def test_nobodys_approval_is_said_and_so_is_what_was_not_written_down(report):
    assert "nobody has approved" in part(model_card(report, source(life=LIFE[:1])), "Who answers for it")
    assert "not written down" in part(model_card(report, source(life=())), "Who answers for it")
    bare = CardSource(SPEC, FEATURES, {}, {})
    assert part(model_card(report, bare), "What it was made from").count("not recorded") >= 6


def test_the_target_and_the_population_are_those_of_the_spec():
    said = spec_parts(SPEC)
    assert "90 days past due" in said["What it predicts"]
    assert "write-off of more than 1,000" in said["What it predicts"]
    assert "insolvency filing" in said["What it predicts"]
    assert "365 days before" in said["Of whom"]
    other = SPEC.model_copy(update={"outcome": SPEC.outcome.model_copy(update={"days_past_due": 30})})
    assert spec_parts(other)["What it predicts"] != said["What it predicts"]
    assert spec_parts(other)["Of whom"] == said["Of whom"]


def test_windows_are_told_as_the_spec_writes_them():
    shipped = SPEC.snapshots.train
    span = f"{shipped.from_months_back} to {shipped.to_months_back} months before the last month end"
    assert span in spec_parts(SPEC)["How it is made"]
    assert "| test window | the last month end whose outcomes are known |" in spec_parts(SPEC)["How it is made"]
    dates = DateWindow.model_validate({"from": dt.date(2024, 1, 31), "to": dt.date(2024, 6, 30)})
    other = SPEC.model_copy(update={"snapshots": SPEC.snapshots.model_copy(update={"train": dates, "every_months": 1})})
    made = spec_parts(other)["How it is made"]
    assert "month ends from 2024-01-31 to 2024-06-30" in made
    assert "| snapshots | every month" in made


def test_a_direction_that_overrules_the_catalogue_is_told_with_its_reason():
    name = model_features(CATALOGUE, SPEC.features)[0].name
    overruled = {name: DirectionSpec(risk=Risk.FREE, reason="a year of strikes")}
    spec = SPEC.model_copy(update={"features": SPEC.features.model_copy(update={"directions": overruled})})
    assert f"`{name}` is free: a year of strikes" in spec_parts(spec)["How it is made"]


def test_every_shipped_spec_has_words_for_its_parts():
    for path in [*ROOT.glob("models/pd_*.yaml"), ROOT / "examples/highradius/model.yaml"]:
        spec = load_spec(path)
        assert isinstance(spec, ModelSpec)
        assert all(spec_parts(spec).values())


@pytest.mark.parametrize("path", sorted(ROOT.glob("models/pd_*.yaml")), ids=lambda path: path.stem)
def test_the_card_of_a_shipped_spec_was_written_by_the_command_and_speaks_of_the_spec_as_it_is(path, report):
    """Its figures are those of one machine and one day; its parts, and what the spec decides, are not."""
    spec = load_spec(path)
    card = (ROOT / "models" / "cards" / f"{spec.model}.md").read_text(encoding="utf-8")
    again = "make demo, then: riskengine validate --tables demo/tables --workspace demo/workspace --out demo/validation"
    assert card.startswith(MADE_BY), again
    assert re.findall(r"^## .*", card, re.M) == re.findall(r"^## .*", model_card(report, source(spec)), re.M), again
    assert {title: part(card, title) for title in spec_parts(spec)} == spec_parts(spec), f"{again} --card models/cards"


def test_too_few_outcomes_are_said_where_the_figures_would_be():
    outcome = np.zeros(1500)
    outcome[:3] = 1
    report = validated(outcome=outcome)
    card = model_card(report, source())
    assert "Not enough outcomes: 3 bad" in part(card, "How well it orders")
    assert "not enough outcomes" in part(card, "How far its PDs can be believed")
    assert "Too few outcomes to judge: Customers who went bad in the test window; AUC" in part(
        card, "When to distrust it"
    )
    assert set(validation_plots(report.figures)) == {"calibration.svg", "psi.svg", "importance.svg", "dependence.svg"}


def test_the_pictures_are_the_same_each_time_and_need_nothing_else(report):
    drawn = validation_plots(report.figures)
    assert set(drawn) >= {"roc_cap.svg", "calibration.svg", "psi.svg", "importance.svg", "groups.svg"}
    assert drawn == validation_plots(report.figures)
    for text in drawn.values():
        assert text.startswith("<svg")
        assert 'xmlns="http://www.w3.org/2000/svg"' in text
        assert "<script" not in text
