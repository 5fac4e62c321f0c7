"""The report on two policies over past dates."""
