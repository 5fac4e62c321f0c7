"""Warnings of related companies show the path, in the reason of the rating and in what is told of the warning."""

from riskengine.decision.warnings import warnings_of
from riskengine.early_warning.observation import observe
from riskengine.early_warning.reason_text import ReasonTexts
from support.decisions import SOUND, columns, rate_columns, shipped_policy

PATH = "C0000 <- parent C0003 <- guarantor C0077"


def _rated(stress: float, pd_12m: float):
    known = {"rel_stress": stress, "rel_stress_path": PATH, "rel_stress_source": "C0077", "cus_exposure": 50_000.0}
    return rate_columns(columns({**SOUND, **known}), [pd_12m], policy=shipped_policy())


def test_the_path_stands_in_the_reason_and_in_the_evidence():
    ratings = _rated(0.32, 0.03)
    (warning,) = [one for one in warnings_of(ratings, 0) if one["rule_id"] == "EWS-REL-003"]
    assert PATH in str(warning["evidence_en"])
    assert all(one in str(warning["evidence_zh"]) for one in ("C0003", "C0077"))
    (found,) = [one for one in observe(ratings) if one.indicator == "group_arrears"]
    told = dict(ReasonTexts(shipped_policy()).of(found.evidence))
    assert PATH in told["EWS-REL-003"].en


def test_it_is_amber_beside_a_pd_and_silent_where_little_comes():
    def levels(stress: float, pd_12m: float):
        return [one["severity"] for one in warnings_of(_rated(stress, pd_12m), 0) if "REL" in str(one["rule_id"])]

    assert levels(0.32, 0.07) == ["amber"]
    assert levels(0.16, 0.035) == ["watch"]
    assert levels(0.16, 0.01) == levels(0.1, 0.2) == []
