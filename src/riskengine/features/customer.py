"""Features of a customer's master data, and of what it owes us against what we allow it.

Master data are those of the newest version known; what it leaves out is missing, whatever an older version said.
The families are in `customer_master` and `customer_exposure`.
"""

import narwhals as nw

from riskengine.features.customer_exposure import EXPOSURES, collateral_cents, exposure_cents
from riskengine.features.customer_master import CATEGORIES, CATEGORY_COLUMNS, MASTER
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature
from riskengine.features.known import Known
from riskengine.features.measure import KEY

_AMOUNTS = ("current_limit_cents", "guarantee_amount_cents", "insured_amount_cents")

FEATURES: tuple[Feature, ...] = (*CATEGORIES, *MASTER, *EXPOSURES)


def measure(known: Known, so_far: Frame) -> Frame:
    master = known.customers.select(
        KEY,
        *(nw.col(name).alias(f"cus_{name}") for name in CATEGORY_COLUMNS),
        *(nw.col(name).alias(f"cus_{name}") for name in (*_AMOUNTS, "current_terms_days")),
        *(_age(known, day).alias(f"cus_{day}_age") for day in ("registered_on", "customer_since")),
    )
    return so_far.join(master, on=KEY, how="left").with_columns(
        exposure_cents().alias("cus_exposure_cents"), collateral_cents().alias("cus_collateral_cents")
    )


def _age(known: Known, day: str) -> nw.Expr:
    """Days since `day`; missing if that has not come yet."""
    age = known.age(day)
    return nw.when(age >= 0).then(age)
