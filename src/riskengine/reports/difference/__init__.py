"""The difference of two policies in words."""
