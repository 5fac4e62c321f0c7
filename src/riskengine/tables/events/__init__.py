"""Events: rows of the tables as they come, one by one, late, twice and out of order."""
