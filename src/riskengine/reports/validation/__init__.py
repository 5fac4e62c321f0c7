"""The report on the validation of a model."""
