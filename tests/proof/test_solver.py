"""The solver gives up, says why, and forgets nothing it was told."""

import time

import pytest
import z3

from riskengine.proof.solver import OUT_OF_TIME, Solver

X = z3.Real("x")


def solver(seconds=60.0):
    found = Solver(time.perf_counter() + seconds)
    found.add(X > 2)
    return found


def test_it_says_whether_it_can_be_and_how():
    one = solver()
    assert one.check() is True
    assert z3.is_true(z3.simplify(one.model().eval(X) > 2))


def test_what_is_only_asked_is_not_kept():
    one = solver()
    assert one.check(X < 1) is False
    assert one.check() is True


def test_no_model_before_anything_was_found():
    one = solver()
    one.check(X < 1)
    with pytest.raises(LookupError):
        one.model()


def test_few_steps_are_not_enough_for_a_hard_question():
    one = solver()
    whole = [z3.Int(f"n{place}") for place in range(40)]
    one.add(*(n * n + whole[place - 1] == 7 + place for place, n in enumerate(whole)))
    assert one.check(steps=1_000) is None
    assert one.why_unknown


def test_no_time_is_its_own_reason():
    one = solver(seconds=0.0)
    assert one.check() is None
    assert one.why_unknown == OUT_OF_TIME
