"""The report on how good warnings were."""
