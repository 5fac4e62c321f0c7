"""Figures of a whole portfolio: how long money is out, how old it is, what it will cost, how it is spread."""
