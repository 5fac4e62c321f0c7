"""Watching a model that rates: drift, outcomes as they ripen, rules, data, and what to do about it."""
