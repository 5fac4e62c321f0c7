"""What was published, from when, and on whose word."""
