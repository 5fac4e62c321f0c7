"""Which group of companies a customer belongs to."""

import narwhals as nw

from riskengine.features.engines import Frame
from riskengine.features.known import Known
from riskengine.features.measure import KEY

GROUP = "group_id"
DOUBLINGS = 3  # 1, 2, 4, 8 levels


def group_of(known: Known) -> Frame:
    """customer_id and `group_id`, one row per known customer: the topmost parent, by the newest master data.

    A customer without a parent is its own group. A parent we hold no customer for still makes a group. Parents are
    followed for up to 8 levels, in steps that double; where there is a parent even then, the chain is deeper or runs
    in a circle, and the group is the smallest id among the next 8 levels. So all members of a circle of up to 8, and
    all below them, are one group, whoever is asked.
    """
    customers = known.customers.select(KEY, "parent_id")
    has_parent = ~nw.col("parent_id").is_null() & (nw.col("parent_id") != nw.col(KEY))
    linked = customers.filter(has_parent).select(
        KEY, nw.col("parent_id").alias("ancestor"), nw.col(KEY).alias("smallest")
    )
    for _ in range(DOUBLINGS):
        linked = known.session.settle(_doubled(known.session.settle(linked)))
    ends = linked.select(nw.col(KEY).alias("ancestor"), nw.col("smallest").alias("circle"))
    grouped = linked.join(ends, on="ancestor", how="left").select(
        KEY, nw.col("circle").fill_null(nw.col("ancestor")).alias(GROUP)
    )
    return customers.select(KEY).join(grouped, on=KEY, how="left").with_columns(nw.col(GROUP).fill_null(nw.col(KEY)))


def _doubled(linked: Frame) -> Frame:
    """Ancestors twice as many levels up. `smallest` is the smallest id from the customer up to below its ancestor."""
    further = linked.select(
        nw.col(KEY).alias("ancestor"),
        nw.col("ancestor").alias("further"),
        nw.col("smallest").alias("further_smallest"),
    )
    joined = linked.join(further, on="ancestor", how="left").with_columns(
        nw.col("further_smallest").fill_null(nw.col("smallest"))
    )
    smaller = nw.col("further_smallest") < nw.col("smallest")
    return joined.select(
        KEY,
        nw.col("further").fill_null(nw.col("ancestor")).alias("ancestor"),
        nw.when(smaller).then(nw.col("further_smallest")).otherwise(nw.col("smallest")).alias("smallest"),
    )
