"""Figures of the whole book: DSO, ageing, roll rates, provisions, concentration."""
