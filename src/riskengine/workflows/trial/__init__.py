"""A policy or a parameter tried on past dates."""
