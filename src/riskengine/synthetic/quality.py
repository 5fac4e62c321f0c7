"""The hidden strain of every customer, month by month, and who stops paying when.

Strain is minus credit quality: the customer's steady level, plus the macro cycle, plus a moving part. The moving part
is the sum of the customer's own, its group's and its industry's AR(1) with one common persistence, so it is itself an
AR(1), and the true PD follows from it alone (see `truth`). A failure in the group adds strain once; it then fades.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from riskengine.synthetic.economy import PERSISTENCE, Economy, autoregressive
from riskengine.synthetic.firms import Firms
from riskengine.synthetic.groups import Groups, contagion
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import PAST_MONTHS, Window

MOVING_SPREAD = 0.68  # standard deviation of the moving part
GROUP_SHARE = 0.10  # of its variance, for members of a group
INDUSTRY_SHARE = 0.06
HAZARD_LEVEL = -8.5  # log of the monthly intensity at strain 0
HAZARD_SLOPE = 2.4
SUDDEN_HAZARD = 0.0045 / 12  # monthly; fraud, fire, a death: the same for everybody and without any sign
FIRST_MONTHS_SAFE = 6  # nobody fails before terms and 90 days past due could have run out
SHORTEST_LAG, LONGEST_LAG = 55, 95  # days from the last payment to 90 days past due
NEVER = np.iinfo(np.int32).max
CONTAGION_MONTHS = 12


class Reason(StrEnum):
    DETERIORATION = "deterioration"
    CONTAGION = "contagion"
    SUDDEN = "sudden"


@dataclass(frozen=True, slots=True)
class Hidden:
    """`strain`, `moving`: (customers, hidden months). Days are NEVER where it did not happen.

    `stop_day`: the customer pays nothing after it. `default_day`: 90 days past due, or the filing if sudden.
    """

    strain: Floats
    moving: Floats
    stop_day: Ints
    default_day: Ints
    sudden: Flags
    infected: Flags
    join_month: Ints  # hidden month, 0 for older customers
    leave_month: Ints  # hidden month from which the customer buys no more


def intensity(strain: Floats) -> Floats:
    """Probability to stop paying within a month because of strain."""
    return -np.expm1(-np.exp(np.minimum(HAZARD_LEVEL + HAZARD_SLOPE * strain, 5.0)))


def simulate_quality(
    rng: np.random.Generator, firms: Firms, groups: Groups, economy: Economy, window: Window
) -> Hidden:
    """Draw the hidden paths and the failures of a block."""
    moving = _moving_part(rng, firms, groups, economy)
    starts = window.month_starts()
    join = np.where(firms.since >= window.start_day, window.month_index(firms.since), 0)
    exposed_from = np.maximum(np.where(join > 0, join + FIRST_MONTHS_SAFE, 0), PAST_MONTHS)
    leave = exposed_from + firms.leave_month
    stop, default = np.full(firms.count, NEVER, dtype=np.int64), np.full(firms.count, NEVER, dtype=np.int64)
    sudden, infected = np.zeros(firms.count, dtype=bool), np.zeros(firms.count, dtype=bool)
    jumped, last_jump = np.zeros(firms.count), np.full(firms.count, -NEVER, dtype=np.int64)
    for month in range(PAST_MONTHS, window.hidden_months):
        jumped *= PERSISTENCE
        moving[:, month] += jumped
        strain = firms.steady_strain + economy.cycle[month] + moving[:, month]
        chance, hazard = rng.random(firms.count), intensity(strain)
        exposed = (stop == NEVER) & (month >= exposed_from) & (month < leave)
        by_strain = exposed & (chance < hazard)
        at_once = exposed & ~by_strain & (chance < hazard + SUDDEN_HAZARD)
        day = starts[month] + (rng.random(firms.count) * (starts[month + 1] - starts[month])).astype(np.int64)
        lag = rng.integers(SHORTEST_LAG, LONGEST_LAG + 1, firms.count)
        stop = np.where(by_strain | at_once, day, stop)
        default = np.where(by_strain, day + lag, np.where(at_once, day, default))
        sudden |= at_once
        infected |= by_strain & (month - last_jump <= CONTAGION_MONTHS)
        added = contagion(groups, by_strain | at_once)
        last_jump = np.where(added > 0, month, last_jump)
        moving[:, month] += added  # known by the end of the month, so part of that day's true PD
        jumped += added
    strain = firms.steady_strain[:, None] + economy.cycle[: window.hidden_months] + moving
    return Hidden(strain, moving, stop, default, sudden, infected, join, leave)


def _moving_part(rng: np.random.Generator, firms: Firms, groups: Groups, economy: Economy) -> Floats:
    months = economy.factors.shape[1]
    own = rng.standard_normal((firms.count, months))
    shared = autoregressive(rng.standard_normal((groups.count + 1, months)))
    group_share = np.where(groups.group >= 0, GROUP_SHARE, 0.0)[:, None]
    path = np.sqrt(1 - group_share - INDUSTRY_SHARE) * autoregressive(own)
    path += np.sqrt(group_share) * shared[groups.group]
    path += np.sqrt(INDUSTRY_SHARE) * economy.factors[firms.industry]
    return MOVING_SPREAD * path
