"""What is left open of the available credit, and how it is made exact."""

import numpy as np
import z3
from hypothesis import example, given
from hypothesis import strategies as st

from riskengine.decision.limit import available_credit
from riskengine.proof.logic import exact, number_of
from riskengine.proof.settling import Room

AMOUNTS = st.floats(0.0, 3e7, allow_subnormal=False)


@given(limit=AMOUNTS, exposure=AMOUNTS, secured=AMOUNTS)
@example(limit=0.0, exposure=20_000.0, secured=19_999.995)
@example(limit=0.1, exposure=0.3, secured=0.2)
def test_what_is_said_of_a_rounded_amount_is_true_of_the_amount_that_is_rated(limit, exposure, secured):
    """By bounds and by pins, and where it is exact; the amount is that of real numbers, the rating that of floats."""
    rated = float(available_credit(*(np.array([v]) for v in (limit, exposure, secured)), np.array([False]))[0])
    amount, size = exact(limit) - exact(exposure) + exact(secured), exact(limit) + exact(exposure) + exact(secured)
    room = Room(z3.simplify(amount), z3.simplify(size), z3.Real("room"))
    close = [room.rounded >= exact(rated - 1e-7), room.rounded <= exact(rated + 1e-7)]  # hundredths are no floats
    solver = z3.Solver()
    solver.add(*room.bounds(), room.pinned_in(z3.simplify))
    assert solver.check(*close) == z3.sat
    if solver.check(room.is_exact()) == z3.sat:
        assert abs(number_of(solver.model().eval(room.rounded)) - rated) <= 1e-7
