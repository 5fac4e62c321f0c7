"""The report on a rated portfolio."""
