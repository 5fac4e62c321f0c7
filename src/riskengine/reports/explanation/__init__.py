"""A rating explained in words."""
