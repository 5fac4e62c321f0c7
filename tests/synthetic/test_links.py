"""Generated links: some within groups, some between strangers, and nothing else is drawn otherwise for them."""

import polars as pl


def test_links_of_both_kinds_with_customers_and_persons(portfolio):
    links, customers = portfolio["links"], portfolio["customers"]["customer_id"].unique()
    for kind in ("guarantor", "controller"):
        own = links.filter(pl.col("kind") == kind)
        assert 0.01 < own["customer_id"].n_unique() / customers.len() < 0.2, kind
    assert links.filter(pl.col("other_id") == pl.col("customer_id")).is_empty()
    is_customer = links["other_id"].is_in(customers.implode())
    assert set(links["other_id"].filter(~is_customer).str.slice(0, 1)) == {"P"}
    assert 0.2 < is_customer.mean() < 0.8


def test_a_controller_controls_several(portfolio):
    controlled = portfolio["links"].filter(pl.col("kind") == "controller")
    several = controlled.group_by("other_id").agg(pl.col("customer_id").n_unique())
    assert (several["customer_id"] >= 2).all() or (several["customer_id"] >= 2).mean() > 0.9


def test_some_links_end_and_say_so_on_that_day(portfolio):
    ended = portfolio["links"].filter(pl.col("until").is_not_null())
    assert 0.05 < ended.height / portfolio["links"].height < 0.25
    assert (ended["known_at"] == ended["until"]).all()
