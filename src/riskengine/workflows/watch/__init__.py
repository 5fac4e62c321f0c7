"""Warnings followed day by day and event by event, from tables alone or as events come."""
