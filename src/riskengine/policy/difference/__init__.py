"""What changed between two policies."""
