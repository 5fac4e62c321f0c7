"""The table of conclusions: the first rule that holds decides."""

import pytest

from riskengine.scoring.monitoring import conclude
from riskengine.scoring.monitoring.checks import Check, Conclusion, Light
from riskengine.scoring.monitoring.finding import Finding
from riskengine.terms.text import Text

RED, AMBER, GREEN, FEW, NONE = Light.RED, Light.AMBER, Light.GREEN, Light.TOO_FEW, Light.NOT_MEASURED
OUTCOMES = dict.fromkeys((Check.DISCRIMINATION, Check.LEVEL, Check.SLOPE, Check.GRADES), FEW)


class Seen:
    def __init__(self, check, light):
        self.check, self.light = check, light


def concluded(reds=3, **lights):
    seen = [Seen(c, lights.get(c.name, GREEN)) for c in Check]
    number, because = conclude._decide(seen, reds)
    return conclude.RULES[number][0], because


@pytest.mark.parametrize(
    ("lights", "expected"),
    [
        ({}, Conclusion.NOTHING),
        ({"DISCRIMINATION": RED}, Conclusion.REDEVELOP),
        ({"DISCRIMINATION": RED, "LEVEL": RED}, Conclusion.REDEVELOP),
        ({"LEVEL": RED}, Conclusion.RECALIBRATE),
        ({"SLOPE": RED, "DISCRIMINATION": AMBER}, Conclusion.RECALIBRATE),
        ({"LEVEL": RED, "SLOPE": RED, "GRADES": RED}, Conclusion.RECALIBRATE),  # three views of one thing
        ({"LEVEL": RED, "DISCRIMINATION": FEW}, Conclusion.WATCH),  # nobody knows that the ranking is intact
        ({"LEVEL": RED, "DISCRIMINATION": NONE}, Conclusion.WATCH),
        ({"LEVEL": RED, "SCORE_DRIFT": RED, "MISSING": RED}, Conclusion.REDEVELOP),
        ({"SCORE_DRIFT": RED, "GRADE_DRIFT": RED, "FEATURE_DRIFT": RED}, Conclusion.WATCH),
        ({"SCORE_DRIFT": RED, "FEATURE_DRIFT": RED, "MISSING": RED}, Conclusion.REDEVELOP),
        ({"FEATURE_DRIFT": AMBER}, Conclusion.WATCH),
        ({"FRESHNESS": RED}, Conclusion.WATCH),
        ({"LEVEL": AMBER}, Conclusion.WATCH),
        ({"RULES": NONE, "OVERRIDES": NONE}, Conclusion.NOTHING),
        ({"LEVEL": FEW}, Conclusion.TOO_FEW),
        ({c.name: light for c, light in OUTCOMES.items()}, Conclusion.TOO_FEW),
        ({"LEVEL": FEW, "SCORE_DRIFT": AMBER}, Conclusion.WATCH),
    ],
)
def test_the_first_rule_that_holds_decides(lights, expected):
    assert concluded(**lights)[0] is expected


def test_the_reasons_are_the_checks_behind_it():
    assert concluded(LEVEL=RED, GRADES=RED, FEATURE_DRIFT=AMBER)[1] == (Check.LEVEL, Check.GRADES)
    assert concluded(FEATURE_DRIFT=AMBER, VOLUME=RED)[1] == (Check.FEATURE_DRIFT, Check.VOLUME)
    assert concluded()[1] == ()


def test_how_many_reds_make_a_redevelopment_is_a_threshold():
    lights = {"SCORE_DRIFT": RED, "FEATURE_DRIFT": RED}
    assert concluded(**lights)[0] is Conclusion.WATCH
    assert concluded(reds=2, **lights)[0] is Conclusion.REDEVELOP


def test_broken_data_are_named_before_the_model_is_blamed():
    rule = Text("-", "-")
    old = Finding(Check.FRESHNESS, RED, 90.0, rule, ("payments",))
    assert "mend the data first (Age of the newest rows, days)" in conclude._mend_first([old]).en
    assert conclude._mend_first([Finding(Check.LEVEL, RED, 2.0, rule), Finding(Check.VOLUME, AMBER, 0.4, rule)]) is None


def test_conclusions_are_ordered_from_nothing_to_redevelop():
    assert Conclusion.REDEVELOP.reaches(Conclusion.RECALIBRATE)
    assert Conclusion.RECALIBRATE.reaches(Conclusion.RECALIBRATE)
    assert not Conclusion.TOO_FEW.reaches(Conclusion.WATCH)
