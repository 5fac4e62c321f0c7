"""What limits.yaml and terms.yaml may not say."""

import pytest
from pydantic import ValidationError

from riskengine.policy.limit_policy import LimitPolicy
from riskengine.policy.terms_policy import TermsPolicy
from support.decisions import shipped_policy

LIMIT = shipped_policy().limit.model_dump(mode="json")
TERMS = shipped_policy().terms.model_dump(mode="json")


def changed(document, path, value):
    *outer, last = path.split(".")
    copy = {key: dict(part) if isinstance(part, dict) else part for key, part in document.items()}
    inner = copy
    for name in outer:
        inner[name] = dict(inner[name])
        inner = inner[name]
    inner[last] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("need.headroom", 1.5, "less than or equal to 1"),
        ("capacity.equity_share", -0.1, "greater than or equal to 0"),
        ("caps.customer", float("nan"), "finite"),
        ("evidence.full_file_experiences", 0, "greater than or equal to 1"),
        ("evidence.model_weight", 0, "greater than 0"),
        ("need.gift", 1, "Extra inputs"),
        ("rounding", [], "at least 1"),
        ("rounding", [{"above": 10, "step": 10}], "must begin above 0"),
        ("rounding", [{"above": 0, "step": 1000}, {"above": 100, "step": 2000}], "whole number of the steps"),
        ("rounding", [{"above": 0, "step": 1000}, {"above": 2000, "step": 500}], "must rise"),
    ],
)
def test_limits(path, value, says):
    with pytest.raises(ValidationError, match=says):
        LimitPolicy.model_validate(changed(LIMIT, path, value))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("steps_days", [30, 14], "rise"),
        ("steps_days", [0, 14], "positive"),
        ("longest_extension_days", 20, "less than or equal to 15"),
        ("standard_days", 120, "longer than longest_days"),
        ("discount.within_days", 30, "before the terms end"),
        ("discount.best_grade", 7, "not be worse"),
        ("follow_up.red", {"owner": "head_of_credit", "due_days": 60}, "not be due later"),
    ],
)
def test_terms(path, value, says):
    with pytest.raises(ValidationError, match=says):
        TermsPolicy.model_validate(changed(TERMS, path, value))


def test_the_shipped_documents_are_their_own_round_trip():
    assert LimitPolicy.model_validate(LIMIT) == shipped_policy().limit
    assert TermsPolicy.model_validate(TERMS) == shipped_policy().terms
