"""The nearest changes that would lead to a better decision."""
