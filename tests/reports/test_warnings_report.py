"""The report on warnings, on the history that can be counted by hand."""

import pytest

from riskengine.early_warning.quality.evaluation import evaluate_warnings
from riskengine.reports.warnings.report import evaluation_page
from riskengine.reports.warnings.text import finding_texts
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.days import day_of
from riskengine.terms.text import Text
from support.warning_history import COSTS, DAYS, HORIZON, LAST, population, scores, standing

OUTCOME = OutcomeSpec(
    horizon_days=HORIZON,
    days_past_due=90,
    material_amount=500,
    material_share=0.01,
    write_off_above=None,
    insolvency_signals=(),
)


def report(told=None, **changes):
    stands = standing() if told is None else standing(told)
    found = evaluate_warnings(stands, population(), scores(lambda c, d: float(len(c) * d % 50)), **changes)
    return EvaluationReport(
        evaluation=found,
        indicators={"late": Text("Pays <late>", "付款推迟"), "limit": Text("Limit used", "额度使用")},
        names={"false": "False & Sons"},
        dates=tuple(day_of(day) for day in DAYS),
        ripe_dates=tuple(day_of(day) for day in DAYS[:3]),
        weekly=False,
        model_saw=(),
        last_day=day_of(LAST),
        outcome=OUTCOME,
        severe_days=60,
        currency="EUR",
        model="m 1",
        costs=COSTS,
    )


def test_the_page_says_what_was_counted():
    page = evaluation_page(report(per_week=7 / 30, indicators=("late", "limit")))
    assert "2 of 5 dates have no outcome yet" in page
    assert "1 of 3 (33%)" in page  # defaults under any warning 60 days before
    assert "5 of 6 cases are worked and 1 are left out" in page
    assert "Left out: 1; of 0 with a known outcome" in page
    assert "A default that was missed" in page
    assert "漏报的违约" in page


def test_words_from_the_data_are_escaped():
    page = evaluation_page(report())
    assert "False &amp; Sons" in page
    assert "<late>" not in page


@pytest.mark.parametrize("per_week", [None, 1.0])
def test_a_period_without_any_warning_has_a_page_too(per_week):
    page = evaluation_page(report([], per_week=per_week, indicators=("late", "limit")))
    assert "never warned" in page
    assert "No default had a warning standing before it." in page
    assert ("What a budget leaves out" in page) == (per_week is not None)


def test_both_languages_say_the_same_number_of_things():
    for text in finding_texts(report(per_week=1.0)):
        assert text.en
        assert text.zh
        assert text.en != text.zh
