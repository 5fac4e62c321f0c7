"""A rating explained, with what would change it."""
