import numpy as np
import pytest

from riskengine.decision.grade import apply_grade_rules, assign_pd_grades
from riskengine.rules.effects import no_effects
from riskengine.terms.errors import InputError
from support.decisions import SOUND, columns, rate_columns, rate_one, shipped_policy

SCALE = shipped_policy().master_scale


@pytest.mark.parametrize(
    ("pd_12m", "grade"),
    [
        (0.0, 1),
        (np.nextafter(0.001, 0), 1),
        (0.001, 2),
        (0.0025, 3),
        (0.006, 4),
        (0.015, 5),
        (0.035, 6),
        (0.08, 7),
        (np.nextafter(0.2, 0), 7),
        (0.2, 8),
        (1.0, 8),
    ],
)
def test_a_pd_on_a_boundary_belongs_to_the_worse_band(pd_12m, grade):
    assert assign_pd_grades(np.array([pd_12m]), np.array([True]), SCALE) == [grade]


@pytest.mark.parametrize("pd_12m", [np.nan, -0.1, 1.1, np.inf])
def test_a_rated_customer_without_a_proper_pd_is_an_error(pd_12m):
    with pytest.raises(InputError):
        assign_pd_grades(np.array([pd_12m]), np.array([True]), SCALE)


def effects(cap=1, notch=0, in_default=False):
    joined = no_effects(1)
    joined.grade_cap[:] = cap
    joined.notch[:] = notch
    joined.in_default[:] = in_default
    return joined


@pytest.mark.parametrize(
    ("pd_grade", "cap", "notch", "expected"),
    [
        (3, 1, 0, 3),
        (3, 5, 0, 5),  # a cap worsens
        (7, 5, 0, 7),  # and never improves
        (3, 5, 1, 6),  # notches come after the cap
        (3, 5, -2, 5),  # but cannot undo it
        (3, 1, -1, 2),
        (1, 1, -1, 1),
        (8, 1, 3, 8),  # only default is D
    ],
)
def test_caps_then_notches(pd_grade, cap, notch, expected):
    assert apply_grade_rules(np.array([float(pd_grade)]), effects(cap, notch)) == [expected]


def test_default_is_grade_d_with_or_without_a_pd():
    assert apply_grade_rules(np.array([1.0]), effects(in_default=True)) == [9]
    assert apply_grade_rules(np.array([np.nan]), effects(in_default=True)) == [9]


def test_a_cap_does_not_grade_the_unrated():
    assert np.isnan(apply_grade_rules(np.array([np.nan]), effects(cap=5, notch=1)))


def test_all_three_grades_are_kept():
    rated = rate_one(0.0005, fin_equity=-1.0)
    assert (rated.grades.pd, rated.grades.rule, rated.grades.final) == ([1], [6], [6])


def test_each_default_rule_of_the_policy_gives_d():
    stops = [
        {"pay_overdue_90_amount": 10_000, "pay_overdue_90_ratio": 0.2},
        {"pay_written_off_amount_365d": 10_000},
        {"sig_insolvency_filing_count_all": 1},
    ]
    rated = rate_columns(columns(*({**SOUND, **stop} for stop in stops)), [0.001] * 3)
    assert list(rated.grades.final) == [9, 9, 9]
    assert list(rated.limits.limit) == [0, 0, 0]


def test_immaterial_arrears_are_no_default():
    assert rate_one(pay_overdue_90_amount=5_000, pay_overdue_90_ratio=0.5).grades.final == [3]
    assert rate_one(pay_overdue_90_amount=50_000, pay_overdue_90_ratio=0.01).grades.final == [3]
