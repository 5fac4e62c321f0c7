"""How many threads add up a row of numbers must not show: a sum in another order has other last digits."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from riskengine.scoring.calibration import Method
from riskengine.scoring.fit import fit_model
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.spec import CalibrationSpec, MaskingSpec, RivalSpec
from support.small_model import FEATURES, SPEC, rows


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_inside_blas_has_one_thread_and_afterwards_what_it_had():
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        with one_thread():
            assert blas_threads() == {1}
        assert blas_threads() == before


def test_it_decorates_and_gives_back_what_the_function_gives():
    @one_thread()
    def told():
        return blas_threads()

    assert told() == {1}


@pytest.mark.parametrize("method", ["platt", "floored"])
def test_the_threads_of_blas_do_not_show_in_calibration_and_scorecard(method):
    values, outcome = rows(30_000)
    customers = np.array([f"C{i % 9000}" for i in range(len(outcome))], dtype=object)
    train = Matrix(values, outcome, customers, np.zeros(len(outcome), dtype=np.int32))
    spec = Spec(CalibrationSpec(method=Method(method), folds=2, pd_floor=0.0003))
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            found.append(fit_model(train, FEATURES, spec, 1))
    one, two = found
    assert one.calibration == two.calibration
    assert np.array_equal(one.scorecard.coefficients, two.scorecard.coefficients)


class Spec:
    """What fitting asks of a spec."""

    def __init__(self, calibration):
        self.calibration = calibration
        self.masking = MaskingSpec(copies=0, shares={})
        self.booster = SPEC
        self.rivals = RivalSpec(naive_feature="late", scorecard_features=3)
