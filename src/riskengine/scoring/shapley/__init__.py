"""Exact contributions of the features to a score."""
