"""What people do with early warnings."""
