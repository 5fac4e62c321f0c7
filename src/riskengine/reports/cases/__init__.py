"""The page of one case: what warns of a customer, what happened, and what ends it."""
