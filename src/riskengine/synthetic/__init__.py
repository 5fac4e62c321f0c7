"""A generated portfolio of business customers whose true credit quality is known."""
