"""The report on a parameter at many values."""
